"""The screen of the prescriber."""
