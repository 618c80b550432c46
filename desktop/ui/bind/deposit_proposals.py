"""What a form is offered, by its file and by the documents beside it; what the user entered stays."""

from dataclasses import replace
from datetime import date

from desktop.domain.proposal import FileHints, ProposedFrom, proposed
from desktop.domain.record import Level, Patient
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


def as_the_other(form: FilledForm, other: FilledForm) -> FilledForm:
    """*form* with category, day and level of *other*, which the user gave to that one, where its own were not
    given by him: all of them proposals still. What *other* was only proposed by its file stays there."""
    category, created, level, origins = form.category, form.created, form.level, dict(form.proposed)
    if other.category and (not category or Field.CATEGORY in origins):
        category, origins[Field.CATEGORY] = other.category, ProposedFrom.PILE
    if other.created and not other.origin(Field.DATE) and (created is None or Field.DATE in origins):
        created, origins[Field.DATE] = other.created, ProposedFrom.PILE
    if other.level is not level and (level is Level.STANDARD or Field.LEVEL in origins):
        level, origins[Field.LEVEL] = other.level, ProposedFrom.PILE
    return replace(form, category=category, created=created, level=level, proposed=frozenset(origins.items()))


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
