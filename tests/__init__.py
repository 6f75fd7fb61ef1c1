"""The documentation of what holds: given, when, then."""
