"""The logs and their transport."""
