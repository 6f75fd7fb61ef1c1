"""What the social board asks about its places."""
