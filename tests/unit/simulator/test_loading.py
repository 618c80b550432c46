"""Documents appear as their bytes get ready; a stop in between loses nothing."""

import threading
from collections.abc import Generator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop.simulator import loading
from desktop.simulator.cards import issue_cards
from desktop.simulator.clock import Clock
from desktop.simulator.console_file import ConsoleFile, GivenSecrets
from desktop.simulator.minimal_data import MinimalData
from desktop.simulator.pki import open_pki
from desktop.simulator.seed_data import SeedDocument
from desktop.simulator.sessions import Sessions
from desktop.simulator.tables import ContentRow, DocumentRow, PatientRow
from desktop.simulator.world import World, code_matches, open_database
from tests.waiting import LIMIT_S, ended


class Gated(MinimalData):
    """Gives two documents, then waits until it may go on."""

    def __init__(self) -> None:
        super().__init__(datetime(2026, 6, 1, tzinfo=UTC).date())
        self.reached, self.go_on = threading.Event(), threading.Event()
        self.asked: list[str] = []

    def contents(self, wanted: Sequence[SeedDocument]) -> Generator[tuple[SeedDocument, bytes], None, None]:
        self.asked = [d.id for d in wanted]
        for i, pair in enumerate(super().contents(wanted)):
            if i == 2:
                self.reached.set()
                self.go_on.wait(LIMIT_S)
            yield pair


@pytest.fixture
def empty(issued: Path, tmp_path: Path) -> Iterator[World]:
    console = ConsoleFile(tmp_path / "console.json")
    engine = open_database(tmp_path / "p.sqlite", ())
    yield World(engine, Clock(), open_pki(issued / "pki"), console, Sessions(), (), "https://platform.test")
    engine.dispose()


def ids(world: World) -> set[str]:
    with world.database() as database:
        return set(database.scalars(select(DocumentRow.id)))


def test_identities_are_there_before_any_document(empty: World) -> None:
    dataset = Gated()
    loading.seed_identities(empty, dataset)
    assert loading.is_seeded(empty) and not loading.is_complete(empty)
    with empty.database() as database:
        assert len(database.scalars(select(PatientRow)).all()) == 10
    assert ids(empty) == set()


def test_a_stop_keeps_what_is_ready_and_the_next_start_asks_for_the_rest(empty: World) -> None:
    dataset = Gated()
    loading.seed_identities(empty, dataset)
    background = loading.Background(empty, dataset)
    background.start()
    assert dataset.reached.wait(LIMIT_S) and empty.filling.is_set()
    assert {d.id for some in (empty.planned or {}).values() for d in some} == {
        d.id for d in dataset.documents()
    }
    stopping = threading.Thread(target=background.stop)
    stopping.start()
    assert background._stop.wait(LIMIT_S)
    dataset.go_on.set()
    ended(stopping)
    kept = ids(empty)
    assert 2 <= len(kept) < 19 and not background.done.is_set() and not loading.is_complete(empty)
    second = Gated()
    second.go_on.set()
    background = loading.Background(empty, second)
    background.start()
    assert background.done.wait(LIMIT_S)
    background.stop()
    assert set(second.asked) == ids(empty) - kept
    assert len(ids(empty)) == 19 and loading.is_complete(empty) and not empty.filling.is_set()
    assert empty.planned is None
    with empty.database() as database:
        assert database.get_one(DocumentRow, "d-7").superseded
        for row in database.scalars(select(DocumentRow)):
            assert len(database.get_one(ContentRow, row.id).data) == row.size


def test_codes_become_hashes_and_given_ones_win(empty: World) -> None:
    dataset = MinimalData(datetime(2026, 6, 1, tzinfo=UTC).date())
    loading.seed_identities(empty, dataset)
    loading.fill_console(empty, dataset)
    loading.set_codes(empty, GivenSecrets(code={"p-1": "mine", "*": "all"}))
    background = loading.Background(empty, dataset)
    background.start()
    assert background.done.wait(LIMIT_S)
    background.stop()
    with empty.database() as database:
        assert code_matches(database.get_one(PatientRow, "p-1").code_hash, "mine")
        assert code_matches(database.get_one(PatientRow, "p-2").code_hash, "all")
        assert not code_matches(database.get_one(PatientRow, "p-2").code_hash, "code-0002")
    assert empty.console.patients["p-1"] == "mine" and not empty.pending_codes


def test_cards_are_kept_and_only_missing_ones_made(issued: Path, tmp_path: Path) -> None:
    from desktop.simulator.card_holders import HOLDERS

    pki = open_pki(issued / "pki")
    console = ConsoleFile(tmp_path / "console.json")
    weber = HOLDERS[:1]
    issue_cards(tmp_path, pki, weber, console, GivenSecrets())
    console.save()
    before = (tmp_path / "cards" / "weber.json").read_bytes()
    again = ConsoleFile.open(tmp_path / "console.json")
    issue_cards(tmp_path, pki, weber, again, GivenSecrets())
    assert (tmp_path / "cards" / "weber.json").read_bytes() == before
    assert again.cards == console.cards and len(console.cards[0].pin) == 6
    assert console.cards[0].pin not in before.decode(), "the card holds a hash only"
