"""One file a question; ``rows()`` gives (what, target, measured)."""
