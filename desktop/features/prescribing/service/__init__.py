"""Drafts, checks, papers and publications of the prescriber; call it in a worker."""
