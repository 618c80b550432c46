"""A draft comes back from the store as it was, in whatever state it was left."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from desktop.domain.errors import Code, Failure
from desktop.features.summary.domain.draft import Draft
from desktop.features.summary.domain.entries import Coding, Observation, Quantity
from desktop.features.summary.kept import KEPT
from desktop.features.summary.service.drafts import Drafts, pack, unpack
from tests.answers import good
from tests.fakes import FakeKept
from tests.fakes.store import FakeVault
from tests.samples.drafts import DRAFTS, NOW, typical
from tests.samples.practice import other_patient, patient


@settings(max_examples=30)
@given(DRAFTS)
def test_cf093_nothing_of_it_changes_on_its_way(draft: Draft) -> None:
    assert unpack(pack(draft)) == draft


@pytest.mark.parametrize(
    "value", [Quantity("7.20", "%", "%"), Coding("urn:oid:1", "a"), "7.20", "", None], ids=repr
)
def test_a_value_stays_of_its_kind(value: Quantity | Coding | str | None) -> None:
    draft = typical()
    (section, *_) = draft.sections
    seen = replace(section.lines[0], entry=Observation(text="HbA1c", value=value))
    kept = replace(draft, sections=(replace(section, lines=(seen,)),))
    assert unpack(pack(kept)) == kept


@pytest.fixture
def vault() -> FakeVault:
    made = FakeVault()
    made.holder = "H1"
    return made


@pytest.fixture
def rows(vault: FakeVault) -> FakeKept:
    return FakeKept(KEPT, vault)


@pytest.fixture
def drafts(rows: FakeKept) -> Drafts:
    return Drafts(rows)


def test_the_last_state_is_the_one_that_goes_on(drafts: Drafts) -> None:
    first = typical()
    later = replace(first, language="de", saved_at=NOW + timedelta(seconds=2))
    for state in (first, later):
        assert drafts.keep(patient(), state) is None
    assert drafts.of("p1") == later
    assert drafts.of("p2") is None


def test_one_that_came_back_from_a_mended_store_is_not_lost(drafts: Drafts) -> None:
    """It has a name of its own: it goes on once the newer one is published."""
    former = replace(typical(), id="former", saved_at=NOW - timedelta(days=1))
    for state in (typical(), former):
        assert drafts.keep(patient(), state) is None
    assert drafts.of("p1") == typical()
    assert drafts.drop("draft-1") is None
    assert drafts.of("p1") == former


def test_drafts_are_listed_with_their_patients(drafts: Drafts) -> None:
    paul = other_patient(2, "Schmit")
    his = replace(typical(), id="draft-2", patient_id=paul.id, saved_at=NOW + timedelta(minutes=1))
    assert drafts.keep(patient(), typical()) is None
    assert drafts.keep(paul, his) is None
    listed = good(drafts.all()).drafts
    assert [(kept.patient, kept.draft.id) for kept in listed] == [(paul, "draft-2"), (patient(), "draft-1")]


def test_cf093_another_holder_has_another_file(drafts: Drafts, vault: FakeVault) -> None:
    assert drafts.keep(patient(), typical()) is None
    vault.holder = "H2"
    assert drafts.of("p1") is None
    vault.holder = "H1"
    assert drafts.of("p1") == typical()


def test_a_closed_store_answers_locked(drafts: Drafts, vault: FakeVault) -> None:
    vault.holder = None
    locked = Failure(Code.STORE_LOCKED)
    assert drafts.keep(patient(), typical()) == locked
    assert (drafts.of("p1"), drafts.all(), drafts.drop("x")) == (locked, locked, locked)


@pytest.mark.parametrize("column", ["content", "who"])
@pytest.mark.parametrize("damage", [b"", b"{", b'{"id": 1}', b"\xff\xfe"])
def test_a_damaged_row_costs_only_itself_and_is_counted(
    drafts: Drafts, rows: FakeKept, column: str, damage: bytes
) -> None:
    paul = other_patient(2, "Schmit")
    his = replace(typical(), id="draft-2", patient_id=paul.id)
    assert drafts.keep(patient(), typical()) is None and drafts.keep(paul, his) is None
    spoil = f"UPDATE summary_draft SET {column} = ? WHERE id = 'draft-2'"
    good(rows.write(lambda tables: tables.execute(spoil, (damage,))))
    listed = good(drafts.all())
    assert ([kept.draft.id for kept in listed.drafts], listed.unreadable) == (["draft-1"], 1)


def test_a_damaged_draft_hides_no_older_one_of_the_patient(drafts: Drafts, rows: FakeKept) -> None:
    newer = replace(typical(), id="draft-2", saved_at=NOW + timedelta(minutes=1))
    assert drafts.keep(patient(), typical()) is None and drafts.keep(patient(), newer) is None
    spoil = "UPDATE summary_draft SET content = x'7b' WHERE id = 'draft-2'"
    good(rows.write(lambda tables: tables.execute(spoil, ())))
    found = good(drafts.found("p1"))
    assert (found.draft, found.unreadable) == (typical(), 1)
