"""Which lines of the former version the next one would lose, and where a decision remains."""

from dataclasses import replace

from hypothesis import given, settings

from desktop.features.summary.domain import editing
from desktop.features.summary.domain.check import Check, problems_of
from desktop.features.summary.domain.draft import Decision, Draft, SourceKind
from desktop.features.summary.domain.left_out import is_left_out, left_out, undecided
from desktop.features.summary.domain.sections import SectionKey
from desktop.features.summary.service.terminology import code_search, known_substances
from tests.samples.drafts import BASE, DRAFTS, NOW, typical

ALLERGIES, PROBLEMS, DRUGS = SectionKey.ALLERGIES, SectionKey.PROBLEMS, SectionKey.MEDICATION


def test_cf087_what_waits_of_the_former_version_is_left_out_and_nothing_else() -> None:
    draft = typical()
    lost = {one.section: [line.id for line in one.lines] for one in left_out(draft)}
    assert lost == {
        ALLERGIES: ["l1"], PROBLEMS: ["l3"], DRUGS: ["l4", "l5"], SectionKey.IMMUNIZATIONS: ["l6"]
    }  # fmt: skip
    for decide in (editing.accept, editing.refuse, editing.object_to):
        assert ALLERGIES not in {one.section for one in left_out(decide(draft, ALLERGIES, "l1"))}
    assert left_out(replace(draft, base=None)) == ()
    other = replace(BASE, document_id="d8")
    assert left_out(replace(draft, base=other)) == (), "of a version that is not in force any more"


def test_a_required_section_with_anything_waiting_is_undecided_and_an_optional_one_that_would_lose() -> None:
    draft = editing.accept(typical(), ALLERGIES, "l1")  # latex is new, and waits
    assert undecided(draft, ()) == (ALLERGIES, PROBLEMS, DRUGS, SectionKey.IMMUNIZATIONS)
    draft = editing.refuse(draft, ALLERGIES, "l2")
    draft = editing.keep_unchanged(draft, NOW, None)
    assert undecided(draft, ()) == (PROBLEMS, DRUGS)
    assert undecided(draft, (SectionKey.DEVICES,)) == (PROBLEMS, DRUGS, SectionKey.DEVICES)


@settings(max_examples=40)
@given(DRAFTS)
def test_each_waiting_line_is_told_once(draft: Draft) -> None:
    """As one of the former version or as a new one, never as both."""
    issues = problems_of(draft, NOW.date(), code_search(), known_substances())
    new = sum(int(one.facts["count"]) for one in issues if one.check is Check.WAITING)
    every = [line for section in draft.sections for line in section.lines]
    lost = [line for one in left_out(draft) for line in one.lines]
    assert new + len(lost) == sum(line.decision is Decision.PROPOSED for line in every)
    assert all(is_left_out(line, draft.base) for line in lost)
    assert all(any(one.kind is SourceKind.PREVIOUS for one in line.sources) for line in lost)
