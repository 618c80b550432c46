"""The ALD statement: what is said of each condition, what is missing, and where it stands (domain §B.2).

The form of the CNS is not public; this one is provisional. Nothing is answered before the doctor answers it.
"""

import csv
import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cache

from desktop.common.resource_files import resource
from desktop.domain.errors import ErrorCode
from desktop.domain.folding import begins_words, fold, search_words
from desktop.domain.icd10 import title_of
from desktop.domain.record import Sex
from desktop.domain.referent import SENT_STATES, StatementState

DIABETES, HYPERTENSION, OFF_LIST, SEVERAL = 8, 12, 31, 32
LONGEST_TEXT = 300


class AldCode(ErrorCode):
    """The statement's own codes."""

    INCOMPLETE = "DSP-L720"
    PENDING = "DSP-L721"
    UNKNOWN = "DSP-L722"
    NOT_ARRIVED = "DSP-L723"
    NOT_YET = "DSP-L724"


class Answer(StrEnum):
    """Whether a condition is still there."""

    STILL = "toujours"
    OVER = "termine"
    UNSURE = "incertain"


class Course(StrEnum):
    """What a condition off the list must be at least (domain §7.2)."""

    SEVERE = "grave"
    PROGRESSIVE = "evolutive"
    DISABLING = "invalidante"


class Detail(StrEnum):
    """A field of the form."""

    ITEMS = "items"
    ANSWER = "answer"
    SINCE = "since"
    TYPE = "type"
    CONDITION = "condition"
    CONDITIONS = "conditions"
    SIX_MONTHS = "six-months"
    COURSE = "course"
    ICD10 = "icd10"


@dataclass(frozen=True, slots=True)
class Item:
    """One condition of the list. ``since`` and ``text`` are as they were typed.

    ``text`` names the condition (31), the conditions one a line of ``;`` (32), or is a remark. ``kind`` is
    the type of the diabetes, "1" or "2" (8). ``long`` (31): treatment for more than six months is expected.
    ``icd10``: a code beside it, as it was typed; nobody has to give one (features B.2).
    """

    code: int
    answer: Answer | None = None
    since: str = ""
    text: str = ""
    kind: str = ""
    long: bool = False
    course: Course | None = None
    icd10: str = ""

    def conditions(self) -> tuple[str, ...]:
        """The conditions that ``text`` names."""
        named = (part.strip() for part in re.split("[;\n]", self.text))
        return tuple(part for part in named if part)


@dataclass(frozen=True, slots=True)
class Gap:
    """What is still missing or cannot be read: of which condition (0 = of the form), which field."""

    code: int
    detail: Detail


@dataclass(frozen=True, slots=True)
class Form:
    """What the doctor says; ``identifier`` is ours, made once, and the platform knows the statement by it."""

    identifier: str
    first: date
    last: date
    items: tuple[Item, ...] = ()

    def with_item(self, item: Item) -> "Form":
        """With *item* in the place of what was said of that condition, or behind all others."""
        codes = [known.code for known in self.items]
        if item.code not in codes:
            return replace(self, items=(*self.items, item))
        return replace(self, items=tuple(item if k.code == item.code else k for k in self.items))

    def without(self, code: int) -> "Form":
        """Without a condition."""
        return replace(self, items=tuple(item for item in self.items if item.code != code))


@dataclass(frozen=True, slots=True)
class SignedForm:
    """What leaves: ``content`` as it was signed, byte by byte, and its detached ``jws``, made ``at``."""

    content: bytes = field(repr=False)
    jws: bytes = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """The CNS has it."""

    number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement that the platform has."""

    form: Form
    state: StatementState
    sent: datetime | None
    receipt: Receipt | None = None
    accepted: date | None = None
    returned: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Whose statement it is, as he was shown when it was begun: his draft outlives every right.

    ``sex`` is not kept: only what is said of an open record is worded by it.
    """

    patient_id: str
    name: str
    born: date | None
    sex: Sex = Sex.UNKNOWN


@dataclass(frozen=True, slots=True)
class KeptSent:
    """A statement that was sent from this computer, and whose it is."""

    person: Person
    sent: Sent


@dataclass(frozen=True, slots=True)
class Draft:
    """The one draft of a patient. ``sending``: handed out then, and nobody has answered yet."""

    person: Person
    form: Form
    saved: datetime
    sending: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ald:
    """One of the 32; ``label`` in French, the only official one."""

    code: int
    label: str
    to_verify: bool


