"""Whose a code, its label and its table are, in words: nothing of ours looks like a system's own."""

import re

from desktop.domain.table_file import TableHead
from desktop.domain.texts import Language, code_words, text
from desktop.features.summary.domain.terminology import SYSTEM_NAMES, CodeList, Concept


def origin_words(concept: Concept) -> str:
    """« E11 ICD-10 · titre officiel en anglais », « ALD 13 · libellé non officiel »."""
    system = SYSTEM_NAMES.get(concept.system, concept.system)
    is_ald = concept.list is CodeList.ALD  # a number, no code of a system
    marks = [text("summary.say_ald", number=concept.code) if is_ald else f"{concept.code} {system}".strip()]
    if not concept.official:
        marks.append(text("summary.code_ours"))
    elif concept.language == Language.EN:
        marks.append(text("summary.code_english"))
    if concept.test:
        marks.append(text("summary.code_test"))
    return " · ".join(filter(None, marks))


def table_words(head: TableHead) -> tuple[str, str, str]:
    """Its name, its version (« jeu de test »), then its source and licence.

    A file that nobody put into words says them in its own.
    """
    name = head.file.removesuffix(".csv")
    title = code_words("summary", "table", name) or head.title
    version = " · ".join((_version(head.version), *([text("summary.code_test")] if head.test else ())))
    said = code_words("summary", "table_source", name)
    return title, version, said or f"{head.source}. {head.licence}."


def _version(written: str) -> str:
    """A day as everywhere else on the screen; a number as it is."""
    return re.sub(r"^(\d{4})-(\d\d)-(\d\d)$", r"\3.\2.\1", written)
