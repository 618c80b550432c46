"""The drug data of this PC, read once when somebody first asks; call it in a worker (docs/drug-data.md).

A set that was put into the data folder takes the place of the one that the program brings, which is for
tests. Is it refused, there are no data: the test set never stands in for it unseen.
"""

from functools import cache
from pathlib import Path
from typing import Final

from desktop.common.foreign_files import read_file
from desktop.common.resource_files import resource
from desktop.domain.drugs.data import DrugData
from desktop.domain.drugs.reading import MANIFEST, read_manifest, read_set
from desktop.domain.drugs.search import SubstanceSearch
from desktop.domain.drugs.typed_line import DrugTerm, LineReader
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.table_file import parts, read_rows

FOLDER: Final = "drug-data"
"""The folder of a set of one's own, in the program's data folder."""
LARGEST: Final = 64 * 2**20
"""Bytes of one file of a set."""

_own: list[Path] = []


def look_in(home: Path) -> None:
    """A set in the folder :data:`FOLDER` of *home* takes the place of the built-in one."""
    _own[:] = [home / FOLDER]
    forget()


def forget() -> None:
    """What was read is read anew when it is next asked for."""
    for kept in (drug_data, substance_search, line_reader):
        kept.cache_clear()


@cache
def drug_data() -> Result[DrugData]:
    """The set in force.

    DRUG_DATA_MISSING, DRUG_DATA_MANIFEST, DRUG_DATA_TABLE, DRUG_DATA_CHANGED; or why a file cannot be read.
    """
    for folder in _own:
        if folder.exists():
            return read_folder(folder)
    return read_folder(resource("drugs"))


def read_folder(folder: Path) -> Result[DrugData]:
    """The set in *folder*; fails as :func:`drug_data` does."""
    if not (folder / MANIFEST).exists():
        return Failure.of(Code.DRUG_DATA_MISSING)
    content = read_file(folder / MANIFEST, LARGEST)
    if isinstance(content, Failure):
        return content
    manifest = read_manifest(content)
    if isinstance(manifest, Failure):
        return manifest
    contents: dict[str, bytes] = {}
    for file, _ in manifest.files.values():
        if not (folder / file).exists():
            return Failure.of(Code.DRUG_DATA_TABLE, file=file)
        table = read_file(folder / file, LARGEST)
        if isinstance(table, Failure):
            return table
        contents[file] = table
    return read_set(manifest, contents)


@cache
def substance_search() -> SubstanceSearch:
    """The substances as they are searched; none where there are no data."""
    data = drug_data()
    return SubstanceSearch(() if isinstance(data, Failure) else data.substances)


@cache
def line_reader() -> LineReader:
    """How the prescriber's one field is read."""
    content = resource("terminology", "edqm.csv").read_text(encoding="utf-8")
    terms: dict[str, list[DrugTerm]] = {"form": [], "route": []}
    for row in read_rows(content):
        words = (row["label_en"], *parts(row["short_fr"]))
        terms[row["kind"]].append(DrugTerm(row["code"], row["label_fr"], words))
    return LineReader(substance_search(), terms["form"], terms["route"])
