"""The session (contract §2): a challenge signed on the card becomes DPoP-bound tokens, in memory only."""

import base64
import logging
import secrets
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate

from desktop.common.built_types import built
from desktop.domain import catalog
from desktop.domain.account import Account, LoginRequest
from desktop.domain.card import Certificate
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.local_time import day_words
from desktop.ports.clock import ClockPort
from desktop.sync import jwt, tokens
from desktop.sync.cancel import current_scope
from desktop.sync.discovery import Discovery
from desktop.sync.dpop import DpopKey
from desktop.sync.errors import failure_of
from desktop.sync.network import ServerClock
from desktop.sync.profile import PlatformProfile
from desktop.sync.transport import Transport
from desktop.sync.wire import FORM, JSON, Answer, Call, Lost, form

log = logging.getLogger("dsp.login")

ASSERTION_SECONDS = 60
_HEAR_OUT = 2.0
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class _Challenge(msgspec.Struct):
    challenge: str
    server_time: float | str | None = None
    expires_in: float = ASSERTION_SECONDS


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A login waiting for the card."""

    request: LoginRequest
    key: DpopKey
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class _Tokens:
    """A living session; ``ends`` in monotonic seconds."""

    key: DpopKey
    access: str
    refresh: str
    ends: float
    practitioner_id: str


class Login:
    """Prepares, finishes, renews and drops the one session. The bearer of session-wide calls."""

    def __init__(
        self,
        transport: Transport,
        discovery: Discovery,
        profile: PlatformProfile,
        clock: ClockPort,
        server_clock: ServerClock,
        *,
        software_version: str,
    ) -> None:
        """Signed out."""
        self._transport = transport
        self._discovery = discovery
        self._profile = profile
        self._clock = clock
        self._server_clock = server_clock
        self._version = software_version
        self._lock = threading.Lock()
        self._one_refresh = threading.Lock()
        self._prepared: _Prepared | None = None
        self._tokens: _Tokens | None = None
        self._revocations: list[threading.Thread] = []

    # -- logging in ---------------------------------------------------------------------------

    def prepare(self, certificate: Certificate, algorithm: str) -> Result[LoginRequest]:
        """A fresh challenge, a fresh DPoP key, and the bytes that the card signs."""
        if not self._profile.attests(self._version):
            attested = ", ".join(self._profile.attested_versions)
            return Failure.of(Code.VERSION_REFUSED, version=self._version, required=attested)  # CF-022
        endpoints = self._discovery.endpoints()
        if isinstance(endpoints, Failure):
            return endpoints
        answer = self._transport.send(Call("POST", endpoints.challenge, JSON, FORM, b"", deadline=10))
        if isinstance(answer, Lost):
            return answer.failure
        if not answer.ok:
            return failure_of(answer)
        try:
            challenge = msgspec.json.decode(answer.body, type=built(_Challenge))
        except (msgspec.DecodeError, RecursionError):
            return Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)
        self._hear_time(answer, challenge.server_time)
        key = DpopKey(self._server_clock)
        key.hear_nonce(answer.header("dpop-nonce"))
        issued = self._server_clock.stamp()
        name = secrets.token_urlsafe(16)
        signed = jwt.signing_input(
            {"alg": algorithm, "typ": "JWT", "x5c": _x5c(certificate)},
            {
                "iss": certificate.holder_id,
                "sub": certificate.holder_id,
                "aud": endpoints.token,
                "jti": name,
                "iat": issued,
                "exp": issued + min(ASSERTION_SECONDS, max(1, int(challenge.expires_in))),
                "challenge": challenge.challenge,
                "cnf": {"jkt": key.thumbprint},
            },
        )
        request = LoginRequest(name, signed, algorithm)
        with self._lock:
            self._prepared = _Prepared(request, key, certificate)
        return request

    def finish(self, request: LoginRequest, signature: bytes, terms_accepted: str | None) -> Result[Account]:
        """Exchange the proof for tokens; a lost answer is asked for once more with the same assertion."""
        with self._lock:
            prepared = self._prepared
        if prepared is None or prepared.request != request:
            return Failure.of(Code.SESSION_ENDED)
        endpoints = self._discovery.endpoints()
        if isinstance(endpoints, Failure):
            return endpoints
        fields = {
            "grant_type": _JWT_BEARER,
            "assertion": jwt.assembled(request.signing_input, signature),
            "scope": self._profile.scope,
            "client_id": self._profile.client_id,
            "software_version": self._version,
        }
        if terms_accepted is not None:
            fields["terms_accepted"] = terms_accepted
        body = form(fields)
        answer = self._post_again_when_lost(prepared.key, endpoints.token, body)
        if isinstance(answer, Lost):
            return answer.failure
        if not answer.ok:
            return self._refused(prepared.certificate, answer)
        found = tokens.read(answer)
        if isinstance(found, Failure):
            return found
        account = _account(found, prepared.certificate.holder_id)
        if not isinstance(account, Failure) and self._enter(prepared, found, account):
            return account
        self._revoke(prepared.key, found.refresh_token)  # nobody else knows of this session
        return account if isinstance(account, Failure) else Failure.of(Code.CANCELLED)

    def _enter(self, prepared: _Prepared, found: tokens.TokenAnswer, account: Account) -> bool:
        """The session begins; False when the login was cut meanwhile."""
        scope = current_scope()
        with self._lock:
            if self._prepared is not prepared or (scope is not None and scope.cancelled):
                return False
            self._prepared = None
            self._tokens = self._kept(prepared.key, found, account.practitioner_id)
            return True

    def _refused(self, certificate: Certificate, answer: Answer) -> Failure:
        """What the user is told when the platform refuses the proof."""
        failure = failure_of(answer)
        facts = dict(failure.facts)
        if failure.code is Code.CERTIFICATE_EXPIRED:
            facts["date"] = day_words(certificate.not_after)
        elif failure.code is Code.CERTIFICATE_NOT_YET_VALID:
            facts["date"] = day_words(certificate.not_before)
        elif failure.code is Code.VERSION_REFUSED:
            facts |= {"version": self._version, "required": ", ".join(self._profile.attested_versions) or "–"}
        vague = failure.code in (Code.PLATFORM_ERROR, Code.SESSION_ENDED) and answer.status < 500
        return Failure.of(Code.LOGIN_REFUSED if vague else failure.code, **facts)

    # -- the bearer of session-wide calls -----------------------------------------------------

    def holds(self, key: DpopKey) -> bool:
        """Whether *key* is the living session's."""
        held = self._tokens
        return held is not None and held.key is key

    @property
    def practitioner_id(self) -> str:
        """FHIR id of the professional, empty when signed out."""
        held = self._tokens
        return held.practitioner_id if held else ""

    def grant(self) -> tuple[DpopKey, str] | Failure:
        """DPoP key and a living access token, renewed when it is about to end."""
        held = self._tokens
        if held is None:
            return Failure.of(Code.SESSION_ENDED)
        if self._clock.monotonic() >= held.ends - tokens.EARLY_SECONDS:
            failure = self.renew(held.access)
            if failure is not None:
                return failure
            held = self._tokens
        return (held.key, held.access) if held else Failure.of(Code.SESSION_ENDED)

    def renew(self, refused: str) -> Failure | None:
        """Refresh, one at a time: who waited finds the work done (contract §2)."""
        with self._one_refresh:
            held = self._tokens
            if held is None:
                return Failure.of(Code.SESSION_ENDED)
            if held.access != refused:
                return None
            return self._refresh(held)

    def _refresh(self, held: _Tokens) -> Failure | None:
        endpoints = self._discovery.endpoints()
        if isinstance(endpoints, Failure):
            return endpoints
        body = form(
            {
                "grant_type": "refresh_token",
                "refresh_token": held.refresh,
                "client_id": self._profile.client_id,
            }
        )
        answer = self._post_again_when_lost(held.key, endpoints.token, body)
        if isinstance(answer, Lost):
            return answer.failure
        if not answer.ok:
            failure = failure_of(answer)
            if answer.status >= 500 or answer.status == 429:
                return failure
            self._forget(held)
            return failure if failure.code in _ENDING else Failure.of(Code.SESSION_ENDED)
        found = tokens.read(answer)
        if isinstance(found, Failure):
            return found
        fresh = self._kept(held.key, found, held.practitioner_id)
        if not fresh.refresh:
            fresh = replace(fresh, refresh=held.refresh)
        with self._lock:
            left = self._tokens is not held
            if not left:
                self._tokens = fresh
        if left:
            self._revoke(fresh.key, fresh.refresh)
            return Failure.of(Code.SESSION_ENDED)
        return None

    def _post_again_when_lost(self, key: DpopKey, url: str, body: bytes) -> Answer | Lost:
        """Login assertions and refresh tokens may be repeated with the same key (contract §2).

        Cut by a lock, what was sent is heard out: a session that the platform made can be given back.
        """
        answer = tokens.post(self._transport, key, url, body, final=False, hear_out=_HEAR_OUT)
        if isinstance(answer, Lost) and answer.may_pass:
            answer = tokens.post(self._transport, key, url, body, hear_out=_HEAR_OUT)
        return answer

    def _forget(self, held: _Tokens) -> None:
        with self._lock:
            if self._tokens is held:
                self._tokens = None

    def _kept(self, key: DpopKey, found: tokens.TokenAnswer, practitioner_id: str) -> _Tokens:
        ends = self._clock.monotonic() + max(0.0, found.expires_in)
        return _Tokens(key, found.access_token, found.refresh_token, ends, practitioner_id)

    def _hear_time(self, answer: Answer, value: float | str | None) -> None:
        time = _time(value)
        if time is not None:
            dated = answer.header("date") != ""
            (self._server_clock.refine if dated else self._server_clock.hear)(time)

    # -- leaving ------------------------------------------------------------------------------

    def drop(self) -> None:
        """Forget everything now; the refresh token is revoked in the background, one try."""
        with self._lock:
            held, self._tokens, self._prepared = self._tokens, None, None
        if held is not None:
            self._revoke(held.key, held.refresh)

    def _revoke(self, key: DpopKey, refresh: str) -> None:
        """End a session on the platform, in the background, one try; it ends by itself after some hours."""
        endpoints = self._discovery.known_endpoints()
        if not refresh or endpoints is None or not endpoints.revocation:
            return
        body = form(
            {
                "token": refresh,
                "token_type_hint": "refresh_token",
                "client_id": self._profile.client_id,
            }
        )
        proof = {"DPoP": key.proof("POST", endpoints.revocation)}
        call = Call("POST", endpoints.revocation, JSON, FORM, body, proof, deadline=5)
        lane = threading.Thread(
            target=self._transport.send, args=(call,), kwargs={"background": True}, daemon=True
        )
        self._revocations = [t for t in self._revocations if t.is_alive()] + [lane]
        lane.start()

    def close(self, seconds: float = 1.0) -> None:
        """Give running revocations a short moment."""
        for lane in self._revocations:
            lane.join(seconds)


