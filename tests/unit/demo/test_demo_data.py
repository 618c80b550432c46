"""The structured data beside the demo's papers: valid, the patient's, and what the page says."""

from collections.abc import Iterator

import fhirkit
import pypdfium2
import pytest

from desktop.domain.folding import fold
from desktop.domain.record import DspState
from desktop.features import FEATURES
from desktop.features.summary.domain.entries import Entry, Medication, Observation, Quantity
from desktop.features.summary.domain.reading import Reading
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.features.summary.ips.read import read
from desktop.kernel.feature import add_words
from desktop.simulator import structured as platform
from desktop.simulator.demo import DemoDataset, phrase_bank
from desktop.simulator.demo.declared import DECLARED, REFERENT
from desktop.simulator.seed_data import SeedDocument, unique_id_of
from desktop.simulator.submission import Submission
from desktop.simulator.tables import PatientRow
from tests.answers import good

JOS, KLEIN = "pat-0002", "pat-0006"
Written = dict[str, tuple[SeedDocument, bytes]]


@pytest.fixture(scope="module")
def data(demo: DemoDataset) -> Written:
    """All of it, by id."""
    add_words(FEATURES)
    return {d.id: (d, content) for d, content in demo.contents(demo.data())}


@pytest.fixture(scope="module")
def papers(demo: DemoDataset) -> dict[str, SeedDocument]:
    return {d.id: d for d in demo.documents()}


def of(data: Written, patient: str, category: str = "") -> list[SeedDocument]:
    rows = (d for d, _ in data.values() if d.patient_id == patient and category in ("", d.category))
    return sorted(rows, key=lambda d: d.created)


def reading(content: bytes) -> Reading:
    found = good(read(content))
    assert found.oddities == (), found.oddities
    return found


def entries(content: bytes) -> Iterator[Entry]:
    for section in reading(content).summary.sections:
        yield from section.entries


def page_words(demo: DemoDataset, document: SeedDocument) -> str:
    [(_, content)] = demo.contents([document])
    pdf = pypdfium2.PdfDocument(content)
    try:
        pages = [pdf[number].get_textpage().get_text_range() for number in range(len(pdf))]
    finally:
        pdf.close()
    return " ".join(fold(" ".join(pages)).split())


def test_every_summary_of_a_declared_patient_has_data(
    demo: DemoDataset, data: Written, papers: dict[str, SeedDocument]
) -> None:
    mine = {p.id for p in demo.patients() for d in p.declarations if d.practitioner_id == REFERENT}
    mine |= {
        p.id for p in demo.patients() if p.dsp is DspState.ACTIVE
        for m in p.mandates if m.practitioner_id == REFERENT and m.kind.value == "medecin-referent"
    }  # fmt: skip
    assert len(mine) >= DECLARED
    summaries = {d.id for d in papers.values() if d.category == "resume-patient" and d.patient_id in mine}
    assert summaries and summaries <= {d.transforms for d, _ in data.values()}


def test_data_are_of_the_version_level_and_fate_of_their_document(
    data: Written, papers: dict[str, SeedDocument]
) -> None:
    for row, _ in data.values():
        paper = papers[row.transforms]
        same = ("patient_id", "category", "title", "created", "registered", "author_id", "level", "disabled")
        assert all(getattr(row, name) == getattr(paper, name) for name in same), row.id
        if row.replaces:
            assert data[row.replaces][0].transforms == paper.replaces


def test_the_platform_would_take_them(demo: DemoDataset, data: Written) -> None:
    """The rules that a client meets hold for what was there before."""
    matricules = {p.id: p.matricule for p in demo.patients()}
    for row, content in data.values():
        sent = Submission(
            "", unique_id_of(row.id), "", row.patient_id, row.category, row.title, "2026-01-01", "fr",
            row.level, content, "", None, frozenset(), "", "", row.transforms, row.content_type, "", "",
        )  # fmt: skip
        platform.check(sent, PatientRow(id=row.patient_id, matricule=matricules[row.patient_id]))


def test_one_of_each_kind_is_valid_fhir(data: Written) -> None:
    first = {row.category: content for row, content in data.values()}
    assert len(first) == 5
    for category, content in first.items():
        errors = [i for i in fhirkit.validate(content) if i.severity == "error"]
        assert errors == [], (category, [(i.path, i.message) for i in errors])


