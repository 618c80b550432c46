"""From the platform's closed list of codes to ours, each to exactly one; its own words are never shown.

A code is read from an OAuth body (``error_code``, then ``error``) or from an OperationOutcome
(``issue.details.coding.code``), hyphens and underscores alike.
"""

import contextlib
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import msgspec

from desktop.domain.errors import Code, ErrorCode, Failure
from desktop.domain.local_time import day_words
from desktop.sync.fhir_read import plain
from desktop.sync.wire import Answer

CODES: dict[str, Code] = {
    # certificate, account, session (contract §2)
    "card_untrusted": Code.CERTIFICATE_UNTRUSTED,
    "card_revoked": Code.CERTIFICATE_REVOKED,
    "card_suspended": Code.CERTIFICATE_SUSPENDED,
    "card_expired": Code.CERTIFICATE_EXPIRED,
    "card_not_yet_valid": Code.CERTIFICATE_NOT_YET_VALID,
    "account_not_activated": Code.ACCOUNT_NOT_ACTIVATED,
    "practice_suspended": Code.PRACTICE_SUSPENDED,
    "version_refused": Code.VERSION_REFUSED,
    "terms_required": Code.TERMS_REQUIRED,
    "session_ended": Code.SESSION_ENDED,
    # patient, record, mandate (contract §3, §4)
    "patient_not_found": Code.PATIENT_NOT_FOUND,
    "too_many_matches": Code.TOO_MANY_MATCHES,
    "search_too_short": Code.SEARCH_TOO_SHORT,
    "record_none": Code.RECORD_NONE,
    "record_inactive": Code.RECORD_INACTIVE,
    "record_closed": Code.RECORD_CLOSED,
    "record_deceased": Code.RECORD_DECEASED,
    "no_mandate": Code.NO_MANDATE,
    "mandate_ended": Code.MANDATE_ENDED,
    "presence_wrong": Code.PRESENCE_WRONG,
    "presence_locked": Code.PRESENCE_LOCKED,
    "not_entitled": Code.NOT_ENTITLED,
    # documents (contract §5)
    "document_disabled": Code.DOCUMENT_DISABLED,
    "category_not_allowed": Code.CATEGORY_NOT_ALLOWED,
    "level_not_allowed": Code.NOT_ENTITLED,
    "author_mismatch": Code.DEPOSIT_REFUSED,
    "deposit_refused": Code.DEPOSIT_REFUSED,
    "deposit_duplicate": Code.DEPOSIT_REFUSED,
    "file_not_pdf": Code.FILE_NOT_PDF,
    "not_pdfa": Code.FILE_NOT_CONFORMING,
    "file_not_conforming": Code.FILE_NOT_CONFORMING,
    "file_too_large": Code.FILE_TOO_LARGE,
    "digest_mismatch": Code.DIGEST_MISMATCH,
    "date_in_future": Code.DATE_IN_FUTURE,
    "signature_refused": Code.SIGNATURE_REFUSED,
    "patient_objects": Code.PATIENT_OBJECTS,
    "not_modifiable": Code.CHANGE_REFUSED,
    "changed_elsewhere": Code.CHANGED_ELSEWHERE,
    "precondition_required": Code.PLATFORM_ERROR,
    "not_found": Code.NOT_FOUND,
    # the platform itself (contract §10)
    "request_invalid": Code.PLATFORM_ERROR,
    "error": Code.PLATFORM_ERROR,
    "busy": Code.PLATFORM_BUSY,
    "maintenance": Code.PLATFORM_MAINTENANCE,
    "platform_error": Code.PLATFORM_ERROR,
    "platform_busy": Code.PLATFORM_BUSY,
    "platform_maintenance": Code.PLATFORM_MAINTENANCE,
}
LOCKS = frozenset({"patient", "mandat", "habilitation", "dossier", "compte"})

