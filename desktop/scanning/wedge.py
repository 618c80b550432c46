"""A keyboard-wedge scanner among the keys of a person: which keystrokes are a code (pure; fed by the window).

A scanner types faster than anybody: at least six characters, each at most ``gap_ms`` behind the one before.
So a character is held back until the next one tells, or until so much time has gone by that none can come;
what was no code is then given on, in its order, and nobody's letter is lost. A person's key that falls into
a code cannot be told from it: the code's check digits refuse it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeAlias, TypeVar

from desktop.scanning.separators import ScannerSettings

LEAST = 6  # characters
AGAIN_MS = 2000  # the same code within this time was read twice

K = TypeVar("K")


class KeyKind(Enum):
    """What a key is to a scanner. CHARACTER also: the keys that some send for a separator."""

    CHARACTER = "character"
    END = "end"  # Enter, Tab: closes a code
    REPEAT = "repeat"  # held down by a person
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Keystroke(Generic[K]):
    """One key as the window had it. ``at_ms``: by the system's clock of events. ``event``: to give it on by.

    ``types``: an edit has the focus that the key would write into.
    """

    kind: KeyKind
    character: str
    at_ms: int
    event: K
    types: bool = True


@dataclass(frozen=True, slots=True)
class ByHand(Generic[K]):
    """Keys of a person, to be given on in this order."""

    events: tuple[K, ...]


@dataclass(frozen=True, slots=True)
class Burst:
    """A code. ``again``: the same was read less than two seconds ago. ``slowest_ms``: its longest pause."""

    text: str
    again: bool
    ended: bool
    slowest_ms: int


Heard: TypeAlias = ByHand[K] | Burst


class Wedge(Generic[K]):
    """Takes keys, gives back codes and a person's keys; :meth:`quiet` once ``gap_ms`` have gone by."""

    def __init__(self, settings: Callable[[], ScannerSettings]) -> None:
        self._settings = settings
        self._held: list[Keystroke[K]] = []
        self._slowest = 0
        self._closed_at: int | None = None
        self._last: tuple[str, int] | None = None

    @property
    def holds(self) -> bool:
        """Whether keys are held back: :meth:`quiet` must be called."""
        return bool(self._held)

    @property
    def in_burst(self) -> bool:
        """Whether what is held back is a code already."""
        return len(self._held) >= LEAST

    def press(self, stroke: Keystroke[K]) -> tuple[Heard[K], ...]:
        """What is known now: codes and keys by hand, in their order; this key itself may be held back.

        A key that acts within ``quiet_ms`` behind a code is swallowed: it was meant for what stood there
        before.
        """
        heard: list[Heard[K]] = []
        late = bool(self._held) and stroke.at_ms - self._held[-1].at_ms > self._settings().gap_ms
        if late or (stroke.kind in (KeyKind.OTHER, KeyKind.REPEAT) and self._held):
            heard += self.quiet()
        if stroke.kind is KeyKind.END and self.in_burst:
            return (*heard, self._burst(ended=True, at_ms=stroke.at_ms))
        if stroke.kind is KeyKind.CHARACTER:
            if self._held:
                self._slowest = max(self._slowest, stroke.at_ms - self._held[-1].at_ms)
            self._held.append(stroke)
            return tuple(heard)
        if self._held:
            heard += self.quiet()
        if not self._acts_in_silence(stroke):
            heard.append(ByHand((stroke.event,)))
        return tuple(heard)

    def quiet(self) -> tuple[Heard[K], ...]:
        """No key came for ``gap_ms``, or something else than a key: what was held back is decided."""
        if not self._held:
            return ()
        if self.in_burst:
            return (self._burst(ended=False, at_ms=self._held[-1].at_ms),)
        held = [stroke for stroke in self._held if not self._acts_in_silence(stroke)]
        self._clear()
        return (ByHand(tuple(stroke.event for stroke in held)),) if held else ()

    def forget(self) -> None:
        """Nobody listens any more: a code names a patient's ordonnance, and none of it is kept (CF-017)."""
        self._clear()
        self._last = None

    def silent_at(self, at_ms: int) -> bool:
        """Whether no key acts: a code ended less than ``quiet_ms`` ago. A key whose time lies before the
        code's end has another clock, as those that an input method sends: it acts."""
        return self._closed_at is not None and 0 <= at_ms - self._closed_at < self._settings().quiet_ms

    def _acts_in_silence(self, stroke: Keystroke[K]) -> bool:
        return self.silent_at(stroke.at_ms) and not (stroke.character and stroke.types)

    def _burst(self, *, ended: bool, at_ms: int) -> Burst:
        text = "".join(stroke.character for stroke in self._held)
        again = self._last is not None and self._last[0] == text and at_ms - self._last[1] < AGAIN_MS
        burst = Burst(text, again, ended, self._slowest)
        self._last = text, at_ms
        self._closed_at = at_ms
        self._clear()
        return burst

    def _clear(self) -> None:
        self._held.clear()
        self._slowest = 0
