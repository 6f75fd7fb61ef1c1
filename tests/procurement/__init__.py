"""Tests of procurement: a file per rule-bearing module, in its order."""
