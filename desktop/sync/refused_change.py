"""Why a guarded change was refused (contract §5): servers say several things with one status.

A JSON Patch whose ``test`` fails is 400 with HAPI, Medplum, Helios and LinuxForHealth, and so is a patch that
they do not like; 409, 412 and 422 are used for either. So the document that stands there says whether
somebody changed it.
"""

import msgspec

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Document
from desktop.sync import fhir_shapes as fhir
from desktop.sync.errors import failure_of, outcome_code
from desktop.sync.search_outcomes import SearchOutcome
from desktop.sync.wire import Answer

_UNCLEAR = frozenset({400, 409, 412, 422})
_NOT_OFFERED = frozenset({405, 415, 501})
_SAYS_NOTHING = frozenset({None, Code.PLATFORM_ERROR, Code.NOT_FOUND})


def needs_reading(answer: Answer) -> bool:
    """Whether only the document can say why; a code of the contract says it by itself."""
    if _is_not_offered(answer) or _named(answer) is not None:
        return False
    return answer.status in _UNCLEAR or answer.status == 404


def reason(answer: Answer, saw: Document, stands: Result[Document]) -> Failure:
    """Why the change of the document that the user *saw* was refused; *stands*: the document read again.

    OPERATION_NOT_OFFERED; CHANGED_ELSEWHERE where another version stands, CHANGE_REFUSED where the same does;
    NOT_FOUND where it is gone; else as the answer says.
    """
    told = failure_of(answer)
    if _is_not_offered(answer):
        return Failure(Code.OPERATION_NOT_OFFERED, told.facts)
    if not needs_reading(answer):
        return told
    if isinstance(stands, Failure):
        return stands if stands.code is Code.NOT_FOUND else told
    if answer.status == 404:  # the document is there, so it is the operation that is not
        return Failure(Code.OPERATION_NOT_OFFERED, told.facts)
    return Failure(Code.CHANGED_ELSEWHERE if _changed(saw, stands) else Code.CHANGE_REFUSED, told.facts)


def _changed(saw: Document, stands: Document) -> bool:
    """Another version, or where a server numbers none, another level or status."""
    if saw.version_tag and stands.version_tag:
        return saw.version_tag != stands.version_tag
    return (saw.level, saw.status) != (stands.level, stands.status)


def _named(answer: Answer) -> object:
    """The contract's code of the answer, where it names one that says something."""
    try:
        code = outcome_code(msgspec.json.decode(answer.body))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    return None if code in _SAYS_NOTHING else code


def _is_not_offered(answer: Answer) -> bool:
    """By its status, or by the code of an issue (HL7 FHIR R4, issue-type: not-supported)."""
    if answer.status in _NOT_OFFERED:
        return True
    said = fhir.shaped(answer.body, SearchOutcome) if answer.status < 500 else None
    return said is not None and any(issue.code == "not-supported" for issue in said.issue)
