"""Domain values as JSON in the database, and what is typed as a question to its full-text index."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TypeVar

import msgspec

from desktop.common.built_types import built
from desktop.domain.deposit import OutboxRow
from desktop.domain.errors import Code, Failure
from desktop.domain.folding import search_words

_T = TypeVar("_T")


def pack(value: object) -> bytes:
    """A frozen dataclass as JSON."""
    return msgspec.json.encode(value, enc_hook=_plain)


def unpack(data: bytes, kind: type[_T]) -> _T:
    """The dataclass again."""
    return msgspec.json.decode(data, type=built(kind))


@dataclass(frozen=True, slots=True)
class _KeptFailure(Failure):
    """A row's failure is the kernel's own; msgspec cannot decode an enumeration that has no members."""

    code: Code


@dataclass(frozen=True, slots=True)
class _KeptRow(OutboxRow):
    failure: _KeptFailure | None = None
    refusal: _KeptFailure | None = None


def unpack_row(data: bytes) -> OutboxRow:
    """An outbox row; its failure's facts are read-only again."""
    kept = unpack(data, _KeptRow)
    values = {field.name: getattr(kept, field.name) for field in fields(OutboxRow)}
    values |= {"failure": _read_only(kept.failure), "refusal": _read_only(kept.refusal)}
    return OutboxRow(**values)


def _read_only(failure: _KeptFailure | None) -> Failure | None:
    return None if failure is None else Failure(failure.code, MappingProxyType(dict(failure.facts)))


def moment(value: datetime | None) -> str | None:
    """UTC in one spelling that sorts as text."""
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_moment(stored: str) -> datetime:
    """Aware UTC."""
    return datetime.strptime(stored, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def query(typed: str) -> str:
    """An FTS5 question: every word or group of words ("5 fu"), each as a beginning; "" when there is none."""
    cleaned = ("".join(c if c.isalnum() else " " for c in word) for word in search_words(typed))
    return " ".join(f'"{words.strip()}"*' for words in cleaned if words.strip())


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError(type(value).__name__)
