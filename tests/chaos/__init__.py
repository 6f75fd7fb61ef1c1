"""Processes that are killed and frozen at named steps, on real servers."""
