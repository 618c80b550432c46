"""Codes while one types, for one section; call it in a worker."""

from dataclasses import dataclass

from desktop.features.summary.domain.code_search import LISTS, UnknownCode
from desktop.features.summary.domain.sections import SectionKey
from desktop.features.summary.domain.terminology import Concept
from desktop.features.summary.service.terminology import code_search, medication_line


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found for ``typed``; ``unknown``: it looks like a code, and there is none."""

    section: SectionKey
    typed: str
    concepts: tuple[Concept, ...]
    unknown: UnknownCode | None


def hits(section: SectionKey, typed: str) -> Hits:
    """The codes of the tables that belong to *section*; in some there are none, one writes words.

    Of a treatment, its name is looked for: what follows is its dose.
    """
    lists = LISTS.get(section, frozenset())
    search = code_search()
    name = medication_line().read(typed).text if section is SectionKey.MEDICATION else typed
    return Hits(section, typed, search.hits(name, lists), search.missing(typed, lists))