@cache
def ald_list() -> tuple[Ald, ...]:
    """All 32 (domain §7.2)."""
    with resource("data", "ald.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return tuple(Ald(int(row["code"]), row["label_fr"], "verify" in row["check"]) for row in rows)


def label_of(code: int) -> str:
    """Its label, "" for a number that is not on the list."""
    return next((ald.label for ald in ald_list() if ald.code == code), "")


def matching(words: str, left_out: frozenset[int]) -> tuple[Ald, ...]:
    """Those with this number, or in whose label every word of *words* begins one."""
    wanted = search_words(words)
    number = int(words) if words.strip().isdecimal() else 0
    return tuple(
        ald
        for ald in ald_list()
        if ald.code not in left_out
        and (ald.code == number or (not number and (not wanted or begins_words(fold(ald.label), wanted))))
    )


def gaps(items: tuple[Item, ...], born: date | None, today: date) -> tuple[Gap, ...]:
    """What forbids to send, in the order of the screen (CF-097)."""
    if not items:
        return (Gap(0, Detail.ITEMS),)
    return tuple(Gap(item.code, detail) for item in items for detail in _missing(item, born, today))


def _missing(item: Item, born: date | None, today: date) -> list[Detail]:
    found = [Detail.ANSWER] if item.answer is None else []
    if item.since.strip() and not _can_be(partial_date(item.since), born, today):
        found.append(Detail.SINCE)
    if item.code == DIABETES and item.kind not in ("1", "2"):
        found.append(Detail.TYPE)
    if item.code == OFF_LIST and not item.conditions():
        found.append(Detail.CONDITION)
    if item.code == SEVERAL and len(item.conditions()) < 2:
        found.append(Detail.CONDITIONS)
    if item.code == OFF_LIST and item.answer is not Answer.OVER:
        found += [Detail.SIX_MONTHS] if not item.long else []
        found += [Detail.COURSE] if item.course is None else []
    if item.icd10.strip() and not title_of(item.icd10):
        found.append(Detail.ICD10)
    return found


def _can_be(since: str, born: date | None, today: date) -> bool:
    """Neither before the birth nor in the future, as far as it is said."""
    length = len(since)
    if not length or since > today.isoformat()[:length]:
        return False
    return born is None or since >= born.isoformat()[:length]


def partial_date(typed: str) -> str:
    """``2014``, ``05.2014`` or ``03.05.2014`` as FHIR writes it (``2014-05-03``); "" when it is none."""
    parts = [part for part in re.split(r"[./\-\s]+", typed.strip()) if part]
    if not all(part.isascii() and part.isdigit() for part in parts) or not 1 <= len(parts) <= 3:
        return ""
    if len(parts[0]) != 4:
        parts.reverse()
    if len(parts[0]) != 4 or any(len(part) > 2 for part in parts[1:]):
        return ""
    whole = [*map(int, parts), 1, 1][:3]
    try:
        day = date(*whole)
    except ValueError:
        return ""
    return day.isoformat()[: (4, 7, 10)[len(parts) - 1]] if day.year >= 1800 else ""


def written(since: str) -> str:
    """FHIR's partial date as people of Luxembourg write it."""
    return ".".join(reversed(since.split("-")))


def next_items(former: Sent | None) -> tuple[Item, ...]:
    """What the next form begins with: the last one's conditions that were not over, none of them answered.

    One that the CNS returned is corrected: it keeps its answers.
    """
    if former is None:
        return ()
    if former.state is StatementState.RETURNED:
        return former.form.items
    lasting = (item for item in former.form.items if item.answer is not Answer.OVER)
    return tuple(replace(item, answer=None) for item in lasting)


def newest(statements: tuple[Sent, ...]) -> Sent | None:
    """The one that was sent last."""
    return max(statements, key=lambda s: s.sent.timestamp() if s.sent else 0.0, default=None)


def accepted_on(statements: tuple[Sent, ...]) -> date | None:
    """The day from which the clock runs: what was only sent or received moves none (CF-096)."""
    return max((s.accepted for s in statements if s.accepted is not None), default=None)


def waits(statements: tuple[Sent, ...]) -> Sent | None:
    """The one on which the CNS has to decide; until then no other is sent."""
    last = newest(statements)
    return last if last is not None and last.state in SENT_STATES else None
