"""Domain values as JSON in the database, and text folded for searching."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from desktop.domain.deposit import OutboxRow
from desktop.domain.errors import Code, Failure

_T = TypeVar("_T")
_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ẞ": "SS", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
     "ĳ": "ij", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"}
)  # fmt: skip


def pack(value: object) -> bytes:
    """A frozen dataclass as JSON."""
    return msgspec.json.encode(value, enc_hook=_plain)


def unpack(data: bytes, kind: type[_T]) -> _T:
    """The dataclass again."""
    return msgspec.json.decode(data, type=kind)


@dataclass(frozen=True, slots=True)
class _KeptFailure(Failure):
    """A row's failure is the kernel's own; msgspec cannot decode an enumeration that has no members."""

    code: Code


@dataclass(frozen=True, slots=True)
class _KeptRow(OutboxRow):
    failure: _KeptFailure | None = None


def unpack_row(data: bytes) -> OutboxRow:
    """An outbox row; its failure's facts are read-only again."""
    kept = unpack(data, _KeptRow)
    values = {field.name: getattr(kept, field.name) for field in fields(OutboxRow)}
    if kept.failure is not None:
        values["failure"] = Failure(kept.failure.code, MappingProxyType(dict(kept.failure.facts)))
    return OutboxRow(**values)


def moment(value: datetime | None) -> str | None:
    """UTC in one spelling that sorts as text."""
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_moment(stored: str) -> datetime:
    """Aware UTC."""
    return datetime.strptime(stored, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def fold(written: str) -> str:
    """Ligatures written out, which the tokenizer does not do; used when indexing and when asking."""
    return unicodedata.normalize("NFC", written).translate(_LIGATURES)


def query(words: str) -> str:
    """An FTS5 question: every word, each as a beginning; "" when there is none."""
    cleaned = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFC", fold(words)))
    return " ".join(f'"{word}"*' for word in cleaned.split())


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError(type(value).__name__)
