"""What time does: it plans, sends and reconciles what nobody clicked for."""
