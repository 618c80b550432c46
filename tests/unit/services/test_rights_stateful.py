"""Whatever happens in whatever order, nothing of an ended right can be read (CF-019, CF-031, CF-066).

A practice with its real vault and store, its services and a keyring, before a platform that gives, extends
and ends mandates, suspends, goes away, and tells a wrong time now and then; somebody sets the PC's clock and
copies the data folder back.
"""

import shutil
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desktop.domain.card import CardInfo, CardProof, CardTasks
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.mandates import is_narrower, widest
from desktop.domain.record import Document, Mandate, MandateKind, Patient
from desktop.domain.secret import Secret
from desktop.ports.store import RecentPatient
from desktop.services.login import LoggedIn, LoginService
from desktop.services.platform_time import PlatformTime
from desktop.services.record import Listing, RecordService
from desktop.store.store import Store
from desktop.store.vault import open_vault
from desktop.sync.network import ServerClock
from desktop.sync.profile import KEPT_AT_MOST
from tests.fakes import FakeCard, FakeClock, FakeKeyring, FakePlatform
from tests.samples.practice import ACCOUNT, NOW, card, deposit, document, patient
from tests.unit.store.conftest import soft_card

SOFT = soft_card()
ME = replace(ACCOUNT, holder_id=SOFT.certificate.holder_id)
VALID = replace(SOFT.certificate, not_before=NOW - timedelta(days=900), not_after=NOW + timedelta(days=9000))
CARD = card(authentication=VALID, unlock_method=SOFT.method)
PATIENTS = st.sampled_from(["p1", "p2"])
KINDS = (MandateKind.MEDECIN_REFERENT, MandateKind.CERCLE_MEDICAL, MandateKind.CONSULTATION)
# A wrong header that says what a wrong PC says is told by nobody from a right one: never the same.
OFFSETS = st.sampled_from(
    [timedelta(hours=h) for h in (0, 0, 0, 0, 0.05, -0.05, 2, -2, 26, -26, 8800, -8800)]
)
WRONG = st.sampled_from([timedelta(days=d) for d in (1, -1, 365, -365)])
RARELY = st.sampled_from([False, False, False, True])
T = TypeVar("T")


def good(result: Result[T]) -> T:
    assert not isinstance(result, Failure), result
    return result


class PcClock(FakeClock):
    """``off``: how wrong the PC is; the monotonic clock is not."""

    off = timedelta()

    def now(self) -> datetime:
        return self.time + self.off


class Platform(FakePlatform):
    """Its time is the monotonic clock's; each answer's header goes through the client's own clock."""

    def __init__(self, clock: PcClock) -> None:
        super().__init__(clock)
        self.account = ME
        self.server_clock = ServerClock(clock)
        self.wrong = timedelta()
        self.suspended = False

    def call(self, name: str, *, session: bool = True) -> Failure | None:
        failure = super().call(name, session=session)
        if self.reachable:
            wrong, self.wrong = self.wrong, timedelta()
            self.server_clock.hear_date(format_datetime(self.clock.time + wrong, usegmt=True))
            if failure is None and self.suspended and name != "prepare_login":
                return Failure(Code.PRACTICE_SUSPENDED)
        return failure

    def probe_time(self) -> None:
        """Any answer at all."""
        self.call("probe", session=False)

    def server_now(self) -> datetime | None:
        return self.server_clock.now()

    def _mandate(self, patient_id: str) -> Mandate | None:
        found = self.mandates.get(patient_id)
        return None if found is None or found.is_over(self.clock.time) else found


class Card(FakeCard):
    """Answers the vault's challenge with a real key."""

    def perform(self, card: CardInfo, pin: Secret | None, tasks: CardTasks) -> Result[CardProof]:
        assert tasks.unlock is not None
        return CardProof(b"signature" if tasks.signing_input else None, SOFT.answer(tasks.unlock))


def someone(patient_id: str) -> Patient:
    return patient(id=patient_id)


def letter(patient_id: str, kind: MandateKind) -> Document:
    """What a right of that kind opens."""
    return replace(document(deposit(1), f"letter-{patient_id}-{kind.value}"), patient_id=patient_id)


