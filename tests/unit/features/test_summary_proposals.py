"""What a new version could say: each thing once, with its sources; nothing decided, nothing lost."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.features.summary.domain import editing
from desktop.features.summary.domain.draft import Decision, Draft, Form, Line, Source, SourceKind
from desktop.features.summary.domain.entries import (
    Allergy,
    Coding,
    Entry,
    Immunization,
    Medication,
    MedicationStatus,
    Observation,
    PartialDate,
    Problem,
    Quantity,
    Verification,
)
from desktop.features.summary.domain.memory import NOTHING, Memory, is_old, remembered
from desktop.features.summary.domain.proposals import DISPENSED, Given, contradict, denials, given_by, propose
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.features.summary.service.terminology import known_substances
from tests.samples.drafts import (
    ATC,
    BASE,
    BEFORE,
    DIABETES,
    ENTRIES,
    FLU,
    ICD10,
    LATEX,
    LETTER,
    METFORMIN,
    NOW,
    PENICILLIN,
    PILLS,
    RAMIPRIL_5,
    RAMIPRIL_10,
)
from tests.samples.versions import summary

KNOWN = known_substances()
TODAY = date(2026, 11, 27)
DRUGS, RESULTS = SectionKey.MEDICATION, SectionKey.RESULTS
LAB = Source(SourceKind.LAB, "b1", "Biologie", date(2026, 10, 2), "Laboratoire Ketterthill")
OLDER_LAB = replace(LAB, ref="b0", day=date(2026, 3, 1))


def empty() -> Draft:
    return Draft("d", "p1", Form.ADULT, "fr", BASE, ())


def proposed(*told: Given, draft: Draft | None = None, memory: Memory = NOTHING) -> Draft:
    ids = count(1000)
    return propose(draft or empty(), told, KNOWN, TODAY, lambda: f"n{next(ids)}", memory)


def drugs(source: Source, *entries: Entry) -> Given:
    return Given(source, DRUGS, entries)


def hba1c(value: str, day: str) -> Observation:
    return Observation(
        text="HbA1c",
        codings=(Coding("http://loinc.org", "4548-4"),),
        value=Quantity(value, "%"),
        at=PartialDate(day),
    )


def lines(draft: Draft, key: SectionKey = DRUGS) -> tuple[Line, ...]:
    return draft.section(key).lines


def test_cf087_nothing_is_accepted_by_itself() -> None:
    draft = proposed(
        drugs(BEFORE, METFORMIN), drugs(PILLS, RAMIPRIL_5), Given(LAB, RESULTS, (hba1c("7.2", "2026-10-02"),))
    )
    every = [line for section in draft.sections for line in section.lines]
    assert len(every) == 3 and all(line.decision is Decision.PROPOSED for line in every)
    assert all(section.state is SectionState.UNDECIDED for section in draft.sections)
    assert all(section.published == () for section in draft.sections)


def test_cf088_each_line_names_its_sources_the_former_version_first() -> None:
    draft = proposed(drugs(LETTER, RAMIPRIL_5), drugs(PILLS, METFORMIN), drugs(BEFORE, METFORMIN))
    assert [line.sources for line in lines(draft)] == [(BEFORE, PILLS), (LETTER,)]


def test_the_same_substance_by_another_name_is_one_line() -> None:
    """By code, by a former code and by its English name; another spelling of the dose is no other dose."""
    coded = Medication(text="Lyrica", codings=(Coding(ATC, "N02BF02"),), strength="75 mg", dosage="1-0-1")
    former = Medication(
        text="prégabaline", codings=(Coding(ATC, "N03AX16"),), strength="75mg", dosage="1 - 0 - 1"
    )
    named = Medication(text="PREGABALIN", strength="75 mg")
    (line,) = lines(proposed(drugs(BEFORE, coded), drugs(PILLS, former), drugs(LETTER, named)))
    assert line.sources == (BEFORE, PILLS, LETTER) and line.conflicts == () and line.entry == coded


def test_another_dose_is_asked() -> None:
    (line,) = lines(proposed(drugs(BEFORE, RAMIPRIL_5), drugs(PILLS, RAMIPRIL_10)))
    assert (line.entry, line.conflicts, line.sources) == (RAMIPRIL_5, (RAMIPRIL_10,), (BEFORE, PILLS))
    again = proposed(
        drugs(LETTER, RAMIPRIL_10), draft=proposed(drugs(BEFORE, RAMIPRIL_5), drugs(PILLS, RAMIPRIL_10))
    )
    assert lines(again)[0].conflicts == (RAMIPRIL_10,), "each answer is offered once"


def test_another_dose_is_asked_of_an_accepted_line_too() -> None:
    draft = editing.accept(proposed(drugs(BEFORE, RAMIPRIL_5)), DRUGS, "n1000")
    (line,) = lines(proposed(drugs(BEFORE, RAMIPRIL_5), drugs(PILLS, RAMIPRIL_10), draft=draft))
    assert line.conflicts == (RAMIPRIL_10,) and line.decision is Decision.ACCEPTED


def test_two_insulins_under_one_name_are_two() -> None:
    fast = Medication(text="Insuline", codings=(Coding(ATC, "A10AB05"),), dosage="8-8-8")
    slow = Medication(text="Insuline", codings=(Coding(ATC, "A10AE04"),), dosage="0-0-20")
    assert [line.entry for line in lines(proposed(drugs(BEFORE, fast), drugs(PILLS, slow)))] == [fast, slow]


def test_two_diseases_of_one_ald_are_two() -> None:
    number = Coding("urn:dsp:ald", "30")
    told = [Problem(text=text, codings=(Coding(ICD10, code), number)) for text, code in _TUMOURS]
    draft = proposed(*(Given(src, SectionKey.PROBLEMS, (one,)) for src, one in zip(_TWO, told, strict=True)))
    assert [line.entry for line in lines(draft, SectionKey.PROBLEMS)] == told


_TWO = (BEFORE, LETTER)
_TUMOURS = (("Tumeur du sein", "C50"), ("Tumeur du côlon", "C18"))


def test_two_strengths_of_one_source_stay_two_and_each_finds_its_own() -> None:
    morning = replace(METFORMIN, dosage="1-0-0")
    evening = replace(METFORMIN, strength="500 mg", dosage="0-0-1")
    draft = proposed(drugs(BEFORE, morning, evening), drugs(PILLS, evening, morning))
    assert [(line.entry, line.sources, line.conflicts) for line in lines(draft)] == [
        (morning, (BEFORE, PILLS), ()),
        (evening, (BEFORE, PILLS), ()),
    ]


def test_of_what_nobody_said_yet_the_other_source_s_words_are_proposed() -> None:
    bare = Medication(text="Metformine", note="avec le repas")
    (line,) = lines(proposed(drugs(BEFORE, bare), drugs(PILLS, replace(METFORMIN, note="Quantité : 30"))))
    whole = replace(METFORMIN, text="Metformine", note="avec le repas", start=None)
    assert line.entry == whole, "a day and a note of another paper are its own"
    accepted = editing.accept(proposed(drugs(BEFORE, bare)), DRUGS, "n1000")
    assert lines(proposed(drugs(PILLS, METFORMIN), draft=accepted))[0].entry == bare, "what he accepted stays"


def test_a_status_that_is_not_known_contradicts_nothing() -> None:
    unknown = replace(METFORMIN, status=MedicationStatus.UNKNOWN)
    assert not contradict(METFORMIN, unknown)
    assert contradict(METFORMIN, replace(METFORMIN, status=MedicationStatus.ON_HOLD))


def test_what_was_handed_out_is_taken_though_the_act_is_completed() -> None:
    handed = replace(METFORMIN, status=MedicationStatus.COMPLETED)
    source = Source(SourceKind.DISPENSATION, "x", "Délivrance", TODAY, "Pharmacie")
    (line,) = lines(proposed(drugs(PILLS, METFORMIN), drugs(source, handed)))
    assert line.sources == (PILLS, source) and line.conflicts == ()
    assert lines(proposed(drugs(source, handed)))[0].entry == METFORMIN


def test_refuted_and_confirmed_are_no_agreement() -> None:
    refuted = replace(PENICILLIN, verification=Verification.REFUTED)
    confirmed = replace(PENICILLIN, verification=Verification.CONFIRMED)
    assert contradict(refuted, confirmed) and not contradict(PENICILLIN, refuted)
    told = (
        Given(BEFORE, SectionKey.ALLERGIES, (confirmed,)),
        Given(LETTER, SectionKey.ALLERGIES, (refuted,)),
    )
    assert lines(proposed(*told), SectionKey.ALLERGIES)[0].conflicts == (refuted,)


def test_a_refused_proposal_comes_back_with_a_new_version_of_its_source_only() -> None:
    draft = editing.refuse(proposed(drugs(PILLS, RAMIPRIL_5)), DRUGS, "n1000")
    assert proposed(drugs(PILLS, RAMIPRIL_5), draft=draft) == draft
    corrected = replace(PILLS, ref="o4")
    again = lines(proposed(drugs(corrected, RAMIPRIL_5), draft=draft))
    assert [(line.decision, line.sources) for line in again] == [
        (Decision.REFUSED, (PILLS,)),
        (Decision.PROPOSED, (corrected,)),
    ]


def test_a_refusal_is_remembered_in_the_next_draft() -> None:
    memory = remembered(editing.refuse(proposed(drugs(PILLS, RAMIPRIL_5)), DRUGS, "n1000"), KNOWN)
    assert lines(proposed(drugs(PILLS, RAMIPRIL_5), memory=memory)) == ()
    assert len(lines(proposed(drugs(replace(PILLS, ref="o4"), RAMIPRIL_5), memory=memory))) == 1
    later = remembered(proposed(drugs(LETTER, METFORMIN)), KNOWN, memory)
    assert later.refused == memory.refused, "a draft that does not speak of it forgets nothing"


def test_what_the_patient_objects_to_is_not_offered_by_another_source() -> None:
    draft = editing.object_to(proposed(drugs(BEFORE, METFORMIN)), DRUGS, "n1000")
    (line,) = lines(proposed(drugs(PILLS, METFORMIN), draft=draft))
    assert line.decision is Decision.OBJECTED


def test_a_treatment_that_is_over_is_not_proposed_unless_the_former_version_says_it() -> None:
    ended = replace(METFORMIN, stop=PartialDate("2026-10"))
    stopped = replace(RAMIPRIL_5, status=MedicationStatus.STOPPED)
    assert lines(proposed(drugs(PILLS, ended, stopped))) == ()
    assert len(lines(proposed(drugs(BEFORE, ended, stopped)))) == 2
    this_month = replace(METFORMIN, stop=PartialDate("2026-11"))
    assert len(lines(proposed(drugs(PILLS, this_month)))) == 1


@pytest.mark.parametrize(("days", "offered"), [(0, 1), (1, 0)])
def test_what_was_dispensed_longer_than_six_months_ago_is_not_proposed(days: int, offered: int) -> None:
    day = TODAY - DISPENSED - timedelta(days=days)
    source = Source(SourceKind.DISPENSATION, "x", "Délivrance", day, "Pharmacie")
    assert len(lines(proposed(drugs(source, METFORMIN)))) == offered


def test_of_laboratory_values_the_last_one_is_proposed_beside_that_of_the_former_version() -> None:
    former, spring, autumn = hba1c("8.1", "2025-09"), hba1c("7.4", "2026-03-01"), hba1c("7.2", "2026-10-02")
    draft = proposed(
        Given(OLDER_LAB, RESULTS, (spring,)),
        Given(LAB, RESULTS, (hba1c("7.9", "2026-06-01"), autumn)),
        Given(BEFORE, RESULTS, (former,)),
    )
    assert [line.entry for line in lines(draft, RESULTS)] == [former, autumn]


def test_cf152_results_without_a_code_are_not_merged_across_laboratories() -> None:
    ours = Observation(text="Zinc", value="normal", at=PartialDate("2026-10-02"), performer="Labo A")
    theirs = replace(ours, performer="Labo B")
    draft = proposed(Given(LAB, RESULTS, (ours,)), Given(OLDER_LAB, RESULTS, (theirs, ours)))
    assert [line.entry for line in lines(draft, RESULTS)] == [ours, theirs]


def test_vaccinations_of_two_days_are_two() -> None:
    told = Given(BEFORE, SectionKey.IMMUNIZATIONS, (FLU, replace(FLU, given=PartialDate("2026-10-20"))))
    assert len(lines(proposed(told), SectionKey.IMMUNIZATIONS)) == 2
    year = Immunization(text="Vaccin grippal", given=PartialDate("2025"))
    seen = proposed(
        Given(BEFORE, SectionKey.IMMUNIZATIONS, (FLU,)), Given(LETTER, SectionKey.IMMUNIZATIONS, (year,))
    )
    assert len(lines(seen, SectionKey.IMMUNIZATIONS)) == 1, "2025 can be that day"


def test_a_source_that_says_none_against_a_line_is_shown_beside_it() -> None:
    denied = Given(LETTER, SectionKey.ALLERGIES, (), SectionState.NONE_KNOWN)
    draft = proposed(Given(BEFORE, SectionKey.ALLERGIES, (LATEX,)), denied)
    assert denials(draft, (denied,)) == (denied,)
    assert denials(editing.refuse(draft, SectionKey.ALLERGIES, "n1000"), (denied,)) == ()
    assert denials(empty(), (denied,)) == ()


def test_a_summary_is_given_section_by_section() -> None:
    told = given_by(
        summary({SectionKey.PROBLEMS: (DIABETES,)}, {SectionKey.ALLERGIES: SectionState.NONE_KNOWN}), BEFORE
    )
    assert told == (
        Given(BEFORE, SectionKey.ALLERGIES, (), SectionState.NONE_KNOWN),
        Given(BEFORE, SectionKey.PROBLEMS, (DIABETES,)),
    )


def test_what_is_carried_on_unseen_through_three_versions_is_old() -> None:
    memory, marks = NOTHING, []
    for _ in range(4):
        draft = proposed(Given(BEFORE, SectionKey.IMMUNIZATIONS, (FLU,)), memory=memory)
        marks.append(is_old(lines(draft, SectionKey.IMMUNIZATIONS)[0], TODAY))
        memory = remembered(editing.keep_unchanged(draft, NOW, None), KNOWN, memory)
    assert marks == [False, False, False, True]
    seen = editing.accept(draft, SectionKey.IMMUNIZATIONS, "n1000")
    assert remembered(seen, KNOWN, memory).unseen == (), "accepted by itself, it was looked at"


@pytest.mark.parametrize(
    ("day", "old"),
    [("2024-11-27", False), ("2024-11-26", True), ("2024-11", False), ("2024-10", True), ("2023", True)],
)
def test_a_value_of_more_than_24_months_is_old(day: str, old: bool) -> None:
    line = Line("l", hba1c("7.2", day), (LAB,), Decision.PROPOSED)
    assert is_old(line, TODAY) is old


_POOL = st.sampled_from(
    [
        METFORMIN, replace(METFORMIN, dosage="1-0-0"), RAMIPRIL_5, RAMIPRIL_10, Medication(text="Ramipril"),
        DIABETES, Problem(text="Diabète de type 2"), PENICILLIN, Allergy(text="Pénicilline"),
    ]
)  # fmt: skip
_SAID = st.lists(_POOL | ENTRIES, max_size=4).map(tuple)
_GIVEN = st.lists(
    st.builds(Given, st.sampled_from((BEFORE, PILLS, LETTER, LAB)), st.just(DRUGS), _SAID),
    max_size=3,
    unique_by=lambda one: one.source,
)


@settings(max_examples=50)
@given(_GIVEN)
def test_nothing_that_a_source_says_is_lost(told: list[Given]) -> None:
    """Every entry stands in a line that names its source: as its entry, or as another answer."""
    draft = proposed(*told)
    for one in told:
        mine = [line for line in lines(draft) if one.source in line.sources]
        going_on = [entry for entry in one.entries if not _is_left_out(entry, one, draft)]
        assert len(mine) == len(going_on)
        for entry in going_on:
            assert any(
                KNOWN.thing(said).same(KNOWN.thing(entry))
                for line in mine
                for said in (line.entry, *line.conflicts)
            )


@settings(max_examples=50)
@given(_GIVEN)
def test_asked_twice_it_is_the_same(told: list[Given]) -> None:
    once = proposed(*told)
    assert proposed(*told, draft=once) == once


@settings(max_examples=50)
@given(_GIVEN)
def test_names_and_sources_stand_once(told: list[Given]) -> None:
    draft = proposed(*told)
    assert all(times == 1 for times in Counter(line.id for line in lines(draft)).values())
    for line in lines(draft):
        assert line.sources and len(set(line.sources)) == len(line.sources)
        assert line.entry not in line.conflicts and len(set(line.conflicts)) == len(line.conflicts)


def _is_left_out(entry: Entry, one: Given, draft: Draft) -> bool:
    """By the two rules that leave something out: what is over, and values that are older than another."""
    if one.source.kind is SourceKind.PREVIOUS:
        return False
    if isinstance(entry, Medication):
        over = entry.status in (MedicationStatus.STOPPED, MedicationStatus.COMPLETED)
        return over or (entry.stop is not None and entry.stop.last < TODAY)
    return isinstance(entry, Observation) and not any(line.entry == entry for line in lines(draft))
