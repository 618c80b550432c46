"""The draft of a patient: every document of the form whose confirmation is not proven."""

from desktop.domain.deposit import PiledDocument
from desktop.services.deposit import new_unique_id
from desktop.ui.bind.deposit_entry import DepositEntry, ReplacedDocument
from desktop.ui.bind.deposit_proposals import entered
from desktop.ui.views.deposit_model import FilledForm


def drafted(entries: list[DepositEntry]) -> tuple[PiledDocument, ...]:
    """What the store keeps of *entries*; one that is being confirmed too, since that may fail."""
    return tuple(_piled(entry) for entry in entries if entry.confirmed is None and not entry.is_empty())


def entry_of(document: PiledDocument, number: int) -> DepositEntry:
    """The form as it was left; its file is checked again by the caller."""
    form = FilledForm(
        document.category, document.title, document.created, document.level, document.patient_objects
    )
    former = ReplacedDocument(document.replaces, document.replaces_title) if document.replaces else None
    return DepositEntry(number, form, replaces=former, unique_id=document.unique_id or new_unique_id())


def _piled(entry: DepositEntry) -> PiledDocument:
    form, name = entered(entry.form), entry.file.name if entry.file else ""
    former = entry.replaces or ReplacedDocument("", "")
    return PiledDocument(
        form.category, form.title, form.created, form.level, form.patient_objects, name, entry.original,
        former.id, former.title, entry.unique_id,
    )  # fmt: skip
