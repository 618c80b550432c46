"""ICD-10 categories (WHO, 2019): titles in English, the only ones that a free table has; offline."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from desktop.common.resource_files import resource
from desktop.domain.table_file import read_rows

ICD10: Final = "http://hl7.org/fhir/sid/icd-10"
_CODE: Final = re.compile(r"([A-Z][0-9]{2})\.?([0-9]{1,2})?")


@cache
def categories() -> Mapping[str, str]:
    """Three characters to the title. OSError or ValueError where the program was not installed whole."""
    content = resource("terminology", "icd10.csv").read_text(encoding="utf-8")
    return {row["code"]: row["label_en"] for row in read_rows(content)}


def code_of(typed: str) -> str:
    """« e11 », « E119 », « E11.9 » as the code is written; "" for what is none."""
    found = _CODE.fullmatch(typed.strip().upper())
    return ".".join(filter(None, found.groups())) if found else ""


def title_of(typed: str) -> str:
    """The title of a code's category, "" for a code that does not exist (as far as the table goes)."""
    return categories().get(code_of(typed)[:3], "")
