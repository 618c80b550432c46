"""Drafts in the holder's store: written durably, read back as they were (CF-093). Call it in a worker."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, get_type_hints

import msgspec

from desktop.common.built_types import built
from desktop.domain.errors import Failure, Result
from desktop.domain.record import Patient
from desktop.features.summary.domain.draft import Base, Decision, Draft, Form, Line, Section, Source
from desktop.features.summary.domain.entries import ENTRY_TYPES, Coding, Entry, Observation, Quantity
from desktop.features.summary.domain.sections import EntryKind, SectionKey, SectionState
from desktop.ports.kept import KeptPort

_PUT: Final = (
    "INSERT OR REPLACE INTO summary_draft (id, patient, who, content, saved_at) VALUES (?, ?, ?, ?, ?)"
)
_OF: Final = "SELECT content FROM summary_draft WHERE patient = ? ORDER BY saved_at DESC"
_LISTED: Final = "SELECT who, content FROM summary_draft ORDER BY saved_at DESC"


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft and whose it is, to be found again without a record."""

    patient: Patient
    draft: Draft


@dataclass(frozen=True, slots=True)
class ListedDrafts:
    """The newest first; ``unreadable``: rows besides that nobody can read any more."""

    drafts: tuple[KeptDraft, ...]
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class FoundDraft:
    """``draft`` goes on, None where nothing was begun; ``unreadable``: damaged rows of the patient."""

    draft: Draft | None
    unreadable: int = 0


class Drafts:
    """One draft a patient goes on; a second one, from a store that was mended, comes after it."""

    def __init__(self, rows: KeptPort) -> None:
        self._rows = rows

    def keep(self, patient: Patient, draft: Draft) -> Result[None]:
        """Write *draft* in the place of its former state, on the disk before this returns."""
        who, content = msgspec.json.encode(patient), pack(draft)
        row = (draft.id, patient.id, who, content, draft.saved_at.isoformat() if draft.saved_at else "")
        kept = self._rows.write_durably(lambda rows: rows.execute(_PUT, row))
        return kept if isinstance(kept, Failure) else None

    def of(self, patient_id: str) -> Result[Draft | None]:
        """The draft that goes on, None where nothing was begun."""
        found = self.found(patient_id)
        return found if isinstance(found, Failure) else found.draft

    def found(self, patient_id: str) -> Result[FoundDraft]:
        """The newest that can be read, and how many cannot."""
        found = self._rows.read(lambda rows: rows.execute(_OF, (patient_id,)))
        if isinstance(found, Failure):
            return found
        read = [draft for row in found if (draft := _readable(row[0])) is not None]
        return FoundDraft(read[0] if read else None, len(found) - len(read))

    def all(self) -> Result[ListedDrafts]:
        """Every draft of this holder; one damaged row hides none of the others."""
        found = self._rows.read(lambda rows: rows.execute(_LISTED))
        if isinstance(found, Failure):
            return found
        read = [kept for row in found if (kept := _kept(*row)) is not None]
        return ListedDrafts(tuple(read), len(found) - len(read))

    def drop(self, draft_id: str) -> Result[None]:
        """It was published, or the doctor threw it away."""
        gone = self._rows.write_durably(
            lambda rows: rows.execute("DELETE FROM summary_draft WHERE id = ?", (draft_id,))
        )
        return gone if isinstance(gone, Failure) else None


def pack(draft: Draft) -> bytes:
    """JSON; an entry carries its kind, an observation says of what kind its value is."""
    return msgspec.json.encode(
        _Draft(
            draft.id, draft.patient_id, draft.form, draft.language, draft.base,
            tuple(_section(section) for section in draft.sections), draft.saved_at,
        )
    )  # fmt: skip


def unpack(content: bytes) -> Draft:
    """What :func:`pack` packed."""
    kept = msgspec.json.decode(content, type=built(_Draft))
    sections = tuple(
        Section(s.key, s.state, tuple(map(_line_back, s.lines)), s.note, s.reviewed_at) for s in kept.sections
    )
    return Draft(kept.id, kept.patient_id, kept.form, kept.language, kept.base, sections, kept.saved_at)


def _readable(content: Any) -> Draft | None:
    """None for a row that is damaged, or of a newer program."""
    try:
        return unpack(content)
    except (msgspec.MsgspecError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _kept(who: Any, content: Any) -> KeptDraft | None:
    draft = _readable(content)
    try:
        patient = msgspec.json.decode(who, type=built(Patient))
    except (msgspec.MsgspecError, TypeError):
        return None
    return KeptDraft(patient, draft) if draft is not None else None


class _Line(msgspec.Struct, frozen=True):
    id: str
    entry: dict[str, Any]
    sources: tuple[Source, ...]
    decision: Decision
    conflicts: tuple[dict[str, Any], ...] = ()
    carried: int = 0


class _Section(msgspec.Struct, frozen=True):
    key: SectionKey
    state: SectionState
    lines: tuple[_Line, ...]
    note: str = ""
    reviewed_at: datetime | None = None


class _Draft(msgspec.Struct, frozen=True):
    id: str
    patient_id: str
    form: Form
    language: str
    base: Base | None
    sections: tuple[_Section, ...]
    saved_at: datetime | None = None


def _section(section: Section) -> _Section:
    lines = tuple(
        _Line(ln.id, _plain(ln.entry), ln.sources, ln.decision, tuple(map(_plain, ln.conflicts)), ln.carried)
        for ln in section.lines
    )
    return _Section(section.key, section.state, lines, section.note, section.reviewed_at)


def _line_back(kept: _Line) -> Line:
    conflicts = tuple(map(_entry, kept.conflicts))
    return Line(kept.id, _entry(kept.entry), kept.sources, kept.decision, conflicts, kept.carried)


def _plain(entry: Entry) -> dict[str, Any]:
    plain = {"kind": entry.kind.value, **msgspec.to_builtins(entry)}
    if isinstance(entry, Observation) and entry.value is not None:
        plain["value_is"] = type(entry.value).__name__
    return plain


def _entry(plain: dict[str, Any]) -> Entry:
    kind = ENTRY_TYPES[EntryKind(plain["kind"])]
    if kind is not Observation:
        return msgspec.convert(plain, built(kind))
    said = {
        name: msgspec.convert(plain[name], built(_OBSERVED[name])) for name in _OBSERVED.keys() & plain.keys()
    }
    if "value_is" in plain:
        said["value"] = msgspec.convert(plain["value"], built(_VALUES[plain["value_is"]]))
    return Observation(**said)


_VALUES: Final = {kind.__name__: kind for kind in (Quantity, Coding, str)}
_OBSERVED: Final = {  # all but what JSON cannot tell apart
    name: hint for name, hint in get_type_hints(Observation).items() if name not in ("kind", "value")
}
