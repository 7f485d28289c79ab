"""purpose-bot: a daily question about customers, and a weekly story of the difference made."""

__version__ = "0.1.0"
