"""What registry decides, pure."""
