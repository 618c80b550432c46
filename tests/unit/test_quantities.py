"""A quantity with its unit, singular and plural, in each language."""

from decimal import Decimal

import pytest

from desktop.domain.prescription.ordonnance import Amount
from desktop.domain.prescription.quantities import _COUNTED, decimal_words, quantity_words
from desktop.domain.texts import Language, code_words


@pytest.mark.parametrize(
    ("value", "unit", "language", "said"),
    [
        ("180", "comprimé", Language.FR, "180 comprimés"),
        ("1", "comprimés", Language.FR, "1 comprimé"),
        ("1.5", "comprimé", Language.FR, "1,5 comprimé"),
        ("0", "gélule", Language.FR, "0 gélule"),
        ("2", "Gélule", Language.DE, "2 Hartkapseln"),
        ("0.5", "cp", Language.DE, "0,5 Tabletten"),
        ("1", "Tabletten", Language.LB, "1 Tablett"),
        ("1.5", "cp", Language.EN, "1.5 tablets"),
        ("2", "boite", Language.EN, "2 boxes"),
        ("20", "ml", Language.FR, "20 ml"),
        ("2", "unité de bras de fer", Language.FR, "2 unité de bras de fer"),
        ("3", "", Language.DE, "3"),
    ],
)
def test_a_quantity_as_people_say_it(value: str, unit: str, language: Language, said: str) -> None:
    assert quantity_words(Amount(Decimal(value), unit), language) == said


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", _COUNTED)
def test_every_unit_has_both_numbers_and_is_read_back(kind: str, language: Language) -> None:
    one, several = (code_words("units", "units", kind, language=language) or "").split("|")[:2]
    for value, word in ((Decimal(1), one), (Decimal(7), several)):
        assert word and quantity_words(Amount(value, several), language) == f"{value} {word}"
        assert quantity_words(Amount(value, word), language) == f"{value} {word}"


def test_a_number_has_its_language_s_comma() -> None:
    assert [decimal_words(Decimal("2.50"), one) for one in Language] == ["2,5", "2,5", "2,5", "2.5"]
