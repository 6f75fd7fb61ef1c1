"""The whole suite as its readers meet it."""
