"""What a summary says in words: the same in narrative, PDF and preview (CF-089)."""

import tomllib
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from pathlib import Path

import pytest

from desktop.domain.texts import Language
from desktop.features.summary.domain import entries as e
from desktop.features.summary.domain.sections import REQUIRED, SectionKey, SectionState
from desktop.features.summary.domain.wording import (
    day_words,
    said,
    section_lines,
    section_title,
    spoken,
    state_words,
    value_words,
)
from tests.samples.summaries import SUMMARY

WORDS = Path(__file__).resolve().parents[3] / "desktop/features/summary/words"
DAY = date(2026, 3, 14)


def _table(language: Language, name: str) -> dict[str, str]:
    found = tomllib.loads((WORDS / f"{language}.toml").read_text("utf-8"))[name]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("sections", SectionKey),
        ("none_known", REQUIRED),
        ("states", (SectionState.NONE_KNOWN, SectionState.UNAVAILABLE, SectionState.NOT_ASKED)),
        ("severity", e.Severity),
        ("allergy_types", e.AllergyType),
        ("criticality", e.Criticality),
        ("clinical", set(e.ClinicalStatus) - {e.ClinicalStatus.ACTIVE}),
        ("verification", set(e.Verification) - {e.Verification.CONFIRMED}),
        ("medication_states", set(e.MedicationStatus) - {e.MedicationStatus.ACTIVE}),
    ],
)
def test_closed_lists_have_words_in_every_language(
    language: Language, name: str, members: Iterable[StrEnum]
) -> None:
    """What is usual (active, confirmed) is not said."""
    table = _table(language, name)
    assert set(table) == {member.value for member in members}
    assert all(word.strip() for word in table.values())


def test_nothing_none_and_not_known_are_three_things() -> None:
    """CF-074: and outside, what the patient objects to is not known (CF-086)."""
    for language in Language:
        for key in SectionKey:
            said_of: dict[SectionState, str] = {
                state: state_words(key, state, language, DAY)
                for state in SectionState
                if state is not SectionState.LINES
            }
            three = (SectionState.NONE_KNOWN, SectionState.UNAVAILABLE, SectionState.NOT_ASKED)
            assert len({said_of[state] for state in three}) == 3
            assert said_of[SectionState.REFUSED] == said_of[SectionState.UNAVAILABLE]
    assert state_words(SectionKey.ALLERGIES, SectionState.LINES, Language.FR, DAY) == ""


def test_none_known_tells_the_day() -> None:
    words = state_words(SectionKey.ALLERGIES, SectionState.NONE_KNOWN, Language.FR, DAY)
    assert words == "Aucune allergie connue (déclaré le 14.03.2026)"


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (
            e.Problem(text="Asthme", severity=e.Severity.MILD, onset=e.PartialDate("1998"), ald=14),
            "Asthme · ALD 14 · intensité légère · depuis 1998",
        ),
        (
            e.Problem(
                text="Pneumonie",
                status=e.ClinicalStatus.RESOLVED,
                onset=e.PartialDate("2010-02"),
                ended=e.PartialDate("2010-03-14"),
            ),
            "Pneumonie · résolu · 02.2010 – 14.03.2010",
        ),
        (
            e.Medication(
                text="Metformine",
                ingredients=("metformine",),
                strength="850 mg",
                form="comprimé",
                dosage="1-0-1",
            ),
            "Metformine 850 mg comprimé · 1-0-1",
        ),
        (
            e.Medication(text="Glucophage", ingredients=("metformine",), as_needed=True, note="à jeun"),
            "Glucophage · si besoin · DCI~: metformine · à jeun",
        ),
        (
            e.Observation(
                text="HbA1c", value=e.Quantity("7.20", "%", "%", "<"), at=e.PartialDate("2026-10-02")
            ),
            "HbA1c · < 7,20 % · 02.10.2026",
        ),
        (
            e.Observation(text="TSH", absent="not-performed"),
            "TSH · sans valeur~: non réalisée",
        ),
        (e.Observation(text="TSH", absent="lost"), "TSH · sans valeur~: lost"),
        (
            e.Immunization(text="Vaxigrip", target="grippe", dose="1"),
            "Vaxigrip · contre~: grippe · dose 1",
        ),
        (
            e.Device(text="Prothèse", site="hanche gauche"),
            "Prothèse · localisation~: hanche gauche",
        ),
    ],
)
def test_an_entry_in_french(entry: e.Entry, line: str) -> None:
    """``~`` stands for the hard space of French."""
    assert said(entry, Language.FR).line == line.replace("~", "\N{NO-BREAK SPACE}")


def test_of_a_refuted_allergy_nothing_else_may_be_read() -> None:
    """features A.6: it neither appears as active nor vanishes."""
    entry = e.Allergy(text="Iode", verification=e.Verification.REFUTED, status=e.ClinicalStatus.RESOLVED)
    for language in Language:
        told = said(entry, language)
        assert told.head == "Iode"
        assert told.details == (_table(language, "verification")["refuted"],)


@pytest.mark.parametrize("language", Language)
def test_every_word_of_an_entry_is_said(language: Language) -> None:
    """CF-089: each text that a person wrote stands in the lines of its section."""
    for section in SUMMARY.sections:
        shown = " ".join(section_lines(section, SUMMARY, language))
        for entry in section.entries:
            written = [entry.text, entry.note]
            for name in (
                "strength",
                "form",
                "dosage",
                "route",
                "reason",
                "prescriber",
                "site",
                "batch",
                "target",
            ):
                written.append(getattr(entry, name, ""))
            assert all(words in shown for words in written), (entry, shown)


def test_a_date_shows_what_was_known() -> None:
    assert [day_words(e.PartialDate(iso)) for iso in ("1998", "1998-03", "1998-03-14")] == [
        "1998",
        "03.1998",
        "14.03.1998",
    ]
    assert day_words(None) == ""


def test_a_value_stands_as_it_was_written() -> None:
    assert value_words(e.Quantity("7.20", "mmol/L"), Language.FR) == "7,20 mmol/L"
    assert value_words(e.Quantity("7.20", "mmol/L"), Language.EN) == "7.20 mmol/L"
    assert value_words(e.Coding("x", "LA-1"), Language.FR) == "code LA-1"


def test_a_language_that_the_program_does_not_speak_is_told_in_english() -> None:
    assert (spoken("fr-LU"), spoken("LB"), spoken("pt"), spoken("")) == (
        Language.FR,
        Language.LB,
        Language.EN,
        Language.EN,
    )
    assert section_title(SectionKey.ALLERGIES, Language.DE) == "Allergien und Unverträglichkeiten"