class Rights(RuleBasedStateMachine):
    """One doctor, two patients. ``until``: until when the client may show what it read, as it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.home, self.copy = Path(self.folder.name) / "home", Path(self.folder.name) / "copy"
        self.clock, self.keyring = PcClock(NOW), FakeKeyring()
        self.platform = Platform(self.clock)
        self.until: dict[str, datetime] = {}
        self.read_at: dict[str, datetime] = {}
        self.under: dict[str, Mandate] = {}
        self.session: str = ""
        self.barred = False
        self._start()

    def _start(self) -> None:
        """The program starts: nothing is known of the platform's time."""
        self.platform.server_clock = ServerClock(self.clock)
        time = PlatformTime(self.platform, self.clock)
        self.vault = open_vault(self.home, self.keyring, allow_card_only=False, kept={}, now=time.now)
        self.store = Store(self.vault)
        self.records = RecordService(self.platform, self.store, self.clock)
        self.rights = self.records.rights
        self.logins = LoginService(Card(), self.platform, self.vault, self.store, self.clock)

    @initialize()
    def first_login(self) -> None:
        self.log_in()
        own = replace(document(deposit(2), "own"), patient_id="p1")
        assert self.store.save_body(own, b"own", None) is None

    # -- what the platform decides

    @rule(who=PATIENTS, kind=st.sampled_from(KINDS), hours=st.integers(1, 72), told=st.booleans())
    def begin(self, who: str, kind: MandateKind, hours: int, told: bool = True) -> None:
        """*told*: the record is opened by it; else the client hears of it when it asks."""
        end = self.clock.time + timedelta(hours=hours) if kind is MandateKind.CONSULTATION else None
        self.platform.mandates[who] = Mandate(f"m-{kind.value}", kind, self.clock.time, end, None)
        if self.session == "online" and told:
            self.read(who)

    @rule(who=PATIENTS, hours=st.integers(0, 200))
    def set_end(self, who: str, hours: int) -> None:
        """Extended or shortened."""
        if who in self.platform.mandates:
            end = self.clock.time + timedelta(hours=hours)
            self.platform.mandates[who] = replace(self.platform.mandates[who], end=end)

    @rule(who=PATIENTS)
    def revoke(self, who: str) -> None:
        self.platform.mandates.pop(who, None)
        if self.session == "online":
            self.ask()

    @rule(suspended=RARELY)
    def suspend(self, suspended: bool) -> None:
        self.platform.suspended = suspended

    # -- the world

    @rule(reachable=RARELY.map(lambda cut: not cut))
    def network(self, reachable: bool) -> None:
        self.platform.reachable = reachable

    @rule(off=OFFSETS)
    def set_pc_clock(self, off: timedelta) -> None:
        self.clock.off = off

    @rule(hours=st.sampled_from([0.01, 1, 5, 26, 100, 200]))
    def time_passes(self, hours: float) -> None:
        self.clock.advance(hours * 3600)
        self.tick()

    @rule()
    def copy_folder(self) -> None:
        self.log_out()
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.home, self.copy)
        self.log_in()

    @precondition(lambda self: self.copy.exists())
    @rule()
    def copy_back(self) -> None:
        """Where nobody can be asked."""
        self.log_out()
        self.platform.reachable = False
        shutil.rmtree(self.home)
        shutil.copytree(self.copy, self.home)
        self._start()
        self.log_in()

    # -- what the doctor and the program do

    @precondition(lambda self: not self.session)
    @rule(restarted=st.booleans())
    def log_in(self, restarted: bool = False) -> None:
        if restarted:
            self._start()
        result = self.logins.log_in(CARD, Secret(bytearray(b"123456")))
        if isinstance(result, LoggedIn):
            assert not result.vault.memory_only
            self.session = "offline" if result.offline else "online"
            assert self.session == "online" or not self.barred, "CF-019"
            self.barred = self.barred and self.session == "offline"
            self.tick()
            self.ask()
        elif isinstance(result, Failure) and result.code is Code.PRACTICE_SUSPENDED:
            self.barred = True

    @rule()
    def log_out(self) -> None:
        self.platform.drop_session()
        self.vault.close()
        self.session = ""

    @precondition(lambda self: self.session == "online")
    @rule(who=PATIENTS)
    def read(self, who: str) -> None:
        """Opens, reads and keeps."""
        opened = self.records.open(someone(who), None)
        if isinstance(opened, Failure):
            if opened.code is Code.NO_MANDATE:
                self.until.pop(who, None)
            self._heed(opened)
            return
        one = letter(who, opened.mandate.kind)
        assert self.records.keep(opened, Listing((one,), (), self.records.now())) is None
        now = self.records.now()
        assert self.store.save_body(one, b"read", opened.mandate.kept_until(now, KEPT_AT_MOST)) is None
        self.read_at[who], self.under[who] = now, opened.mandate
        self.until[who] = opened.mandate.kept_until(now, KEPT_AT_MOST)

    @precondition(lambda self: self.session == "online")
    @rule()
    def ask(self) -> None:
        if self.session != "online":
            return
        kept = [k.patient_id for k in good(self.store.kept_records())]
        asked = self.rights.ask()
        if isinstance(asked, Failure):
            self._heed(asked)
            return
        for who in kept:
            mandate = widest(filter(None, [self.platform.mandates.get(who)]), self.records.now())
            if mandate is None or is_narrower(mandate, self.under[who]):
                self.until.pop(who, None)
                self.under[who] = mandate or self.under[who]
            elif who in self.until:
                self.until[who] = mandate.kept_until(self.read_at[who], KEPT_AT_MOST)

    @precondition(lambda self: self.session == "online" and self.platform.reachable and self._time_is_known())
    @rule(wrong=WRONG)
    def one_wrong_date(self, wrong: timedelta) -> None:
        """Nothing valid is lost by it, and nothing that has ended is back."""
        self.tick()
        self.ask()
        if self.session != "online":
            return
        before = self._readable()
        self.platform.wrong = wrong
        self.platform.probe_time()
        assert self._time_is_known()
        self.tick()
        assert self._readable() == before
        self.platform.probe_time()

    def tick(self) -> None:
        """As the window does twice a minute."""
        if not self.session:
            return
        now = self.rights._now()
        assert not isinstance(self.rights.purge(), Failure)
        self.until = {who: until for who, until in self.until.items() if until > now}

    def _heed(self, failure: Failure) -> None:
        if failure.code is Code.PRACTICE_SUSPENDED:
            self.logins.shut_out(ME.holder_id, failure)
            self.barred = True
            self.log_out()

    # -- what must hold

    def _time_is_known(self) -> bool:
        told = self.platform.server_now()
        return told is not None and abs(told - self.clock.time) <= timedelta(seconds=60)

    def _readable(self) -> set[str]:
        return {who for who in ("p1", "p2") if self._opened_by(who)}

    def _opened_by(self, who: str) -> list[MandateKind]:
        """The kinds of rights whose letters can be read."""
        return [k for k in KINDS if isinstance(self.store.body(letter(who, k).id), bytes)]

    @invariant()
    def only_what_may_be_read_can_be_read(self) -> None:
        if not self.session:
            return
        assert self.store.body("own") == b"own"
        shown = self._readable() | {who for who in ("p1", "p2") if good(self.store.documents(who))}
        listed = self.rights.readable()
        shown |= {recent.patient.id for recent in listed} if isinstance(listed, tuple) else set()
        assert shown <= self.until.keys(), "nothing of what the platform ended, or of what was over"
        for who, right in self.under.items():
            wider = [kind for kind in self._opened_by(who) if is_narrower(right, replace(right, kind=kind))]
            assert not wider, "a narrower right keeps nothing that a wider one gave (domain §5.1)"
        for who in ("p1", "p2"):
            cached = self.records.open_cached(RecentPatient(someone(who), NOW, None, 0, 0))
            assert isinstance(cached, Failure) or who in self.until

    @invariant()
    def no_single_header_is_believed(self) -> None:
        told = self.platform.server_now()
        assert told is None or abs(told - self.clock.time) <= timedelta(minutes=2)

    def teardown(self) -> None:
        self.vault.close()
        self.folder.cleanup()


TestRights = Rights.TestCase
TestRights.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    suppress_health_check=list(HealthCheck),
)


def test_the_machine_reaches_what_it_judges() -> None:
    """Else the random orders could pass for want of anything to read."""
    machine = Rights()
    machine.first_login()
    machine.begin(who="p1", kind=MandateKind.MEDECIN_REFERENT, hours=1)
    assert machine._readable() == {"p1"}
    machine.copy_folder()
    machine.only_what_may_be_read_can_be_read()
    assert machine.session == "online" and machine._readable() == {"p1"}
    machine.one_wrong_date(wrong=timedelta(days=365))
    machine.revoke(who="p1")
    assert machine._readable() == set() == machine.until.keys()
    machine.copy_back()
    assert machine.session == "offline"
    machine.only_what_may_be_read_can_be_read()
    machine.teardown()
