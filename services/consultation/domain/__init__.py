"""What consultation decides, pure."""
