"""What happens to people, one module per thing, named as they would say it."""