def test_they_can_be_read(data: Written) -> None:
    """Some of each patient's: reading all takes seconds."""
    for row, content in list(data.values())[::9]:
        summary = reading(content).summary
        assert summary.bundle == unique_id_of(row.id) and any(s.entries for s in summary.sections)


@pytest.mark.parametrize(
    "category",
    ["resume-patient", "resultats-biologie", "traitements-medicamenteux", "cr-sejour-lettre-sortie"],
)
def test_data_say_what_their_page_says(
    demo: DemoDataset, data: Written, papers: dict[str, SeedDocument], category: str
) -> None:
    rows = of(data, JOS, category)[-3:]
    assert rows
    for row in rows:
        words = page_words(demo, papers[row.transforms])
        for entry in entries(data[row.id][1]):
            for part in _printed(entry):
                assert " ".join(fold(part).split()) in words, (row.title, part)


def _printed(entry: Entry) -> list[str]:
    parts = [entry.text]
    if isinstance(entry, Observation) and isinstance(entry.value, Quantity):
        parts += [entry.value.value.replace(".", ","), entry.value.unit]
    if isinstance(entry, Medication):
        parts += [f"{entry.text} {entry.strength}".strip().replace(".", ","), entry.dosage]
    return parts


def test_versions_count_and_name_the_one_before(data: Written) -> None:
    rows = of(data, JOS, "resume-patient")
    found = [reading(data[row.id][1]).summary for row in rows]
    assert [summary.version for summary in found] == [1, 2, 3, 4, 5, 6, 7]
    assert len({summary.identifier for summary in found}) == 1
    assert [s.replaces for s in found] == ["", *(s.bundle for s in found[:-1])]


def test_two_papers_are_newer_than_the_last_summary_and_one_dose_contradicts_it(data: Written) -> None:
    """What the tour shows: a letter, results, an allergy that is new, and one dose to choose."""
    *_, last = of(data, JOS, "resume-patient")
    newer = [row for row in of(data, JOS) if row.created > last.created]
    assert [row.category for row in newer] == ["cr-sejour-lettre-sortie", "resultats-biologie"]
    letter, known = (_medicines(data[row.id][1]) for row in (newer[0], last))
    changed = {name for name, dose in letter.items() if dose != known[name]}
    assert letter.keys() == known.keys() and changed == {"Bisoprolol"}
    allergies = [_allergies(data[row.id][1]) for row in (newer[0], last)]
    assert set(allergies[0]) - set(allergies[1]) == {"Latex"}


def test_a_former_author_is_referent_no_more(demo: DemoDataset, data: Written) -> None:
    first, *_, last = of(data, KLEIN, "resume-patient")
    assert (first.author_id, last.author_id) == ("ps-schmitz", REFERENT)
    [klein] = [p for p in demo.patients() if p.id == KLEIN]
    running = [m.practitioner_id for m in klein.mandates if m.kind.value == "medecin-referent"]
    assert running == [REFERENT]


def test_what_nobody_has_is_said_by_a_code(data: Written) -> None:
    """CF-084: « aucune connue » is an entry, not silence."""
    summaries = [content for row, content in data.values() if row.category == "resume-patient"]
    said = [content for content in summaries if b"716186003" in content]
    [none, lines] = [said[0], next(content for content in summaries if content not in said)]
    found = [
        section.state
        for content in (none, lines)
        for section in reading(content).summary.sections
        if section.key is SectionKey.ALLERGIES
    ]
    assert found == [SectionState.NONE_KNOWN, SectionState.LINES]


def test_numbers_keep_their_zeros(data: Written) -> None:
    """7,20 is not 7,2 to a laboratory."""
    decimals = {a.label.strip(): a.decimals for a in phrase_bank.analytes().values()}
    printed = [
        (entry.value.value, decimals[entry.text])
        for row in of(data, JOS, "resultats-biologie")
        for entry in entries(data[row.id][1])
        if isinstance(entry, Observation) and isinstance(entry.value, Quantity)
    ]
    assert all(len(value.partition(".")[2]) == places for value, places in printed)
    assert any(value.endswith("0") and "." in value for value, _ in printed)


def _medicines(content: bytes) -> dict[str, str]:
    return {e.text: e.strength for e in entries(content) if isinstance(e, Medication)}


def _allergies(content: bytes) -> list[str]:
    found = reading(content).summary.sections
    return [e.text for s in found if s.key is SectionKey.ALLERGIES for e in s.entries]
