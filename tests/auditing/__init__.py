"""The audit log as a directory: exported, verified, and tampered with."""
