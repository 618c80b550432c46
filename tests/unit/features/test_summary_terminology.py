"""The code tables: what they hold, what they say of themselves, and that a wrong code would be seen."""

import re
from collections import Counter

import pytest

from desktop.domain.matricule import verhoeff
from desktop.domain.table_file import parts, read_head
from desktop.features.summary.domain.terminology import (
    ATC,
    EDQM,
    ICD10,
    LOINC,
    SNOMED,
    CodeList,
    Concept,
)
from desktop.features.summary.service.terminology import tables
from tools.icd10_table import table

EVERY = tables().concepts
_FORMS = {
    ICD10: r"[A-Z]\d\d",
    ATC: r"[A-Z]\d\d[A-Z]{2}(?:\d\d)?",  # a combination may have its group only
    EDQM: r"\d{8}",
    LOINC: r"\d{1,5}-\d",
    SNOMED: r"\d{6,18}",
}


def of(kind: CodeList) -> list[Concept]:
    return list(tables().of(frozenset({kind})))


def test_all_that_was_asked_for_is_there() -> None:
    assert len(tables().substances) == len(of(CodeList.SUBSTANCE)) == 167
    assert len(of(CodeList.ANALYTE)) + len(of(CodeList.VITAL_SIGN)) == 59
    assert [row.code for row in of(CodeList.ALD)] == [str(number) for number in range(1, 33)]
    assert len(of(CodeList.ICD10)) == 2050
    assert len(of(CodeList.ALLERGY_GROUP)) == 40
    assert len(of(CodeList.VACCINE)) == 42
    assert set(CodeList) == {row.list for row in EVERY}


def test_every_table_says_where_it_is_from() -> None:
    heads = tables().heads
    assert len({head.file for head in heads}) == len(heads) == 8
    assert all(head.title and head.version and head.source and head.licence for head in heads)
    tested = {"inn_atc.csv", "lab_analytes.csv", "allergy_groups.csv", "vaccines.csv"}
    assert {head.file for head in heads if head.test} == tested
    assert all(any("QA" in line for line in head.remarks) for head in heads if head.test)


@pytest.mark.parametrize("missing", ["version", "source", "licence"])
def test_a_table_without_its_head_is_not_read(missing: str) -> None:
    names = ("title", "version", "source", "licence", "language", "official", "test")
    head = "".join(f"# {name}: x\n" for name in names if name != missing)
    with pytest.raises(KeyError, match=missing):
        read_head("x.csv", head + "code\n")


def test_what_is_official_is_in_the_language_of_its_system() -> None:
    """No word of ours looks like one of the system, and none is written into a coding."""
    for row in EVERY:
        if row.official:
            assert (row.language, row.term) in {("en", row.label), ("fr", "")}, row
        if row.coding is not None:
            assert row.coding.display in ("", row.term)
            assert row.coding.display == "" or row.coding.language == "en", row
    assert all(row.official for row in of(CodeList.ICD10))
    assert [row.code for row in of(CodeList.ALD) if row.official] == ["1", "2", "3", "4", "5", "31", "32"]


def test_every_code_has_the_form_of_its_system() -> None:
    for row in EVERY:
        for code in (row.code, *row.others) if row.system else ():
            assert re.fullmatch(_FORMS[row.system], code), row


@pytest.mark.parametrize("system", [LOINC, SNOMED])
def test_every_check_digit_is_right(system: str) -> None:
    proves = {LOINC: _mod10, SNOMED: _verhoeff}[system]
    codes = [code for row in EVERY if row.system == system for code in (row.code, *row.others)]
    assert len(codes) > 50
    assert [code for code in codes if not proves(code)] == []
    assert not proves(codes[0][:-1] + str((int(codes[0][-1]) + 1) % 10))


def test_a_code_stands_once_in_its_list() -> None:
    twice = Counter((row.list, row.code) for row in EVERY if row.code and row.list is not CodeList.VACCINE)
    assert [key for key, times in twice.items() if times > 1] == []


def test_every_form_of_a_substance_has_its_code() -> None:
    known = {row.label for row in of(CodeList.FORM)}
    assert {form for one in tables().substances for form in one.forms} <= known


def test_the_targets_of_the_vaccines_that_are_in_the_ips_are_in_the_table() -> None:
    from desktop.common.resource_files import resource
    from desktop.domain.table_file import read_rows

    content = resource("terminology", "vaccines.csv").read_text(encoding="utf-8")
    rows = [row for row in read_rows(content) if row["code_check"] == "all in IPS set"]
    named = {code for row in rows for code in parts(row["target_disease_sct"])}
    assert len(named) > 10 and named <= {row.code for row in of(CodeList.TARGET)}


def test_icd10_is_written_from_the_data_of_its_package() -> None:
    document = (
        b"<icd><item type='chapter'><name>I</name><description>Chapter</description>"
        b"<item type='category'><name>A00</name><description>Cholera, any</description>"
        b"<item type='subcategory'><name>A00.0</name><description>x</description></item></item></item></icd>"
    )
    written = table(document)
    assert written.splitlines()[-2:] == ["code,label_en", 'A00,"Cholera, any"']
    assert read_head("icd10.csv", written) == next(h for h in tables().heads if h.file == "icd10.csv")
    with pytest.raises(ValueError, match="no table"):
        table(b"<icd/>")


def _mod10(code: str) -> bool:
    number, _, check = code.partition("-")
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(number))]
    return (10 - sum(d // 10 + d % 10 for d in doubled) % 10) % 10 == int(check)


def _verhoeff(code: str) -> bool:
    return verhoeff(code[:-1]) == code[-1]
