"""One package a service; they know each other by published events only."""
