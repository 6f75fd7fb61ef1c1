"""The audit log as a directory: written from a running suite, and verified from the directory and a key alone."""
