"""The socket: what a feature is, and what its pages are given. Knows no feature."""
