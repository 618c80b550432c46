"""The token endpoint: card login, refresh, patient token; and revocation (contract §2, §4)."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.domain.catalog import profile_of
from desktop.domain.mandates import EmergencyLevel
from desktop.simulator import dpop, jose, login, presence, strict_json, wire_names
from desktop.simulator.audit import Act, Actor, write
from desktop.simulator.outcomes import OAuthRefused
from desktop.simulator.phones import phone_of
from desktop.simulator.sessions import ACCESS_TIME, SESSION_TIME, Session
from desktop.simulator.tables import OrganizationRow, PatientRow, PractitionerRow, SettingRow
from desktop.simulator.traced import Action
from desktop.simulator.world import World

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
REFRESH = "refresh_token"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
RECORD_DETAIL = "dsp_record"


@dataclass(frozen=True, slots=True)
class TokenCall:
    """One request: the form, the DPoP header and the address it was sent to."""

    form: dict[str, str] = field(repr=False)
    proof: str | None = field(repr=False)
    url: str


@dataclass(frozen=True, slots=True)
class _Answered:
    """A login that was answered: the same assertion with the same key gets the same answer."""

    compact: str
    jkt: str
    body: dict[str, Any]
    until: float


@dataclass(slots=True)
class TokenEndpoint:
    """Challenges, assertions and grants. Secrets of a request live in that request only."""

    world: World
    challenges: login.Challenges = field(default_factory=login.Challenges)
    seen: dpop.SeenOnce = field(default_factory=dpop.SeenOnce)
    _answered: dict[str, _Answered] = field(default_factory=dict)
    _terms: dict[str, float] = field(default_factory=dict)

    def challenge(self) -> dict[str, Any]:
        """A fresh challenge and the platform's time."""
        now = login.epoch(self.world.clock.now())
        with self.world.lock:
            return {
                "challenge": self.challenges.new(now),
                "expires_in": int(login.CHALLENGE_S),
                "server_time": now,
            }

    def token(self, call: TokenCall) -> dict[str, Any]:
        """The answer of one token request; raises OAuthRefused. No other grant than these three (CF-013)."""
        jkt = self._key(call)
        with self.world.lock:
            grants = {JWT_BEARER: self._login, REFRESH: self._refresh, TOKEN_EXCHANGE: self._exchange}
            grant = grants.get(call.form.get("grant_type", ""))
            if grant is None:
                raise OAuthRefused("unsupported_grant_type")
            return grant(call, jkt)

    def revoke(self, form: dict[str, str]) -> None:
        """RFC 7009: always succeeds."""
        with self.world.lock:
            self.world.sessions.revoke(form.get("token", ""))

    def _key(self, call: TokenCall) -> str:
        expected = dpop.Expected("POST", call.url, nonce=self.world.dpop_nonce)
        try:
            return dpop.check(call.proof, expected, self.world.clock.now(), self.seen)
        except dpop.DpopRefused as refused:
            nonce = {"DPoP-Nonce": self.world.dpop_nonce} if self.world.dpop_nonce else {}
            raise OAuthRefused(refused.error, headers=nonce) from None

    # -- login ----------------------------------------------------------------------------------

    def _login(self, call: TokenCall, jkt: str) -> dict[str, Any]:
        world, form = self.world, call.form
        now = world.clock.now()
        seconds = login.epoch(now)
        proof = login.checked_assertion(form.get("assertion", ""), call.url, world.pki, now)
        if proof.jkt != jkt:
            raise OAuthRefused("invalid_grant")
        known = self._answered.get(proof.jti)
        if known is not None:
            same = known.compact == proof.compact and known.jkt == jkt and seconds < proof.expires
            if same and self._lives(known.body):
                return known.body
            raise OAuthRefused("invalid_grant")
        reading_terms = self._terms.get(proof.compact, 0.0) > seconds
        if not reading_terms:
            if seconds > proof.expires:
                raise OAuthRefused("invalid_grant")
            if not self.challenges.use(self._claimed_challenge(proof.compact), seconds):
                raise OAuthRefused("invalid_grant")
        software = form.get("software_version", "")
        with world.database() as database:
            person = login.check_account(database, proof, software, world.accepted_versions)
            self._check_terms(database, person, proof, form.get("terms_accepted", ""), seconds)
            _, access, refresh = world.sessions.begin(person.id, jkt, software, now)
            write(database, now, Actor(person, software), Act(Action.LOGIN))
            place = database.get(OrganizationRow, person.organization_id)
            body = _who(person, place) | {
                "access_token": access,
                "token_type": "DPoP",
                "expires_in": int(ACCESS_TIME.total_seconds()),
                "refresh_token": refresh,
                "refresh_expires_in": int(SESSION_TIME.total_seconds()),
                "scope": form.get("scope", ""),
            }
        self._terms.pop(proof.compact, None)
        self._answered = {k: a for k, a in self._answered.items() if a.until > seconds}
        self._answered[proof.jti] = _Answered(proof.compact, jkt, body, proof.expires + login.TERMS_S)
        return body

    def _lives(self, body: dict[str, Any]) -> bool:
        return self.world.sessions.find(body["access_token"], self.world.clock.now()) is not None

    @staticmethod
    def _claimed_challenge(compact: str) -> object:
        return jose.parse(compact).claims.get("challenge")

    def _check_terms(
        self, database: Database, person: PractitionerRow, proof: login.Proof, accepted: str, now: float
    ) -> None:
        """CF-020. The proof stays good while the user reads: the acceptance repeats the same request."""
        row = database.get(SettingRow, "terms")
        version = row.value if row else ""
        if version and accepted == version:
            person.terms = version
        if version and person.terms != version:
            self._terms = {k: t for k, t in self._terms.items() if t > now}
            self._terms[proof.compact] = now + login.TERMS_S
            raise OAuthRefused("interaction_required", "terms_required", {"terms_version": version})

    # -- refresh ----------------------------------------------------------------------------------

    def _refresh(self, call: TokenCall, jkt: str) -> dict[str, Any]:
        world = self.world
        now = world.clock.now()
        found = world.sessions.refresh(call.form.get("refresh_token", ""), jkt, now)
        if found is None:
            raise OAuthRefused("invalid_grant", "session_ended")
        session, access, refresh = found
        with world.database() as database:
            self._practising(database, session)
        return {
            "access_token": access,
            "token_type": "DPoP",
            "expires_in": int(ACCESS_TIME.total_seconds()),
            "refresh_token": refresh,
        }

    def _practising(self, database: Database, session: Session) -> PractitionerRow:
        person = database.get(PractitionerRow, session.practitioner_id)
        if person is None or person.suspended:
            self.world.sessions.end(session)
            raise OAuthRefused("access_denied", "practice_suspended")
        return person

    # -- patient token ----------------------------------------------------------------------------

    def _exchange(self, call: TokenCall, jkt: str) -> dict[str, Any]:
        world = self.world
        now = world.clock.now()
        token = world.sessions.find(call.form.get("subject_token", ""), now)
        if call.form.get("subject_token_type") != ACCESS_TOKEN:
            raise OAuthRefused("invalid_request")
        if token is None or token.patient_id or token.session.jkt != jkt:
            raise OAuthRefused("invalid_token", "session_ended", status=401)
        matricule, code = _detail(call.form.get("authorization_details", ""))
        with world.database() as database:
            person = self._practising(database, token.session)
            patient = database.scalar(select(PatientRow).where(PatientRow.matricule == matricule))
            if patient is None:
                raise OAuthRefused("access_denied", "patient_not_found")
            actor = Actor(person, token.session.software)
            opening = presence.opening_for(database, world, actor, patient, code)
            mandate = opening.mandate
            renewal = world.sessions.patient_token_of(token.session, patient.id, now)
            # Opening a mandate is its own trace; any other opening has one, with or without a code (CF-060).
            if renewal is None and not opening.new:
                write(database, now, Actor(person, actor.software, mandate), Act(Action.OPEN, patient.id))
            granted = presence.granted(mandate, EmergencyLevel(patient.emergency))
            access = world.sessions.access(token.session, now, patient.id, mandate.id)
        detail = {
            "type": RECORD_DETAIL,
            "patient": f"{wire_names.MATRICULE}|{matricule}",
            "purpose": "TREAT",
            "mandate": granted,
        }
        return {
            "access_token": access,
            "issued_token_type": ACCESS_TOKEN,
            "token_type": "DPoP",
            "expires_in": int(ACCESS_TIME.total_seconds()),
            "authorization_details": [detail],
        }


def _detail(text: str) -> tuple[str, str | None]:
    """Matricule, and the presence code where one was sent."""
    invalid = OAuthRefused("invalid_authorization_details")
    try:
        details = strict_json.loads(text)
        detail = details[0]
        system, _, matricule = detail["patient"].partition("|")
        if len(details) != 1 or detail["type"] != RECORD_DETAIL or system != wire_names.MATRICULE:
            raise invalid
        if detail.get("purpose") != "TREAT" or not matricule:
            raise invalid
        given = detail.get("presence")
        if given is None:
            return matricule, None
        if given["method"] != "code" or not isinstance(given["value"], str) or not given["value"]:
            raise invalid
        return matricule, given["value"]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise invalid from None


def _who(person: PractitionerRow, place: OrganizationRow | None) -> dict[str, Any]:
    practice = {"name": place.name, "address": place.address, "phone": phone_of(person.id)} if place else {}
    return {
        "practice": practice,
        "name": person.name,
        "ehealth_id": person.ehealth_id,
        "profession": person.profession,
        "profile": profile_of(person.profession).value,
        "fhirUser": f"Practitioner/{person.id}",
    }
