"""A scanner's keys among a person's: exactly the codes, exactly the text (« Scan field always ready »)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.scanning.separators import ScannerSettings
from desktop.scanning.wedge import Burst, ByHand, Heard, KeyKind, Keystroke, Wedge

NEW = ScannerSettings()
GAP, QUIET = NEW.gap_ms, NEW.quiet_ms
codes = st.text("ABab019:\x1d", min_size=6, max_size=20)
paces = st.lists(st.integers(0, GAP), min_size=24, max_size=24)
# Somebody's fingers: up to five keys in a roll, then a pause.
rolls = st.lists(st.tuples(st.text("xyz .", min_size=1, max_size=5), paces), min_size=1, max_size=4)
parts = st.lists(st.one_of(st.tuples(st.just("scan"), codes, paces, st.booleans()), rolls), max_size=8)


class Desk:
    """Keys in, text and codes out, with a timer that asks once enough time has gone by.

    *timer* False: the loop is held up, and keys come with their times before any timer does.
    """

    def __init__(self, settings: ScannerSettings = NEW, *, timer: bool = True) -> None:
        self.wedge: Wedge[str] = Wedge(lambda: settings)
        self.now = 1000
        self.out: list[Burst | str] = []
        self._gap = settings.gap_ms
        self._timer = timer

    def key(
        self, character: str, after_ms: int, kind: KeyKind = KeyKind.CHARACTER, *, types: bool = True
    ) -> None:
        if self._timer and after_ms > self._gap:
            self.take(self.wedge.quiet())
        self.now += after_ms
        shown = character or kind.value
        self.take(self.wedge.press(Keystroke(kind, character, self.now, shown, types)))

    def code(self, text: str, pace: int = 2, *, enter: bool = True) -> None:
        for place, character in enumerate(text):
            self.key(character, pace if place else GAP + 1)
        if enter:
            self.key("", pace, KeyKind.END)

    def rest(self) -> None:
        self.now += 10_000
        self.take(self.wedge.quiet())

    def take(self, heard: tuple[Heard[str], ...]) -> None:
        for one in heard:
            self.out += [one] if isinstance(one, Burst) else one.events

    @property
    def told(self) -> list[str]:
        """Codes in brackets, text joined."""
        told: list[str] = []
        for one in self.out:
            if isinstance(one, Burst):
                told += [f"[{one.text}]", ""]
            else:
                told = [*told[:-1], "".join((*told[-1:], one))]
        return [text for text in told if text]


@given(parts, st.booleans())
def test_any_interleaving_gives_exactly_the_text_and_the_codes(play: list, timer: bool) -> None:
    desk = Desk(timer=timer)
    wanted: list[str] = []
    for part in play:
        if isinstance(part, tuple):
            _, text, pace, enter = part
            for place, character in enumerate(text):
                desk.key(character, pace[place] if place else GAP + 1)
            if enter:
                desk.key("", pace[-1], KeyKind.END)
            wanted.append(f"[{text}]")
            continue
        for text, pace in part:
            for place, character in enumerate(text):
                desk.key(character, pace[place] if place else GAP + 1)
            wanted.append(text)
    desk.rest()
    joined: list[str] = []
    for one in wanted:
        both = joined and not one.startswith("[") and not joined[-1].startswith("[")
        joined = [*joined[:-1], joined[-1] + one] if both else [*joined, one]
    assert desk.told == joined


def test_six_keys_make_a_code_and_five_do_not() -> None:
    desk = Desk()
    desk.code("12345")
    desk.code("123456")
    desk.rest()
    assert desk.told == ["12345end", "[123456]"]


def test_a_key_that_comes_too_late_is_a_persons() -> None:
    desk = Desk()
    for place in range(12):
        desk.key("a", GAP + 1 if place % 5 == 0 else GAP)
    desk.rest()
    assert desk.told == ["a" * 12]
    for _ in range(6):
        desk.key("b", GAP)
    desk.rest()
    assert desk.told[-1] == "[bbbbbb]"


def test_a_key_held_down_is_no_scanner() -> None:
    desk = Desk()
    desk.key("a", 100)
    for _ in range(30):
        desk.key("a", 25, KeyKind.REPEAT)
    desk.rest()
    assert desk.told == ["a" * 31]


def test_the_codes_enter_acts_on_nothing() -> None:
    """Nor does one that comes later than its characters did, nor any acting key for 400 ms."""
    desk = Desk()
    desk.code("123456")
    desk.key("", GAP + 50, KeyKind.END)
    desk.key("", 100, KeyKind.OTHER)
    desk.key(" ", 100, types=False)  # would press a button
    assert desk.told == ["[123456]"]
    desk.key("", QUIET, KeyKind.OTHER)
    assert desk.told == ["[123456]", "other"]


def test_a_key_told_by_another_clock_acts() -> None:
    """An input method sends keys with no time, or one of its own: they would be dead for ever."""
    desk = Desk()
    desk.now = 100_000
    desk.code("123456")
    desk.now = 5
    desk.key("", 1, KeyKind.OTHER)
    assert desk.told == ["[123456]", "other"]


def test_a_code_without_an_end_ends_by_itself() -> None:
    desk = Desk()
    desk.code("123456", enter=False)
    assert desk.told == []
    desk.take(desk.wedge.quiet())
    assert desk.out == [Burst("123456", again=False, ended=False, slowest_ms=2)]


def test_twice_within_two_seconds() -> None:
    """« Déjà lu. » Another code between, or two seconds, and it is new."""
    desk = Desk()
    desk.code("123456")
    desk.now += 500
    desk.code("123456")
    desk.code("654321")
    desk.code("123456")
    desk.now += 2000
    desk.code("123456")
    assert [b.again for b in desk.out if isinstance(b, Burst)] == [False, True, False, False, False]


def test_cf017_a_page_that_went_remembers_no_code() -> None:
    """The code of an ordonnance opens it: neither the last one nor half of the next is kept."""
    desk = Desk()
    desk.code("123456")
    desk.key("7", 2)
    desk.wedge.forget()
    assert not desk.wedge.holds
    desk.now += 500
    desk.code("123456")
    assert [b.again for b in desk.out if isinstance(b, Burst)] == [False, False]


def test_two_codes_at_once_are_two() -> None:
    desk = Desk()
    desk.code("123456")
    for character in "654321":
        desk.key(character, 2)
    desk.key("", 2, KeyKind.END)
    assert desk.told == ["[123456]", "[654321]"]


@pytest.mark.parametrize("kind", [KeyKind.OTHER, KeyKind.END])
def test_what_was_held_back_comes_before_the_key_behind_it(kind: KeyKind) -> None:
    desk = Desk()
    desk.key("a", 100)
    desk.key("", 5, kind)
    assert desk.out == ["a", kind.value]


def test_the_pace_is_told() -> None:
    desk = Desk()
    for character, pause in zip("123456", (100, 3, 12, 4, 4, 4), strict=True):
        desk.key(character, pause)
    desk.key("", 3, KeyKind.END)
    assert desk.out == [Burst("123456", again=False, ended=True, slowest_ms=12)]


def test_a_measured_pace_holds() -> None:
    """A slow scanner (Bluetooth) whose self-test found longer pauses."""
    desk = Desk(ScannerSettings(gap_ms=80))
    desk.code("123456", pace=70)
    assert desk.told == ["[123456]"]


def test_nothing_is_held_back_in_the_end() -> None:
    desk = Desk()
    assert not desk.wedge.holds
    desk.key("a", 100)
    assert desk.wedge.holds
    desk.rest()
    assert not desk.wedge.holds
    assert desk.out == [*ByHand(("a",)).events]
