"""The window « Simulateur »: everything that can be done to cards and readers, and the scenarios."""
