"""The state that all requests share: database, clock, PKI, sessions; one lock makes each act atomic."""

import secrets
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.orm import Session as Database
from sqlalchemy.schema import CreateColumn

from desktop.simulator.clock import Clock
from desktop.simulator.console_file import ConsoleFile
from desktop.simulator.feature import SimulatedFeature, TakeData, checked
from desktop.simulator.fhir_out import DocumentShaper
from desktop.simulator.intake import Intake
from desktop.simulator.pki import Pki
from desktop.simulator.seed_data import SeedDocument
from desktop.simulator.sessions import Sessions
from desktop.simulator.tables import PLATFORM_TABLES, Base
from desktop.simulator.traced import Action, TracedAction

if TYPE_CHECKING:
    from desktop.simulator.calls import Endpoint

_HASHER = PasswordHasher(time_cost=2, memory_cost=8 * 1024, parallelism=1)


@dataclass(slots=True)
class World:
    """Everything the endpoints need. Use :meth:`database` for each act; it holds the lock."""

    engine: Engine
    clock: Clock
    pki: Pki
    console: ConsoleFile
    sessions: Sessions
    features: tuple[SimulatedFeature, ...]
    base_url: str = ""
    accepted_versions: str = ".*"
    dpop_nonce: str = ""
    pages: dict[str, "ResultPage"] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)
    without_traceparent: int = 0
    mixed_results: int = 0
    half_taken: int = 0
    intake: Intake = field(default_factory=Intake)
    pending_codes: dict[str, str] = field(default_factory=dict)
    shaper: DocumentShaper | None = None
    filling: threading.Event = field(default_factory=threading.Event)
    """Set while documents of the data set are on their way."""
    planned: Mapping[str, Sequence[SeedDocument]] | None = None
    """All of the data set by patient, while they are on their way; None = nobody can count them yet."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        """ValueError where two features claim the same."""
        checked(self.features)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """One transaction under the lock; rolled back when an exception leaves it."""
        with self.lock, Database(self.engine, expire_on_commit=False) as database:
            yield database
            database.commit()

    @property
    def data_formats(self) -> dict[str, TakeData]:
        """Who judges structured data, by their format; the kernel judges all others."""
        return {code: take for feature in self.features for code, take in feature.data.items()}

    def transaction_of(self, kinds: Collection[str]) -> "Endpoint | None":
        """Whose a transaction with resources of these *kinds* is; None = the kernel's."""
        brought = (own for feature in self.features for own in feature.transactions.items())
        return next((run for kind, run in brought if kind in kinds), None)

    @property
    def acts(self) -> dict[str, TracedAction]:
        """Every act that a trace may name, by its code."""
        brought = (act for feature in self.features for act in feature.acts)
        return {act.value: act for act in (*Action, *brought)}


@dataclass(frozen=True, slots=True)
class ResultPage:
    """The rest of a search, by document id, and whose search it was."""

    practitioner_id: str
    patient_id: str
    ids: tuple[str, ...]
    count: int
    total: int


def open_database(path: Path, features: tuple[SimulatedFeature, ...]) -> Engine:
    """Open or make the SQLite file, with the kernel's tables and those of *features* (:func:`checked`)."""
    checked(features)
    engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False, "timeout": 30})

    @event.listens_for(engine, "connect")
    def _pragmas(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-32000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    brought = [Base.metadata.tables[t.__tablename__] for f in features for t in f.tables]
    Base.metadata.create_all(engine, tables=[*PLATFORM_TABLES, *brought])
    _add_new_columns(engine)
    return engine


def _add_new_columns(engine: Engine) -> None:
    """A folder of a former program: what its tables lack comes with the default that the column names."""
    known = inspect(engine)
    with engine.begin() as connection:
        for table in PLATFORM_TABLES:
            there = {column["name"] for column in known.get_columns(table.name)}
            for column in (c for c in table.columns if c.name not in there):
                words = CreateColumn(column).compile(engine)
                connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {words}"))


def hash_code(code: str) -> str:
    """Salted slow hash of a presence code."""
    return _HASHER.hash(code)


def code_matches(code_hash: str, code: str) -> bool:
    """Compare a typed code with its hash; False for a patient without a code."""
    if not code_hash:
        return False
    try:
        return _HASHER.verify(code_hash, code)
    except VerifyMismatchError:
        return False


def new_id() -> str:
    """A random id that says nothing."""
    return secrets.token_hex(12)
