"""An ordonnance while it is written: its lines, and what was said of each."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime

from desktop.domain.prescription.ordonnance import Line, RenewalClass
from desktop.domain.texts import Language


@dataclass(frozen=True, slots=True)
class RxDraft:
    """Of one patient. ``typed`` stands in the one field; ``until``: the last day as written, None = three
    months; ``replaces``: the code of the ordonnance in whose place it comes, "" for none; ``second``: the
    language of the patient in which the paper says the posology once more."""

    id: str
    patient_id: str
    lines: tuple[Line, ...] = ()
    typed: str = ""
    until: date | None = None
    replaces: str = ""
    saved_at: datetime | None = None
    second: Language | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing of it is worth keeping."""
        return not self.lines and not self.typed.strip()

    def line(self, number: int) -> Line | None:
        """The line of that number."""
        return next((line for line in self.lines if line.number == number), None)

    def with_line(self, line: Line) -> "RxDraft":
        """*line* in the place of the one with its identifier, else as the last one."""
        if any(one.identifier == line.identifier for one in self.lines):
            lines = tuple(line if one.identifier == line.identifier else one for one in self.lines)
        else:
            lines = (*self.lines, line)
        return replace(self, lines=_numbered(lines))

    def without(self, number: int) -> "RxDraft":
        """The line withdrawn, the others numbered anew; without a line nothing is replaced."""
        lines = _numbered(tuple(one for one in self.lines if one.number != number))
        return replace(self, lines=lines, replaces=self.replaces if lines else "")

    def after(self, issued: frozenset[str]) -> "RxDraft":
        """What is left once the lines of these identifiers were issued: a new ordonnance without them."""
        if not any(line.identifier in issued for line in self.lines):
            return self
        rest = _numbered(tuple(line for line in self.lines if line.identifier not in issued))
        begun = replace(new_draft(self.patient_id), second=self.second)
        return replace(begun, lines=rest, typed=self.typed, saved_at=self.saved_at)


def new_draft(patient_id: str) -> RxDraft:
    """Nothing written yet."""
    return RxDraft(uuid.uuid4().urn, patient_id)


def copied(line: Line) -> Line:
    """A line of a former ordonnance to be written again: a new one, of which nothing was passed over."""
    paper = "" if line.renewal is RenewalClass.S else line.paper_form  # each delivery needs a form of its own
    return replace(line, identifier=uuid.uuid4().urn, overrides=(), paper_form=paper)


def _numbered(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(replace(line, number=number) for number, line in enumerate(lines, 1))
