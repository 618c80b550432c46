"""A quantity as people say it: « 180 comprimés », « 1 Tablette », « 2,5 ml », in the reader's language."""

from decimal import Decimal
from functools import cache
from typing import Final

from desktop.domain.drugs.amounts import number_words
from desktop.domain.folding import fold
from desktop.domain.prescription.ordonnance import Amount
from desktop.domain.texts import Language, code_words, current_language

_COUNTED: Final = (
    "tablet", "hard-capsule", "capsule", "lozenge", "ampoule", "vial", "bottle", "sachet", "box", "drop",
    "suppository", "pessary", "pen", "patch", "syringe", "cartridge", "inhaler", "tube", "dose", "piece",
    "dressing", "strip", "needle", "session", "application",
)  # fmt: skip


def quantity_words(amount: Amount, language: Language | None = None) -> str:
    """With its unit, in the singular or plural of *language* (None: that of the screen).

    A unit that is none of ours (« ml », « UI », a word nobody listed) stands as it was written: it is never
    guessed how its plural is made.
    """
    chosen = language or current_language()
    kind = _known().get(fold(amount.unit))
    unit = _word(kind, amount.value, chosen) if kind else amount.unit
    return " ".join(filter(None, (decimal_words(amount.value, chosen), unit)))


def decimal_words(value: Decimal, language: Language | None = None) -> str:
    """« 90 », « 2,5 »; with a point in English."""
    said = number_words(value)
    return said.replace(",", ".") if (language or current_language()) is Language.EN else said


def _word(kind: str, value: Decimal, language: Language) -> str:
    one, several = _forms(kind, language)
    singular = value < 2 if language is Language.FR else value == 1
    return one if singular else several


def _forms(kind: str, language: Language) -> tuple[str, str]:
    told = code_words("units", "units", kind, language=language) or ""
    one, _, rest = told.partition("|")
    return one, rest.partition("|")[0]


@cache
def _known() -> dict[str, str]:
    """Every way to write a unit, in any language and number: one reads what another wrote."""
    return {
        fold(word): kind
        for language in Language
        for kind in _COUNTED
        for word in (code_words("units", "units", kind, language=language) or "").split("|")
    }
