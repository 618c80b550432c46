"""The token-exchange body, with or without a presence code, built without any copy of the code.

The code goes straight from the secret's buffer into its place in one preallocated bytearray, escaped
for JSON and for the form byte by byte; the caller overwrites that array right after sending (CF-002).
"""

from urllib.parse import quote_plus, urlencode

import msgspec

from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret

DETAIL_TYPE = "dsp_record"
_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
_ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
_HEX = b"0123456789ABCDEF"
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
_MARK = "\x00"
_LONGEST_CODE = 256


def exchange_body(
    access_token: str, client_id: str, patient: str, code: Secret | None
) -> bytearray | Failure:
    """The form of a patient token request (contract §4); *patient* is ``system|matricule``.

    A code longer than 256 bytes, or with control characters, cannot be one: PRESENCE_WRONG.
    """
    detail: dict[str, object] = {"type": DETAIL_TYPE, "patient": patient, "purpose": "TREAT"}
    if code is not None:
        detail["presence"] = {"method": "code", "value": _MARK}
    fields = urlencode(
        {
            "grant_type": _GRANT,
            "subject_token": access_token,
            "subject_token_type": _ACCESS_TOKEN,
            "client_id": client_id,
        }
    )
    written = quote_plus(msgspec.json.encode([detail]).decode("utf-8"))
    head, _, tail = written.partition(quote_plus("\\u0000"))
    start = f"{fields}&authorization_details={head}".encode("ascii")
    end = tail.encode("ascii")
    if code is None:
        return bytearray(start + end)
    return _with_code(start, code.buffer, end)


def overwrite(body: bytearray) -> None:
    """Zero every byte; the length stays, so that a view still held elsewhere cannot block it."""
    for i in range(len(body)):
        body[i] = 0


def _with_code(start: bytes, code: bytearray, end: bytes) -> bytearray | Failure:
    if len(code) > _LONGEST_CODE:
        return Failure.of(Code.PRESENCE_WRONG)
    size = 0
    for byte in code:
        if byte < 0x20 or byte == 0x7F:
            return Failure.of(Code.PRESENCE_WRONG)
        size += 1 if byte in _PLAIN else 6 if byte in b'"\\' else 3
    body = bytearray(len(start) + size + len(end))
    body[: len(start)] = start
    body[len(body) - len(end) :] = end
    at = len(start)
    for byte in code:
        if byte in _PLAIN:
            body[at] = byte
            at += 1
            continue
        if byte in b'"\\':
            at = _escape(body, at, 0x5C)
        at = _escape(body, at, byte)
    return body


def _escape(body: bytearray, at: int, byte: int) -> int:
    body[at], body[at + 1], body[at + 2] = 0x25, _HEX[byte >> 4], _HEX[byte & 15]
    return at + 3
