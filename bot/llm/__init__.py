"""The only room that speaks to an AI service."""
