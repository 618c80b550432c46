"""The simulator's socket: what one feature of the client needs on the platform's side, in one value.

A feature is a module of ``desktop/simulator/features`` and its name in ``FEATURES`` there. The rest of the
simulator is the kernel: it knows no feature, and gets the tuple in :class:`desktop.simulator.world.World`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session as Database

from desktop.simulator.seed_data import Dataset
from desktop.simulator.tables import PLATFORM_TABLES, Base, DocumentRow, PatientRow, PractitionerRow
from desktop.simulator.traced import Action, TracedAction

if TYPE_CHECKING:
    from desktop.simulator.calls import Endpoint
    from desktop.simulator.capability import ResourceCapability
    from desktop.simulator.submission import Submission
    from desktop.simulator.world import World

ConsoleAct = Callable[["World", Database, dict[str, Any]], None]
"""An act of a patient or an administrator, with the fields of ``POST /act``; KeyError or ValueError."""


@dataclass(frozen=True, slots=True)
class FhirRoute:
    """One FHIR interaction; *path* as Starlette writes it (``/Patient/{id}``)."""

    method: str
    path: str
    run: "Endpoint"


@dataclass(frozen=True, slots=True)
class DataDeposit:
    """Structured data that arrived beside *document*, in one transaction with it (contract §8.1, §9)."""

    sent: "Submission"
    data: DocumentRow
    document: DocumentRow
    author: PractitionerRow
    patient: PatientRow


TakeData = Callable[["World", Database, DataDeposit], None]
"""Judges data of one format and keeps what it needs of them; a Refused undoes the whole deposit."""


@dataclass(frozen=True, slots=True)
class ConsoleScan:
    """A code that the console offers to be scanned: its text as read, and what it is (a text key).

    ``id`` names it on the screen; GS (ASCII 29) stands where a code has FNC1.
    """

    id: str
    text: str
    text_key: str


@dataclass(frozen=True, slots=True)
class SimulatedFeature:
    """No field has a default: a feature says of each part what it brings, or that it brings nothing.

    ``tables`` are named ``<name>_…``. ``capability`` is joined with what the others say of the same resource.
    ``acts`` are traced acts beyond the kernel's (:class:`desktop.simulator.traced.Action`). ``console`` are
    acts of ``POST /act``. ``seed`` runs once, in one transaction, when all identities are there.
    ``state`` is what ``GET /state`` tells under ``features`` and the feature's name. ``data`` are the formats
    (``content.format``) of structured data that it judges in the kernel's place; ``transactions`` answer a
    transaction that holds a resource of such a type. ``scans`` are codes for the demo console.
    """

    name: str
    routes: tuple[FhirRoute, ...]
    tables: tuple[type[Base], ...]
    capability: tuple["ResourceCapability", ...]
    acts: tuple[TracedAction, ...]
    console: Mapping[str, ConsoleAct]
    seed: Callable[[Database, Dataset, datetime], None]
    state: Callable[["World", Database], Mapping[str, Any]]
    data: Mapping[str, TakeData]
    transactions: Mapping[str, "Endpoint"]
    scans: tuple[ConsoleScan, ...]


def no_seed(database: Database, dataset: Dataset, now: datetime) -> None:
    """For a feature without data of its own."""


def no_state(world: "World", database: Database) -> Mapping[str, Any]:
    """For a feature whose state tests have nothing to ask about."""
    return {}


def checked(features: Sequence[SimulatedFeature]) -> None:
    """ValueError names what two of *features*, or one and the kernel, claim both."""
    once("feature", (f.name for f in features))
    once("format", (code for f in features for code in f.data))
    once("resource of a transaction", (kind for f in features for kind in f.transactions))
    once("act", (a.value for a in (*Action, *(a for f in features for a in f.acts))))
    tables = [(f.name, t.__tablename__) for f in features for t in f.tables]
    once("table", (*(t.name for t in PLATFORM_TABLES), *(name for _, name in tables)))
    foreign = [table for name, table in tables if not table.startswith(f"{name}_")]
    if foreign:
        raise ValueError(f"a table's name begins with its feature's: {', '.join(foreign)}")


def once(kind: str, names: Iterable[str]) -> None:
    """ValueError when a name comes twice: the second would silently hide the first."""
    twice = [name for name, n in Counter(names).items() if n > 1]
    if twice:
        raise ValueError(f"{kind} named twice: {', '.join(twice)}")
