"""A truthful PDF/A verdict: conforming, not conforming, or not confirmed (issue "PDF/A", notes §3.3)."""

from desktop.pdf.check.verdict import check

__all__ = ["check"]
