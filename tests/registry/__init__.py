"""What registry decides, keeps and answers."""
