"""What placements decides, pure."""
