"""Transparency logs as others read them: RFC 6962 trees, C2SP tiles, checkpoints and proofs. Pure: no files, no servers."""
