"""Packages for Debian: the tree on Debian's own Python, and what a desktop asks of a program."""
