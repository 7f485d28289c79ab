"""A Slack workspace on a laptop: server and page."""
