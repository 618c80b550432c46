"""Prescribing: an ordonnance is written, checked, signed, published, printed and followed (domain §8, §C)."""
