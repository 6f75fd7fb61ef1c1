"""What a running suite answers, printed on a terminal as a person wants to read it, or as one JSON document."""
