"""What was typed, as the patient reads it, in each language."""

import pytest

from desktop.domain.prescription.ordonnance import Posology
from desktop.domain.prescription.posology_words import dosage_words, posology_words
from desktop.domain.texts import Language
from desktop.features.prescribing.domain.filling import line_of, typed_again, understood
from desktop.services.drug_data import line_reader


def posology(typed: str) -> Posology:
    read = understood(f"amoxicilline 500 mg gélule {typed} 7j qté 9", line_reader())
    assert read.complete, (read.missing, read.typed.left)
    found = line_of(read, None).posology
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1-1-1", "1 le matin, 1 à midi, 1 le soir"),
        ("1-0-1", "1 le matin, 1 le soir"),
        ("1/2-0-0-1,5", "½ le matin, 1\u00a0½ au coucher"),
        ("0,3-0-0", "0,3 le matin"),
        ("1 matin et soir", "1 le matin, 1 le soir"),
        ("1 abends", "1 le soir"),
        ("3x/j", "3 fois par jour"),
        ("matin et soir", "2 fois par jour"),
        ("1 gélule 3x/j", "1, 3 fois par jour"),
        ("2x1/j", "2 par jour"),
        ("1/j", "1 par jour"),
        ("/8h", "toutes les 8 heures"),
        ("2 gélules toutes les 6 h", "2 toutes les 6 heures"),
        ("1-1-1 si besoin", "1 le matin, 1 à midi, 1 le soir, si besoin"),
    ],
)
def test_what_was_understood_is_said_in_words(typed: str, words: str) -> None:
    assert posology_words(posology(typed), Language.FR) == words


@pytest.mark.parametrize("typed", ["1x/sem", "7/sem", "3/j"])
def test_what_was_not_understood_in_full_stays_as_typed(typed: str) -> None:
    """« 7/sem » is not « 1 par jour »: a dose of a week may be meant to be taken at once."""
    found = posology(typed)
    assert posology_words(found, Language.FR) == ""
    assert dosage_words(found, Language.FR) == found.text


def test_the_code_stands_beside_the_words_in_the_language_of_who_reads() -> None:
    read = {language: dosage_words(posology("1-0-1"), language) for language in Language}
    assert read == {
        Language.FR: "1 le matin, 1 le soir (1-0-1)",
        Language.DE: "1 morgens, 1 abends (1-0-1)",
        Language.LB: "1 moies, 1 owes (1-0-1)",
        Language.EN: "1 in the morning, 1 in the evening (1-0-1)",
    }
    assert dosage_words(posology("1-0-1 si besoin"), Language.DE) == "1 morgens, 1 abends, bei Bedarf (1-0-1)"
    assert posology_words(posology("0,3-0-0"), Language.EN) == "0.3 in the morning"


@pytest.mark.parametrize("typed", ["1 gélule 3x/j", "2 gélules toutes les 6 h", "1 le matin", "1-0-1", "/8h"])
def test_a_line_that_is_edited_keeps_its_posology(typed: str) -> None:
    """The form stands apart in the line: « 1 gélule 3x/j » must not come back as « 3x/j »."""
    line = line_of(understood(f"amoxicilline 500 mg gélule {typed} 7j qté 9", line_reader()), None)
    again = understood(typed_again(line), line_reader())
    assert again.complete, (typed_again(line), again.missing, again.typed.left)
    assert line_of(again, line) == line
