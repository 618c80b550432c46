"""A conforming copy (PDF/A-2b) of a PDF, a picture or a letter, or a sentence why not."""

from desktop.pdf.convert.dispatch import convert

__all__ = ["convert"]
