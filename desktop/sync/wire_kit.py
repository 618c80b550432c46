"""What a feature's own port is built from: the calls that it declared, through the kernel's caller."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import quote

from desktop.domain.errors import Code, ErrorCode, Failure, Result
from desktop.ports.wire_call import Right, WireCall

if TYPE_CHECKING:
    import msgspec

    from desktop.domain.prescription.ordonnance import PatientIdentity
    from desktop.domain.record import Patient
    from desktop.sync.caller import Bearer, Caller
    from desktop.sync.cancel import Scopes
    from desktop.sync.client import Client
    from desktop.sync.fhir_shapes import PatientResource
    from desktop.sync.wire import Answer, Lost

T = TypeVar("T")


class UndeclaredCallError(Exception):
    """A feature asked what it did not declare: a bug, and nothing was sent."""


class AllowedCall(NamedTuple):
    """How one allowed call goes: the platform's parts, and whose token it carries."""

    client: "Client"
    caller: "Caller"
    bearer: "Bearer"


def _of_others(
    client: "Client", call: WireCall, patient_id: str, found: "Sequence[tuple[str, msgspec.Raw]]"
) -> Failure | None:
    """By a patient's right each match is his: LIST_INCOMPLETE where that of one is not proved."""
    if call.right is not Right.RECORD:
        return None
    from desktop.sync import fhir_shapes as fhir
    from desktop.sync.whose import dropped

    owner = client.known.owner(patient_id)
    typed = ((url, raw, fhir.shaped(raw, fhir.Typed)) for url, raw in found)
    matches = [(url, raw) for url, raw, kind in typed if kind and kind.resource_type == call.resource]
    foreign = sum(1 for url, raw in matches if not owner.owns(raw, url))
    dropped(foreign)
    return Failure.of(Code.LIST_INCOMPLETE) if foreign else None


