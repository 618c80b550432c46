"""What a doctor does with a draft: nothing typed is lost, nothing undecided is published."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.features.summary.domain import editing
from desktop.features.summary.domain.draft import Decision, Draft, Form, Line, SourceKind
from desktop.features.summary.domain.editing import Editing
from desktop.features.summary.domain.entries import Allergy, Medication, Problem
from desktop.features.summary.domain.sections import SECTIONS, SectionKey, SectionState
from tests.samples.drafts import LATEX, METFORMIN, NOW, RAMIPRIL_5, RAMIPRIL_10, typical
from tests.samples.versions import summary

TODAY = date(2026, 11, 27)
WEBER = "Dr Claire WEBER"
ALLERGIES, MEDICATION = SectionKey.ALLERGIES, SectionKey.MEDICATION
KEYS = [rule.key for rule in SECTIONS]


@dataclass(frozen=True)
class Act:
    """One act of the doctor; ``place`` chooses a line among those of the section."""

    name: str
    key: SectionKey
    place: int
    words: str
    state: SectionState

    def on(self, draft: Draft, typed: dict[str, str]) -> Draft:
        """What the draft is after it; *typed* notes what each line says in the doctor's words."""
        lines = draft.section(self.key).lines
        if self.name == "add":
            line = editing.typed(Problem(text=self.words), f"n{len(all_lines(draft))}", WEBER, TODAY)
            typed[line.id] = self.words
            return editing.add(draft, self.key, line)
        if self.name == "state":
            return editing.set_state(draft, self.key, self.state)
        if self.name == "review":
            return editing.review(draft, self.key, NOW)
        if self.name == "keep":
            return editing.keep_unchanged(draft, NOW, None)
        if not lines:
            return draft
        line = lines[self.place % len(lines)]
        if self.name == "edit":
            typed[line.id] = self.words
            return editing.edit(draft, self.key, line.id, replace(line.entry, text=self.words), WEBER, TODAY)
        if self.name == "move":
            return editing.move(draft, self.key, line.id, self.place - 3)
        if self.name == "choose":
            return editing.choose(draft, self.key, line.id, (line.entry, *line.conflicts)[-1])
        return DECIDE[self.name](draft, self.key, line.id)


DECIDE: dict[str, Callable[[Draft, SectionKey, str], Draft]] = {
    "accept": editing.accept,
    "take_back": editing.take_back,
    "refuse": editing.refuse,
    "object": editing.object_to,
}
NAMES = [*DECIDE, "add", "edit", "move", "choose", "state", "review", "keep"]
ACTS = st.lists(
    st.builds(
        Act,
        st.sampled_from(NAMES),
        st.sampled_from(KEYS[:5]),
        st.integers(0, 6),
        st.text(min_size=1),
        st.sampled_from(SectionState),
    ),
    max_size=20,
)


def all_lines(draft: Draft) -> dict[str, Line]:
    return {line.id: line for section in draft.sections for line in section.lines}


@given(ACTS)
def test_nothing_typed_is_ever_lost(acts: list[Act]) -> None:
    draft, typed = typical(), dict[str, str]()
    for act in acts:
        draft = act.on(draft, typed)
    there = all_lines(draft)
    assert {name: there[name].entry.text for name in typed} == typed
    assert there.keys() >= all_lines(typical()).keys()
    assert all(line.sources for line in there.values())


@given(ACTS)
def test_cf087_only_what_was_accepted_is_published(acts: list[Act]) -> None:
    """And nothing of a line to which the patient objects (CF-086)."""
    draft = typical()
    for act in acts:
        draft = act.on(draft, {})
    for section in draft.sections:
        accepted = [line.entry for line in section.lines if line.decision is Decision.ACCEPTED]
        assert list(section.published) == accepted
        assert bool(accepted) is (section.state is SectionState.LINES)
        assert not any(line.conflicts for line in section.lines if line.decision is Decision.ACCEPTED)


@given(ACTS)
def test_each_act_can_be_undone(acts: list[Act]) -> None:
    editing_now, states = Editing(typical()), [typical()]
    for act in acts:
        editing_now = editing_now.then(act.on(editing_now.draft, {}))
        if editing_now.draft != states[-1]:
            states.append(editing_now.draft)
    for state in reversed(states):
        assert editing_now.draft == state
        editing_now = editing_now.undone()
    assert editing_now == Editing(typical())


