"""The entry that a section makes of a code that was chosen, or of words that were kept without one."""

from dataclasses import replace
from typing import Final

from desktop.features.summary.domain.entries import (
    ENTRY_TYPES,
    Coding,
    Entry,
    Immunization,
    Medication,
    Observation,
    Problem,
)
from desktop.features.summary.domain.sections import RULES, SectionKey
from desktop.features.summary.domain.terminology import LOINC, CodeList, Concept

_ASKS: Final = {  # what is observed where the code that is chosen is the answer (IPS 2.0.1)
    CodeList.TOBACCO: Coding(LOINC, "72166-2", "Tobacco smoking status", "en"),
    CodeList.PREGNANCY: Coding(LOINC, "82810-3", "Pregnancy status", "en"),
}


def entry_of(key: SectionKey, concept: Concept, typed: Medication | None = None) -> Entry:
    """What *concept* says in the section: its label is printed, its code stands beside.

    Of a treatment that was *typed* in one line, the dose and all the rest stay.
    """
    entry = typed or entry_of_words(key, concept.label)
    coded = replace(entry, text=concept.label, codings=(concept.coding,) if concept.coding else ())
    match coded:
        case Problem() if concept.list is CodeList.ALD:
            return replace(coded, ald=int(concept.code))
        case Medication():
            return replace(coded, ingredients=(concept.label,))
        case Immunization() if concept.list is CodeList.TARGET:
            return replace(coded, codings=(), target=concept.label)
        case Observation() if concept.list in _ASKS:
            return replace(coded, codings=(_ASKS[concept.list],), value=concept.coding)
        case _:
            return coded


def entry_of_words(key: SectionKey, words: str) -> Entry:
    """The same in free words: no code is made up for them."""
    return ENTRY_TYPES[RULES[key].kind](text=words)
