"""One reading of the list: what the platform tells, what it means today, and the copy that is kept of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TypeAlias

import msgspec

from desktop.common.built_types import built
from desktop.domain.errors import Failure, Result
from desktop.domain.local_time import local_day
from desktop.features.worklist.domain import Choice, Declared, Line, Order, is_due, line, ordered
from desktop.features.worklist.port import WorklistPort
from desktop.ports.kept import KeptPort, Row, Rows
from desktop.services.kept_rights import ToldRights

Widths: TypeAlias = Mapping[Order, int]
"""How wide each column is beside the others; one that is not named has its own width."""


@dataclass(frozen=True, slots=True)
class Taste:
    """What is remembered of how a user likes the list; never a search, a filter, a patient."""

    order: Order | None
    widths: Widths


@dataclass(frozen=True, slots=True)
class Count:
    """So many lines are known; ``untold``: there may be more, the platform did not tell (CF-074)."""

    known: int
    untold: bool


@dataclass(frozen=True, slots=True)
class Worklist:
    """The lines, the most urgent first, as of ``read_at``; ``unread`` were counted and could not be read.

    ``copied_for``: it is the copy on this computer, of an earlier reading, looked at then. ``counts``: how
    many lines each filter takes; worked out once, by the worker that made it.
    """

    lines: tuple[Line, ...]
    read_at: datetime
    unread: int = 0
    copied_for: datetime | None = None
    counts: Mapping[Choice, Count] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", {choice: _count(self.lines, choice) for choice in Choice})

    @property
    def today(self) -> date:
        """The day that its clocks are counted for: the reading's, or that on which the copy is looked at."""
        return local_day(self.copied_for or self.read_at)

    def without(self, gone: frozenset[str]) -> "Worklist":
        """Without the lines of these patients."""
        return replace(self, lines=tuple(one for one in self.lines if one.told.patient.id not in gone))

    def urgent(self, most: int) -> tuple[Line, ...]:
        """The first *most* of those that have something due, by urgency."""
        return ordered(filter(is_due, self.lines), Order.URGENCY)[:most]


def _count(lines: tuple[Line, ...], choice: Choice) -> Count:
    return Count(sum(map(choice.takes, lines)), any(map(choice.misses, lines)))


class WorklistService:
    """Call it in a worker."""

    def __init__(self, port: WorklistPort) -> None:
        self._port = port

    def read(self, now: datetime) -> Result[Worklist]:
        """Ask the platform: one call, one trace, nothing of any record (CF-062)."""
        listed = self._port.mine()
        if isinstance(listed, Failure):
            return listed
        return Worklist(_lines(listed.patients, now), now, listed.unread)


class WorklistCopy:
    """What the platform last told, in the holder's store. Call it in a worker."""

    def __init__(self, rows: KeptPort, rights: ToldRights) -> None:
        self._rows, self._rights = rows, rights
        self._held: frozenset[str] = frozenset()  # of whom a copy was written or found

    def keep(self, worklist: Worklist) -> Result[None]:
        """In the place of the former one: whose declaration opens his record, while it does (CF-066).

        Of the others the list told nothing but the declaration, and no right lets that be kept.
        """
        told = {shown.told.patient.id: shown.told for shown in worklist.lines if shown.works}
        held = self._rights.hold_told({id: one.declaration.last_day() for id, one in told.items()})
        if isinstance(held, Failure):
            return held
        lines = [(id, msgspec.json.encode(one)) for id, one in told.items()]
        reading = (worklist.read_at.astimezone(UTC).isoformat(), worklist.unread)

        def work(rows: Rows) -> None:
            rows.execute("DELETE FROM worklist_line")
            rows.execute("DELETE FROM worklist_reading")
            rows.executemany("INSERT INTO worklist_line (patient, content) VALUES (?, ?)", lines)
            rows.execute("INSERT INTO worklist_reading (read_at, unread) VALUES (?, ?)", reading)

        kept = self._rows.write(work)
        if not isinstance(kept, Failure):
            self._held = frozenset(told)
        return kept

    def gone(self) -> Result[frozenset[str]]:
        """Whose copy was taken away since it was written: their right has ended (CF-066)."""
        found = self._rows.read(lambda rows: rows.execute("SELECT patient FROM worklist_line"))
        return found if isinstance(found, Failure) else self._held - {patient for (patient,) in found}

    def last(self, now: datetime) -> Result[Worklist | None]:
        """What it means now; None where nothing is kept, or what is kept is of another program's shape."""
        self._held = frozenset()
        if self._rights.is_set_back():
            return None
        found = self._rows.read(_read)
        if isinstance(found, Failure):
            return found
        readings, rows = found
        if not readings:
            return None
        try:
            told = [msgspec.json.decode(content, type=built(Declared)) for (content,) in rows]
        except msgspec.MsgspecError:
            return None
        self._held = frozenset(one.patient.id for one in told)
        (read_at, unread), *_ = readings
        return Worklist(_lines(told, now), datetime.fromisoformat(read_at), unread, now)


class KeptTaste:
    """How this user likes the list: its order and the widths of its columns. In a worker."""

    def __init__(self, rows: KeptPort) -> None:
        self._rows = rows

    def known(self) -> Result[Taste]:
        """Where he chose none, or one that this program does not know: nothing of it."""
        found = self._rows.read(lambda rows: rows.execute("SELECT name, value FROM worklist_wish"))
        if isinstance(found, Failure):
            return found
        values = {str(name): str(value) for name, value in found}
        order = next((order for order in Order if order.value == values.get("order")), None)
        try:
            widths = msgspec.json.decode(values.get("widths", "{}"), type=built(dict[str, int]))
        except msgspec.MsgspecError:
            widths = {}
        known = {order: widths[order.value] for order in Order if widths.get(order.value, 0) > 0}
        return Taste(order, known)

    def keep_order(self, order: Order) -> Result[None]:
        """In the place of the former one."""
        return self._put("order", order.value)

    def keep_widths(self, widths: Widths) -> Result[None]:
        """In the place of the former ones."""
        return self._put(
            "widths", msgspec.json.encode({o.value: width for o, width in widths.items()}).decode()
        )

    def _put(self, name: str, value: str) -> Result[None]:
        put = "INSERT OR REPLACE INTO worklist_wish (name, value) VALUES (?, ?)"
        kept = self._rows.write(lambda rows: rows.execute(put, (name, value)))
        return kept if isinstance(kept, Failure) else None


def _read(rows: Rows) -> tuple[list[Row], list[Row]]:
    readings = rows.execute("SELECT read_at, unread FROM worklist_reading")
    return readings, rows.execute("SELECT content FROM worklist_line")


def _lines(told: Iterable[Declared], now: datetime) -> tuple[Line, ...]:
    today = local_day(now)
    by_name = ordered((line(one, now, today) for one in told), Order.PATIENT)
    return ordered(by_name, Order.URGENCY)
