"""Two versions side by side (CF-091): each difference once, nothing that is the same."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.features.summary.domain.compare import Difference, compare
from desktop.features.summary.domain.entries import (
    Coding,
    Entry,
    Medication,
    Observation,
    PartialDate,
    Quantity,
)
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.features.summary.domain.summary import Summary
from desktop.features.summary.service.terminology import known_substances
from tests.samples.drafts import (
    ATC,
    DIABETES,
    ENTRIES,
    FLU,
    LATEX,
    METFORMIN,
    PENICILLIN,
    RAMIPRIL_5,
    RAMIPRIL_10,
)
from tests.samples.versions import summary

KNOWN = known_substances()
DRUGS, ALLERGIES = SectionKey.MEDICATION, SectionKey.ALLERGIES


def drugs(*entries: Entry) -> Summary:
    return summary({DRUGS: entries})


def only(old: Summary, new: Summary) -> Difference:
    (found,) = compare(old, new, KNOWN)
    return found


def test_cf091_added_removed_and_changed_are_told_apart() -> None:
    found = only(drugs(METFORMIN, RAMIPRIL_5), drugs(RAMIPRIL_10, Medication(text="Bisoprolol")))
    assert found.added == (Medication(text="Bisoprolol"),)
    assert found.removed == (METFORMIN,)
    assert found.changed == ((RAMIPRIL_5, RAMIPRIL_10),)
    assert (found.section, found.state, found.note) == (DRUGS, None, None)


def test_cf091_a_dose_changed_under_another_name_of_the_substance_is_changed() -> None:
    old = Medication(text="Lyrica", codings=(Coding(ATC, "N03AX16"),), dosage="1-0-1")
    new = Medication(text="prégabaline", codings=(Coding(ATC, "N02BF02"),), dosage="1-0-2")
    assert only(drugs(old), drugs(new)).changed == ((old, new),)


def test_cf091_what_is_the_same_is_not_listed() -> None:
    found = only(drugs(METFORMIN, RAMIPRIL_5), drugs(RAMIPRIL_10, METFORMIN))
    assert METFORMIN not in (*found.added, *found.removed) and len(found.changed) == 1
    assert compare(drugs(METFORMIN, RAMIPRIL_5), drugs(RAMIPRIL_5, METFORMIN), KNOWN) == (), "order alone"


def test_a_code_that_was_added_or_corrected_is_a_change() -> None:
    bare = replace(DIABETES, codings=())
    other = replace(DIABETES, codings=(Coding("http://hl7.org/fhir/sid/icd-10", "E14"),))
    for old, new in ((bare, DIABETES), (other, DIABETES)):
        key = SectionKey.PROBLEMS
        assert only(summary({key: (old,)}), summary({key: (new,)})).changed == ((old, new),)


def test_a_later_value_stands_for_the_former_one_and_a_vaccination_for_itself() -> None:
    old = Observation(text="HbA1c", value=Quantity("8.1", "%"), at=PartialDate("2025-09-01"))
    new = Observation(text="HbA1c", value=Quantity("7.2", "%"), at=PartialDate("2026-10-02"))
    results = SectionKey.RESULTS
    assert only(summary({results: (old,)}), summary({results: (new,)})).changed == ((old, new),)
    later = replace(FLU, given=PartialDate("2026-10-20"))
    vaccines = SectionKey.IMMUNIZATIONS
    found = only(summary({vaccines: (FLU,)}), summary({vaccines: (later,)}))
    assert (found.removed, found.added, found.changed) == ((FLU,), (later,), ())


def test_a_state_and_a_note_are_differences_too() -> None:
    none = {ALLERGIES: SectionState.NONE_KNOWN}
    found = only(summary(states=none), summary({ALLERGIES: (LATEX,)}, notes={ALLERGIES: "à revoir"}))
    assert found.state == (SectionState.NONE_KNOWN, SectionState.LINES)
    assert found.note == ("", "à revoir") and found.added == (LATEX,)
    assert only(summary(), summary(states=none)).state == (SectionState.UNDECIDED, SectionState.NONE_KNOWN)


def test_sections_stand_in_the_order_in_which_they_are_read() -> None:
    found = compare(summary(), summary({DRUGS: (METFORMIN,), ALLERGIES: (PENICILLIN,)}), KNOWN)
    assert [one.section for one in found] == [ALLERGIES, DRUGS]


_NEAR = st.sampled_from(
    [METFORMIN, replace(METFORMIN, dosage="1-0-0"), RAMIPRIL_5, RAMIPRIL_10, DIABETES, FLU, PENICILLIN, LATEX]
)
_LINES = st.lists(_NEAR | ENTRIES, max_size=5).map(tuple)


@settings(max_examples=60)
@given(_LINES)
def test_nothing_differs_from_itself(lines: tuple[Entry, ...]) -> None:
    assert compare(drugs(*lines), drugs(*lines), KNOWN) == ()


@settings(max_examples=60)
@given(_LINES, _LINES)
def test_each_change_appears_exactly_once(old: tuple[Entry, ...], new: tuple[Entry, ...]) -> None:
    """What was, less removed and changed, is what is, less added and changed: the unchanged ones."""
    found = compare(drugs(*old), drugs(*new), KNOWN)
    (one,) = found or (Difference(DRUGS, None, None, (), (), ()),)
    before, after = list(old), list(new)
    for entry in (*one.removed, *(former for former, _ in one.changed)):
        before.remove(entry)
    for entry in (*one.added, *(later for _, later in one.changed)):
        after.remove(entry)
    assert sorted(before, key=repr) == sorted(after, key=repr)
    assert all(former != later for former, later in one.changed)
    assert not any(KNOWN.thing(gone).same(KNOWN.thing(come)) for gone in one.removed for come in one.added)


@settings(max_examples=60)
@given(_LINES, _LINES)
def test_backwards_it_says_the_contrary(old: tuple[Entry, ...], new: tuple[Entry, ...]) -> None:
    there, back = (compare(drugs(*a), drugs(*b), KNOWN) for a, b in ((old, new), (new, old)))
    assert [(len(d.added), len(d.removed), len(d.changed)) for d in there] == [
        (len(d.removed), len(d.added), len(d.changed)) for d in back
    ]
