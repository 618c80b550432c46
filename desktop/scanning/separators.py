"""How a keyboard-wedge scanner spells what no key has: the separator of GS1, and the frame of ISO/IEC 15434.

FNC1 between two elements is the character GS (ASCII 29). A scanner that is a keyboard drops it, sends it as
``^]``, F8 or ``Ctrl+]`` (the wedge makes GS of the two keys), or as a key that somebody configured
(domain §C.7).
"""

from dataclasses import dataclass
from enum import StrEnum

GS, RS, EOT = "\x1d", "\x1e", "\x04"
_SPELLED = (
    ("^]", GS),
    ("{GS}", GS),
    ("\u241d", GS),
    ("^^", RS),
    ("{RS}", RS),
    ("\u241e", RS),
    ("^D", EOT),
    ("\u2404", EOT),
)
_NEVER_IN_DATA = frozenset("^]{}\u241d\u241e\u2404")


class Separators(StrEnum):
    """What the self-test found this scanner to do with separators."""

    KEPT = "kept"
    LOST = "lost"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ScannerSettings:
    """One PC's scanner: starting values, until its self-test has measured them.

    ``separator``: the characters that stand for a lost FNC1, or nothing. ``gap_ms``: the longest pause
    between two characters of one code. ``quiet_ms``: how long no key acts behind one. ``closing``: whether it
    closes each code by Enter or Tab: then one that is not closed was torn on its way. ``proven``: signs that
    are known to come as they are meant, of the self-test's code or of an ordonnance that could be read.
    """

    separators: Separators = Separators.UNKNOWN
    separator: str = ""
    gap_ms: int = 30
    quiet_ms: int = 400
    closing: bool = True
    proven: str = ""


def plain(text: str, scanner: ScannerSettings) -> str:
    """The text with its separators as GS, RS and EOT; without the line end that closes a scan."""
    text = text.rstrip("\r\n\t")
    if scanner.separator:
        text = text.replace(scanner.separator, GS)
    for spelled, meant in _SPELLED:
        text = text.replace(spelled, meant)
    return text
