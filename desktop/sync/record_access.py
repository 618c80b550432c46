"""Patient tokens (contract §4): opening a record with or without the presence code, and renewing."""

import logging
import threading
from dataclasses import dataclass

import msgspec

from desktop.common.built_types import built
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.matricule import Matricule
from desktop.domain.record import Mandate, Patient
from desktop.domain.secret import Secret
from desktop.ports.clock import ClockPort
from desktop.sync import caller, presence, tokens
from desktop.sync.cancel import current_scope
from desktop.sync.discovery import Discovery
from desktop.sync.dpop import DpopKey
from desktop.sync.errors import failure_of, proof_refused
from desktop.sync.fhir_read import moment
from desktop.sync.login import Login
from desktop.sync.profile import PlatformProfile
from desktop.sync.transport import Transport
from desktop.sync.whose import KnownPatients
from desktop.sync.wire import Answer, Lost
from desktop.sync.wire_codes import extended, mandate_kind

log = logging.getLogger("dsp.record")


class _MandateDetail(msgspec.Struct):
    id: str
    kind: str
    start: str = ""
    end: str | None = None
    grace_end: str | None = None
    confidentiality: str | None = None


class _Detail(msgspec.Struct):
    mandate: _MandateDetail
    type: str = ""


@dataclass(frozen=True, slots=True)
class _Held:
    """A patient token; ``ends`` in monotonic seconds."""

    matricule: Matricule
    key: DpopKey
    access: str
    ends: float
    mandate: Mandate


