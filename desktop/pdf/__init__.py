"""PDF work: check, convert, write, render."""
