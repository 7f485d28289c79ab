"""What the product knows: pure values and rules, without I/O, clock or framework."""
