"""A set of drug data read from its files (docs/drug-data.md): manifest first, then its tables.

A file that is not as the manifest says is refused as a whole; a row that cannot be read costs that row, and
is counted, so that the set never looks whole when it is not (CF-117).
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Final, TypeVar

from desktop.domain.drugs.data import (
    RECIPROCAL,
    AllergyGroup,
    CrossReaction,
    DataRow,
    DrugData,
    DuplicateRule,
    Interaction,
    InteractionSeverity,
    ListedClass,
    RuleAction,
    Substance,
    WithdrawnBatch,
)
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.prescription.ordonnance import RenewalClass
from desktop.domain.table_file import columns_of, numbered_rows, parts

MANIFEST: Final = "manifest.toml"
FORMAT: Final = 1
_COLUMNS: Final = {
    "substances": "inn_fr inn_en atc atc_other routes forms_fr strengths allergy_groups un_control",
    "allergy_groups": "group label_fr atc_prefixes cross_reaction_fr action",
    "duplicate_rules": (
        "rule atc_prefixes label_fr action exception_fr same_level days total_inn total_mg except_prefixes"
    ),
    "interactions": "inn_a atc_a inn_b atc_b severity effect_fr advice_fr source_hint verified",
    "withdrawn": "gtin batch withdrawn source_fr reason_fr",
    "classes": "atc_prefix class forms_fr source_fr since",
}
TABLES: Final[Mapping[str, frozenset[str]]] = {
    table: frozenset(columns.split()) for table, columns in _COLUMNS.items()
}
"""The tables of a set, each with the columns that it must have."""
_OPTIONAL: Final = frozenset({"withdrawn", "classes"})  # a set may know no list, a list may be empty

_ATC: Final = re.compile(r"[A-Z]\d\d[A-Z]{2}(?:\d\d)?")
_PREFIX: Final = re.compile(r"[A-Z](?:\d\d(?:[A-Z](?:[A-Z](?:\d\d)?)?)?)?")
_KEY: Final = re.compile(r"[A-Z0-9][A-Z0-9-]*")
_GTIN: Final = re.compile(r"\d{14}")
_FILE: Final = re.compile(r"[\w-][\w.-]*\.csv")
_NONE: Final = "-"

_Row = TypeVar("_Row")
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DrugManifest:
    """What a set says of itself. ``files``: from a table to its file and that file's SHA-256, in hex."""

    name: str
    version: date
    source: str
    licence: str
    test: bool
    files: Mapping[str, tuple[str, str]]


def read_manifest(content: bytes) -> Result[DrugManifest]:
    """DRUG_DATA_MANIFEST names the entry that is missing, or is not what it should be."""
    try:
        told = tomllib.loads(content.decode("utf-8"))
    except ValueError:
        return Failure.of(Code.DRUG_DATA_MANIFEST, entry=MANIFEST)
    wrong = next((entry for entry, right in _ENTRIES.items() if not right(told.get(entry))), None)
    if wrong is not None:
        return Failure.of(Code.DRUG_DATA_MANIFEST, entry=wrong)
    files: dict[str, tuple[str, str]] = {}
    for table in TABLES:
        named = told["tables"].get(table)
        if named is None and table in _OPTIONAL:
            continue
        if not isinstance(named, dict) or not _is_file(named):
            return Failure.of(Code.DRUG_DATA_MANIFEST, entry=f"tables.{table}")
        files[table] = (named["file"], named["sha256"].lower())
    return DrugManifest(
        told["name"], told["version"], told["source"], told["licence"], told["test"], files
    )  # fmt: skip


def read_set(manifest: DrugManifest, contents: Mapping[str, bytes]) -> Result[DrugData]:
    """The set; *contents* are the tables' bytes, by the names of their files.

    DRUG_DATA_CHANGED: other bytes than the manifest knows. DRUG_DATA_TABLE: no text, a column or all rows
    missing.
    """
    tables: dict[str, str] = {}
    for table, (file, digest) in manifest.files.items():
        content = contents.get(file)
        if content is None:
            return Failure.of(Code.DRUG_DATA_TABLE, file=file)
        if sha256(content).hexdigest() != digest:
            return Failure.of(Code.DRUG_DATA_CHANGED, file=file)
        try:
            tables[table] = content.decode("utf-8")
        except ValueError:
            return Failure.of(Code.DRUG_DATA_TABLE, file=file)
        if not TABLES[table] <= set(columns_of(tables[table])):
            return Failure.of(Code.DRUG_DATA_TABLE, file=file)
    names = {table: file for table, (file, _) in manifest.files.items()}
    damaged: list[DataRow] = []

    def rows(table: str, read: Callable[[Cells, DataRow], _Row]) -> tuple[_Row, ...]:
        return tuple(_rows(names[table], tables[table], read, damaged)) if table in tables else ()

    substances, groups = rows("substances", _substance), rows("allergy_groups", _group)
    duplicates, interactions = rows("duplicate_rules", _rule), rows("interactions", _interaction)
    withdrawn, classes = rows("withdrawn", _withdrawn), rows("classes", _class)
    for table, found in (
        ("substances", substances), ("allergy_groups", groups),
        ("duplicate_rules", duplicates), ("interactions", interactions),
    ):  # fmt: skip
        if not found:
            return Failure.of(Code.DRUG_DATA_TABLE, file=names[table])
    return DrugData(
        manifest.name, manifest.version, manifest.source, manifest.licence, manifest.test,
        substances, _once(groups, damaged), _once(duplicates, damaged), interactions, tuple(damaged),
        withdrawn, classes,
    )  # fmt: skip


