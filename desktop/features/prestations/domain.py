"""The yearly résumé des prestations: which there are, and the lines of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from desktop.domain.catalog import RESUME_PRESTATIONS
from desktop.domain.local_time import local_day
from desktop.domain.record import Document, DocumentStatus


class Kind(StrEnum):
    """What a service was; OTHER is what the platform calls by a code that nobody knows."""

    CONSULTATION = "consultation"
    LABORATORY = "laboratoire"
    IMAGING = "imagerie"
    PHARMACY = "pharmacie"
    HOSPITAL = "hospitalisation"
    CARE = "soins"
    OTHER = "autre"


@dataclass(frozen=True, slots=True)
class Performed:
    """One line: ``nature`` in the words of the CNS. What cannot be read is None or ""."""

    day: date | None
    kind: Kind
    nature: str
    provider: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Yearly:
    """One résumé of the CNS: its document, by the day on which it was made."""

    document_id: str
    unique_id: str
    made: date


def yearly(documents: Iterable[Document], patient_id: str) -> tuple[Yearly, ...]:
    """Those of the patient that can be read, the newest first."""
    found = (
        Yearly(d.id, d.unique_id, local_day(d.created))
        for d in documents
        if d.category == RESUME_PRESTATIONS
        and d.patient_id == patient_id
        and d.status is DocumentStatus.CURRENT
        and d.created is not None
    )
    return tuple(sorted(found, key=lambda y: (y.made, y.document_id), reverse=True))


def missing_year(listed: Iterable[Yearly], today: date) -> int | None:
    """The present year, where the CNS has not sent its résumé yet: nobody's fault (domain §B.3)."""
    return None if any(y.made.year == today.year for y in listed) else today.year


def of_kind(lines: Iterable[Performed], kind: Kind | None) -> tuple[Performed, ...]:
    """Those of *kind*, None = all; the newest first, those without a day last."""
    kept = (line for line in lines if kind is None or line.kind is kind)
    return tuple(sorted(kept, key=lambda line: line.day or date.min, reverse=True))


def kinds(lines: Iterable[Performed]) -> tuple[Kind, ...]:
    """The kinds that occur, in their order."""
    there = {line.kind for line in lines}
    return tuple(kind for kind in Kind if kind in there)
