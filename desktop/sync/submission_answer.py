"""What the answer to a submission says, entry by entry (contract §5): refused, and where things stand."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from desktop.domain.errors import Code, ErrorCode, Failure
from desktop.sync import fhir_shapes as fhir
from desktop.sync.errors import failure_of, outcome_code
from desktop.sync.wire import Answer

_MOST_ENTRIES = 12  # of an answer that are looked at for a place: a submission of two documents has seven
_PLACE = re.compile(r"(?:^|/)DocumentReference/([A-Za-z0-9.-]{1,64})(?:/|$)")
_DEADLINE = 60.0
_BYTES_PER_SECOND = 100_000  # the slowest line that is still waited for
_VAGUE = frozenset({Code.PLATFORM_ERROR, Code.NOT_FOUND, Code.OPERATION_NOT_OFFERED})
_NONE: Mapping[str, ErrorCode] = MappingProxyType({})


def deadline(body: bytes) -> float:
    """Seconds that a submission may take."""
    return _DEADLINE + len(body) / _BYTES_PER_SECOND


def refusal(answer: Answer, own: Mapping[str, ErrorCode] = _NONE) -> Failure | None:
    """Why an answer is not a full success: its status, or any entry of its Bundle.

    *own*: see :func:`desktop.sync.errors.failure_of`.
    """
    if not answer.ok:
        failure = failure_of(answer, own)
        vague = failure.code in _VAGUE and answer.status < 500
        return Failure(Code.DEPOSIT_REFUSED, failure.facts) if vague else failure
    bundle = fhir.shaped(answer.body, fhir.Bundle)
    if bundle is None or bundle.resource_type != "Bundle":
        return None  # ITI-105 answers the resource, or nothing
    for entry in bundle.entry:
        if entry.response is None or not entry.response.status.startswith("2"):
            outcome = fhir.shaped(entry.response.outcome, dict) if entry.response else None
            return Failure.of(outcome_code(outcome, own) or Code.DEPOSIT_REFUSED)
    return None


def places(answer: Answer) -> tuple[str, ...]:
    """Ids of the documents that the answer names, former versions among them."""
    bundle = fhir.shaped(answer.body, fhir.Bundle)
    entries = bundle.entry[:_MOST_ENTRIES] if bundle is not None else ()
    named = [answer.header("location"), *(e.response.location for e in entries if e.response)]
    return tuple(dict.fromkeys(found[1] for found in map(_PLACE.search, named) if found))
