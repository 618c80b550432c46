"""The code tables, read once, when somebody first asks; call it in a worker."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Final

from desktop.common.resource_files import resource
from desktop.domain.drugs.data import Substance
from desktop.domain.table_file import parts, read_head, read_rows
from desktop.features.summary.domain.code_search import CodeSearch
from desktop.features.summary.domain.medication_line import MedicationLine
from desktop.features.summary.domain.sameness import KnownSubstances
from desktop.features.summary.domain.terminology import (
    ATC,
    EDQM,
    ICD10,
    LOINC,
    SNOMED,
    CodeList,
    Concept,
    Tables,
)

# Of the test set: in a summary they only name and code, so a set of one's own changes nothing here.
_DRUG_TABLES: Final = frozenset({"inn_atc.csv", "allergy_groups.csv"})
_VITAL_SIGNS: Final = "constantes"  # the panel that no laboratory measures


@cache
def tables() -> Tables:
    """All tables. OSError or ValueError where the program was not installed whole."""
    ald = resource("data", "ald.csv").read_text(encoding="utf-8")
    heads, concepts = [read_head("ald.csv", ald)], list(_ald(ald))
    for name, rows in _READERS.items():
        content = _read(name)
        head = read_head(name, content)
        heads.append(head)
        concepts += (replace(row, test=True) for row in rows(content)) if head.test else rows(content)
    return Tables(tuple(heads), tuple(concepts), tuple(_substances(_read("inn_atc.csv"))))


@cache
def code_search() -> CodeSearch:
    """The tables as they are searched: folded once."""
    return CodeSearch(tables())


@cache
def known_substances() -> KnownSubstances:
    """The substances by all that they are called."""
    return KnownSubstances(tables().substances)


@cache
def medication_line() -> MedicationLine:
    """How a treatment is read that was typed in one line."""
    return MedicationLine(known_substances(), tables().concepts)


def _read(name: str) -> str:
    folder = "drugs" if name in _DRUG_TABLES else "terminology"
    return resource(folder, name).read_text(encoding="utf-8")


def _ald(content: str) -> Iterator[Concept]:
    for row in read_rows(content):
        # Only what was read in Luxembourg's own texts is official here.
        official = row["check"].startswith("LU")
        yield Concept(CodeList.ALD, "", row["code"], row["label_fr"], "fr", official)


def _icd10(content: str) -> Iterator[Concept]:
    for row in read_rows(content):
        title = row["label_en"]
        yield Concept(CodeList.ICD10, ICD10, row["code"], title, "en", True, title, "en")


def _substances(content: str) -> Iterator[Substance]:
    for row in read_rows(content):
        yield Substance(
            row["inn_fr"], row["inn_en"], row["atc"], parts(row["atc_other"]), parts(row["strengths"]),
            parts(row["forms_fr"]), parts(row["routes"]), parts(row["allergy_groups"]),
        )  # fmt: skip


def _inn(content: str) -> Iterator[Concept]:
    for one in _substances(content):
        yield Concept(
            CodeList.SUBSTANCE, ATC, one.atc, one.name, "fr", False, one.english, "en",
            (one.english,), one.atc_other,
        )  # fmt: skip


def _allergy_groups(content: str) -> Iterator[Concept]:
    for row in read_rows(content):
        yield Concept(CodeList.ALLERGY_GROUP, "", "", row["label_fr"], "fr", False)


def _analytes(content: str) -> Iterator[Concept]:
    for row in read_rows(content):
        kind = CodeList.VITAL_SIGN if row["panel_fr"] == _VITAL_SIGNS else CodeList.ANALYTE
        twins = parts(row["loinc_molar"])
        yield Concept(kind, LOINC, row["loinc"], row["label_fr"], "fr", False, others=twins)


def _vaccines(content: str) -> Iterator[Concept]:
    for row in read_rows(content):
        words = parts(row["covers_fr"])
        yield Concept(CodeList.VACCINE, ATC, row["atc"], row["product"], "", False, words=words)


def _snomed(content: str) -> Iterator[Concept]:
    for row in read_rows(content):
        first, *words = parts(row["label_fr"])
        yield Concept(
            CodeList(row["kind"]), SNOMED, row["code"], first, "fr", False, row["term_en"], "en",
            (row["term_en"], *words),
        )  # fmt: skip


def _edqm(content: str) -> Iterator[Concept]:
    for row in read_rows(content):
        words = (row["label_en"], *parts(row["short_fr"]))
        yield Concept(
            CodeList(row["kind"]),
            EDQM,
            row["code"],
            row["label_fr"],
            "fr",
            False,
            row["label_en"],
            "en",
            words,
        )


_READERS: Final[dict[str, Callable[[str], Iterator[Concept]]]] = {
    "inn_atc.csv": _inn,
    "allergy_groups.csv": _allergy_groups,
    "vaccines.csv": _vaccines,
    "lab_analytes.csv": _analytes,
    "snomed_ips.csv": _snomed,
    "edqm.csv": _edqm,
    "icd10.csv": _icd10,
}
