"""The embedded stack, the demo and the command line."""
