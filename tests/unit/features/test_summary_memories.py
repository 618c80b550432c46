"""What was refused is known to the next draft, for as long as the record is."""

import pytest

from desktop.domain.errors import Code, Failure
from desktop.features.summary.domain.memory import NOTHING, Carried, Memory, Refusal
from desktop.features.summary.domain.sections import SectionKey
from desktop.features.summary.kept import KEPT
from desktop.features.summary.service.memories import Memories
from desktop.ports.kept import Fate
from tests.fakes import FakeKept
from tests.fakes.store import FakeVault

SOME = Memory(
    (Refusal(SectionKey.MEDICATION, "medication|ramipril", "o3"),),
    (Carried(SectionKey.IMMUNIZATIONS, "immunization|grippe", 2),),
)


@pytest.fixture
def vault() -> FakeVault:
    made = FakeVault()
    made.holder = "H1"
    return made


def test_it_comes_back_as_it_was_and_each_patient_has_his_own(vault: FakeVault) -> None:
    memories = Memories(FakeKept(KEPT, vault))
    assert memories.of("p1") == NOTHING
    assert memories.keep("p1", Memory()) is None
    assert memories.keep("p1", SOME) is None
    assert (memories.of("p1"), memories.of("p2")) == (SOME, NOTHING)


def test_a_closed_vault_is_told(vault: FakeVault) -> None:
    memories = Memories(FakeKept(KEPT, vault))
    vault.holder = None
    assert memories.of("p1") == memories.keep("p1", SOME) == Failure(Code.STORE_LOCKED)


def test_it_goes_with_the_right_to_the_record_and_the_draft_does_not() -> None:
    fates = {table.name: table.fate for table in KEPT.tables}
    assert (fates["summary_memory"], fates["summary_draft"]) == (Fate.MANDATE, Fate.OWN_WORK)