_STATUS: dict[int, Code] = {
    401: Code.SESSION_ENDED,
    403: Code.NOT_ENTITLED,
    404: Code.NOT_FOUND,
    405: Code.OPERATION_NOT_OFFERED,
    409: Code.CHANGED_ELSEWHERE,
    410: Code.NOT_FOUND,
    412: Code.CHANGED_ELSEWHERE,
    413: Code.FILE_TOO_LARGE,
    429: Code.PLATFORM_BUSY,
    501: Code.OPERATION_NOT_OFFERED,
    502: Code.PLATFORM_BUSY,
    503: Code.PLATFORM_MAINTENANCE,
    504: Code.PLATFORM_BUSY,
}


def failure_of(answer: Answer, own: Mapping[str, ErrorCode] = MappingProxyType({})) -> Failure:
    """The failure that an error answer means; its code decides, then its HTTP status.

    *own* are further codes of the platform that only the asking feature knows.
    Facts: ``status``; where said, ``retry_after`` (s) and ``minutes``, ``version`` of the terms,
    ``date`` (dd.MM.yyyy) of an inactive record, ``lock`` (CF-039), and for a feature what the issue's
    extensions tell, by the last part of their addresses (contract §10).
    """
    body = _decoded(answer.body)
    facts: dict[str, str | int] = {"status": answer.status}
    wait, said = answer.retry_after(), body.get("retry_after")
    if wait is None and isinstance(said, int | float) and 0 <= said <= 86_400:
        wait = int(said)
    if wait is not None:
        facts |= {"retry_after": wait, "minutes": max(1, -(-wait // 60))}
    version = body.get("terms_version")
    if isinstance(version, str | int):
        facts["version"] = str(version)[:40]
    until = body.get("inactive_until")
    if isinstance(until, str):
        with contextlib.suppress(ValueError):
            facts["date"] = day_words(date.fromisoformat(until))
    codes = _codes(body)
    if own:
        facts |= _told(body)
    lock = next((c for c in codes if c in LOCKS), None)
    if lock is not None:
        facts["lock"] = lock
    known: Mapping[str, ErrorCode] = {**CODES, **own}
    code = next((known[c] for c in codes if c in known), None)
    return Failure.of(code or _STATUS.get(answer.status, Code.PLATFORM_ERROR), **facts)


def outcome_code(resource: object, own: Mapping[str, ErrorCode] = MappingProxyType({})) -> ErrorCode | None:
    """The first known code of an OperationOutcome, e.g. in a Bundle entry; None when it names none."""
    known: Mapping[str, ErrorCode] = {**CODES, **own}
    return next((known[c] for c in _codes(resource) if c in known), None)


def oauth_error(answer: Answer) -> str:
    """The standard ``error`` of an OAuth answer or of ``WWW-Authenticate``; empty when absent."""
    error = _decoded(answer.body).get("error")
    if isinstance(error, str):
        return error
    header = answer.header("www-authenticate")
    return header.partition('error="')[2].partition('"')[0]


def proof_refused(answer: Answer) -> bool:
    """Whether only the DPoP proof was refused: the request itself was not looked at."""
    wrong = oauth_error(answer) in ("use_dpop_nonce", "invalid_dpop_proof")
    return answer.status in (400, 401) and wrong


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _codes(body: object) -> list[str]:
    """Candidate codes, the most telling first."""
    if not isinstance(body, dict):
        return []
    found: list[object] = [body.get("error_code"), body.get("error")]
    for issue in _items(body.get("issue")):
        details = issue.get("details")
        if isinstance(details, dict):
            found += [coding.get("code") for coding in _items(details.get("coding"))]
    return [c.lower().replace("-", "_") for c in found if isinstance(c, str)]


def _told(body: Mapping[str, Any]) -> dict[str, str | int]:
    """Texts and whole numbers that a refusal tells along, ``-`` as ``_``."""
    found: dict[str, str | int] = {}
    for issue in _items(body.get("issue")):
        for extension in _items(issue.get("extension")):
            name = str(extension.get("url", "")).rpartition("/")[2].replace("-", "_")
            value = next((v for key, v in extension.items() if key.startswith("value")), None)
            if name.isidentifier() and isinstance(value, str | int):
                found[name] = value if isinstance(value, int) else plain(value)
    return found


def _items(value: object) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