@given(ACTS)
def test_sections_stay_in_the_order_of_reading(acts: list[Act]) -> None:
    draft = typical()
    for act in acts:
        draft = act.on(draft, {})
    keys = [section.key for section in draft.sections]
    assert keys == sorted(set(keys), key=KEYS.index)


@given(ACTS, st.integers(0, 6))
def test_refused_and_restored_is_as_before(acts: list[Act], place: int) -> None:
    draft = typical()
    for act in acts:
        draft = act.on(draft, {})
    waiting = [line for line in draft.section(ALLERGIES).lines if line.decision is Decision.PROPOSED]
    if waiting:
        line = waiting[place % len(waiting)]
        refused = editing.refuse(draft, ALLERGIES, line.id)
        restored = editing.take_back(refused, ALLERGIES, line.id)
        reviewed = replace(draft.section(ALLERGIES), reviewed_at=None)
        assert restored.section(ALLERGIES) == reviewed


@given(st.permutations(range(6)), st.integers(-9, 9), st.integers(0, 5))
def test_a_move_changes_the_order_alone(numbers: list[int], by: int, which: int) -> None:
    draft = typical()
    for n in numbers:
        new = editing.typed(Allergy(text=str(n)), f"n{n}", WEBER, TODAY)
        draft = editing.add(draft, SectionKey.ALERTS, new)
    before = [line.id for line in draft.section(SectionKey.ALERTS).lines]
    moved = editing.move(draft, SectionKey.ALERTS, f"n{which}", by)
    after = [line.id for line in moved.section(SectionKey.ALERTS).lines]
    assert sorted(after) == sorted(before)
    assert [x for x in after if x != f"n{which}"] == [x for x in before if x != f"n{which}"]
    assert after.index(f"n{which}") == min(max(before.index(f"n{which}") + by, 0), 5)


def test_cf083_a_required_section_must_say_something() -> None:
    draft = typical()
    assert editing.decisions_left(draft) == (ALLERGIES, SectionKey.PROBLEMS, MEDICATION)
    draft = editing.accept(draft, ALLERGIES, "l1")
    draft = editing.set_state(draft, SectionKey.PROBLEMS, SectionState.NONE_KNOWN)
    assert editing.decisions_left(draft) == (MEDICATION,)
    draft = editing.accept(draft, MEDICATION, "l4")
    assert editing.decisions_left(draft) == (MEDICATION,), "two doses are a question, not a silence"
    draft = editing.choose(draft, MEDICATION, "l5", RAMIPRIL_10)
    assert editing.decisions_left(draft) == ()
    assert draft.section(MEDICATION).published == (METFORMIN, RAMIPRIL_10)


def test_a_disputed_line_is_not_accepted_before_one_was_chosen() -> None:
    draft = editing.accept(typical(), MEDICATION, "l5")
    assert draft == typical()
    with pytest.raises(ValueError, match="no source"):
        editing.choose(draft, MEDICATION, "l5", METFORMIN)
    refused = editing.refuse(editing.accept(draft, MEDICATION, "l4"), MEDICATION, "l5")
    assert MEDICATION not in editing.decisions_left(refused)
    assert editing.choose(draft, MEDICATION, "l5", RAMIPRIL_5).section(MEDICATION).published == (RAMIPRIL_5,)


def test_none_known_over_lines_says_what_is_at_stake_and_destroys_nothing() -> None:
    draft = editing.accept(editing.accept(typical(), ALLERGIES, "l1"), ALLERGIES, "l2")
    section = draft.section(ALLERGIES)
    assert [line.id for line in editing.at_stake(section, SectionState.NONE_KNOWN)] == ["l1", "l2"]
    assert editing.at_stake(section, SectionState.LINES) == ()
    none = editing.set_state(draft, ALLERGIES, SectionState.NONE_KNOWN).section(ALLERGIES)
    assert none.published == () and [line.entry for line in none.lines] == [ln.entry for ln in section.lines]
    objected = editing.set_state(draft, ALLERGIES, SectionState.REFUSED).section(ALLERGIES)
    assert {line.decision for line in objected.lines} == {Decision.OBJECTED}


