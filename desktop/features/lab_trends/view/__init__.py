"""The screen of the trends."""
