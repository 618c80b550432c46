"""What keeps a draft from being published, what is only said, and that nothing else is."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.texts import Language, text
from desktop.features.summary.domain.check import DRUGS_AT_MOST, Check, Issue, problems_of
from desktop.features.summary.domain.draft import Decision, Draft, Form, Line, Section
from desktop.features.summary.domain.entries import (
    Alert,
    Allergy,
    Coding,
    Device,
    Entry,
    Immunization,
    Medication,
    MedicationStatus,
    Observation,
    PartialDate,
    Problem,
    Procedure,
    Remark,
)
from desktop.features.summary.domain.sections import REQUIRED, RULES, SectionKey, SectionState
from desktop.features.summary.service.terminology import code_search, known_substances
from tests.samples.drafts import (
    BEFORE,
    DIABETES,
    DRAFTS,
    ICD10,
    LATEX,
    METFORMIN,
    RAMIPRIL_5,
    RAMIPRIL_10,
    typical,
)

TODAY = date(2026, 11, 27)
DRUGS, ALLERGIES, PROBLEMS = SectionKey.MEDICATION, SectionKey.ALLERGIES, SectionKey.PROBLEMS
TOMORROW = PartialDate("2026-11-28")


def found(draft: Draft) -> tuple[Issue, ...]:
    return problems_of(draft, TODAY, code_search(), known_substances())


def accepted(key: SectionKey, *entries: Entry, state: SectionState = SectionState.LINES) -> Draft:
    """All required sections are said; *key* has these lines."""
    lines = tuple(Line(f"l{n}", entry, (BEFORE,), Decision.ACCEPTED) for n, entry in enumerate(entries))
    others = tuple(Section(one, SectionState.NONE_KNOWN) for one in REQUIRED if one is not key)
    return Draft("d", "p1", Form.ADULT, "fr", None, (*others, Section(key, state, lines)))


def one(key: SectionKey, *entries: Entry) -> Issue:
    (only,) = found(accepted(key, *entries))
    return only


def checks(draft: Draft) -> list[Check]:
    return [each.check for each in found(draft)]


def test_cf083_three_sections_must_say_something() -> None:
    nothing = Draft("d", "p1", Form.ADULT, "fr", None, ())
    undecided = [each for each in found(nothing) if each.check is Check.UNDECIDED]
    assert [each.section for each in undecided] == [ALLERGIES, PROBLEMS, DRUGS]
    assert all(each.stops for each in undecided)


@given(st.lists(st.sampled_from(SectionState), min_size=3, max_size=3))
def test_cf083_each_explicit_state_is_an_answer(states: list[SectionState]) -> None:
    """« Lignes » without a line is none."""
    sections = tuple(Section(key, state) for key, state in zip(REQUIRED, states, strict=True))
    draft = Draft("d", "p1", Form.ADULT, "fr", None, sections)
    silent = {SectionState.UNDECIDED, SectionState.LINES}
    expected = {key for key, state in zip(REQUIRED, states, strict=True) if state in silent}
    assert {each.section for each in found(draft) if each.stops} == expected


def test_a_draft_that_says_all_is_free() -> None:
    assert found(accepted(DRUGS, METFORMIN, RAMIPRIL_5)) == ()
    assert found(accepted(PROBLEMS, DIABETES)) == ()


@pytest.mark.parametrize("state", [SectionState.NONE_KNOWN, SectionState.UNAVAILABLE, SectionState.NOT_ASKED])
def test_none_known_over_accepted_lines_stops(state: SectionState) -> None:
    (only,) = found(accepted(ALLERGIES, LATEX, state=state))
    assert (only.check, dict(only.facts), only.stops) == (Check.OVER_LINES, {"count": "1"}, True)


def test_lines_that_would_not_leave_are_told_in_an_optional_section_too() -> None:
    assert checks(accepted(SectionKey.DEVICES, Device(text="x"), state=SectionState.UNDECIDED)) == [
        Check.UNDECIDED
    ]


def test_a_contradiction_of_two_sources_stops() -> None:
    draft = typical()
    assert [each.line for each in found(draft) if each.check is Check.CONFLICT] == ["l5"]
    refused = tuple(
        replace(s, lines=tuple(replace(ln, decision=Decision.REFUSED) for ln in s.lines))
        for s in draft.sections
    )
    assert Check.CONFLICT not in checks(replace(draft, sections=refused))


def test_none_known_beside_a_real_entry_is_a_contradiction() -> None:
    none = Allergy(text="aucune allergie connue", codings=(Coding("http://snomed.info/sct", "716186003"),))
    assert one(ALLERGIES, LATEX, none).check is Check.CONTRADICTION
    assert found(accepted(ALLERGIES, none)) == ()


def test_a_code_that_does_not_exist_stops_and_an_unknown_system_does_not() -> None:
    wrong = Problem(text="Diabète", codings=(Coding(ICD10, "Z99X"),))
    assert dict(one(PROBLEMS, wrong).facts) == {"code": "Z99X", "version": "2019"}
    assert found(accepted(PROBLEMS, replace(wrong, codings=(Coding("urn:oid:1.2", "Z99X"),)))) == ()


@pytest.mark.parametrize(
    ("taken", "value", "units"),
    [
        (Medication(text="metformine", strength="850"), "850", "mg"),
        (Medication(text="metformine 850"), "850", "mg"),
        (Medication(text="lévothyroxine", strength="100"), "100", "µg"),
        (Medication(text="Aspégic", strength="123"), "123", "mg, g"),
        (Medication(text="metformine", strength="0,5"), "0,5", "mg, g"),
        (Medication(text="metformine", strength="1 000"), "1 000", "mg, g"),
        (Medication(text="metformine", strength="½"), "½", "mg, g"),
        (Medication(text="metformine", strength="500-850"), "500-850", "mg, g"),
        (Medication(text="amoxicilline/acide clavulanique", strength="875/125"), "875/125", "mg"),
    ],
)
def test_a_dose_without_unit_asks_for_it(taken: Medication, value: str, units: str) -> None:
    asked = one(DRUGS, taken)
    assert (asked.check, dict(asked.facts)) == (Check.UNIT, {"value": value, "units": units})


@pytest.mark.parametrize(
    "taken",
    [
        METFORMIN,
        Medication(text="Oméga 3"),
        Medication(text="Vitamine B12"),
        Medication(text="x", strength="20 mg/ml"),
        Medication(text="x", strength="0,9 %"),
    ],
)
def test_what_has_its_unit_or_is_a_name_asks_nothing(taken: Medication) -> None:
    assert found(accepted(DRUGS, taken)) == ()


@pytest.mark.parametrize(
    ("key", "entry"),
    [
        (PROBLEMS, Problem(text="x", onset=TOMORROW)),
        (PROBLEMS, Problem(text="x", ended=TOMORROW)),
        (ALLERGIES, Allergy(text="x", onset=TOMORROW)),
        (DRUGS, Medication(text="x", start=TOMORROW)),
        (SectionKey.IMMUNIZATIONS, Immunization(text="x", given=TOMORROW)),
        (SectionKey.RESULTS, Observation(text="x", at=TOMORROW)),
        (SectionKey.PROCEDURES, Procedure(text="x", performed=TOMORROW)),
        (SectionKey.DEVICES, Device(text="x", since=TOMORROW)),
        (SectionKey.ALERTS, Alert(text="x", since=TOMORROW)),
        (SectionKey.PLAN_OF_CARE, Remark(text="x", since=TOMORROW)),
    ],
)
def test_a_date_in_the_future_stops(key: SectionKey, entry: Entry) -> None:
    only = one(key, entry)
    assert (only.check, dict(only.facts), only.stops) == (Check.FUTURE, {"day": "28.11.2026"}, True)


def test_what_is_planned_or_ends_later_is_no_mistake() -> None:
    planned = Medication(text="x", start=TOMORROW, status=MedicationStatus.INTENDED)
    assert found(accepted(DRUGS, planned, Medication(text="y", stop=TOMORROW))) == ()
    assert found(accepted(PROBLEMS, Problem(text="x", onset=PartialDate("2026")))) == (), (
        "this year has begun"
    )


_ALD_31 = "Affections dites « hors liste » (grave, évolutive ou invalidante, traitement > 6 mois prévisible)"


@pytest.mark.parametrize(
    ("problem", "check"),
    [
        (Problem(text="x", ald=33), Check.ALD_NUMBER),
        (Problem(text="x", ald=0), Check.ALD_NUMBER),
        (Problem(text=_ALD_31, ald=31), Check.ALD_DETAILS),
        (Problem(text="Sarcoïdose", ald=31), None),
        (Problem(text=_ALD_31, note="sarcoïdose", ald=31), None),
        (Problem(text="Polypathologies", ald=32), Check.ALD_DETAILS),
        (Problem(text="BPCO", ald=32), Check.ALD_DETAILS),
        (Problem(text="BPCO et cirrhose", ald=32), None),
        (Problem(text="Polypathologies", note="BPCO, cirrhose", ald=32), None),
        (Problem(text="Diabète", ald=8), Check.ALD_DETAILS),
        (Problem(text="Diabète de type 1 et de type 2", ald=8), Check.ALD_DETAILS),
        (Problem(text="Diabète de type II", ald=8), None),
        (Problem(text="Diabète", codings=(Coding(ICD10, "E11.9"),), ald=8), None),
        (Problem(text="Maladie de Parkinson", ald=16), None),
    ],
)
def test_an_ald_that_names_no_disease_needs_one(problem: Problem, check: Check | None) -> None:
    assert checks(accepted(PROBLEMS, problem)) == ([check] if check else [])


@pytest.mark.parametrize("at", [None, PartialDate("2026"), PartialDate("2026-10")])
def test_a_result_needs_its_day(at: PartialDate | None) -> None:
    seen = Observation(text="HbA1c", at=at)
    assert one(SectionKey.RESULTS, seen).check is Check.RESULT_DAY
    assert found(accepted(SectionKey.SOCIAL_HISTORY, seen)) == ()


def test_a_line_without_words_stops() -> None:
    assert one(PROBLEMS, Problem(text="  ")).check is Check.NO_WORDS


def test_what_waits_is_said_and_stops_nothing() -> None:
    waiting = Line("w", LATEX, (BEFORE,), Decision.PROPOSED)
    draft = accepted(PROBLEMS, DIABETES)
    sections = tuple(replace(s, lines=(waiting,)) if s.key is ALLERGIES else s for s in draft.sections)
    (only,) = found(replace(draft, sections=sections))
    assert (only.check, only.section, only.stops) == (Check.WAITING, ALLERGIES, False)


@pytest.mark.parametrize(("count", "asked"), [(DRUGS_AT_MOST, []), (DRUGS_AT_MOST + 1, [Check.RANK])])
def test_a_long_list_is_to_be_ranked(count: int, asked: list[Check]) -> None:
    assert (
        checks(accepted(DRUGS, *(Medication(text=f"substance {chr(97 + n)}") for n in range(count)))) == asked
    )


def test_the_same_thing_twice_is_said() -> None:
    only = one(DRUGS, RAMIPRIL_5, RAMIPRIL_10)
    assert (only.check, only.line, only.stops) == (Check.DOUBLE, "l1", False)


def test_an_old_line_is_said() -> None:
    draft = accepted(PROBLEMS, DIABETES)
    sections = tuple(
        replace(s, lines=tuple(replace(ln, carried=3) for ln in s.lines)) for s in draft.sections
    )
    assert checks(replace(draft, sections=sections)) == [Check.OLD]


@settings(max_examples=40)
@given(DRAFTS)
def test_whatever_was_written_each_finding_has_its_place_and_its_sentence(draft: Draft) -> None:
    for each in found(draft):
        lines = {line.id for line in draft.section(each.section).lines}
        assert each.section in RULES and (each.line in lines or each.line == "")


@pytest.mark.parametrize("language", Language)
def test_every_sentence_has_its_facts(language: Language) -> None:
    bad = [
        Problem(text="  ", codings=(Coding(ICD10, "Z99X"),), onset=TOMORROW, ald=31),
        Problem(text="x", ald=40), Problem(text="x"),
    ]  # fmt: skip
    drafts = [
        typical(), accepted(PROBLEMS, *bad), accepted(PROBLEMS, DIABETES, state=SectionState.NONE_KNOWN),
        accepted(ALLERGIES, LATEX, Allergy(text="-", codings=(Coding("sct", "716186003"),))),
        accepted(DRUGS, *(Medication(text="metformine", strength="850") for _ in range(21))),
        accepted(SectionKey.RESULTS, Observation(text="x", at=PartialDate("2020"))),
    ]  # fmt: skip
    every = [each for draft in drafts for each in found(draft)]
    assert {each.check for each in every} == set(Check)
    for each in every:
        words = text(each.check.value, language=language, **each.facts)
        assert "{" not in words and all(fact in words for fact in each.facts.values())
