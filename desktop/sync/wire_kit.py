"""What a feature's own port is built from: the calls that it declared, through the kernel's caller."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from desktop.domain.errors import Failure, Result
from desktop.ports.wire_call import Right, WireCall

if TYPE_CHECKING:
    from desktop.sync.caller import Bearer
    from desktop.sync.cancel import Scopes
    from desktop.sync.client import Client
    from desktop.sync.wire import Answer

T = TypeVar("T")


class UndeclaredCallError(Exception):
    """A feature asked what it did not declare: a bug, and nothing was sent."""


class WireKit:
    """Made by the platform for one feature; what is heavy is loaded by the first call, in a worker.

    Every call may be cut (CANCELLED) and follows the kernel's rules: proof, renewal, retries of reads,
    no other origin. *patient_id* is needed by calls with :attr:`Right.RECORD`, "" for the others.
    """

    def __init__(self, client: "Callable[[], Client]", scopes: "Scopes", calls: tuple[WireCall, ...]) -> None:
        self._client = client
        self._scopes = scopes
        self._calls = frozenset(calls)

    def me(self) -> str:
        """The FHIR id of this session's Practitioner, "" without a session."""
        return self._client().login.practitioner_id

    def search(
        self, call: WireCall, fields: Mapping[str, str], shape: type[T], patient_id: str = ""
    ) -> Result[tuple[T, ...]]:
        """All pages of a search, by GET or, for fields with personal data, by POST.

        *shape* is a tolerant struct (as in ``desktop.sync.fhir_shapes``); what cannot be read as one is left
        out. LIST_INCOMPLETE when the platform announced more than it gave.
        """
        self._demand(call)
        from desktop.sync import fhir_search
        from desktop.sync import fhir_shapes as fhir

        start = {"GET": fhir_search.get_search, "POST": fhir_search.post_search}[call.method]
        with self._scopes.running():
            client = self._client()
            bearer = _bearer(client, call, patient_id)
            first = start(client.caller, call.resource, fields, bearer)
            found = fhir_search.everything(client.caller, first, call.resource, bearer)
        if isinstance(found, Failure):
            return found
        read = (fhir.shaped(raw, shape) for _, raw in found)
        return tuple(item for item in read if item is not None)

    def fetch(
        self,
        call: WireCall,
        patient_id: str = "",
        *,
        below: str = "",
        body: bytes | None = None,
        content_type: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> "Result[Answer]":
        """One call, its 2xx answer. *below* is the rest of the path ("{id}", "{id}/$operation").

        Only a GET is sent again by itself; what changes something is sent once.
        """
        self._demand(call)
        from desktop.sync.wire import FHIR, Call

        with self._scopes.running():
            client = self._client()
            path = f"{call.resource}/{below}" if below else call.resource
            sent = Call(
                call.method,
                client.caller.addresses.at(path),
                content_type=content_type or (FHIR if body is not None else ""),
                body=body,
                headers=headers or {},
                repeatable=call.method == "GET",
            )
            return client.caller.fetch(sent, _bearer(client, call, patient_id))

    def _demand(self, call: WireCall) -> None:
        if call not in self._calls:
            raise UndeclaredCallError(f"{call.method} {call.resource} ({call.right.value})")


def _bearer(client: "Client", call: WireCall, patient_id: str) -> "Bearer":
    if call.right is Right.SESSION:
        return client.login
    if not patient_id:
        raise ValueError("a call by a patient's right names the patient")
    return client.access.bearer(patient_id)
