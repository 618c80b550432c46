"""Codes while one types: eight hits of the tables that belong to a section, always in the same order.

Words are looked for by their beginnings, in any order and spelling (``domain/folding.py``), or by code.
"""

import re
from dataclasses import dataclass
from typing import Final

from desktop.domain.folding import fold, search_words
from desktop.domain.table_file import TableHead
from desktop.features.summary.domain.entries import Coding
from desktop.features.summary.domain.sections import SectionKey
from desktop.features.summary.domain.terminology import ICD10, CodeList, Concept, Tables

HITS: Final = 8
LISTS: Final[dict[SectionKey, frozenset[CodeList]]] = {
    SectionKey.ALLERGIES: frozenset({CodeList.ALLERGY_GROUP, CodeList.ALLERGEN, CodeList.SUBSTANCE}),
    SectionKey.PROBLEMS: frozenset({CodeList.ALD, CodeList.ICD10}),
    SectionKey.PAST_PROBLEMS: frozenset({CodeList.ICD10}),
    SectionKey.MEDICATION: frozenset({CodeList.SUBSTANCE}),
    SectionKey.IMMUNIZATIONS: frozenset({CodeList.VACCINE, CodeList.TARGET}),
    SectionKey.RESULTS: frozenset({CodeList.ANALYTE}),
    SectionKey.PREGNANCY: frozenset({CodeList.PREGNANCY}),
    SectionKey.SOCIAL_HISTORY: frozenset({CodeList.TOBACCO}),
    SectionKey.VITAL_SIGNS: frozenset({CodeList.VITAL_SIGN}),
}
"""What is searched in a section; in the others one writes in free words."""

_ICD10_CODE: Final = re.compile(r"([A-Z]\d\d)(?:\.?\d{1,2})?", re.IGNORECASE)
_LIKE_ICD10: Final = re.compile(r"[A-Z]\d\d[.\dA-Z]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """A code that its table, which is whole, does not have: « table du {version} »."""

    code: str
    table: TableHead


@dataclass(frozen=True, slots=True)
class _Folded:
    """A concept as it is searched: each text a space before every word; ``codes`` in capitals."""

    concept: Concept
    label: str
    words: str
    codes: tuple[str, ...]


class CodeSearch:
    """Build it in a worker; a search is one pass over some thousand short texts."""

    def __init__(self, tables: Tables) -> None:
        self._heads = tables.heads
        self._folded = {
            kind: tuple(map(_folded, tables.of(frozenset({kind})))) for kind in dict.fromkeys(CodeList)
        }
        self._categories = frozenset(row.concept.code for row in self._folded[CodeList.ICD10])
        self._icd10 = next((head for head in tables.heads if head.file == "icd10.csv"), None)

    @property
    def heads(self) -> tuple[TableHead, ...]:
        """What the tables say of themselves."""
        return self._heads

    def hits(self, typed: str, lists: frozenset[CodeList]) -> tuple[Concept, ...]:
        """The :data:`HITS` best: the code itself, labels that begin so, then words; as in the tables."""
        words, code = search_words(typed), _as_known(typed)
        if not words:
            return ()
        found: tuple[list[Concept], ...] = ([], [], [], [])
        for kind in CodeList:
            for row in self._folded[kind] if kind in lists else ():
                rank = _rank(row, words, code)
                if rank is not None:
                    found[rank].append(row.concept)
        return tuple(concept for rank in found for concept in rank)[:HITS]

    def missing(self, typed: str, lists: frozenset[CodeList]) -> UnknownCode | None:
        """What was typed looks like a code of ICD-10 and is none: Z99X. Said where nothing was found."""
        typed = typed.strip()
        if self._icd10 is None or CodeList.ICD10 not in lists or not _LIKE_ICD10.fullmatch(typed):
            return None
        if self._is_icd10(typed):
            return None
        return UnknownCode(typed, self._icd10)

    def unknown(self, coding: Coding) -> UnknownCode | None:
        """A coding that its system cannot have. Of a system whose table is not whole, nothing is said."""
        if coding.system != ICD10 or self._icd10 is None or self._is_icd10(coding.code):
            return None
        return UnknownCode(coding.code, self._icd10)

    def ald(self, number: str) -> str | None:
        """The label of a number of the 32 ALD, None for a number that is none."""
        rows = self._folded[CodeList.ALD]
        return next((row.concept.label for row in rows if row.concept.code == number), None)

    def _is_icd10(self, code: str) -> bool:
        """A category, or a subcategory of one: those are not in the table."""
        match = _ICD10_CODE.fullmatch(code)
        return match is not None and match[1].upper() in self._categories


def _folded(concept: Concept) -> _Folded:
    said, known = (concept.label, *concept.words), (concept.code, *concept.others)
    if concept.list is CodeList.ALD:  # « ALD 13 » is how everybody names it
        said, known = (*said, f"ALD {concept.code}"), (*known, f"ALD{concept.code}")
    words = " ".join(map(fold, said))
    codes = tuple(_bare(code) for code in known if code)
    return _Folded(concept, f" {fold(concept.label)}", f" {words}", codes)


def _as_known(typed: str) -> str:
    """A subcategory of ICD-10 stands for its category: the table has no others."""
    subcategory = _ICD10_CODE.fullmatch(typed.strip())
    return _bare(subcategory[1] if subcategory else typed)


def _bare(code: str) -> str:
    return code.replace(" ", "").replace(".", "").upper()


def _rank(row: _Folded, words: tuple[str, ...], code: str) -> int | None:
    if code in row.codes:
        return 0
    if all(f" {word}" in row.words for word in words):
        return 1 if row.label.startswith(f" {words[0]}") else 3
    return 2 if any(one.startswith(code) for one in row.codes) else None
