"""What the demo's papers propose for a new summary: right for every patient, and one dose to be chosen."""

from collections import defaultdict
from collections.abc import Mapping
from itertools import count

import pytest

from desktop.features import FEATURES
from desktop.features.summary.domain import editing
from desktop.features.summary.domain.candidates import DISPENSATION, FEEDS, LABORATORY, PRESCRIPTION
from desktop.features.summary.domain.check import WARNINGS, Check, problems_of
from desktop.features.summary.domain.draft import Draft, Form, Source, SourceKind
from desktop.features.summary.domain.entries import Medication, Problem
from desktop.features.summary.domain.proposals import Given, given_by, propose
from desktop.features.summary.domain.publication import CATEGORY
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.features.summary.domain.terminology import SYSTEM_NAMES
from desktop.features.summary.ips.read import read
from desktop.features.summary.service.terminology import code_search, known_substances
from desktop.kernel.feature import add_words
from desktop.simulator.demo import DemoDataset
from desktop.simulator.seed_data import SeedDocument
from tests.answers import good
from tests.unit.demo.conftest import TODAY

JOS = "pat-0002"
_KINDS = dict.fromkeys(PRESCRIPTION, SourceKind.PRESCRIPTION) | {
    LABORATORY: SourceKind.LAB,
    DISPENSATION: SourceKind.DISPENSATION,
}


@pytest.fixture(scope="module")
def drafts(demo: DemoDataset) -> Mapping[str, Draft]:
    """By patient: the last summary as the former version, and all else that has data."""
    add_words(FEATURES)
    told: dict[str, list[tuple[SeedDocument, bytes]]] = defaultdict(list)
    for document, content in sorted(demo.contents(demo.data()), key=lambda one: one[0].created):
        told[document.patient_id].append((document, content))
    return {patient: _draft(patient, papers) for patient, papers in told.items()}


def _draft(patient: str, papers: list[tuple[SeedDocument, bytes]]) -> Draft:
    summaries = [document.id for document, _ in papers if document.category == CATEGORY]
    given: list[Given] = []
    for document, content in papers:
        assert document.category in FEEDS
        if document.id not in summaries[:-1]:
            former = document.category == CATEGORY
            kind = SourceKind.PREVIOUS if former else _KINDS.get(document.category, SourceKind.DOCUMENT)
            source = Source(kind, document.id, document.title, document.created, "")
            given += given_by(good(read(content)).summary, source)
    ids = count(1)
    empty = Draft("d", patient, Form.ADULT, "fr", None, ())
    return propose(empty, given, known_substances(), TODAY, lambda: f"l{next(ids)}")


def test_one_thing_is_one_line_and_one_dose_is_to_be_chosen(drafts: Mapping[str, Draft]) -> None:
    lines = drafts[JOS].section(SectionKey.MEDICATION).lines
    assert max(len(line.sources) for line in lines) > 2
    (disputed,) = (line for line in lines if line.conflicts)
    answers = (disputed.entry, *disputed.conflicts)
    assert {one.strength for one in answers if isinstance(one, Medication)} == {"5 mg", "10 mg"}
    others = [
        line
        for patient, draft in drafts.items()
        for section in draft.sections
        for line in section.lines
        if patient != JOS
    ]
    assert others and not any(line.conflicts for line in others)


def test_a_problem_of_the_list_of_32_has_its_number(drafts: Mapping[str, Draft]) -> None:
    problems = drafts[JOS].section(SectionKey.PROBLEMS).lines
    numbers = {line.entry.ald for line in problems if isinstance(line.entry, Problem)}
    assert numbers & set(range(1, 33))
    assert all(coding.system in SYSTEM_NAMES for line in problems for coding in line.entry.codings)


def test_what_is_accepted_as_it_is_proposed_can_be_published(drafts: Mapping[str, Draft]) -> None:
    """Every code exists, every dose has its unit, every result its day, and nothing stands twice."""
    known, search = known_substances(), code_search()
    for draft in drafts.values():
        for section in draft.sections:
            for line in section.lines:
                draft = editing.accept(draft, section.key, line.id)
        for key in editing.decisions_left(draft):
            if not draft.section(key).lines:
                draft = editing.set_state(draft, key, SectionState.NONE_KNOWN)
        found = {one.check for one in problems_of(draft, TODAY, search, known)}
        assert Check.DOUBLE not in found
        assert found - WARNINGS == ({Check.CONFLICT} if draft.patient_id == JOS else set())
