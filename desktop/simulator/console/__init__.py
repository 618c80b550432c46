"""The demo console: a window of its own process with the cards to insert and the patients to try."""
