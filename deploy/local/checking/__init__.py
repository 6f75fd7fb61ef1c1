"""What `./medverka check` compares in the raw stores of a running suite; each file finds the first place that differs."""
