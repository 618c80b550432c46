"""A truthful PDF/A verdict: conforming, not conforming, or not confirmed."""

from desktop.pdf.check.verdict import check

__all__ = ["check"]
