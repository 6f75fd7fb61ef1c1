"""Transparency logs: trees, tiles, notes, checkpoints and proofs."""
