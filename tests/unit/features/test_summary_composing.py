"""From a draft to what is published: accepted lines, explicit states, and nothing that betrays the others."""

from dataclasses import replace
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.features.summary.domain import editing
from desktop.features.summary.domain.compare import compare
from desktop.features.summary.domain.composing import summary_of
from desktop.features.summary.domain.draft import Decision, Draft, Form
from desktop.features.summary.domain.proposals import given_by, propose
from desktop.features.summary.domain.sections import REQUIRED, SECTIONS, SectionKey, SectionState
from desktop.features.summary.domain.summary import Summary, SummarySection
from desktop.features.summary.service.terminology import known_substances
from tests.samples.drafts import BASE, BEFORE, DRAFTS, LATEX, NOW, PENICILLIN, typical
from tests.samples.summaries import AUTHOR, SUBJECT, SUMMARY

ALLERGIES = SectionKey.ALLERGIES


def published(draft: Draft) -> Summary:
    numbers = count(1)
    return summary_of(draft, SUBJECT, AUTHOR, NOW, lambda: f"urn:uuid:{next(numbers)}")


def section(draft: Draft, key: SectionKey) -> SummarySection | None:
    return next((one for one in published(draft).sections if one.key is key), None)


def test_cf087_of_a_draft_in_which_nothing_is_accepted_nothing_leaves() -> None:
    assert published(typical()).sections == ()


def test_cf087_of_two_lines_the_accepted_one_leaves() -> None:
    made = section(editing.accept(typical(), ALLERGIES, "l1"), ALLERGIES)
    assert made is not None and made.entries == (PENICILLIN,)


@settings(max_examples=60)
@given(DRAFTS)
def test_cf086_087_what_leaves_was_accepted_and_nothing_else(draft: Draft) -> None:
    for one in published(draft).sections:
        assert one.key is not None
        lines = draft.section(one.key).lines
        assert list(one.entries) in (
            [],
            [line.entry for line in lines if line.decision is Decision.ACCEPTED],
        )
        assert bool(one.entries) is (one.state is SectionState.LINES)
        assert one.state not in (SectionState.UNDECIDED, SectionState.REFUSED)


@given(st.sampled_from([rule.key for rule in SECTIONS]))
def test_cf086_a_refused_section_is_as_one_that_is_not_available(key: SectionKey) -> None:
    """Its note stays here; an optional one is not there, as most are not (features A.2)."""
    unknown = editing.set_state(typical(), key, SectionState.UNAVAILABLE)
    refused = editing.set_state(typical(), key, SectionState.REFUSED)
    noted = replace(
        refused,
        sections=tuple(replace(s, note="ne veut pas") if s.key is key else s for s in refused.sections),
    )
    assert section(noted, key) == (section(unknown, key) if key in REQUIRED else None)


def test_cf086_an_objected_line_leaves_no_trace() -> None:
    draft = editing.accept(editing.accept(typical(), ALLERGIES, "l1"), ALLERGIES, "l2")
    objected = editing.object_to(draft, ALLERGIES, "l1")
    assert section(objected, ALLERGIES) == SummarySection(ALLERGIES, SectionState.LINES, (LATEX,))
    assert PENICILLIN.text not in repr(published(objected))


def test_cf074_each_explicit_state_stays_itself() -> None:
    for state in (SectionState.NONE_KNOWN, SectionState.UNAVAILABLE, SectionState.NOT_ASKED):
        found = section(editing.set_state(typical(), ALLERGIES, state), ALLERGIES)
        assert found is not None and (found.state, found.entries) == (state, ())


def test_a_next_version_replaces_its_base_and_keeps_its_identifier() -> None:
    made = published(typical())
    assert (made.version, made.identifier, made.replaces) == (8, BASE.identifier, BASE.bundle)
    assert made.bundle == "urn:uuid:1" and made.language == "fr"
    assert (made.subject, made.author, made.written_at) == (SUBJECT, AUTHOR, NOW)


def test_a_first_version_has_names_of_its_own() -> None:
    made = published(replace(typical(), base=None))
    assert (made.version, made.replaces) == (1, "")
    assert {made.identifier, made.bundle} == {"urn:uuid:1", "urn:uuid:2"}


@given(DRAFTS)
@settings(max_examples=30)
def test_sections_stand_in_the_order_in_which_they_are_read(draft: Draft) -> None:
    keys = [one.key for one in published(draft).sections]
    assert keys == [rule.key for rule in SECTIONS if rule.key in keys]


def test_cf091_an_unchanged_patient_s_new_version_differs_in_nothing() -> None:
    """The former version is proposed line by line, each is accepted, and nothing was lost on the way."""
    known, numbers = known_substances(), count(1)
    draft = Draft("d", "p1", Form.ADULT, "fr", BASE, ())
    told = given_by(SUMMARY, BEFORE)
    draft = propose(draft, told, known, NOW.date(), lambda: f"l{next(numbers)}")
    for one in told:
        draft = editing.set_state(draft, one.section, one.state) if not one.entries else draft
        for line in draft.section(one.section).lines:
            draft = editing.accept(draft, one.section, line.id)
    noted = {one.key: one.note for one in SUMMARY.sections}
    sections = tuple(replace(section, note=noted.get(section.key, "")) for section in draft.sections)
    assert compare(SUMMARY, published(replace(draft, sections=sections)), known) == ()
