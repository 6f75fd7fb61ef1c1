"""The embedded stack and the command line."""
