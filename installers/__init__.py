"""How the program comes to a doctor's computer: one tree builder, and a folder for each system."""
