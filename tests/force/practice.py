"""A doctor at the simulated platform in its strict form: what each run of a force trial works with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from desktop.common.resource_files import resource
from desktop.domain.deposit import CheckReport, Deposit, OutboxRow, OutboxState, Verdict
from desktop.domain.errors import Failure, Result
from desktop.domain.local_time import local_day
from desktop.domain.record import Document, Level, Patient
from desktop.domain.secret import Secret
from desktop.services.deposit import DepositForm, DepositService
from desktop.services.documents import DocumentService
from desktop.services.login import LoggedIn, LoginService
from desktop.services.outbox import OutboxService
from desktop.services.record import OpenRecord, RecordService
from desktop.smartcard.software_card import SoftwareCard
from desktop.store.store import Store
from desktop.store.vault import open_vault
from desktop.sync.platform import Platform
from desktop.sync.profile import load_profile
from tests.fakes import FakePdf
from tests.force.keyring_file import FileKeyring
from tests.force.wire_log import WireLog, sent_unasked
from tests.simulator_fixture import PIN, Simulator
from tests.unit.sync.conftest import WallClock

T = TypeVar("T")
SETTLE_S = 60
ROUNDS = 6  # of asking and sending, a settle time apart: more than any row needs
CONTENT = b"%PDF-1.4\n" + b"% the bytes of a scan\n" * 20_000 + b"%%EOF\n"
_CONFORMING = CheckReport(Verdict.CONFORMING, "1b", "1b", (), 1)


def good(result: Result[T]) -> T:
    """The value; a failure ends the trial with its code."""
    assert not isinstance(result, Failure), result
    return result


class Stage:
    """The platform that all trials share, and the time that they have used up."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.ahead = 0.0
        simulator.control.intake(repeated=422, settle_s=SETTLE_S)

    def later(self) -> None:
        """Trials do not meet each other's settle times."""
        self.ahead += (ROUNDS + 1) * SETTLE_S
        self.simulator.control.clock(self.ahead)


class Doctor:
    """One run of the program: session, services, store on the disk; of a trial with what it sends."""

    wire: WireLog

    def __init__(self, stage: Stage, home: Path) -> None:
        simulator = stage.simulator
        self.stage = stage
        self.clock = WallClock()
        self.clock.ahead = stage.ahead
        self.card = SoftwareCard(simulator.folder)
        profile = load_profile(resource("profiles", "demo.toml"))
        profile = replace(
            profile, lookup_settle=SETTLE_S
        )  # the demo says 5 s, which a busy machine takes for a step
        self.platform = Platform(
            profile,
            self.clock,
            software_version="force",
            base_url=simulator.base_url,
            ca_file=str(simulator.ca_file),
        )
        keyring = FileKeyring(home / "keyring.json")
        self.vault = open_vault(home, keyring, allow_card_only=False, kept={}, now=self.clock.now)
        self.store = Store(self.vault)
        self.record = RecordService(self.platform, self.store, self.clock)
        self.documents = DocumentService(self.platform, self.store, self.clock)
        self.outbox = OutboxService(self.platform, self.store, self.clock, lambda: 0.0)
        self.log_in()

    def log_in(self) -> None:
        """With the card, as at the start and after a lock."""
        cards = good(self.card.cards())
        login = LoginService(self.card, self.platform, self.vault, self.store, self.clock)
        session = login.log_in(cards[0], Secret(bytearray(PIN.encode())))
        assert isinstance(session, LoggedIn) and session.offline is None, session
        assert not session.vault.memory_only, "a trial needs a store on disk"
        self.account = session.account

    def opened(self) -> OpenRecord:
        """The record of a patient in whose medical circle the doctor is."""
        (patient, *_) = good(self.platform.find_by_traits("Da Silva", date(1985, 6, 30)))
        assert isinstance(patient, Patient)
        return good(self.record.open(patient, None))

    def confirm(self, title: str, *, level: Level = Level.STANDARD, replaces: str = "") -> Deposit:
        """What the user confirms; queued when this returns."""
        form = DepositForm(
            CONTENT + title.encode(), _CONFORMING, "rapport-medical", title,
            local_day(self.clock.now()), level, replaces=replaces,
        )  # fmt: skip
        service = DepositService(FakePdf(), self.store, self.clock)
        return good(service.confirm(form, self.opened(), self.account))

    def settle(self) -> list[OutboxRow]:
        """What a next start and the minutes after it do; the rows then."""
        good(self.outbox.recover())
        for _ in range(ROUNDS):
            self.outbox.wake()
            self.outbox.pump()
            if all(row.state is OutboxState.SENT for row in good(self.outbox.rows())):
                break
            self.a_minute_later()
        return list(good(self.outbox.rows()))

    def a_minute_later(self) -> None:
        """Both clocks, by a settle time."""
        self.clock.ahead += SETTLE_S
        self.stage.simulator.control.clock(self.clock.ahead)

    def listed(self, document_id: str) -> Document:
        """One document as the platform lists it now."""
        page = good(self.platform.documents(self.opened().patient.id, None))
        (found,) = [d for d in page.documents if d.id == document_id]
        return found

    def close(self) -> None:
        """The program ends well."""
        self.platform.drop_session()
        for end in (self.vault.close, self.card.close, self.platform.close):
            end()


@contextmanager
def doctor(stage: Stage, home: Path) -> Iterator[Doctor]:
    """A run that ends well, with what it sends written down."""
    made = Doctor(stage, home)
    transport = made.platform._connection.client().transport
    made.wire = WireLog(home, transport.send, made.clock.now)
    transport.send = made.wire.send  # type: ignore[method-assign]
    yield made
    made.close()
    made.wire.close()


def wrong_deposits(stage: Stage, home: Path, rows: list[OutboxRow], acknowledged: list[str]) -> str:
    """What is lost, doubled or told wrongly of *rows* and of the identifiers that the user saw confirmed.

    And what was sent again, in any run over *home*, before the platform was asked as contract §5 says.
    """
    state = stage.simulator.control.state()
    by_name = {row.deposit.unique_id: row for row in rows}
    for unique_id in acknowledged:
        if unique_id not in by_name:
            return "a confirmed deposit is gone"
    for unique_id, row in by_name.items():
        standing = [d for d in state["deposits"] if d["unique_id"] == unique_id]
        taken = state["sendings"].get(unique_id, 0)
        if row.state is not OutboxState.SENT:
            return f"{row.state}, {row.failure}, while {len(standing)} stand at the platform"
        if len(standing) != 1 or taken != 1:
            return f"{len(standing)} documents, sent {taken} times"
        if (standing[0]["sha1"], standing[0]["id"]) != (row.deposit.sha1, row.document_id):
            return "another document stands there"
    return sent_unasked(home, SETTLE_S)
