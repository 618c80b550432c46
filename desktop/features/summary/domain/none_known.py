"""« Aucune allergie connue » as a line: what the former version says is accepted, not forgotten (CF-074)."""

from collections.abc import Sequence
from typing import Final

from desktop.domain.texts import Language
from desktop.features.summary.domain.entries import ENTRY_TYPES, Coding, Entry
from desktop.features.summary.domain.sections import RULES, SectionKey, SectionState
from desktop.features.summary.domain.terminology import ABSENT, SNOMED
from desktop.features.summary.domain.wording import state_words

NONE_KNOWN: Final = {
    SectionKey.PROBLEMS: "160245001",
    SectionKey.ALLERGIES: "716186003",
    SectionKey.MEDICATION: "787481004",
}
"""SNOMED CT codes of IPS 2.0 that say « none known » as an entry (features A.2)."""


def denial(key: SectionKey, language: Language) -> Entry:
    """The line that says « none known » in one of the three required sections."""
    words = state_words(key, SectionState.NONE_KNOWN, language, None)
    return ENTRY_TYPES[RULES[key].kind](text=words, codings=(Coding(SNOMED, NONE_KNOWN[key]),))


def is_denial(entry: Entry) -> bool:
    """Whether *entry* says that there is nothing."""
    return any(coding.code in ABSENT for coding in entry.codings)


def denies(key: SectionKey, entries: Sequence[Entry]) -> bool:
    """Whether *entries* are all that a required section says, and say that there is nothing."""
    return key in NONE_KNOWN and len(entries) == 1 and is_denial(entries[0])
