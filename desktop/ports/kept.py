"""What a feature keeps in the holder's encrypted store: tables, each with the fate that the law gives it.

Erasure (CF-066), salvage and migration are driven from these declarations; the kernel declares its own
tables in the same way (``desktop/store/tables.py``).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

from desktop.domain.errors import Result

T = TypeVar("T")
Value: TypeAlias = str | int | float | bytes | None
Row: TypeAlias = tuple[Any, ...]  # what the columns hold is said by the feature's own schema


@unique
class Fate(StrEnum):
    """What becomes of a table's rows. The words stand in the database too: never renamed.

    * MANDATE: came under a mandate. Erased when that patient's mandate ends, not salvaged. A row is taken
      only while the patient's right is known, so that none can outlive it.
    * OWN_WORK: what the user wrote or chose. No mandate's end takes it; salvaged from a damaged database.
    * DAY: « Ouverts aujourd'hui », gone after the day in its column ``day``. The kernel's alone.
    * NO_PATIENT: nothing of a patient, nothing that the user would miss: neither erased nor salvaged.
    """

    MANDATE = "mandate"
    OWN_WORK = "own_work"
    DAY = "day"
    NO_PATIENT = "no_patient"


@dataclass(frozen=True, slots=True)
class Table:
    """One table. Its name begins with the feature's, as in ``accesses_seen``; shadow tables are not named.

    MANDATE, and no other fate, says whose a row is: ``patient_column`` holds the platform's patient id, or
    the table ``follows`` another one, has the rowid of its rows (a full-text index), and loses them with it.
    A virtual table of fate MANDATE always follows one: only what is no virtual table can be guarded.
    """

    name: str
    fate: Fate
    patient_column: str | None
    follows: str | None = None

    def __post_init__(self) -> None:
        named = (self.patient_column is not None) + (self.follows is not None)
        if named != (self.fate is Fate.MANDATE):
            raise ValueError(f"{self.name}: a MANDATE table, and no other, says once whose its rows are")


@dataclass(frozen=True, slots=True)
class Kept:
    """All tables of one feature, and the folder of its numbered schema steps ``NNN_*.sql`` (001, 002, …).

    A step touches the feature's own tables only. All steps that are new run in one transaction, or none. A
    step that was released is never changed.
    """

    tables: tuple[Table, ...]
    migrations: Path | None

    def __post_init__(self) -> None:
        if bool(self.tables) != (self.migrations is not None):
            raise ValueError("tables come with their migrations")


NOTHING_KEPT = Kept((), None)


class Rows(Protocol):
    """The feature's own tables inside one transaction; valid only while the closure runs."""

    def execute(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Run one statement; the rows that it gives (``RETURNING`` tells what a change hit)."""
        ...

    def executemany(self, sql: str, values: Iterable[Sequence[Value]]) -> None:
        """Run one changing statement for each of *values*."""
        ...


class KeptPort(Protocol):
    """One feature's tables. Each call may block, and runs its closure as one transaction, wholly or not.

    STORE_LOCKED (no vault is open), STORE_TOO_NEW (the tables are a newer program's and stay as they are),
    STORE_FAILED (also: the feature's schema could not be brought up to date), STORE_DAMAGED, DISK_FULL.
    A closure that touches what is not the feature's raises: a bug.
    """

    def read(self, work: Callable[[Rows], T]) -> Result[T]:
        """Run *work* on one consistent state."""
        ...

    def write(self, work: Callable[[Rows], T]) -> Result[T]:
        """Run *work*; a power cut may take the last ones, a crash none.

        RIGHT_UNKNOWN, and nothing is written: a row of fate MANDATE for a patient whose right is over or was
        never known. So an answer that arrives after the mandate's end leaves nothing behind.
        """
        ...

    def write_durably(self, work: Callable[[Rows], T]) -> Result[T]:
        """As :meth:`write`, and on the disk before this returns: for the user's own work."""
        ...
