"""Keyboard layouts, as a scanner and a computer that disagree about them garble a code.

A scanner that is a keyboard sends places of keys, by the layout it was set to; the computer makes characters
of them, by its own. Where the two differ, letters and digits change places, and a batch can be a wrong one
that looks right: so the self-test has a code whose text is known, and every scan that cannot be read is tried
with each pair of layouts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

UNSAID = "?"
"""In the place of a layout: it may be any of several."""
_DEAD = "\0"  # waits for the next key: nothing that could be foreseen


class Keyboard(StrEnum):
    """Layouts of Luxembourg's desks and of scanners as they are sold (by X11's names)."""

    US = "us"
    GB = "gb"
    FRENCH = "fr"
    BELGIAN = "be"
    GERMAN = "de"
    SWISS_FRENCH = "ch-fr"
    SWISS_GERMAN = "ch-de"


# Four rows of keys without shift, then the same four with it; the places are the same in all layouts.
_KEYS = {
    Keyboard.US: ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'\\", "zxcvbnm,./",
                  "!@#$%^&*()_+", "QWERTYUIOP{}", 'ASDFGHJKL:"|', "ZXCVBNM<>?"),
    Keyboard.GB: ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'#", "zxcvbnm,./",
                  '!"£$%^&*()_+', "QWERTYUIOP{}", "ASDFGHJKL:@~", "ZXCVBNM<>?"),
    Keyboard.FRENCH: ("&é\"'(-è_çà)=", "azertyuiop\0$", "qsdfghjklmù*", "wxcvbn,;:!",
                      "1234567890°+", "AZERTYUIOP\0£", "QSDFGHJKLM%µ", "WXCVBN?./\u00a7"),
    Keyboard.BELGIAN: ("&é\"'(\u00a7è!çà)-", "azertyuiop\0$", "qsdfghjklmùµ", "wxcvbn,;:=",
                       "1234567890°_", "AZERTYUIOP\0*", "QSDFGHJKLM%£", "WXCVBN?./+"),
    Keyboard.GERMAN: ("1234567890ß\0", "qwertzuiopü+", "asdfghjklöä#", "yxcvbnm,.-",
                      '!"\u00a7$%&/()=?\0', "QWERTZUIOPÜ*", "ASDFGHJKLÖÄ'", "YXCVBNM;:_"),
    Keyboard.SWISS_FRENCH: ("1234567890'\0", "qwertzuiopè\0", "asdfghjkléà$", "yxcvbnm,.-",
                            '+"*ç%&/()=?\0', "QWERTZUIOPü!", "ASDFGHJKLöä£", "YXCVBNM;:_"),
    Keyboard.SWISS_GERMAN: ("1234567890'\0", "qwertzuiopü\0", "asdfghjklöä$", "yxcvbnm,.-",
                            '+"*ç%&/()=?\0', "QWERTZUIOPè!", "ASDFGHJKLéà£", "YXCVBNM;:_"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What the scanner was set to, and what the computer takes its keys for."""

    scanner: Keyboard
    computer: Keyboard


@cache
def suspects(proven: str) -> tuple[Mismatch, ...]:
    """The pairs that may still stand between scanner and computer, once each of the signs *proven* came as it
    was meant."""
    return tuple(pair for pair in mismatches() if garbled(proven, pair) == proven)


def mismatches() -> Iterator[Mismatch]:
    """Every pair that garbles; the scanner as it is sold comes first."""
    for scanner in Keyboard:
        for computer in Keyboard:
            if scanner is not computer:
                yield Mismatch(scanner, computer)


def garbled(text: str, by: Mismatch) -> str:
    """What comes of *text*. NUL for a dead key: nothing, an accent, or a letter with one.

    What the scanner has no key for (control characters, what it writes by AltGr) is left as it is.
    """
    return text.translate(_table(by.scanner, by.computer))


def restored(text: str, by: Mismatch) -> str:
    """What *text* was before it was garbled, where that can be said."""
    return text.translate(_table(by.computer, by.scanner))


def has_key(layout: Keyboard, character: str) -> bool:
    """Whether a layout writes it by a key of its own, with shift or without; else by AltGr, if at all."""
    return character in "".join(_KEYS[layout])


def swallowed(character: str, by: Mismatch) -> bool:
    """Whether the scanner's key for *character* is a dead one of the computer's."""
    place = "".join(_KEYS[by.scanner]).find(character)
    return place >= 0 and "".join(_KEYS[by.computer])[place] == _DEAD


@cache
def _table(written: Keyboard, read: Keyboard) -> dict[int, str]:
    pairs = zip("".join(_KEYS[written]), "".join(_KEYS[read]), strict=True)
    return {ord(meant): seen for meant, seen in pairs if meant != _DEAD}
