"""What a form is offered, by its file and by the documents beside it; what the user entered stays."""

from dataclasses import replace
from datetime import date

from desktop.domain.proposal import FileHints, ProposedFrom, proposed
from desktop.domain.record import Patient
from desktop.ui.views.deposit_model import Field, FilledForm


def offered(form: FilledForm, name: str, hints: FileHints, patient: Patient, today: date) -> FilledForm:
    """*form* with the title and the date that the file called *name* proposes, in place of what another one
    proposed. A date is always there: today's, for want of another."""
    found = proposed(name, hints, today=today, born=patient.birth_date)
    origins = dict(form.proposed)
    title, created = form.title, form.created
    if not title or _is_of_a_file(form, Field.TITLE):
        title = found.title
        origins[Field.TITLE] = found.title_from
        if not title:
            del origins[Field.TITLE]
    if created is None or _is_of_a_file(form, Field.DATE):
        created = found.created or today
        origins[Field.DATE] = found.created_from if found.created else ProposedFrom.TODAY
    return replace(form, title=title, created=created, proposed=frozenset(origins.items()))


def entered(form: FilledForm) -> FilledForm:
    """*form* without what its file proposed: that is read again, and is not the user's."""
    return replace(
        form,
        title="" if _is_of_a_file(form, Field.TITLE) else form.title,
        created=None if _is_of_a_file(form, Field.DATE) else form.created,
    )


def _is_of_a_file(form: FilledForm, what: Field) -> bool:
    origin = form.origin(what)
    return origin is not None and origin.is_of_a_file()
