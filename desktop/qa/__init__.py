"""QA's simulated reader: scenarios as text files, their player, the window « Simulateur » (docs/qa.md)."""
