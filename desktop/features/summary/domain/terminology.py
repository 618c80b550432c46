"""Code tables as values: where each is from, and what of a code is said by whom.

A label is shown as official only where it is a term of the code system itself; a word of the project that
helps to find a code is a label of ours, and is never sent as the system's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from desktop.domain.drugs.data import Substance
from desktop.domain.table_file import TableHead
from desktop.features.summary.domain.entries import Coding

ICD10: Final = "http://hl7.org/fhir/sid/icd-10"
SNOMED: Final = "http://snomed.info/sct"
LOINC: Final = "http://loinc.org"
ATC: Final = "http://www.whocc.no/atc"
EDQM: Final = "http://standardterms.edqm.eu"
ALD: Final = "urn:dsp:ald"  # the numbers of the list of 32: a right of the patient, not a disease
SYSTEM_NAMES: Final = {ICD10: "ICD-10", SNOMED: "SNOMED CT", LOINC: "LOINC", ATC: "ATC", EDQM: "EDQM"}

ABSENT: Final = frozenset(("160245001", "716186003", "787481004", "787482006", "787480003", "787483001"))
"""SNOMED CT codes of IPS 2.0.1 that say « none known »: beside other lines they contradict them."""


class CodeList(StrEnum):
    """What one searches in. ALD and ALLERGY_GROUP have no code system: what is taken from them is text."""

    ALD = "ald"
    ICD10 = "icd10"
    SUBSTANCE = "substance"
    ALLERGY_GROUP = "allergy-group"
    ALLERGEN = "allergen"
    REACTION = "reaction"
    SEVERITY = "severity"
    VACCINE = "vaccine"
    TARGET = "target"
    ANALYTE = "analyte"
    VITAL_SIGN = "vital-sign"
    TOBACCO = "tobacco"
    PREGNANCY = "pregnancy"
    ABSENT = "absent"
    FORM = "form"
    ROUTE = "route"


@dataclass(frozen=True, slots=True)
class Concept:
    """A row that can be found. ``label`` is what is shown, in ``language``; ``official``: the system's own.

    ``term`` (``term_language``) is the system's own term, "" where the table has none; ``words`` are other
    ways to type it, ``others`` other codes of the same thing (former ones, other routes). ``system`` and
    ``code`` are "" where no code system knows it; a number of the list of ALD is a code without system.
    ``test``: of a table that is made for tests.
    """

    list: CodeList
    system: str
    code: str
    label: str
    language: str
    official: bool
    term: str = ""
    term_language: str = ""
    words: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    test: bool = False

    @property
    def coding(self) -> Coding | None:
        """As it is written into an entry: never with a word of ours; None without a code system."""
        if not self.system:
            return None
        return Coding(self.system, self.code, self.term, self.term_language)


@dataclass(frozen=True, slots=True)
class Tables:
    """All of it, read once. ``heads`` stand in the order in which the tables are searched."""

    heads: tuple[TableHead, ...]
    concepts: tuple[Concept, ...]
    substances: tuple[Substance, ...]

    def of(self, lists: frozenset[CodeList]) -> Iterator[Concept]:
        """Those of *lists*, in their order."""
        return (concept for concept in self.concepts if concept.list in lists)


def coding_of(substance: Substance) -> Coding:
    """Its ATC code, with the English name that the classification gives it."""
    return Coding(ATC, substance.atc, substance.english, "en")
