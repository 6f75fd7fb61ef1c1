"""What procurement decides, pure."""
