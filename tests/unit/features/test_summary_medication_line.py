"""A treatment as it is typed: what is understood has its field, and no word is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.folding import fold
from desktop.features.summary.domain.entries import Coding, Medication, PartialDate
from desktop.features.summary.domain.medication_line import MedicationLine
from desktop.features.summary.domain.terminology import ATC, EDQM
from desktop.features.summary.domain.wording import day_words
from desktop.features.summary.service.terminology import known_substances, tables

LINE = MedicationLine(known_substances(), tables().concepts)
TABLET = Coding(EDQM, "10219000", "Tablet", "en")


def metformin(**said: object) -> Medication:
    coded = {"codings": (Coding(ATC, "A10BA02", "metformin", "en"),), "ingredients": ("metformine",)}
    return Medication(text="metformine", **coded, **said)  # type: ignore[arg-type]


def test_all_of_it_in_one_line() -> None:
    assert LINE.read("metformine 850 mg comprimé 1-0-1 depuis 03.2024 jusqu'à 06.2026") == metformin(
        strength="850 mg", form="comprimé", form_coding=TABLET, dosage="1-0-1",
        start=PartialDate("2024-03"), stop=PartialDate("2026-06"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "name", "strength", "dosage"),
    [
        ("ramipril 1-0-0", "ramipril", "", "1-0-0"),
        ("bisoprolol 1/2-0-0", "bisoprolol", "", "1/2-0-0"),
        ("bisoprolol 2,5 mg 1/2-0-0", "bisoprolol", "2,5 mg", "1/2-0-0"),
        (
            "amoxicilline/acide clavulanique 875/125 mg 1-1-1",
            "amoxicilline/acide clavulanique",
            "875/125 mg",
            "1-1-1",
        ),
        ("insuline glargine 100 UI/ml 0-0-20", "insuline glargine", "100 UI/ml", "0-0-20"),
        ("metformin 1000mg 1-0-1 au repas", "metformin", "1000mg", "1-0-1 au repas"),
        ("850 mg metformine", "metformine", "850 mg", ""),
        ("Oméga 3 1-0-0", "Oméga 3", "", "1-0-0"),
        ("Vitamine D3 25000 UI 1x/mois", "Vitamine D3", "25000 UI", "1x/mois"),
        ("Vitamine D3 1x/mois", "Vitamine D3", "", "1x/mois"),
        ("Kardegic 75", "Kardegic", "75", ""),
        ("metformine 850 1-0-1", "metformine", "850", "1-0-1"),
        ("comprimé", "comprimé", "", ""),
        ("mg", "mg", "", ""),
    ],
)
def test_name_strength_and_rhythm(typed: str, name: str, strength: str, dosage: str) -> None:
    taken = LINE.read(typed)
    assert (taken.text, taken.strength, taken.dosage) == (name, strength, dosage)


@pytest.mark.parametrize(
    ("typed", "form", "route"),
    [
        ("metformine cp", "comprimé", ""),
        ("diltiazem 120 mg gélule LP 1-0-1", "gélule LP", ""),
        ("diltiazem 120 mg GELULE 1-0-1", "gélule", ""),
        ("insuline glargine stylo sc", "stylo prérempli", "sous-cutanée"),
        ("paracétamol 1 g per os", "", "orale"),
    ],
)
def test_form_and_route_have_the_words_of_their_table(typed: str, form: str, route: str) -> None:
    taken = LINE.read(typed)
    assert (taken.form, taken.route) == (form, route)
    assert (taken.form_coding is None, taken.route_coding is None) == (not form, not route)


@pytest.mark.parametrize(
    ("typed", "start", "stop"),
    [
        ("x depuis 2010", "2010", None),
        ("x depuis le 14.03.2024", "2024-03-14", None),
        ("x seit 03.2024 bis zum 01.06.2024", "2024-03", "2024-06-01"),
        ("x zënter 2020", "2020", None),
        ("x since 2020 until 2021", "2020", "2021"),
        ("x jusqu’au 31.12.2026", None, "2026-12-31"),
    ],
)
def test_dates_in_four_languages_as_exact_as_typed(typed: str, start: str | None, stop: str | None) -> None:
    taken = LINE.read(typed)
    assert (taken.start and taken.start.iso, taken.stop and taken.stop.iso) == (start, stop)
    assert taken.text == "x" and taken.dosage == ""


def test_a_date_that_is_none_stays_with_its_words() -> None:
    taken = LINE.read("ramipril 1-0-0 depuis 31.02.2024")
    assert taken.start is None and taken.dosage == "1-0-0 depuis 31.02.2024"


@pytest.mark.parametrize("typed", ["ibuprofène 400 mg si besoin", "ibuprofène 400 mg bei Bedarf"])
def test_as_needed(typed: str) -> None:
    assert LINE.read(typed).as_needed is True
    assert LINE.read("ibuprofène 400 mg 1-1-1").as_needed is None, "not said is not no"


def test_a_substance_is_found_by_any_of_its_names_and_a_product_is_not_guessed() -> None:
    assert LINE.read("PREGABALIN 75 mg").codings[0].code == "N02BF02"
    assert LINE.read("Lyrica 75 mg").codings == ()


_WORDS = st.lists(
    st.sampled_from(
        (
            "metformine",
            "ramipril",
            "850",
            "2,5",
            "mg",
            "mg/ml",
            "1-0-1",
            "1/2-0-0",
            "si besoin",
            "le soir",
            "x",
        )
        + ("1x/jour", "depuis 2010", "bis 03.2026", "depuis", "31.02.2024", "|", "5", "875/125 mg"),
    ),
    min_size=1,
    max_size=9,
)


@given(_WORDS)
def test_no_word_is_lost_or_made(words: list[str]) -> None:
    """Each figure and word is in some field, but those that say what a field says (si besoin, depuis …)."""
    taken = LINE.read(" ".join(words))
    start = f"depuis {day_words(taken.start)}" if taken.start else ""
    stop = f"bis {day_words(taken.stop)}" if taken.stop else ""
    needed = "si besoin" if taken.as_needed else ""
    said = " ".join((taken.text, taken.strength, taken.dosage, start, stop, needed))
    assert sorted(fold(said).split()) == sorted(fold(" ".join(words)).split())
