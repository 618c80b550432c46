"""Killable child processes, for adapters that do not trust a library with the program's own process.

Framing, waiting for a pipe with a deadline, start, kill and replacement. What the frames say is the adapter's
business: the card child speaks JSON beside raw secrets, the PDF child msgpack.
"""
