"""One request as the endpoints see it, who sent it, and the answer: no web framework in here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy.orm import Session as Database

from desktop.simulator import dpop, rules, strict_json
from desktop.simulator.access import Access, access
from desktop.simulator.audit import Actor
from desktop.simulator.outcomes import Refused, raise_if
from desktop.simulator.rules import Refusal
from desktop.simulator.sessions import AccessToken
from desktop.simulator.tables import PatientRow, PractitionerRow
from desktop.simulator.world import World

FHIR = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body (an object becomes JSON) and headers."""

    body: Any = None
    status: int = 200
    content_type: str = FHIR
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """A request; header names are lower case, ``url`` without its query."""

    world: World
    seen: dpop.SeenOnce
    method: str
    url: str
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def parameters(self) -> dict[str, list[str]]:
        """Search parameters of the address and of a POST ``_search`` body."""
        found = {name: list(values) for name, values in self.query.items()}
        if self.method == "POST":
            for name, values in parse_qs(self.body.decode("utf-8", "replace")).items():
                found.setdefault(name, []).extend(values)
        return found

    def form(self) -> dict[str, str]:
        """A form body; a repeated field is refused."""
        fields = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        if any(len(values) > 1 for values in fields.values()):
            raise Refused("request_invalid", detail="repeated field")
        return {name: values[0] for name, values in fields.items()}

    def json(self) -> Any:
        """A JSON body."""
        try:
            return strict_json.loads(self.body)
        except ValueError:
            raise Refused("request_invalid", detail="no JSON") from None

    def if_match(self) -> str:
        """The version that a change is based on; required (contract §5)."""
        tag = self.headers.get("if-match", "")
        if not tag:
            raise Refused("request_invalid", detail="If-Match is required", status=428)
        return bare_tag(tag)


Endpoint = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Requester:
    """The professional behind a token; ``patient_id`` empty with the session token."""

    person: PractitionerRow
    token: AccessToken

    @property
    def patient_id(self) -> str:
        """The patient that the token is restricted to."""
        return self.token.patient_id

    def actor(self, found: Access | None = None, *, as_author: bool = False) -> Actor:
        """Who a trace names."""
        mandate = found.mandate if found and not as_author else None
        return Actor(self.person, self.token.session.software, mandate, as_author or mandate is None)


def signed_in(call: Call, database: Database) -> Requester:
    """Token, DPoP proof and right to practise, at every call (contract §2.4, CF-019); raises Refused."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    now = call.world.clock.now()
    found = call.world.sessions.find(token, now) if scheme.lower() == "dpop" else None
    if found is None:
        raise _challenge("invalid_token")
    expected = dpop.Expected(call.method, call.url, token, call.world.dpop_nonce)
    try:
        jkt = dpop.check(call.headers.get("dpop"), expected, now, call.seen)
    except dpop.DpopRefused as refused:
        nonce = {"DPoP-Nonce": call.world.dpop_nonce} if refused.error == "use_dpop_nonce" else {}
        raise _challenge(refused.error, nonce) from None
    if jkt != found.session.jkt:
        raise _challenge("invalid_token")
    person = database.get(PractitionerRow, found.session.practitioner_id)
    if person is None or person.suspended:
        raise_if(rules.SUSPENDED)
    assert person is not None
    return Requester(person, found)


def patient_of(database: Database, id: str) -> PatientRow:
    """The patient row; raises Refused."""
    patient = database.get(PatientRow, id)
    if patient is None:
        raise Refused("patient_not_found", rules.Lock.PATIENT.value)
    return patient


def in_record(call: Call, database: Database, caller: Requester, patient: PatientRow) -> Access:
    """Access to the patient of a patient token, open now; raises Refused."""
    found = access(database, caller.person, patient, call.world.clock.now())
    if caller.patient_id != patient.id:
        raise_if(rules.NO_MANDATE)
    told(caller, patient.id, rules.open_record(found.viewer, found.record))
    return found


def told(caller: Requester, patient_id: str, refusal: Refusal | None) -> None:
    """Raise a rule's refusal; to the holder of a patient token "no mandate" means that it ended."""
    if refusal == rules.NO_MANDATE and caller.patient_id == patient_id:
        refusal = Refusal(rules.Lock.MANDAT, "mandate_ended")
    raise_if(refusal)


def reference_id(reference: str, kind: str) -> str:
    """``Patient/12`` or ``12`` → ``12``; raises Refused for another kind."""
    prefix, slash, id = reference.rpartition("/")
    if slash and not prefix.endswith(kind):
        raise Refused("request_invalid", detail=f"{kind} reference")
    return id


def bare_tag(tag: str) -> str:
    """``W/"3"`` → ``3``."""
    return tag.strip().removeprefix("W/").strip('"')


def _challenge(error: str, headers: Mapping[str, str] | None = None) -> Refused:
    challenge = {"WWW-Authenticate": f'DPoP error="{error}", algs="ES256"'}
    return Refused("session_ended", headers={**challenge, **(headers or {})})