_ENDING = frozenset(
    {
        Code.PRACTICE_SUSPENDED,
        Code.VERSION_REFUSED,
        Code.CERTIFICATE_REVOKED,
        Code.CERTIFICATE_SUSPENDED,
        Code.ACCOUNT_NOT_ACTIVATED,
    }
)


def _x5c(certificate: Certificate) -> list[str]:
    """Leaf and issuing CA, as base64 DER."""
    return [base64.b64encode(_der(c)).decode("ascii") for c in (certificate.der, *certificate.chain[:1])]


def _der(certificate: bytes) -> bytes:
    if certificate.startswith(b"-----BEGIN"):
        return load_pem_x509_certificate(certificate).public_bytes(Encoding.DER)
    return certificate


def _time(value: float | str | None) -> datetime | None:
    """Epoch seconds or RFC 3339."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str):
            time = datetime.fromisoformat(value)
            return time if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def _account(found: tokens.TokenAnswer, holder_id: str) -> Result[Account]:
    practitioner = found.fhirUser.rstrip("/").rpartition("/")[2]
    try:
        profile = catalog.Profile(found.profile)
    except ValueError:
        try:
            profile = catalog.profile_of(found.profession)
        except KeyError:
            return Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)
    if not practitioner:
        return Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)
    practice = tokens.practice(found)
    return Account(found.name, found.ehealth_id, holder_id, found.profession, profile, practitioner, practice)