class RecordAccess:
    """Patient tokens in memory, one per open patient."""

    def __init__(
        self,
        transport: Transport,
        discovery: Discovery,
        login: Login,
        profile: PlatformProfile,
        clock: ClockPort,
        known: KnownPatients,
    ) -> None:
        """No record is open."""
        self._known = known
        self._transport = transport
        self._discovery = discovery
        self._login = login
        self._profile = profile
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[str, _Held] = {}

    def open(self, patient: Patient, code: Secret | None) -> Result[Mandate]:
        """Get a patient token. The code is sent once and wiped, whatever happens (CF-002, CF-010)."""
        self._known.meet(patient)
        if code is None:
            return self._open_by_right(patient)
        with code:
            if not code:
                return Failure.of(Code.PRESENCE_EMPTY)
            answer = self._exchange(patient.matricule, code, final=False)
        if isinstance(answer, Failure):
            return answer
        if isinstance(answer, Lost):
            if answer.failure.code is Code.CANCELLED or not answer.sent:
                return answer.failure
        elif not _unanswered(answer):
            return self._kept(patient, answer)
        # Unanswered: the mandate may exist. Only the platform's « no mandate » makes the user type again.
        found = self._open_by_right(patient)
        if isinstance(found, Failure) and found.code is Code.NO_MANDATE:
            return Failure.of(Code.PRESENCE_UNANSWERED)
        return found

    def close(self, patient_id: str) -> None:
        """Drop one patient token, and who he is."""
        self._known.forget(patient_id)
        with self._lock:
            self._held.pop(patient_id, None)

    def drop(self) -> None:
        """Drop all, and who was met."""
        self._known.drop()
        with self._lock:
            self._held.clear()

    def bearer(self, patient_id: str) -> "PatientBearer":
        """The bearer of calls about one open patient."""
        return PatientBearer(self, patient_id)

    def is_open(self, patient_id: str) -> bool:
        """Whether a token for this patient is held."""
        return patient_id in self._held

    def held_by(self, patient_id: str) -> Mandate | None:
        """The mandate of the token that is held for this patient."""
        held = self._held.get(patient_id)
        return held.mandate if held else None

    def ensure(self, patient: Patient) -> Failure | None:
        """Make sure of a token for *patient* by a running mandate, e.g. when the outbox sends."""
        self._known.meet(patient)
        if self.is_open(patient.id):
            return None
        found = self._open_by_right(patient)
        return found if isinstance(found, Failure) else None

    def grant(self, patient_id: str) -> tuple[DpopKey, str] | Failure:
        """Key and living token of an open patient, renewed without presence when it is about to end."""
        held = self._held.get(patient_id)
        if held is None:
            return Failure.of(Code.NO_MANDATE)
        if self._clock.monotonic() >= held.ends - tokens.EARLY_SECONDS:
            failure = self.renew(patient_id, held.access)
            if failure is not None:
                return failure
            held = self._held.get(patient_id)
        return (held.key, held.access) if held else Failure.of(Code.NO_MANDATE)

    def renew(self, patient_id: str, refused: str) -> Failure | None:
        """Ask for a new token by the same right; MANDATE_ENDED when there is none any more."""
        held = self._held.get(patient_id)
        if held is None:
            return Failure.of(Code.NO_MANDATE)
        if held.access != refused:
            return None
        answer = self._ask_again_when_lost(held.matricule)
        if not isinstance(answer, Answer):
            return answer
        if not answer.ok:
            failure = failure_of(answer)
            return Failure.of(Code.MANDATE_ENDED) if failure.code is Code.NO_MANDATE else failure
        fresh = self._read(held.matricule, answer)
        if isinstance(fresh, Failure):
            return fresh
        return self._store(patient_id, fresh, renewal=True)

    def _open_by_right(self, patient: Patient) -> Result[Mandate]:
        answer = self._ask_again_when_lost(patient.matricule)
        return self._kept(patient, answer) if isinstance(answer, Answer) else answer

    def _ask_again_when_lost(self, matricule: Matricule) -> Answer | Failure:
        """Without presence the request has no effect beyond a token: it may be repeated."""
        answer = self._exchange(matricule, None, final=False)
        lost = isinstance(answer, Lost) and answer.may_pass
        if lost or (isinstance(answer, Answer) and answer.status in (502, 504)):
            scope = current_scope()
            if scope is None or scope.pause(caller.BACKOFF_SECONDS[0]):
                answer = self._exchange(matricule, None)
        if isinstance(answer, Answer) and answer.status == 401:
            # the session's own token was refused: renew it, then once more
            session = self._login.grant()
            failure = session if isinstance(session, Failure) else self._login.renew(session[1])
            if failure is not None:
                return failure
            answer = self._exchange(matricule, None)
        return answer.failure if isinstance(answer, Lost) else answer

    def _exchange(
        self, matricule: Matricule, code: Secret | None, *, final: bool = True
    ) -> Answer | Lost | Failure:
        session = self._login.grant()
        if isinstance(session, Failure):
            return session
        endpoints = self._discovery.endpoints()
        if isinstance(endpoints, Failure):
            return endpoints
        key, access = session
        patient = f"{self._profile.systems.matricule}|{matricule.digits}"
        body = presence.exchange_body(access, self._profile.client_id, patient, code)
        if isinstance(body, Failure):
            return body
        if code is not None:
            code.wipe()
        try:
            once = code is not None
            return tokens.post(self._transport, key, endpoints.token, body, once=once, final=final)
        finally:
            presence.overwrite(body)

    def _kept(self, patient: Patient, answer: Answer) -> Result[Mandate]:
        if not answer.ok:
            return failure_of(answer)
        held = self._read(patient.matricule, answer)
        if isinstance(held, Failure):
            return held
        return self._store(patient.id, held, renewal=False) or held.mandate

    def _store(self, patient_id: str, held: _Held, *, renewal: bool) -> Failure | None:
        """Keep a token, unless the session or the record was left while it was on its way."""
        with self._lock:
            if not self._login.holds(held.key):
                return Failure.of(Code.SESSION_ENDED)
            if renewal and patient_id not in self._held:
                return Failure.of(Code.NO_MANDATE)
            self._held[patient_id] = held
        return None

    def _read(self, matricule: Matricule, answer: Answer) -> _Held | Failure:
        session = self._login.grant()
        if isinstance(session, Failure):
            return session
        found = tokens.read(answer)
        if isinstance(found, Failure):
            return found
        mandate = _granted(found)
        if isinstance(mandate, Failure):
            return mandate
        ends = self._clock.monotonic() + max(0.0, found.expires_in)
        return _Held(matricule, session[0], found.access_token, ends, mandate)


@dataclass(frozen=True, slots=True)
class PatientBearer:
    """Calls about one patient carry that patient's token only."""

    access: RecordAccess
    patient_id: str

    def grant(self) -> tuple[DpopKey, str] | Failure:
        """See :meth:`RecordAccess.grant`."""
        return self.access.grant(self.patient_id)

    def renew(self, refused: str) -> Failure | None:
        """See :meth:`RecordAccess.renew`."""
        return self.access.renew(self.patient_id, refused)


def _unanswered(answer: Answer) -> bool:
    """A gateway's error, a refused session or a refused proof says nothing of the code."""
    return answer.status >= 500 or answer.status == 401 or proof_refused(answer)


def _granted(found: tokens.TokenAnswer) -> Mandate | Failure:
    """The mandate of the granted ``authorization_details``; its dates are the platform's (contract §4)."""
    for raw in found.authorization_details:
        try:
            detail = msgspec.json.decode(raw, type=built(_Detail))
        except (msgspec.DecodeError, RecursionError):
            continue
        said = detail.mandate
        kind, start, end = mandate_kind(said.kind), moment(said.start), moment(said.end)
        grace = moment(said.grace_end)
        if (said.end and end is None) or (said.grace_end and grace is None):
            continue  # a misread end must never become « unlimited »
        if detail.type == presence.DETAIL_TYPE and kind is not None and start is not None:
            return Mandate(said.id, kind, start, end, grace, extended(kind, (said.confidentiality or "",)))
    return Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)
