"""What consultation decides, keeps and answers."""
