"""What the four services' HTTP has in common: request → command → response, principals, problems, pages."""
