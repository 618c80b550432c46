"""The platform in memory."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from desktop.domain.account import Account, LoginRequest, NetworkState
from desktop.domain.card import (
    Certificate,
)
from desktop.domain.deposit import Deposit
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.matricule import Matricule
from desktop.domain.record import Document, DocumentPage, Episode, Level, Mandate, Patient
from desktop.domain.secret import Secret
from desktop.domain.trace import Trace
from desktop.ports.platform import LocalRead
from tests.fakes.gate import Gate, Log
from tests.unit.services.fakes import ACCOUNT, Clock, document, mandate


class FakePlatform:
    """The platform: answers from its public fields; ``gate`` holds calls of the names in ``held``."""

    def __init__(self, log: Log, clock: Clock) -> None:
        self.log, self.clock = log, clock
        self.gate = Gate()
        self.held: set[str] = set()
        self.signed_in = False
        self.reachable = True
        self.account: Account | Failure = ACCOUNT
        self.accounts: dict[str, Account] = {}
        self.people: tuple[Patient, ...] = ()
        self.mandates: dict[str, Mandate] = {}
        self.codes: dict[str, bytes] = {}
        self.refused_codes: list[Failure] = []
        self.records: dict[str, tuple[Document, ...]] = {}
        self.answers: dict[str, Failure] = {}
        self.tokens: set[str] = set()
        self.published: dict[str, Document] = {}
        self.terms: str | None = None
        self.listener: Callable[[NetworkState], None] = lambda state: None
        self.network = NetworkState.ONLINE
        self.asked: list[str] = []
        self.traces_asked_since: list[datetime] = []
        self.certificate: Certificate | None = None

    def _call(self, name: str, *, session: bool = True) -> Failure | None:
        self.asked.append(name)
        if name in self.held and not self.gate.passes():
            return Failure(Code.CANCELLED)
        if not self.reachable:
            return Failure(Code.SESSION_ENDED) if session and not self.signed_in else Failure(Code.OFFLINE)
        if name in self.answers:
            return self.answers[name]
        return Failure(Code.SESSION_ENDED) if session and not self.signed_in else None

    def network_state(self) -> NetworkState:
        return self.network

    def on_network_change(self, changed: Callable[[NetworkState], None]) -> None:
        self.listener = changed

    def set_network(self, state: NetworkState) -> None:
        self.network, self.reachable = state, state is NetworkState.ONLINE
        self.listener(state)

    def probe(self) -> NetworkState:
        self.asked.append("probe")
        return self.network

    def server_now(self) -> datetime | None:
        return None

    def prepare_login(self, certificate: Certificate, algorithm: str) -> Result[LoginRequest]:
        self.certificate = certificate
        return self._call("prepare_login", session=False) or LoginRequest("k", b"input", algorithm)

    def finish_login(
        self, request: LoginRequest, signature: bytes, terms_accepted: str | None
    ) -> Result[Account]:
        failure = self._call("finish_login", session=False)
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

    def find_by_matricule(self, matricule: Matricule) -> Result[tuple[Patient, ...]]:
        return self._call("find") or tuple(p for p in self.people if p.matricule == matricule)

    def find_by_traits(self, name: str, birth_date: date | None) -> Result[tuple[Patient, ...]]:
        return self._call("find") or tuple(p for p in self.people if name.lower() in p.name.lower())

    def my_mandates(self, patient_id: str) -> Result[tuple[Mandate, ...]]:
        found = self.mandates.get(patient_id)
        return self._call("my_mandates") or ((found,) if found else ())

    def open_record(self, patient: Patient, code: Secret | None) -> Result[Mandate]:
        value = b""
        if code is not None:
            with code:
                value = bytes(code.buffer)
        failure = self._call("open_record")
        if failure is not None:
            return failure
        if code is not None:
            if value != self.codes.get(patient.id):
                return self.refused_codes.pop(0) if self.refused_codes else Failure(Code.PRESENCE_WRONG)
            self.mandates.setdefault(patient.id, mandate())
        found = self.mandates.get(patient.id)
        if found is None or found.is_over(self.clock.now()):
            return Failure(Code.NO_MANDATE)
        self.tokens.add(patient.id)
        return found

    def close_record(self, patient_id: str) -> None:
        self.tokens.discard(patient_id)

    def read_mandate(self, patient_id: str, mandate: Mandate) -> Result[Mandate]:
        return self._call("read_mandate") or self.mandates.get(patient_id) or Failure(Code.MANDATE_ENDED)

    def documents(self, patient_id: str, following: str | None) -> Result[DocumentPage]:
        listed = self.records.get(patient_id, ())
        return self._call("documents") or DocumentPage(listed, None, len(listed))

    def own_documents(self, patient_id: str) -> Result[DocumentPage]:
        listed = tuple(d for d in self.records.get(patient_id, ()) if d.author.id == ACCOUNT.practitioner_id)
        return self._call("own_documents") or DocumentPage(listed, None, len(listed))

    def versions(self, document: Document) -> Result[tuple[Document, ...]]:
        return self._call("versions") or ()

    def lift_annonce(self, document: Document, statement: str) -> Result[Document]:
        return self._call("lift_annonce") or replace(document, level=Level.STANDARD)

    def episodes(self, patient_id: str) -> Result[tuple[Episode, ...]]:
        return self._call("episodes") or ()

    def read_document(self, document: Document, progress: object = None) -> Result[bytes]:
        return self._call("read_document") or b"%PDF-1.4 content"

    def document_limit(self) -> int:
        return 50 * 2**20

    def publish(self, deposit: Deposit, content: bytes, progress: object = None) -> Result[str]:
        failure = self._call("publish")
        if failure is not None:
            return failure
        made = document(deposit, f"doc-{len(self.published) + 1}")
        self.published[deposit.unique_id] = made
        self.records[deposit.patient.id] = (made, *self.records.get(deposit.patient.id, ()))
        return made.id

    def find_published(self, deposit: Deposit) -> Result[Document | None]:
        return self._call("find_published") or self.published.get(deposit.unique_id)

    def traces_of_me(self, since: datetime) -> Result[tuple[Trace, ...]]:
        self.traces_asked_since.append(since)
        who = Trace(
            id="t", when=self.clock.now(), who=ACCOUNT.name, function="Médecin", role="consultation",
            action="read", change="", software="", patient_id="p1", document_id="d1", succeeded=True,
            refusal="",
        )  # fmt: skip
        return self._call("my_traces") or (who,)

    def report_local_read(self, trace: LocalRead) -> Result[None]:
        return self._call("report_local_read")

    def cancel_all(self) -> None:
        self.gate.cut()

    def close(self) -> None:
        self.gate.open()


def other_patient(who: Patient, number: int, family: str) -> Patient:
    """Another patient of the same practice."""
    return replace(who, id=f"p{number}", family=family, matricule=Matricule(f"18010{number}0123456"))
