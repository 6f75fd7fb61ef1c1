"""The year's evidence pack (GS-7): what it may cite, its figures, its agenda, and how they become parts with a manifest."""
