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
from desktop.simulator.tables import PLATFORM_TABLES, Base
from desktop.simulator.traced import Action, TracedAction

if TYPE_CHECKING:
    from desktop.simulator.calls import Endpoint
    from desktop.simulator.capability import ResourceCapability
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
class SimulatedFeature:
    """No field has a default: a feature says of each part what it brings, or that it brings nothing.

    ``tables`` are named ``<name>_…``. ``capability`` is joined with what the others say of the same resource.
    ``acts`` are traced acts beyond the kernel's (:class:`desktop.simulator.traced.Action`). ``console`` are
    acts of ``POST /act``. ``seed`` runs once, in one transaction, when all identities are there.
    ``state`` is what ``GET /state`` tells under ``features`` and the feature's name.
    """

    name: str
    routes: tuple[FhirRoute, ...]
    tables: tuple[type[Base], ...]
    capability: tuple["ResourceCapability", ...]
    acts: tuple[TracedAction, ...]
    console: Mapping[str, ConsoleAct]
    seed: Callable[[Database, Dataset, datetime], None]
    state: Callable[[Database], Mapping[str, Any]]


def no_seed(database: Database, dataset: Dataset, now: datetime) -> None:
    """For a feature without data of its own."""


def no_state(database: Database) -> Mapping[str, Any]:
    """For a feature whose state tests have nothing to ask about."""
    return {}


def checked(features: Sequence[SimulatedFeature]) -> None:
    """ValueError names what two of *features*, or one and the kernel, claim both."""
    once("feature", (f.name for f in features))
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
