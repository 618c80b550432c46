"""What happens at a counter, as values; no screen, no wire."""
