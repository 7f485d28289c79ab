"""The commands of `purpose-bot`, a file for each thing an operator does."""
