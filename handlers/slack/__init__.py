"""What people do in Slack: listeners, and the words and blocks they see."""
