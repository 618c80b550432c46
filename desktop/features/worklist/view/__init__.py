"""The work list on the screen: its page, and the most urgent of it on home."""
