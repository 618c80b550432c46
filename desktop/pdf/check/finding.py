"""What the layers of the checker say to each other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why a file is not approved.

    ``certain``: it breaks PDF/A; otherwise it is only something the checker cannot vouch for.
    ``family`` is the text key ``pdfa.<family>``; ``clause`` of ISO 19005 for experts; ``page`` 1-based.
    """

    family: str
    certain: bool
    clause: str = ""
    detail: str = ""
    page: int | None = None


def certain(family: str, clause: str, detail: str) -> Finding:
    """A violation."""
    return Finding(family, certain=True, clause=clause, detail=detail)


def unsure(family: str, detail: str, clause: str = "") -> Finding:
    """Something that may be fine but is not vouched for."""
    return Finding(family, certain=False, clause=clause, detail=detail)
