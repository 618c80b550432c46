"""The store and its fake do the same, in any order, with closing and reopening at any moment.

A feature is plugged in and out meanwhile, and the file is found damaged: own work stays, nothing else.
"""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from desktop.domain.deposit import OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure
from desktop.domain.local_time import local_day
from desktop.domain.secret import Secret
from desktop.ports.platform import LocalRead
from desktop.ports.store import StorePort
from desktop.store.codec import read_moment
from desktop.store.feature_rows import FeatureRows
from tests.fakes import FakeStore, FakeVault, Shelf
from tests.unit.store import toy
from tests.unit.store.conftest import NOW, Practice, deposit, document, draft, ok, recent, soft_card

T = TypeVar("T")
PATIENTS = st.sampled_from(["p1", "p2"])
NUMBERS = st.integers(0, 5)
UNKNOWN = Failure(Code.RIGHT_UNKNOWN)
CONTENTS = st.binary(max_size=40)
WORDS = st.sampled_from(["œdème", "Créatinine", "Asthme", "Straße"])
FOLDED = {"œdème": "oedeme", "Créatinine": "creatinine", "Asthme": "asthme", "Straße": "strasse"}


class StoreAgainstFake(RuleBasedStateMachine):
    """What a user does: each call is made on both, and their answers are compared."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.practice = Practice(Path(self.folder.name), kept=toy.PLUGGED)
        self.vault, self.store = self.practice.store()
        self.fake_vault = FakeVault()
        self._open_fake()
        self.fake = FakeStore(self.fake_vault)
        self.now = NOW
        self.notes: list[tuple[str, str]] = []
        self.letters: list[str] = []

    def shelf(self) -> Shelf:
        """What the fake holds."""
        return self.fake.shelf("LU-1")

    def _open_fake(self) -> None:
        ok(self.fake_vault.open(soft_card().certificate, Secret(bytearray(b"answer"))))

    def both(self, call: Callable[[StorePort], T]) -> T:
        answer = call(self.store)
        assert call(self.fake) == answer
        return answer

    @rule(patient=PATIENTS, numbers=st.sets(NUMBERS), word=WORDS)
    def save_list(self, patient: str, numbers: set[int], word: str) -> None:
        documents = [document(f"{patient}{n}", patient, title=f"{word} {n}", days=n) for n in numbers]
        known = patient in self.shelf().rights
        done = self.both(lambda store: store.save_documents(patient, documents))
        assert done == (None if known else UNKNOWN)

    @rule(patient=PATIENTS, number=NUMBERS, content=CONTENTS, hours=st.none() | st.integers(1, 30))
    def save_body(self, patient: str, number: int, content: bytes, hours: int | None) -> None:
        kept = document(f"{patient}{number}", patient, title="Asthme", days=number)
        until = None if hours is None else self.now + timedelta(hours=hours)
        known = patient in self.shelf().rights
        done = self.both(lambda store: store.save_body(kept, content, until))
        assert done == (None if known or until is None else UNKNOWN)

    @rule(patient=PATIENTS, number=NUMBERS, word=WORDS)
    def index(self, patient: str, number: int, word: str) -> None:
        self.both(lambda store: store.index_text(f"d{patient}{number}", f"lu : {word}"))

    @rule(patient=PATIENTS, keep=st.sets(NUMBERS))
    def forget(self, patient: str, keep: set[int]) -> None:
        kept = frozenset(f"d{patient}{n}" for n in keep)
        ok(self.both(lambda store: store.forget_patient(patient, kept)))
        self._notes_go_with_their_right()

    def _notes_go_with_their_right(self) -> None:
        self.notes = [note for note in self.notes if note[0] in self.shelf().rights]

    @rule(patient=PATIENTS, hours=st.integers(1, 30))
    def hold_right(self, patient: str, hours: int) -> None:
        until = self.now + timedelta(hours=hours)
        ok(self.both(lambda store: store.hold_right(patient, until)))

    @rule(patient=PATIENTS, hours=st.none() | st.integers(1, 30))
    def open_record(self, patient: str, hours: int | None) -> None:
        until = None if hours is None else self.now + timedelta(hours=hours)
        opening = recent(int(patient[1]), self.now, until)
        ok(self.both(lambda store: store.remember_opening(opening)))

    @rule(hours=st.integers(0, 20), restart=st.booleans())
    def time_passes(self, hours: int, restart: bool) -> None:
        """Ends are kept while running, and at the next opening when the program was off."""
        self.now += timedelta(hours=hours)
        self.practice.now = self.now
        if restart:
            self.lock_and_unlock()
            ok(self.fake.purge_expired(self.now))
        else:
            ok(self.both(lambda store: store.purge_expired(self.now)))
        self._notes_go_with_their_right()

    @rule(number=st.integers(1, 2), content=st.none() | CONTENTS)
    def save_draft(self, number: int, content: bytes | None) -> None:
        ok(self.both(lambda store: store.save_draft(draft(number), content)))

    @rule(patient=PATIENTS)
    def drop_draft(self, patient: str) -> None:
        ok(self.both(lambda store: store.drop_draft(patient)))

    @rule(number=st.integers(1, 2), title=WORDS)
    def reword_draft(self, number: int, title: str) -> None:
        self.both(lambda store: store.reword_draft(draft(number, title)))

    @rule(number=NUMBERS, content=CONTENTS, rest=st.none() | WORDS)
    def enqueue(self, number: int, content: bytes, rest: str | None) -> None:
        left = None if rest is None else draft(1, rest)
        ok(self.both(lambda store: store.enqueue(deposit(number), content, left)))

    @rule(
        number=NUMBERS,
        state=st.sampled_from([s for s in OutboxState if s is not OutboxState.SENT]),
        expected=st.none() | st.sampled_from([OutboxState.QUEUED, OutboxState.HELD]),
    )
    def update_outbox(self, number: int, state: OutboxState, expected: OutboxState | None) -> None:
        row = OutboxRow(deposit(number), state, Failure.of(Code.OFFLINE, n=number), number)
        self.both(lambda store: store.update_outbox(row, expected))

    @rule(
        number=NUMBERS,
        state=st.sampled_from([OutboxState.QUEUED, OutboxState.HELD]),
        back=st.booleans(),
        content=CONTENTS,
    )
    def row_goes(self, number: int, state: OutboxState, *, back: bool, content: bytes) -> None:
        """Removed, or taken back as the draft: wholly or not at all."""
        unique, kept = deposit(number).unique_id, draft(title=f"back {number}")
        if back:
            self.both(lambda store: store.outbox_to_draft(unique, state, kept, content))
        else:
            self.both(lambda store: store.drop_outbox(unique, state))

    @rule(number=NUMBERS)
    def queue_read(self, number: int) -> None:
        trace = LocalRead(f"t{number}", "p1", "d1", "m1", NOW)
        ok(self.both(lambda store: store.queue_local_read(trace)))

    @rule(number=NUMBERS)
    def drop_read(self, number: int) -> None:
        ok(self.both(lambda store: store.drop_local_read(f"t{number}")))

    @rule(name=st.sampled_from("ab"), value=st.text(max_size=10))
    def set_setting(self, name: str, value: str) -> None:
        value = value.encode("utf-8", "ignore").decode()
        ok(self.both(lambda store: store.set_setting(name, value)))

    @rule(patient=PATIENTS, word=WORDS)
    def feature_notes(self, patient: str, word: str) -> None:
        """Under a mandate; a feature that is not plugged in is not asked."""
        if not self.practice.kept:
            return
        done = toy.note(self._port(), patient, word)
        if patient in self.shelf().rights:
            assert done is None
            self.notes.append((patient, word))
        else:
            assert done == UNKNOWN

    @rule(word=WORDS)
    def feature_writes(self, word: str) -> None:
        if self.practice.kept:
            ok(toy.letter(self._port(), word))
            self.letters.append(word)

    @rule(word=WORDS)
    def feature_searches(self, word: str) -> None:
        if self.practice.kept:
            found = ok(toy.found(self._port(), word))
            assert found == [note for _patient, note in self.notes if note == word]

    @rule()
    def plug_in_or_out(self) -> None:
        self.practice.kept = {} if self.practice.kept else toy.PLUGGED
        self.lock_and_unlock()

    @rule()
    def found_damaged(self) -> None:
        """Own work comes out of the file, that of a feature that is plugged out too; nothing else does."""
        opened = self.vault.opened()
        assert opened is not None
        opened.mark_damaged()
        lost = self.shelf()
        for gone in (lost.known, lost.bodies, lost.episodes, lost.openings, lost.rights):
            gone.clear()
        for unique_id, (row, content) in lost.rows.items():
            lost.rows[unique_id] = (_doubted(row), content)
        self.notes = []
        self.lock_and_unlock()
        opened = self.vault.opened()
        assert opened is not None and opened.state.rebuilt

    def _port(self) -> FeatureRows:
        return FeatureRows(self.vault, "toy")

    def lock_and_unlock(self) -> None:
        self.vault.close()
        self.fake_vault.close()
        assert self.both(lambda store: store.outbox()) == Failure(Code.STORE_LOCKED)
        self.vault, self.store = self.practice.store()
        self._open_fake()

    @rule(word=WORDS, patient=PATIENTS)
    def search(self, word: str, patient: str) -> None:
        """The order is the store's own."""
        self.both(lambda store: set(ok(store.search(patient, word))))
        self.both(lambda store: set(ok(store.search(patient, FOLDED[word]))))

    @invariant()
    def both_hold_the_same(self) -> None:
        for patient in ("p1", "p2"):
            self._same_of_a_patient(patient)
        for row in ok(self.both(lambda store: store.outbox())):
            self._same_content(row.deposit.unique_id)
        self.both(lambda store: store.recent_patients(local_day(self.now)))
        self.both(lambda store: store.local_reads())
        self.both(lambda store: (store.setting("a"), store.setting("b")))

    def _same_of_a_patient(self, patient: str) -> None:
        self.both(lambda store: store.documents(patient))
        self.both(lambda store: store.draft(patient))
        self.both(lambda store: store.last_opening(patient))
        for document_id in ok(self.both(lambda store: store.cached_ids(patient))):
            self._same_body(document_id)

    def _same_body(self, document_id: str) -> None:
        ok(self.both(lambda store: store.body(document_id)))

    def _same_content(self, unique_id: str) -> None:
        ok(self.both(lambda store: store.outbox_content(unique_id)))

    @invariant()
    def feature_same_as_model(self) -> None:
        """Asked below the port, which answers only while the feature is plugged in."""
        assert self._rows("SELECT patient, note FROM toy_notes ORDER BY id") == self.notes
        found = self._rows("SELECT note FROM toy_words ORDER BY rowid")
        assert found == [(note,) for _patient, note in self.notes]
        assert self._rows("SELECT words FROM toy_letters ORDER BY id") == [(word,) for word in self.letters]

    @invariant()
    def nothing_without_a_right_or_an_end(self) -> None:
        """No row of a mandate is there without the moment at which it goes (documents: as the fake says)."""
        held = "(SELECT patient_id FROM rights)"
        endless = (
            f"SELECT 'toy_notes' FROM toy_notes WHERE patient NOT IN {held}"
            f" UNION ALL SELECT 'episodes' FROM episodes WHERE patient_id NOT IN {held}"
        )
        assert self._rows(endless) == []
        rights = self._rows("SELECT patient_id, until FROM rights")
        assert {patient: read_moment(until) for patient, until in rights} == self.shelf().rights

    def _rows(self, sql: str) -> list[Any]:
        opened = self.vault.opened()
        assert opened is not None
        return ok(opened.database.read(lambda c: list(c.execute(sql).fetchall())))

    @invariant()
    def no_stray_files(self) -> None:
        folder, shelf = self.practice.only_set(), self.fake.shelf("LU-1")
        assert len(list((folder / "bodies").iterdir())) == len(shelf.bodies)
        with_file = sum(content is not None for _draft, content in shelf.drafts.values())
        assert len(list((folder / "outbox").iterdir())) == len(shelf.rows) + with_file

    def teardown(self) -> None:
        for vault in self.practice.vaults:
            vault.close()
        self.folder.cleanup()


def _doubted(row: OutboxRow) -> OutboxRow:
    """What comes out of a damaged store is asked for before it goes."""
    if not row.state.is_pending():
        return row
    return replace(row, state=OutboxState.UNKNOWN, attempts=max(1, row.attempts), next_try=None)


StoreAgainstFake.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, suppress_health_check=list(HealthCheck)
)
TestStoreAgainstFake = StoreAgainstFake.TestCase
