"""Signing documents with the card's signature key, and judging the signatures of others."""
