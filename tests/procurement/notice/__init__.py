"""Tests of the notice reader: its rules one by one, then all of the SDK's notices, as they are and altered."""
