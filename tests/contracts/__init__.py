"""Every published event, byte for byte."""
