"""What an OperationOutcome inside a searchset says: silence on its account is not « nothing ».

A server that ran out of time, throttles, or answers in part may still answer 200, with fewer matches and an
outcome among the entries (HL7 FHIR R4, ``Bundle.entry.search.mode`` = outcome).
"""

from collections.abc import Iterator

import msgspec

from desktop.domain.errors import Code, Failure
from desktop.sync import fhir_shapes as fhir
from desktop.sync.errors import outcome_code

_TOO_MANY = frozenset({"multiple-matches", "too-costly"})
# Of these a warning takes no match away: a filter that a server does not know gives more rows, never fewer.
_HARMLESS = frozenset({"success", "informational", "not-supported"})


class SearchIssue(fhir.Struct):
    """OperationOutcome.issue."""

    severity: str = ""
    code: str = ""


class SearchOutcome(fhir.Struct):
    """OperationOutcome."""

    resource_type: str = ""
    issue: list[SearchIssue] = []


def trouble(bundle: fhir.Bundle) -> Failure | None:
    """Why what is missing in *bundle* is not known to be missing; None where no outcome says so.

    A code of the contract as it is; TOO_MANY_MATCHES; else LIST_INCOMPLETE.
    """
    for raw, outcome in _outcomes(bundle):
        issues = [issue for issue in outcome.issue if _counts(issue)]
        if issues:
            told = outcome_code(msgspec.json.decode(raw))
            many = any(issue.code in _TOO_MANY for issue in issues)
            return Failure.of(told or (Code.TOO_MANY_MATCHES if many else Code.LIST_INCOMPLETE))
    return None


def _counts(issue: SearchIssue) -> bool:
    """Errors always; a warning unless it is known to be harmless."""
    if issue.severity == "information":
        return False
    return issue.severity in ("error", "fatal") or issue.code not in _HARMLESS


def _outcomes(bundle: fhir.Bundle) -> Iterator[tuple[bytes, SearchOutcome]]:
    for entry in bundle.entry:
        raw = bytes(entry.resource)
        outcome = fhir.shaped(raw, SearchOutcome) if raw and b'"OperationOutcome"' in raw else None
        if outcome is not None and outcome.resource_type == "OperationOutcome":
            yield raw, outcome
