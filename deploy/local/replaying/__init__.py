"""What `./medverka replay` and `./medverka what-if` read, derive and print; every service is found by its name alone."""
