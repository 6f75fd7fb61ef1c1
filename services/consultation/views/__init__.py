"""What consultation is asked."""
