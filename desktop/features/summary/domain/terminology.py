"""Code tables as values: where each is from, and what of a code is said by whom.

A label is shown as official only where it is a term of the code system itself; a word of the project that
helps to find a code is a label of ours, and is never sent as the system's.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

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

_HEAD: Final = re.compile(r"# (title|version|source|licence|language|official|test): (.+)")


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
class TableHead:
    """What a table says of itself, for « sources et licences »; all words are the file's own.

    ``language`` (BCP 47) is that of its official labels, or of ours where it has none (``official`` False).
    ``test``: made for tests, no clinical source (« jeu de test »). ``remarks`` are its other lines.
    """

    file: str
    title: str
    version: str
    source: str
    licence: str
    language: str
    official: bool
    test: bool
    remarks: tuple[str, ...] = ()


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
class Substance:
    """A DCI: its codes, and what is on the market somewhere: strengths, forms and routes in French words."""

    name: str
    english: str
    atc: str
    atc_other: tuple[str, ...]
    strengths: tuple[str, ...]
    forms: tuple[str, ...]
    routes: tuple[str, ...]
    allergy_groups: tuple[str, ...]

    @property
    def coding(self) -> Coding:
        """Its ATC code, with the English name that the classification gives it."""
        return Coding(ATC, self.atc, self.english, "en")


@dataclass(frozen=True, slots=True)
class Tables:
    """All of it, read once. ``heads`` stand in the order in which the tables are searched."""

    heads: tuple[TableHead, ...]
    concepts: tuple[Concept, ...]
    substances: tuple[Substance, ...]

    def of(self, lists: frozenset[CodeList]) -> Iterator[Concept]:
        """Those of *lists*, in their order."""
        return (concept for concept in self.concepts if concept.list in lists)


def read_head(file: str, content: str) -> TableHead:
    """The lines ``# name: value`` before the table; KeyError where one is missing."""
    told: dict[str, str] = {}
    remarks = []
    for line in content.splitlines():
        if not line.startswith("#"):
            break
        match = _HEAD.fullmatch(line)
        if match is not None:
            told[match[1]] = match[2]
        else:
            remarks.append(line.removeprefix("#").strip())
    return TableHead(
        file, told["title"], told["version"], told["source"], told["licence"], told["language"],
        told["official"] == "yes", told["test"] == "yes", tuple(remarks),
    )  # fmt: skip


def read_rows(content: str) -> Iterator[Mapping[str, str]]:
    """The rows below the head, by the names of their columns."""
    return csv.DictReader(line for line in content.splitlines() if not line.startswith("#"))


def parts(cell: str) -> tuple[str, ...]:
    """A cell that is a list: its parts, a semicolon between them."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())
