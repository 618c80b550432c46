"""The draft of a patient: every document of the form that is not on its way yet."""

from datetime import datetime

from desktop.domain.deposit import Draft
from desktop.domain.record import Patient
from desktop.services import pile
from desktop.services.pile import PiledDocument
from desktop.ui.bind.deposit_entry import Entry, Former
from desktop.ui.views.deposit_model import FilledForm


def drafted(patient: Patient, entries: list[Entry], now: datetime) -> tuple[Draft, bytes] | None:
    """What the store keeps of *entries*; None when nothing was entered."""
    kept = [entry for entry in entries if entry.is_open() and not entry.is_empty()]
    if not kept:
        return None
    first = kept[0]
    form, name = first.form, first.file.name if first.file else ""
    draft = Draft(patient, form.category, form.title, form.created, form.level, name, now)
    return draft, pile.pack_pile([_piled(entry) for entry in kept])


def restored(kept: tuple[Draft, bytes | None]) -> tuple[PiledDocument, ...]:
    """The documents of a kept draft; those of a former version of the program held one."""
    draft, content = kept
    one = PiledDocument(
        draft.category, draft.title, draft.created, draft.level, False, draft.file_name, content or b""
    )
    return (pile.unpack_pile(content or b"") or (one,))[: pile.MOST]


def entry_of(document: PiledDocument, number: int) -> Entry:
    """The form as it was left; its file is checked again by the caller."""
    form = FilledForm(
        document.category, document.title, document.created, document.level, document.patient_objects
    )
    former = Former(document.replaces, document.replaces_title) if document.replaces else None
    return Entry(number, form, replaces=former)


def _piled(entry: Entry) -> PiledDocument:
    form, name = entry.form, entry.file.name if entry.file else ""
    former = entry.replaces or Former("", "")
    return PiledDocument(
        form.category, form.title, form.created, form.level, form.patient_objects, name, entry.original,
        former.id, former.title,
    )  # fmt: skip
