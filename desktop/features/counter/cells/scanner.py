"""What the self-test of the scanner found, in words."""

from desktop.domain.prescription.unread import ScanFault
from desktop.domain.texts import text
from desktop.scanning.keyboards import UNSAID, Keyboard
from desktop.scanning.self_test import Passed, SelfTest, SelfTestFault
from desktop.scanning.separators import ScannerSettings, Separators

TEST_HELPS = frozenset(
    {
        ScanFault.KEYBOARD,
        ScanFault.SEPARATORS_LOST,
        ScanFault.ELEMENT_UNKNOWN,
        ScanFault.ELEMENT_MALFORMED,
    }
)
"""Unread codes whose cause the self-test finds."""
_KEYBOARDS = {
    Keyboard.US: "counter.keyboard_us",
    Keyboard.GB: "counter.keyboard_gb",
    Keyboard.FRENCH: "counter.keyboard_french",
    Keyboard.BELGIAN: "counter.keyboard_belgian",
    Keyboard.GERMAN: "counter.keyboard_german",
    Keyboard.SWISS_FRENCH: "counter.keyboard_swiss_french",
    Keyboard.SWISS_GERMAN: "counter.keyboard_swiss_german",
}
_FAULTS = {
    SelfTestFault.OTHER_CODE: ("counter.test_other_code", "counter.test_other_code_next"),
    SelfTestFault.INCOMPLETE: ("counter.test_incomplete", "counter.test_incomplete_next"),
    SelfTestFault.KEYBOARD: ("counter.test_keyboard", "counter.test_keyboard_next"),
    SelfTestFault.CAPS_LOCK: ("counter.test_caps_lock", "counter.test_caps_lock_next"),
    SelfTestFault.TOO_SLOW: ("counter.test_too_slow", "counter.test_too_slow_next"),
}
_SEPARATORS = {
    Separators.KEPT: "counter.separators_kept",
    Separators.LOST: "counter.separators_lost",
    Separators.UNKNOWN: "counter.separators_unknown",
}


def keyboard_words(layout: str) -> str:
    """A layout by its name, or what came in its place (Caps Lock)."""
    if layout == UNSAID:
        return text("counter.keyboard_unsaid")
    return text(_KEYBOARDS[Keyboard(layout)]) if layout in {*Keyboard} else text("counter.keyboard_caps_lock")


def told_words(found: SelfTest, slowest_ms: int) -> tuple[str, str]:
    """What one scan told, and what to do now; *slowest_ms*: its longest pause."""
    if isinstance(found, Passed):
        measured = text("counter.test_measured", slowest=slowest_ms)
        ending = "" if found.ended else text("counter.test_not_ended", gap=found.settings.gap_ms)
        return text("counter.test_passed"), " ".join(filter(None, (measured, ending)))
    what, then = _FAULTS[found.fault]
    computers = text("counter.test_or").join(map(keyboard_words, found.computers))
    return text(what, slowest=slowest_ms), text(then, computers=computers)


def settings_words(settings: ScannerSettings) -> str:
    """With what the counter listens now."""
    if settings.separator:
        separators = text("counter.separators_spelled", separator=settings.separator)
    else:
        separators = text(_SEPARATORS[settings.separators])
    return text("counter.scanner_in_use", separators=separators, gap=settings.gap_ms)
