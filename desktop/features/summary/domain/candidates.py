"""Which documents could bring lines, said before any is read: each one that is chosen is a traced read.

Only the list of the record is looked at (CF-062): a document with structured data beside it (contract §9),
and the sections that its category feeds (domain §7.4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from desktop.domain.local_time import local_day
from desktop.domain.record import Document, DocumentStatus, data_of
from desktop.features.summary.domain.draft import Source, SourceKind
from desktop.features.summary.domain.publication import CATEGORY
from desktop.features.summary.domain.sections import SECTIONS, SectionKey

LABORATORY: Final = "resultats-biologie"
PRESCRIPTION: Final = frozenset(("traitements-medicaux-prescrits", "traitements-medicamenteux"))
DISPENSATION: Final = "dispensation-medicamenteuse"
_HISTORY: Final = (SectionKey.PROBLEMS, SectionKey.PROCEDURES, SectionKey.PAST_PROBLEMS)
_LETTER: Final = (
    SectionKey.ALLERGIES, SectionKey.PROBLEMS, SectionKey.MEDICATION, SectionKey.PROCEDURES,
    SectionKey.DEVICES,
)  # fmt: skip
FEEDS: Final[dict[str, tuple[SectionKey, ...]]] = {
    CATEGORY: tuple(rule.key for rule in SECTIONS),
    "allergies-intolerances": (SectionKey.ALLERGIES,),
    "antecedents-medico-chirurgicaux": _HISTORY,
    "antecedents-familiaux": (SectionKey.FAMILY_HISTORY,),
    **dict.fromkeys(PRESCRIPTION, (SectionKey.MEDICATION,)),
    DISPENSATION: (SectionKey.MEDICATION,),
    "schema-therapeutique": (SectionKey.MEDICATION,),
    "vaccinations": (SectionKey.IMMUNIZATIONS,),
    "calendrier-vaccinations": (SectionKey.IMMUNIZATIONS,),
    LABORATORY: (SectionKey.RESULTS,),
    "imagerie": (SectionKey.RESULTS,),
    "cr-acte-therapeutique": (SectionKey.PROCEDURES,),
    "protheses-appareillages": (SectionKey.DEVICES,),
    "facteurs-risques": (SectionKey.SOCIAL_HISTORY,),
    "profession-etudes": (SectionKey.SOCIAL_HISTORY,),
    "logement": (SectionKey.SOCIAL_HISTORY,),
    "bilan-autonomie": (SectionKey.FUNCTIONAL_STATUS,),
    "bilan-fonctionnel": (SectionKey.FUNCTIONAL_STATUS,),
    "suivi-soins-pluridisciplinaire": (SectionKey.PLAN_OF_CARE,),
    "protocole-affections-chroniques": (SectionKey.PLAN_OF_CARE,),
    "carnet-soins-palliatifs": (SectionKey.ADVANCE_DIRECTIVES,),
    "protocole-detresse": (SectionKey.ALERTS,),
    "cr-sejour-lettre-sortie": _LETTER,
    "rapport-medical": _LETTER,
    "rpu": _LETTER,
}
"""Category → the sections that it can bring lines to."""

_LONG_AGO: Final = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that could bring lines to ``sections``; ``data`` is what would be read."""

    document: Document
    data: Document
    sections: tuple[SectionKey, ...]

    @property
    def source(self) -> Source:
        """What stands behind its lines: this version of it, and its day in Luxembourg."""
        row = self.document
        day = local_day(row.created) if row.created else None
        return Source(_kind(row.category), row.id, row.title, day, row.author.name)


def could_bring(documents: Iterable[Document], base_id: str) -> tuple[Candidate, ...]:
    """Of a record's list, the newest first; the draft's base (*base_id*) is none, it was read before."""
    rows = tuple(documents)
    data = data_of(rows)
    found = [
        Candidate(row, data[row.id], FEEDS[row.category])
        for row in rows
        if row.status is DocumentStatus.CURRENT
        and row.category in FEEDS
        and row.id in data
        and base_id not in (row.id, data[row.id].id)
    ]
    return tuple(sorted(found, key=lambda one: one.document.created or _LONG_AGO, reverse=True))


def pdf_in_force(documents: Iterable[Document], former: Candidate | None) -> Document | None:
    """The newest résumé patient of a list, where no data stand beside it and *former* is no newer."""
    rows = tuple(documents)
    data = data_of(rows)
    alone = [
        row
        for row in rows
        if row.category == CATEGORY
        and row.status is DocumentStatus.CURRENT
        and not row.transforms
        and row.id not in data
    ]
    newest = max(alone, key=_when, default=None)
    if newest is None or (former is not None and _when(former.document) >= _when(newest)):
        return None
    return newest


def _when(document: Document) -> datetime:
    return document.created or _LONG_AGO


def _kind(category: str) -> SourceKind:
    if category in PRESCRIPTION:
        return SourceKind.PRESCRIPTION
    return {LABORATORY: SourceKind.LAB, DISPENSATION: SourceKind.DISPENSATION}.get(
        category, SourceKind.DOCUMENT
    )
