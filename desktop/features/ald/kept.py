"""What is kept of ALD statements: drafts, and what was sent from this computer with its receipt.

Both are the user's own words: no mandate's end takes them (CF-093). Two drafts of one patient, from a store
that was found again, stand side by side: none takes the other's place.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from desktop.domain.referent import StatementState
from desktop.features.ald.domain import Answer, Course, Draft, Form, Item, KeptSent, Person, Receipt, Sent
from desktop.ports.kept import Fate, Kept, Rows, Table

KEPT = Kept(
    (Table("ald_drafts", Fate.OWN_WORK, None), Table("ald_sent", Fate.OWN_WORK, None)),
    Path(__file__).parent / "migrations",
)
T = TypeVar("T")
_HEAD = "identifier, patient, name, born, first, last, items"
_DRAFT = f"{_HEAD}, saved, sending"
_SENT = f"{_HEAD}, state, sent, number, received, accepted, returned"


def drafts(rows: Rows, patient_id: str = "") -> tuple[Draft, ...]:
    """Of one patient, or of all; the last written first."""
    found = rows.execute(f"SELECT {_DRAFT} FROM ald_drafts ORDER BY saved DESC, identifier")
    read = (_readable(_draft, row) for row in found)
    return tuple(d for d in read if d is not None and patient_id in ("", d.person.patient_id))


def damaged(rows: Rows, patient_id: str = "") -> int:
    """How many drafts of one patient, or with "" drafts and sent ones of all, nobody can read any more.

    They stay where they are; the others are not affected.
    """
    found = rows.execute(f"SELECT {_DRAFT} FROM ald_drafts")
    lost = sum(_readable(_draft, row) is None for row in found if patient_id in ("", row[1]))
    if patient_id:
        return lost
    return lost + sum(_readable(_sent, row) is None for row in rows.execute(f"SELECT {_SENT} FROM ald_sent"))


def put_draft(rows: Rows, draft: Draft) -> None:
    """Write it, in the place of what stood under its identifier."""
    sending = draft.sending.isoformat() if draft.sending else ""
    values = (*_head(draft.person, draft.form), draft.saved.isoformat(), sending)
    rows.execute(f"INSERT OR REPLACE INTO ald_drafts ({_DRAFT}) VALUES ({_marks(values)})", values)


def drop_draft(rows: Rows, identifier: str) -> None:
    """It was sent, or thrown away."""
    rows.execute("DELETE FROM ald_drafts WHERE identifier = ?", (identifier,))


def put_sent(rows: Rows, person: Person, sent: Sent) -> None:
    """Write what the platform told."""
    number, received = (sent.receipt.number, sent.receipt.at.isoformat()) if sent.receipt else ("", "")
    values = (
        *_head(person, sent.form), sent.state.value, sent.sent.isoformat() if sent.sent else "", number,
        received, sent.accepted.isoformat() if sent.accepted else "", sent.returned,
    )  # fmt: skip
    rows.execute(f"INSERT OR REPLACE INTO ald_sent ({_SENT}) VALUES ({_marks(values)})", values)


def all_sent(rows: Rows) -> tuple[KeptSent, ...]:
    """What was sent from here, the last first."""
    found = rows.execute(f"SELECT {_SENT} FROM ald_sent ORDER BY sent DESC, identifier")
    read = (_readable(_sent, row) for row in found)
    return tuple(sent for sent in read if sent is not None)


def _readable(read: Callable[[Sequence[Any]], T], row: Sequence[Any]) -> T | None:
    """None for a row that is damaged, or of a newer program."""
    try:
        return read(row)
    except (ValueError, TypeError, KeyError):
        return None


def _head(person: Person, form: Form) -> tuple[str, ...]:
    born = person.born.isoformat() if person.born else ""
    items = json.dumps([_packed(item) for item in form.items])
    days = form.first.isoformat(), form.last.isoformat()
    return form.identifier, person.patient_id, person.name, born, *days, items


def _read_head(row: Sequence[Any]) -> tuple[Person, Form]:
    identifier, patient, name, born, first, last, items = row
    person = Person(patient, name, date.fromisoformat(born) if born else None)
    days = date.fromisoformat(first), date.fromisoformat(last)
    return person, Form(identifier, *days, tuple(_item(packed) for packed in json.loads(items)))


def _draft(row: Sequence[Any]) -> Draft:
    person, form = _read_head(row[:7])
    saved, sending = row[7:]
    return Draft(person, form, datetime.fromisoformat(saved), _moment(sending))


def _sent(row: Sequence[Any]) -> KeptSent:
    person, form = _read_head(row[:7])
    state, sent, number, received, accepted, returned = row[7:]
    at = _moment(received)
    receipt = Receipt(number, at) if at is not None else None
    day = date.fromisoformat(accepted) if accepted else None
    return KeptSent(person, Sent(form, StatementState(state), _moment(sent), receipt, day, returned))


def _packed(item: Item) -> list[Any]:
    answer, course = item.answer or "", item.course or ""
    return [item.code, answer, item.since, item.text, item.kind, item.long, course, item.icd10]


def _item(packed: Sequence[Any]) -> Item:
    code, answer, since, words, kind, long, course, *later = packed  # what a former program kept has no code
    said, icd10 = Answer(answer) if answer else None, later[0] if later else ""
    return Item(code, said, since, words, kind, long, Course(course) if course else None, icd10)


def _moment(written: str) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
