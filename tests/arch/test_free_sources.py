"""No file of a source that is not free stands in the repository (CF-121; domain §8, part D)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_PLACES = (
    "desktop",
    "resources",
    "tests",
    "benchmarks",
    "tools",
    "docs",
    "findings",
    "requirements",
    "launchers",
)
_LINES = 40  # of a file: remarks, then its head
_BYTES = 64 * 1024
_SCRIPTS = {".py", ".md"}  # they may name what is forbidden: this page does

# WHOCC's index with doses, DDInter, DrugBank, CredibleMeds, Vidal, BCB, the CNS's lists, Belgium's SAM,
# France's BDPM (its licence was not readable), the EDQM's whole list, SNOMED CT beyond the IPS set, LOINC.
NAMES = re.compile(
    r"ddinter|drugbank|crediblemeds|\bvidal\b|claude.?bernard|\bbcb[-_]|atc[-_]?ddd|\bwhocc\b|atcd\b"
    r"|liste[-_ ]?positive|liste[-_ ]?substitution|cis_\w+\.txt|bdpm|\bsam[-_]?v2\b|ampp?[-_]export"
    r"|sct2_|der2_|loinc(?:table|_\d)|standard[-_]?terms[-_]?export|thesaurus[-_]?(?:ansm|interactions)",
    re.IGNORECASE,
)
HEADS = (
    re.compile(r"\bddd\b.*\b(?:uom|adm)", re.IGNORECASE),
    re.compile(r"atc_?code\W+atc_?name", re.IGNORECASE),
    re.compile(r"DDInterID", re.IGNORECASE),
    re.compile(r"drugbank[-_ ]?id", re.IGNORECASE),
    re.compile(r"QT.?drugs?.?list|risk of TdP", re.IGNORECASE),
    re.compile(r"\bcode[_ ]?cis\b|\bcis\b\W+(?:cip|d[ée]nomination)", re.IGNORECASE),
    re.compile(r"num[ée]ro national\W+.*(?:prix public|taux de remb)", re.IGNORECASE),
    re.compile(r"definitionStatusId|caseSignificanceId", re.IGNORECASE),
    re.compile(r"LOINC_NUM\W+COMPONENT", re.IGNORECASE),
    re.compile(r"\bcnk\b\W+(?:ampp|name|denomination)", re.IGNORECASE),
)


def data_files(root: Path) -> Iterator[Path]:
    """All files but scripts and pages, wherever something of the project stands."""
    for place in _PLACES:
        for path in sorted((root / place).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def forbidden(root: Path) -> list[str]:
    """Files that are called as a source that is not free, or whose head has its words."""
    found = []
    for path in data_files(root):
        if NAMES.search(path.name):
            found.append(f"{path.name}: name")
        if path.suffix not in _SCRIPTS:
            with path.open("rb") as file:
                head = file.read(_BYTES).decode("utf-8", "replace").splitlines()[:_LINES]
            told = [line for line in head if not line.startswith("#")]
            found += [f"{path.name}: {p.pattern}" for p in HEADS if any(map(p.search, told))]
    return found


def test_no_file_is_of_a_source_that_is_not_free() -> None:
    """CF-121."""
    assert sum(1 for _ in data_files(ROOT)) > 500
    assert forbidden(ROOT) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("WHO ATC-DDD 2026-04-25.csv", "x"),
        ("drugs.csv", "atc_code,atc_name,ddd,uom,adm_r,note"),
        ("drugs.csv", "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level"),
        ("ddinter_downloads_code_A.csv", "a,b"),
        ("drugbank_vocabulary.csv", "DrugBank ID,Accession Numbers"),
        ("links.csv", "DrugBank ID,Name"),
        ("CIS_COMPO_bdpm.txt", "1"),
        ("french.tsv", "Code CIS\tDénomination"),
        ("liste-positive-2026.xlsx", "PK"),
        ("lux.csv", "Numéro national;Dénomination;Prix public;Taux de remboursement"),
        ("sct2_Concept_Snapshot_INT.txt", "id"),
        ("concepts.txt", "id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId"),
        ("LoincTable.csv", "1"),
        ("codes.csv", '"LOINC_NUM","COMPONENT","PROPERTY"'),
        ("SAM_v2.xml", "<a/>"),
        ("belgium.csv", "CNK,AMPP,Name"),
        ("vidal.json", "{}"),
        ("qt.csv", "Generic Name,Risk of TdP"),
    ],
)
def test_a_planted_file_is_seen(tmp_path: Path, name: str, content: str) -> None:
    folder = tmp_path / "resources" / "drugs"
    folder.mkdir(parents=True)
    (folder / "inn_atc.csv").write_text("# the index of the WHOCC has ddd, uom\ninn_fr,inn_en,atc\n")
    assert forbidden(tmp_path) == []
    (folder / name).write_text(content, encoding="utf-8")
    assert forbidden(tmp_path) != []
