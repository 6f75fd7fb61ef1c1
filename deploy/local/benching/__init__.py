"""What `./medverka bench` measures, a file for each kind of figure. Nothing is prepared outside the clock."""