class WireKit:
    """Made by the platform for one feature; what is heavy is loaded by the first call, in a worker.

    It can make *calls* and no others. Each may be cut (CANCELLED) and follows the kernel's rules: proof,
    renewal, retries of reads, no other origin. *patient_id* is needed by calls with :attr:`Right.RECORD`.
    *refusals* are codes of the platform that only this feature knows; every other failure is the kernel's.
    """

    def __init__(
        self,
        client: "Callable[[], Client]",
        scopes: "Scopes",
        calls: tuple[WireCall, ...],
        refusals: Mapping[str, ErrorCode],
    ) -> None:
        self._client = client
        self._scopes = scopes
        self._calls = frozenset(calls)
        self._refusals = refusals

    def me(self) -> str:
        """The FHIR id of this session's Practitioner, "" without a session."""
        return self._client().login.practitioner_id

    def client(self) -> "Client":
        """The platform's parts; nothing is sent."""
        return self._client()

    @property
    def refusals(self) -> Mapping[str, ErrorCode]:
        """The codes of the platform that only this feature knows."""
        return self._refusals

    def patient(self, raw: "PatientResource") -> "Patient | None":
        """A Patient as the kernel reads one, by the profile's code systems; without a matricule None."""
        return self._client().patients.read(raw)

    def is_of(self, patient_id: str, identity: "PatientIdentity") -> bool:
        """Whether a signed identity is that of the patient who was asked for."""
        return self._client().known.owner(patient_id).is_named(identity)

    def those(self, found: tuple[T, ...], asked_for: Callable[[T], bool]) -> tuple[T, ...]:
        """Of what came, what was asked for; the others are counted in the log and nothing else is."""
        from desktop.sync.whose import dropped

        kept = tuple(one for one in found if asked_for(one))
        dropped(len(found) - len(kept))
        return kept

    def search(
        self,
        call: WireCall,
        fields: Mapping[str, str],
        shape: type[T],
        patient_id: str = "",
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Result[tuple[T, ...]]:
        """All pages of a search: ``GET X``, or ``POST X/_search`` for fields with personal data.

        ``GET X/name`` answers with X as well: a named one, in pages (contract §9).

        *shape* is a tolerant struct (as in ``desktop.sync.fhir_shapes``); what cannot be read as one is left
        out. LIST_INCOMPLETE when the platform announced more than it gave, and by a patient's right where a
        match is not proved to be of that patient (:mod:`desktop.sync.whose`).
        """
        with self.allowed(call, patient_id) as (client, caller, bearer):
            from desktop.sync import fhir_search
            from desktop.sync import fhir_shapes as fhir

            by_form = call.method == "POST" and call.path.endswith("/_search")
            start = fhir_search.post_search if by_form else fhir_search.get_search
            first = start(caller, call.path.removesuffix("/_search"), fields, bearer, headers or {})
            found = fhir_search.everything(caller, first, call.resource, bearer)
            if isinstance(found, Failure):
                return found
            strange = _of_others(client, call, patient_id, found)
        if strange is not None:
            return strange
        read = (fhir.shaped(raw, shape) for _, raw in found)
        return tuple(item for item in read if item is not None)

    def resources(
        self,
        call: WireCall,
        fields: Mapping[str, str],
        patient_id: str = "",
        *,
        headers: Mapping[str, str] | None = None,
    ) -> "Result[tuple[dict[str, Any], ...]]":
        """All pages of a search as JSON objects, matches and what comes with them; numbers as written.

        For answers of several kinds (contract §8). What cannot be read is left out. Failures as of
        :meth:`search`.
        """
        with self.allowed(call, patient_id) as (client, caller, bearer):
            from desktop.common import json_text
            from desktop.sync import fhir_search

            by_form = call.method == "POST" and call.path.endswith("/_search")
            start = fhir_search.post_search if by_form else fhir_search.get_search
            first = start(caller, call.path.removesuffix("/_search"), fields, bearer, headers or {})
            found = fhir_search.every_resource(caller, first, bearer)
            if isinstance(found, Failure):
                return found
            strange = _of_others(client, call, patient_id, found)
        if strange is not None:
            return strange
        read = []
        for _, raw in found:
            with suppress(ValueError):
                read.append(json_text.parse(bytes(raw)))
        return tuple(item for item in read if isinstance(item, dict))

    def fetch(
        self,
        call: WireCall,
        patient_id: str = "",
        *,
        id: str = "",
        body: bytes | None = None,
        content_type: str = "application/fhir+json",
        headers: Mapping[str, str] | None = None,
    ) -> "Result[Answer]":
        """One call, its 2xx answer. *id* is what ``{id}`` of its path stands for.

        Only a GET is sent again by itself; what changes something is sent once.
        """
        with self.allowed(call, patient_id) as (_, caller, bearer):
            from desktop.sync.wire import Call

            sent = Call(
                call.method,
                caller.addresses.at(call.path.replace("{id}", quote(id, safe=""))),
                content_type=content_type if body is not None else "",
                body=body,
                headers=headers or {},
                repeatable=call.method == "GET",
            )
            return caller.fetch(sent, bearer)

    def once(
        self, call: WireCall, patient_id: str, *, id: str = "", body: bytes, headers: Mapping[str, str]
    ) -> "Answer | Failure | Lost":
        """One call that changes something: its 2xx answer, why it was refused, or that no answer came.

        An error of the platform's own (5xx) does not say whether it was done: it is Lost too.
        """
        with self.allowed(call, patient_id) as (_, caller, bearer):
            from desktop.sync.errors import failure_of
            from desktop.sync.wire import FHIR, Call, Lost

            url = caller.addresses.at(call.path.replace("{id}", quote(id, safe="")))
            sent = Call(call.method, url, content_type=FHIR, body=body, headers=headers)
            answer = caller.attempt(sent, bearer)
        if isinstance(answer, Lost) or answer.ok:
            return answer
        failure = failure_of(answer, self._refusals)
        unheard = answer.status >= 500 and answer.status != 501  # what is not offered was not done
        return Lost(failure, sent=True) if unheard else failure

    @contextmanager
    def allowed(self, call: WireCall, patient_id: str) -> Iterator[AllowedCall]:
        """What :meth:`search`, :meth:`fetch` and :mod:`desktop.sync.document_kit` go by; nothing is sent."""
        if call not in self._calls:
            raise UndeclaredCallError(f"{call.method} {call.path} ({call.right.value})")
        if call.right is Right.RECORD and not patient_id:
            raise ValueError("a call by a patient's right names the patient")
        with self._scopes.running():
            client = self._client()
            bearer = client.login if call.right is Right.SESSION else client.access.bearer(patient_id)
            yield AllowedCall(client, client.caller.knowing(self._refusals), bearer)
