"""Codes of boxes and ordonnances: what a scanner sends, read and written; no files, no Qt."""
