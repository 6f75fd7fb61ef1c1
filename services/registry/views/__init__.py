"""What registry is asked."""
