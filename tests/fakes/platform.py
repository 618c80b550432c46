"""The platform in memory."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from desktop.domain.account import Account, LoginRequest
from desktop.domain.card import Certificate
from desktop.domain.deposit import Deposit
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.matricule import Matricule
from desktop.domain.network import NetworkState
from desktop.domain.record import Document, DocumentPage, Episode, Level, Mandate, Patient
from desktop.domain.secret import Secret
from desktop.domain.trace import Trace
from desktop.ports.platform import LocalRead, PlatformPort, Progress
from desktop.sync.profile import KEPT_AT_MOST
from tests.fakes.clock import FakeClock
from tests.fakes.gate import Gate, Log
from tests.samples.practice import ACCOUNT, document, mandate

CONTENT = b"%PDF-1.4 content"  # of every document that has no other


class Fault(StrEnum):
    """What happens to one call."""

    OFFLINE = "offline"
    LOST = "lost"  # what was asked is done, the answer does not come
    CUT = "cut"  # the same, cut from this side
    DAMAGED = "damaged"  # a deposit's bytes arrive changed, and are refused
    REFUSED = "refused"  # a deposit


_SAID = {Fault.OFFLINE: Code.OFFLINE, Fault.LOST: Code.TIMEOUT, Fault.CUT: Code.CANCELLED}
_SAID_OF_A_DEPOSIT = {
    Fault.OFFLINE: Code.OFFLINE,
    Fault.LOST: Code.DEPOSIT_UNKNOWN,
    Fault.CUT: Code.CANCELLED,
    Fault.DAMAGED: Code.DIGEST_MISMATCH,
    Fault.REFUSED: Code.DEPOSIT_REFUSED,
}


class FakePlatform(PlatformPort):
    """Answers from its public fields, and watches over what a client must never do (``broken``).

    A test decides what happens: ``answers`` are what a call of that name says, again and again;
    ``faults`` and ``meanwhile`` befall the next calls, one each; ``gate`` holds those named in ``held``.
    """

    def __init__(self, clock: FakeClock | None = None, log: Log | None = None) -> None:
        self.clock = clock or FakeClock()
        self.log = [] if log is None else log
        self.gate = Gate()
        self.held: set[str] = set()
        self.answers: dict[str, Failure] = {}
        self.faults: list[Fault | None] = []
        self.meanwhile: list[Callable[[], object] | None] = []
        self.asked: list[str] = []
        self.contents: dict[str, bytes] = {}
        self.broken: list[str] = []
        # who may come in
        self.signed_in = False
        self.reachable = True
        self.network = NetworkState.ONLINE
        self.server_time: datetime | None = None
        self.account: Account | Failure = ACCOUNT
        self.accounts: dict[str, Account] = {}
        self.terms: str | None = None
        self.certificate: Certificate | None = None
        self.listener: Callable[[NetworkState], None] = lambda state: None
        # patients, by their id
        self.people: tuple[Patient, ...] = ()
        self.mandates: dict[str, Mandate] = {}
        self.listed_too: dict[str, tuple[Mandate, ...]] = {}  # in the list of mandates, running or not
        self.presented: list[bytes] = []  # the code of each opening, b"" for none
        self.pages_asked: list[str | None] = []
        self.codes: dict[str, bytes] = {}
        self.refused_codes: list[Failure] = []
        self.longest = KEPT_AT_MOST
        self.tokens: dict[str, str] = {}  # the mandate that it came of
        self.records: dict[str, tuple[Document, ...]] = {}
        # deposits, by their unique id
        self.published: dict[str, Document] = {}
        self.strict = False  # refuses what it has already, and finds it only after it settled
        self.settle = timedelta(seconds=60)
        self.arrivals: list[str] = []
        self.sendings: list[str] = []  # on the wire, whatever became of them
        self._arrived: dict[str, float] = {}
        self._absent: dict[str, list[float]] = {}  # negative look-ups since the last sending
        # traces, by their id
        self.traces_asked_since: list[datetime] = []
        self.refused_reads: dict[str, Failure] = {}
        self.offered: list[str] = []
        self.heard: list[str] = []

    def sign_in(self) -> "FakePlatform":
        """As after a login."""
        self.signed_in = True
        return self

    def set_network(self, state: NetworkState) -> None:
        """The way there opens or closes."""
        self.network, self.reachable = state, state is NetworkState.ONLINE
        self.listener(state)

    def call(self, name: str, *, session: bool = True) -> Failure | None:
        """Why a call is not done."""
        fault = self._fault()
        refused = self._ask(name, session=session)
        said = _SAID.get(fault) if fault else None
        return refused or (Failure(said) if said else None)

    def _ask(self, name: str, *, session: bool = True) -> Failure | None:
        self.asked.append(name)
        self.log.append(name)
        meanwhile = self.meanwhile.pop(0) if self.meanwhile else None
        if meanwhile is not None:
            meanwhile()
        if name in self.held and not self.gate.passes():
            return Failure(Code.CANCELLED)
        ended = Failure(Code.SESSION_ENDED) if session and not self.signed_in else None
        if not self.reachable:
            return ended or Failure(Code.OFFLINE)
        return self.answers.get(name) or ended

    def _fault(self) -> Fault | None:
        return self.faults.pop(0) if self.faults else None

    def _watch(self, rule: str, *, kept: bool) -> None:
        """A worker swallows what is raised in it: the test looks at ``broken`` too."""
        if not kept:
            self.broken.append(rule)
        assert kept, rule

    # -- network and time

    def network_state(self) -> NetworkState:
        return self.network

    def on_network_change(self, changed: Callable[[NetworkState], None]) -> None:
        self.listener = changed

    def probe(self) -> NetworkState:
        self.asked.append("probe")
        return self.network

    def server_now(self) -> datetime | None:
        return self.server_time

    # -- session

    def prepare_login(self, certificate: Certificate, algorithm: str) -> Result[LoginRequest]:
        self.certificate = certificate
        return self.call("prepare_login", session=False) or LoginRequest("k", b"input", algorithm)

    def finish_login(
        self, request: LoginRequest, signature: bytes, terms_accepted: str | None
    ) -> Result[Account]:
        failure = self.call("finish_login", session=False)
        if failure is not None:
            return failure
        if self.terms is not None and terms_accepted != self.terms:
            return Failure.of(Code.TERMS_REQUIRED, version=self.terms)
        if isinstance(self.account, Failure):
            return self.account
        self.signed_in = True
        holder = self.certificate.holder_id if self.certificate else ""
        return self.accounts.get(holder, self.account)

    def drop_session(self) -> None:
        self.log.append("tokens dropped")
        self.signed_in = False
        self.tokens.clear()
        self.gate.cut()

    # -- patients and their records

    def find_by_matricule(self, matricule: Matricule) -> Result[tuple[Patient, ...]]:
        return self.call("find") or tuple(p for p in self.people if p.matricule == matricule)

    def find_by_traits(self, name: str, birth_date: date | None) -> Result[tuple[Patient, ...]]:
        return self.call("find") or tuple(
            p for p in self.people if name.lower() in p.name.lower() and birth_date in (None, p.birth_date)
        )

    def my_mandates(self, patient_id: str) -> Result[tuple[Mandate, ...]]:
        failure = self.call("my_mandates")
        found = self._mandate(patient_id)
        return failure or (*((found,) if found else ()), *self.listed_too.get(patient_id, ()))

    def all_my_mandates(self) -> Result[Mapping[str, tuple[Mandate, ...]]]:
        failure = self.call("all_my_mandates")
        if failure is not None:
            return failure
        running = {p: self._mandate(p) for p in self.mandates}
        listed = {p: (m,) for p, m in running.items() if m is not None}
        return {p: (*listed.get(p, ()), *self.listed_too.get(p, ())) for p in {*listed, *self.listed_too}}

    def longest_kept(self) -> timedelta:
        return self.longest

    def open_record(self, patient: Patient, code: Secret | None) -> Result[Mandate]:
        value = b""
        if code is not None:
            with code:
                value = bytes(code.buffer)
        self.presented.append(value)
        failure = self.call("open_record")
        if failure is not None:
            return failure
        if code is not None:
            if value != self.codes.get(patient.id):
                return self.refused_codes.pop(0) if self.refused_codes else Failure(Code.PRESENCE_WRONG)
            self.mandates.setdefault(patient.id, mandate())
        found = self._mandate(patient.id)
        if found is None:
            return Failure(Code.NO_MANDATE)
        self.tokens[patient.id] = found.id
        return found

    def close_record(self, patient_id: str) -> None:
        self.tokens.pop(patient_id, None)

    def read_mandate(self, patient_id: str, mandate: Mandate) -> Result[Mandate]:
        return self.call("read_mandate") or self._mandate(patient_id) or Failure(Code.MANDATE_ENDED)

    def _mandate(self, patient_id: str) -> Mandate | None:
        found = self.mandates.get(patient_id)
        return None if found is None or found.is_over(self.clock.now()) else found

    def documents(self, patient_id: str, following: str | None) -> Result[DocumentPage]:
        self.pages_asked.append(following)
        return self.call("documents") or _page(self.records.get(patient_id, ()))

    def own_documents(self, patient_id: str) -> Result[DocumentPage]:
        listed = tuple(d for d in self.records.get(patient_id, ()) if d.author.id == ACCOUNT.practitioner_id)
        return self.call("own_documents") or _page(listed)

    def episodes(self, patient_id: str) -> Result[tuple[Episode, ...]]:
        return self.call("episodes") or ()

    # -- documents

    def read_document(self, document: Document, progress: Progress | None = None) -> Result[bytes]:
        return self.call("read_document") or self.contents.get(document.id, CONTENT)

    def versions(self, document: Document) -> Result[tuple[Document, ...]]:
        return self.call("versions") or ()

    def change_level(self, document: Document, level: Level) -> Result[Document]:
        if Level.ANNONCE in (document.level, level):
            return Failure(Code.NOT_ENTITLED)
        return self.call("change_level") or self._changed(document, level)

    def lift_annonce(self, document: Document, statement: str) -> Result[Document]:
        return self.call("lift_annonce") or self._changed(document, Level.STANDARD)

    def _changed(self, document: Document, level: Level) -> Result[Document]:
        """Under If-Match: what another changed meanwhile stays."""
        listed = self.records.get(document.patient_id, ())
        stands = next((d for d in listed if d.id == document.id), document)
        if stands.version_tag != document.version_tag:
            return Failure(Code.CHANGED_ELSEWHERE)
        changed = replace(document, level=level, version_tag=document.version_tag + "+")
        self.records[document.patient_id] = tuple(changed if d is stands else d for d in listed)
        return changed

    # -- deposits

    def document_limit(self) -> int:
        return 50 * 2**20

    def lookup_settle(self) -> timedelta:
        return self.settle

    def publish(self, deposit: Deposit, content: bytes, progress: Progress | None = None) -> Result[Document]:
        patient_id, unique_id = deposit.patient.id, deposit.unique_id
        times = self._absent.get(unique_id, [0.0, self.settle.total_seconds()])
        asked = bool(times) and times[-1] - times[0] >= self.settle.total_seconds()
        self._watch("sent again without asking twice (contract §5)", kept=asked)
        running = self._mandate(patient_id)
        right = self.tokens.get(patient_id) or (running.id if running else "")
        self._watch("sent under another right (CF-031)", kept=right in ("", deposit.mandate.id))
        if not right:
            return Failure(Code.NO_MANDATE)
        self._absent[unique_id] = []
        fault = self._fault()
        failure = self._ask("publish")
        if failure is not None:
            return failure
        if fault is not Fault.OFFLINE:
            self.sendings.append(unique_id)
        if self.strict and unique_id in self.published and fault in (None, Fault.REFUSED, Fault.DAMAGED):
            return Failure(Code.DEPOSIT_REFUSED)
        if fault in (None, Fault.LOST, Fault.CUT):
            self.arrivals.append(unique_id)
            self._arrived[unique_id] = self.clock.monotonic()
            self.published[unique_id] = made = document(deposit, f"doc-{len(self.arrivals)}")
            self.records[patient_id] = (made, *self.records.get(patient_id, ()))
        return self.published[unique_id] if fault is None else Failure(_SAID_OF_A_DEPOSIT[fault])

    def find_published(self, deposit: Deposit) -> Result[Document | None]:
        failure = self.call("find_published")
        if failure is not None:
            return failure
        found = self.published.get(deposit.unique_id)
        settled = self._arrived.get(deposit.unique_id, float("-inf")) + self.settle.total_seconds()
        if found is None or (self.strict and self.clock.monotonic() < settled):
            if deposit.unique_id in self._absent:
                self._absent[deposit.unique_id].append(self.clock.monotonic())
            return None
        return found

    # -- traces

    def traces_of_me(self, since: datetime) -> Result[tuple[Trace, ...]]:
        self.traces_asked_since.append(since)
        who = Trace(
            id="t", when=self.clock.now(), who=ACCOUNT.name, function="Médecin", role="consultation",
            action="read", change="", software="", patient_id="p1", document_id="d1", succeeded=True,
            refusal="",
        )  # fmt: skip
        return self.call("my_traces") or (who,)

    def report_local_read(self, trace: LocalRead) -> Result[None]:
        self.offered.append(trace.id)
        failure = self.call("report_local_read") or self.refused_reads.get(trace.id)
        if failure is None:
            self.heard.append(trace.id)
        return failure

    # -- ending

    def cancel_all(self) -> None:
        self.gate.cut()

    def close(self) -> None:
        self.gate.open()


def _page(listed: tuple[Document, ...]) -> DocumentPage:
    return DocumentPage(listed, None, len(listed))
