"""What the counter's page shows."""

from dataclasses import dataclass, field
from datetime import datetime

from desktop.domain.errors import Failure
from desktop.domain.prescription.standing import Dispense
from desktop.features.counter.domain.act import CounterAct, ReadBox
from desktop.scanning.self_test import SelfTest
from desktop.scanning.separators import ScannerSettings


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked under the scan field.

    ``field``: the name of what is typed, "" where one of the ``choices`` is chosen by its digit. ``check``: a
    box to tick, "" for none. ``name`` is stable, for tests and screen readers.
    """

    name: str
    prompt: str
    field: str = ""
    choices: tuple[str, ...] = ()
    check: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was typed, ticked, or chosen (from 0)."""

    typed: str = ""
    checked: bool = False
    choice: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """One message. ``act``: the word of its button, "" for none; ``leads``: what that one asks for."""

    words: str
    then: str = ""
    tone: str = "accent"
    act: str = ""
    leads: str = ""


@dataclass(frozen=True, slots=True)
class LastBox:
    """The box that was read last; ``line`` 0: it belongs to none."""

    box: ReadBox
    line: int


@dataclass(frozen=True, slots=True)
class CounterModel:
    """``act`` None: nothing is open. ``recap``: what Enter confirms, "" before F9. ``lost``: an answer is
    being asked for. ``done``: what was handed over last, for labels and receipt; Enter goes on."""

    act: CounterAct | None = None
    now: datetime | None = None
    current: int = 0
    box: LastBox | None = None
    question: Question | None = None
    said: Said | None = None
    failure: Failure | None = None
    recap: str = ""
    done: CounterAct | None = None
    loading: bool = False
    sending: bool = False
    lost: bool = False
    printing: bool = False


@dataclass(frozen=True, slots=True)
class DayModel:
    """``dispenses`` None = not known (yet)."""

    dispenses: tuple[Dispense, ...] | None = None
    question: Question | None = None
    said: Said | None = None
    failure: Failure | None = None
    loading: bool = False


@dataclass(frozen=True, slots=True)
class ScannerModel:
    """``picture``: PNG of the code, empty until it is drawn. ``found``: what the last scan told."""

    picture: bytes = b""
    settings: ScannerSettings = field(default_factory=ScannerSettings)
    found: SelfTest | None = None
    slowest_ms: int = 0
    failure: Failure | None = None
    printing: bool = False
