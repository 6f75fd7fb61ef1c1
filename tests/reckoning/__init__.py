"""Questions of the whole logs."""
