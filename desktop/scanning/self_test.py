"""The scanner's self-test: a printed code whose text is known, and what each way of garbling it tells.

The page prints :func:`printed_code` beside « Test : scannez ce code » and gives what came to :func:`judge`.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from desktop.domain.prescription.box import check_digit
from desktop.scanning.keyboards import Keyboard, Mismatch, garbled, mismatches, swallowed
from desktop.scanning.separators import GS, ScannerSettings, Separators
from desktop.scanning.symbols import datamatrix_png, datamatrix_svg
from desktop.scanning.wedge import Burst

# A number that no product has (a shop's own), every letter that layouts disagree about in both cases, the
# signs of an ordonnance's code and of batches, and a separator in the middle.
_GTIN = "0200000000123"
_BATCH, _SERIAL = "AQWZYMaqwzym", "3456789-0:/X"
MESSAGE = f"01{_GTIN}{check_digit(_GTIN)}1730120010{_BATCH}{GS}21{_SERIAL}"
_BEFORE, _, _AFTER = MESSAGE.partition(GS)
PROVEN = "".join(sorted({*MESSAGE} - {GS}))
"""Signs of which a passed test knows that they come as they are meant."""
_PREFIX = r"(?:\][A-Za-z]\d)?"
_LONGEST_SEPARATOR = 6
_SURPLUS = 2  # the longest pause of a hundred scans is about twice that of one
_LONGEST_GAP_MS = 90  # beyond it a person's keys would be taken for a scanner's
LISTENING = ScannerSettings(gap_ms=250)
"""With what the test listens: a scanner that is too slow is heard too, so that it can be said."""


class SelfTestFault(StrEnum):
    """Why nothing could be measured."""

    OTHER_CODE = "other-code"  # something else was scanned
    INCOMPLETE = "incomplete"  # it breaks off
    KEYBOARD = "keyboard"  # the scanner is set to another layout
    CAPS_LOCK = "caps-lock"
    TOO_SLOW = "too-slow"  # its keys come like a person's


@dataclass(frozen=True, slots=True)
class Passed:
    """What to keep. ``ended``: the scanner closes a code by Enter or Tab; else it is told 30 ms later."""

    settings: ScannerSettings
    ended: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """``layouts``: every pair of scanner and computer that would write what came; only for KEYBOARD."""

    fault: SelfTestFault
    layouts: tuple[Mismatch, ...] = ()

    @property
    def computers(self) -> tuple[Keyboard, ...]:
        """What the scanner should be set to: the computer's layout, or several that write codes alike."""
        return tuple(dict.fromkeys(pair.computer for pair in self.layouts))


SelfTest = Passed | Failed


def printed_code() -> str:
    """The code to print, as SVG: a square GS1 DataMatrix of :data:`MESSAGE`."""
    return datamatrix_svg(MESSAGE)


def shown_code(module: int) -> bytes:
    """The same for a screen, as PNG: *module* pixels a module."""
    return datamatrix_png(MESSAGE, module)


def judge(burst: Burst, before: ScannerSettings) -> SelfTest:
    """What one scan of the printed code tells; the gap is never shorter than that of *before*."""
    text = burst.text.rstrip("\r\n\t").removeprefix(GS)
    gap = max(before.gap_ms, min(burst.slowest_ms * _SURPLUS, _LONGEST_GAP_MS))
    if burst.slowest_ms > _LONGEST_GAP_MS:
        return Failed(SelfTestFault.TOO_SLOW)
    found = _shape(_BEFORE, _AFTER).fullmatch(text)
    if found:
        settings = replace(_settings(found["separator"], gap, before.quiet_ms), closing=burst.ended)
        return Passed(settings, burst.ended)
    if _shape(_BEFORE.swapcase(), _AFTER.swapcase()).fullmatch(text):
        return Failed(SelfTestFault.CAPS_LOCK)
    layouts = tuple(pair for pair in mismatches() if _garbled_shape(pair).fullmatch(text))
    if layouts:
        return Failed(SelfTestFault.KEYBOARD, layouts)
    bare = re.sub(f"^{_PREFIX}", "", text)
    whole = MESSAGE.replace(GS, "")
    begun = len(bare) >= 6 and (_BEFORE.startswith(bare) or bare.startswith(_BEFORE) or whole.endswith(bare))
    return Failed(SelfTestFault.INCOMPLETE if begun else SelfTestFault.OTHER_CODE)


def _settings(separator: str, gap_ms: int, quiet_ms: int) -> ScannerSettings:
    if not separator:
        return ScannerSettings(Separators.LOST, "", gap_ms, quiet_ms, proven=PROVEN)
    known = separator in (GS, "^]", "{GS}", "\u241d")
    return ScannerSettings(Separators.KEPT, "" if known else separator, gap_ms, quiet_ms, proven=PROVEN)


def _shape(before: str, after: str) -> re.Pattern[str]:
    separator = f"(?P<separator>.{{0,{_LONGEST_SEPARATOR}}}?)"
    return re.compile(_PREFIX + re.escape(before) + separator + re.escape(after), re.DOTALL)


def _garbled_shape(pair: Mismatch) -> re.Pattern[str]:
    """What the pair makes of the code; its prefix and separator may have become anything."""
    before, after = ("".join(_seen(sign, pair) for sign in part) for part in (_BEFORE, _AFTER))
    return re.compile(f".{{0,4}}{before}.{{0,{_LONGEST_SEPARATOR}}}{after}", re.DOTALL)


def _seen(sign: str, pair: Mismatch) -> str:
    """A dead key gives nothing, or an accent, alone or with the letter behind it."""
    return ".{0,2}" if swallowed(sign, pair) else re.escape(garbled(sign, pair))
