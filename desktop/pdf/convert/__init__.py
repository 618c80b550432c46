"""A conforming copy (PDF/A-2b) of a PDF, a picture or a letter, or a sentence why not."""

from desktop.pdf.convert.entry import convert

__all__ = ["convert"]