def test_a_line_accepted_over_none_known_makes_it_a_section_with_lines() -> None:
    draft = editing.set_state(typical(), ALLERGIES, SectionState.NONE_KNOWN)
    assert editing.accept(draft, ALLERGIES, "l2").section(ALLERGIES).published == (LATEX,)


def test_cf088_an_edited_line_names_who_wrote_it_beside_where_it_came_from() -> None:
    words = replace(LATEX, text="Latex (gants)")
    draft = editing.edit(typical(), ALLERGIES, "l2", words, WEBER, TODAY)
    draft = editing.edit(draft, ALLERGIES, "l2", replace(words, note="bloc"), WEBER, TODAY)
    line = draft.section(ALLERGIES).lines[1]
    assert [source.kind for source in line.sources] == [SourceKind.DOCUMENT, SourceKind.TYPED]
    assert line.sources[1].author == WEBER and line.sources[1].day == TODAY
    assert line.decision is Decision.ACCEPTED
    same = editing.edit(typical(), ALLERGIES, "l2", LATEX, WEBER, TODAY).section(ALLERGIES).lines[1]
    assert [source.kind for source in same.sources] == [SourceKind.DOCUMENT], "looked at, not written"
    with pytest.raises(ValueError, match="kind"):
        editing.edit(typical(), ALLERGIES, "l2", Medication(text="x"), WEBER, TODAY)


def test_unchanged_optional_sections_are_kept_at_once() -> None:
    draft = editing.keep_unchanged(typical(), NOW, None)
    kept = draft.section(SectionKey.IMMUNIZATIONS)
    assert [line.decision for line in kept.lines] == [Decision.ACCEPTED] and kept.reviewed_at == NOW
    for key in (ALLERGIES, SectionKey.PROBLEMS, MEDICATION):
        assert draft.section(key) == typical().section(key), "required ones are decided one by one"
    touched = editing.refuse(typical(), SectionKey.IMMUNIZATIONS, "l6")
    assert editing.keep_unchanged(touched, NOW, None) == touched


def test_cf074_what_the_former_version_said_there_is_none_of_is_said_again() -> None:
    states = {SectionKey.DEVICES: SectionState.NONE_KNOWN, ALLERGIES: SectionState.NONE_KNOWN}
    former = summary({SectionKey.PROCEDURES: ()}, states)
    draft = editing.keep_unchanged(typical(), NOW, former)
    assert draft.section(SectionKey.DEVICES).state is SectionState.NONE_KNOWN
    assert draft.section(ALLERGIES) == typical().section(ALLERGIES)
    assert draft.section(SectionKey.PROCEDURES) == typical().section(SectionKey.PROCEDURES)
    decided = editing.set_state(typical(), SectionKey.DEVICES, SectionState.NOT_ASKED)
    again = editing.keep_unchanged(decided, NOW, former).section(SectionKey.DEVICES)
    assert again.state is SectionState.NOT_ASKED, "what was decided stays"


def test_review_leads_to_the_next_open_section_and_a_change_takes_it_back() -> None:
    draft = typical()
    for line_id in ("l1", "l2"):
        draft = editing.accept(draft, ALLERGIES, line_id)
    draft = editing.review(draft, ALLERGIES, NOW)
    assert editing.next_to_review(draft, ALLERGIES) is SectionKey.PROBLEMS
    assert editing.next_to_review(draft, SectionKey.IMMUNIZATIONS) is SectionKey.PROBLEMS
    assert editing.take_back(draft, ALLERGIES, "l2").section(ALLERGIES).reviewed_at is None
    done = editing.review(editing.accept(draft, SectionKey.PROBLEMS, "l3"), SectionKey.PROBLEMS, NOW)
    assert editing.next_to_review(done, SectionKey.PROBLEMS) is MEDICATION


def test_the_form_of_a_child_asks_more_and_the_other_loses_nothing() -> None:
    assert SectionKey.CHILDHOOD not in editing.asked(typical())
    child = editing.set_form(typical(), Form.PAEDIATRIC)
    assert SectionKey.CHILDHOOD in editing.asked(child)
    line = editing.typed(Problem(text="né à 31 semaines"), "n", WEBER, TODAY)
    grown = editing.set_form(editing.add(child, SectionKey.CHILDHOOD, line), Form.ADULT)
    assert SectionKey.CHILDHOOD in editing.asked(grown)
