"""What people do: one room per chat platform."""
