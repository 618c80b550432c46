"""What qpdf warns of though every reader finds the same objects in the same places."""

import re

_MISSING = "xref entry for the xref stream itself is missing"
_SIZE = re.compile(r"Cross-reference stream data has the wrong size; expected = (\d+); actual = (\d+)")


def is_harmless(warning: str) -> bool:
    """True for a cross-reference stream without its own entry, and for one with entries behind its last.

    How many there are is said by /Index (ISO 32000-1, 7.5.8.2); what stands behind them nobody reads.
    """
    size = _SIZE.search(warning)
    return _MISSING in warning or (size is not None and int(size[1]) < int(size[2]))