def _rows(
    file: str, content: str, read: Callable[[Cells, DataRow], _Row], damaged: list[DataRow]
) -> Iterator[_Row]:
    for number, cells in numbered_rows(content):
        row = DataRow(file, number)
        try:
            if cells is None:
                raise ValueError(file)
            yield read(cells, row)
        except (ValueError, ArithmeticError):
            damaged.append(row)


_Keyed = TypeVar("_Keyed", AllergyGroup, DuplicateRule)


def _once(rows: tuple[_Keyed, ...], damaged: list[DataRow]) -> tuple[_Keyed, ...]:
    """Of two rows with one key nobody knows which is meant: the later ones are damage."""
    kept: dict[str, _Keyed] = {}
    for row in rows:
        if kept.setdefault(row.key, row) is not row:
            damaged.append(row.row)
    return tuple(kept.values())


def _substance(cells: Cells, row: DataRow) -> Substance:
    return Substance(
        _said(cells["inn_fr"]), _said(cells["inn_en"]), _form(_ATC, cells["atc"]),
        tuple(_form(_ATC, code) for code in parts(cells["atc_other"])), parts(cells["strengths"]),
        parts(cells["forms_fr"]), parts(cells["routes"]), parts(cells["allergy_groups"]),
        cells["un_control"].strip(), row,
    )  # fmt: skip


def _group(cells: Cells, row: DataRow) -> AllergyGroup:
    action = RuleAction(cells["action"])
    if action is RuleAction.TOTAL:
        raise ValueError(action)
    crosses, remarks = [], []
    for part in parts(cells["cross_reaction_fr"]):
        target, colon, strength = (piece.strip() for piece in part.partition(":"))
        if colon or target == RECIPROCAL:
            crosses.append(CrossReaction(target, strength))
        elif target != _NONE:
            remarks.append(target)
    return AllergyGroup(
        _form(_KEY, cells["group"]), _said(cells["label_fr"]), _prefixes(cells["atc_prefixes"]),
        tuple(crosses), "; ".join(remarks), action, row,
    )  # fmt: skip


def _rule(cells: Cells, row: DataRow) -> DuplicateRule:
    action, prefixes = RuleAction(cells["action"]), _prefixes(cells["atc_prefixes"])
    inn, most = cells["total_inn"].strip(), cells["total_mg"].strip()
    level, days = int(cells["same_level"] or 0), int(cells["days"] or 0)
    if not prefixes or (action is RuleAction.TOTAL) != bool(inn and most) or level < 0 or days < 0:
        raise ValueError(cells["rule"])
    return DuplicateRule(
        _form(_KEY, cells["rule"]), _said(cells["label_fr"]), prefixes, action, cells["exception_fr"].strip(),
        level, days, inn, Decimal(most) if most else None, _prefixes(cells["except_prefixes"]), row,
    )  # fmt: skip


def _interaction(cells: Cells, row: DataRow) -> Interaction:
    verified = {"yes": True, "no": False}.get(cells["verified"])
    if verified is None:
        raise ValueError(cells["verified"])
    return Interaction(
        _said(cells["inn_a"]), _form(_PREFIX, cells["atc_a"]), _said(cells["inn_b"]),
        _form(_PREFIX, cells["atc_b"]), InteractionSeverity(cells["severity"]), _said(cells["effect_fr"]),
        cells["advice_fr"].strip(), cells["source_hint"].strip(), verified, row,
    )  # fmt: skip


def _withdrawn(cells: Cells, row: DataRow) -> WithdrawnBatch:
    return WithdrawnBatch(
        _form(_GTIN, cells["gtin"]), _said(cells["batch"]), date.fromisoformat(cells["withdrawn"]),
        _said(cells["source_fr"]), cells["reason_fr"].strip(), row,
    )  # fmt: skip


def _class(cells: Cells, row: DataRow) -> ListedClass:
    renewal = RenewalClass(cells["class"])
    if renewal is RenewalClass.UNKNOWN:
        raise ValueError(renewal)
    return ListedClass(
        _form(_PREFIX, cells["atc_prefix"]), renewal, parts(cells["forms_fr"]), _said(cells["source_fr"]),
        date.fromisoformat(cells["since"]), row,
    )  # fmt: skip


def _prefixes(cell: str) -> tuple[str, ...]:
    return () if cell == _NONE else tuple(_form(_PREFIX, code) for code in parts(cell))


def _form(form: re.Pattern[str], written: str) -> str:
    if form.fullmatch(written) is None:
        raise ValueError(written)
    return written


def _said(cell: str) -> str:
    if not cell.strip():
        raise ValueError("empty")
    return cell.strip()


def _is_text(told: object) -> bool:
    return isinstance(told, str) and bool(told.strip())


def _is_file(named: Mapping[str, object]) -> bool:
    file, digest = named.get("file"), named.get("sha256")
    return (
        isinstance(file, str)
        and _FILE.fullmatch(file) is not None
        and isinstance(digest, str)
        and re.fullmatch(r"[0-9a-fA-F]{64}", digest) is not None
    )


_ENTRIES: Final[Mapping[str, Callable[[object], bool]]] = {
    "format": lambda told: told == FORMAT,
    "name": _is_text,
    "version": lambda told: isinstance(told, date) and not isinstance(told, datetime),
    "source": _is_text,
    "licence": _is_text,
    "test": lambda told: isinstance(told, bool),
    "tables": lambda told: isinstance(told, dict),
}
