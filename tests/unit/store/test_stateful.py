"""The store against a dict model, with closing and reopening at any moment.

A feature is plugged in and out meanwhile, and the file is found damaged: own work stays, nothing else.
"""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from desktop.domain.deposit import Draft, OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure
from desktop.domain.record import KEPT_WITHOUT_END, Document
from desktop.ports.platform import LocalRead
from desktop.store.codec import read_moment
from desktop.store.feature_rows import FeatureRows

from . import toy
from .conftest import NOW, Practice, deposit, document, draft, ok, recent

PATIENTS = st.sampled_from(["p1", "p2"])
NUMBERS = st.integers(0, 5)
CONTENTS = st.binary(max_size=40)
WORDS = st.sampled_from(["œdème", "Créatinine", "Asthme", "Straße"])
UNKNOWN = Failure(Code.RIGHT_UNKNOWN)
FOLDED = {"œdème": "oedeme", "Créatinine": "creatinine", "Asthme": "asthme", "Straße": "strasse"}


class StoreAgainstModel(RuleBasedStateMachine):
    """What a user does in any order; the model is a handful of dicts."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.practice = Practice(Path(self.folder.name), kept=toy.PLUGGED)
        self.vault, self.store = self.practice.store()
        self.now = NOW
        self.lists: dict[str, dict[str, Document]] = {"p1": {}, "p2": {}}
        self.bodies: dict[str, tuple[str, bytes, datetime | None]] = {}
        self.rights: dict[str, datetime] = {}
        self.notes: list[tuple[str, str]] = []
        self.letters: list[str] = []
        self.drafts: dict[str, tuple[Draft, bytes | None]] = {}
        self.outbox: dict[str, tuple[OutboxRow, bytes]] = {}
        self.reads: dict[str, LocalRead] = {}
        self.settings: dict[str, str] = {}

    @rule(patient=PATIENTS, numbers=st.sets(NUMBERS), word=WORDS)
    def save_list(self, patient: str, numbers: set[int], word: str) -> None:
        documents = [document(f"{patient}{n}", patient, title=f"{word} {n}", days=n) for n in numbers]
        done = self.store.save_documents(patient, documents)
        if patient not in self.rights and documents:
            assert done == UNKNOWN
            return
        assert done is None
        new = {d.id: d for d in documents}
        for gone in set(self.lists[patient]) - set(new):
            if gone in self.bodies and self.bodies[gone][2] is not None:
                del self.bodies[gone]
        self.lists[patient] = new

    @rule(patient=PATIENTS, number=NUMBERS, content=CONTENTS, hours=st.none() | st.integers(1, 30))
    def save_body(self, patient: str, number: int, content: bytes, hours: int | None) -> None:
        kept = document(f"{patient}{number}", patient, title="Asthme", days=number)
        until = None if hours is None else self.now + timedelta(hours=hours)
        done = self.store.save_body(kept, content, until)
        if patient not in self.rights and until is not None:
            assert done == UNKNOWN
            return
        assert done is None
        self.bodies[kept.id] = (patient, content, until)
        if kept.id in self.lists[patient]:
            self.lists[patient][kept.id] = kept

    @rule(patient=PATIENTS, keep=st.sets(NUMBERS))
    def forget(self, patient: str, keep: set[int]) -> None:
        kept = frozenset(f"d{patient}{n}" for n in keep)
        ok(self.store.forget_patient(patient, kept))
        self._forget(patient, kept)

    def _forget(self, patient: str, keep: frozenset[str]) -> None:
        self.rights.pop(patient, None)
        self.notes = [note for note in self.notes if note[0] != patient]
        stays = keep | {i for i, (p, _c, until) in self.bodies.items() if p == patient and until is None}
        self.bodies = {i: b for i, b in self.bodies.items() if b[0] != patient or i in stays}
        self.lists[patient] = {i: d for i, d in self.lists[patient].items() if i in stays}

    @rule(patient=PATIENTS, hours=st.integers(1, 30))
    def hold_right(self, patient: str, hours: int) -> None:
        self.rights[patient] = self.now + timedelta(hours=hours)
        ok(self.store.hold_right(patient, self.rights[patient]))

    @rule(patient=PATIENTS, hours=st.none() | st.integers(1, 30))
    def open_record(self, patient: str, hours: int | None) -> None:
        until = None if hours is None else self.now + timedelta(hours=hours)
        ok(self.store.remember_opening(recent(int(patient[1]), self.now, until)))
        if patient in self.rights:
            self.rights[patient] = until or self.now + KEPT_WITHOUT_END

    @rule(hours=st.integers(0, 20), restart=st.booleans())
    def time_passes(self, hours: int, restart: bool) -> None:
        """Ends are kept while running, and at the next opening when the program was off."""
        self.now += timedelta(hours=hours)
        self.practice.now = self.now
        over = {i for i, (_p, _c, until) in self.bodies.items() if until is not None and until <= self.now}
        for gone in over:
            del self.bodies[gone]
        for patient, until in list(self.rights.items()):
            if until <= self.now:
                still = frozenset(i for i, b in self.bodies.items() if b[0] == patient)
                self._forget(patient, still)
        if restart:
            self.lock_and_unlock()
        else:
            assert self.store.purge_expired(self.now) == len(over)

    @rule(number=st.integers(1, 2), content=st.none() | CONTENTS)
    def save_draft(self, number: int, content: bytes | None) -> None:
        ok(self.store.save_draft(draft(number), content))
        self.drafts[f"p{number}"] = (draft(number), content)

    @rule(patient=PATIENTS)
    def drop_draft(self, patient: str) -> None:
        ok(self.store.drop_draft(patient))
        self.drafts.pop(patient, None)

    @rule(number=st.integers(1, 2), title=WORDS)
    def reword_draft(self, number: int, title: str) -> None:
        reworded, kept = draft(number, title), self.drafts.get(f"p{number}")
        done = self.store.reword_draft(reworded)
        if kept is None:
            assert done == Failure(Code.NOT_CACHED)
        else:
            assert done is None
            self.drafts[f"p{number}"] = (reworded, kept[1])

    @rule(number=NUMBERS, content=CONTENTS, rest=st.none() | WORDS)
    def enqueue(self, number: int, content: bytes, rest: str | None) -> None:
        left = None if rest is None else draft(1, rest)
        ok(self.store.enqueue(deposit(number), content, left))
        unique = deposit(number).unique_id
        if unique not in self.outbox:
            row = OutboxRow(deposit(number), OutboxState.QUEUED, changed_at=NOW)
            self.outbox[unique] = (row, content)
            kept = self.drafts.pop("p1", None)
            if left is not None and kept is not None:
                self.drafts["p1"] = (left, kept[1])

    @rule(number=NUMBERS, state=st.sampled_from([s for s in OutboxState if s is not OutboxState.SENT]))
    def update_outbox(self, number: int, state: OutboxState) -> None:
        row = OutboxRow(deposit(number), state, Failure.of(Code.OFFLINE, n=number), number)
        done = self.store.update_outbox(row)
        if row.deposit.unique_id in self.outbox:
            assert done is None
            self.outbox[row.deposit.unique_id] = (row, self.outbox[row.deposit.unique_id][1])
        else:
            assert done == Failure(Code.NOT_FOUND)

    @rule(
        number=NUMBERS,
        state=st.sampled_from([OutboxState.QUEUED, OutboxState.HELD]),
        back=st.booleans(),
        content=CONTENTS,
    )
    def row_goes(self, number: int, state: OutboxState, *, back: bool, content: bytes) -> None:
        """Removed, or taken back as the draft: wholly or not at all."""
        unique, kept = deposit(number).unique_id, draft(title=f"back {number}")
        stands = self.outbox.get(unique)
        if back:
            done = self.store.outbox_to_draft(unique, state, kept, content)
        else:
            done = self.store.drop_outbox(unique, state)
        if stands is None or stands[0].state is not state:
            assert done == Failure(Code.NOT_FOUND if stands is None else Code.CHANGED_ELSEWHERE)
            return
        assert done is None
        del self.outbox[unique]
        if back:
            self.drafts["p1"] = (kept, content)

    @rule(number=NUMBERS)
    def queue_read(self, number: int) -> None:
        trace = LocalRead(f"t{number}", "p1", "d1", "m1", NOW)
        ok(self.store.queue_local_read(trace))
        self.reads.setdefault(trace.id, trace)

    @rule(number=NUMBERS)
    def drop_read(self, number: int) -> None:
        ok(self.store.drop_local_read(f"t{number}"))
        self.reads.pop(f"t{number}", None)

    @rule(name=st.sampled_from("ab"), value=st.text(max_size=10))
    def set_setting(self, name: str, value: str) -> None:
        value = value.encode("utf-8", "ignore").decode()
        ok(self.store.set_setting(name, value))
        self.settings[name] = value

    @rule(patient=PATIENTS, word=WORDS)
    def feature_notes(self, patient: str, word: str) -> None:
        """Under a mandate; a feature that is not plugged in is not asked."""
        if not self.practice.kept:
            return
        done = toy.note(self._port(), patient, word)
        if patient in self.rights:
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
        self.vault.opened().mark_damaged()
        self.lock_and_unlock()
        assert self.vault.opened().state.rebuilt
        self.lists, self.bodies, self.rights, self.notes = {"p1": {}, "p2": {}}, {}, {}, []

    def _port(self) -> FeatureRows:
        return FeatureRows(self.vault, "toy")

    def lock_and_unlock(self) -> None:
        self.vault.close()
        self.vault, self.store = self.practice.store()

    @rule(word=WORDS, patient=PATIENTS)
    def search(self, word: str, patient: str) -> None:
        found = set(ok(self.store.search(patient, FOLDED[word])))
        assert found == {i for i, d in self.lists[patient].items() if word in d.title}

    @invariant()
    def same_as_model(self) -> None:
        for patient, listed in self.lists.items():
            rows = ok(self.store.documents(patient))
            assert {d.id: d for d in rows} == listed
            dates = [d.created for d in rows]
            assert dates == sorted(dates, reverse=True)
            mine = {i for i, b in self.bodies.items() if b[0] == patient}
            assert self.store.cached_ids(patient) == mine
            assert self.store.draft(patient) == self.drafts.get(patient)
        for document_id, (_patient, content, _until) in self.bodies.items():
            assert self.store.body(document_id) == content
        assert {r.deposit.unique_id: r for r in ok(self.store.outbox())} == {
            unique: row for unique, (row, _content) in self.outbox.items()
        }
        for unique, (_row, content) in self.outbox.items():
            assert self.store.outbox_content(unique) == content
        assert {t.id: t for t in ok(self.store.local_reads())} == self.reads
        assert {n: self.store.setting(n) for n in self.settings} == self.settings

    @invariant()
    def feature_same_as_model(self) -> None:
        """Asked below the port, which answers only while the feature is plugged in."""
        read = self.vault.opened().database.read
        assert ok(
            read(lambda c: c.execute("SELECT patient, note FROM toy_notes ORDER BY id").fetchall())
        ) == (self.notes)
        assert ok(read(lambda c: c.execute("SELECT note FROM toy_words ORDER BY rowid").fetchall())) == [
            (note,) for _patient, note in self.notes
        ]
        letters = ok(read(lambda c: c.execute("SELECT words FROM toy_letters ORDER BY id").fetchall()))
        assert letters == [(words,) for words in self.letters]

    @invariant()
    def nothing_without_a_right_or_an_end(self) -> None:
        """No row of a mandate is there without the moment at which it goes (documents: as the model says)."""
        held = "(SELECT patient_id FROM rights)"
        endless = (
            f"SELECT 'toy_notes' FROM toy_notes WHERE patient NOT IN {held}"
            f" UNION ALL SELECT 'episodes' FROM episodes WHERE patient_id NOT IN {held}"
        )
        read = self.vault.opened().database.read
        assert ok(read(lambda c: c.execute(endless).fetchall())) == []
        rights = ok(read(lambda c: c.execute("SELECT patient_id, until FROM rights").fetchall()))
        assert {patient: read_moment(until) for patient, until in rights} == self.rights

    @invariant()
    def no_stray_files(self) -> None:
        folder = self.practice.only_set()
        assert len(list((folder / "bodies").iterdir())) == len(self.bodies)
        with_file = sum(content is not None for _draft, content in self.drafts.values())
        assert len(list((folder / "outbox").iterdir())) == len(self.outbox) + with_file

    def teardown(self) -> None:
        for vault in self.practice.vaults:
            vault.close()
        self.folder.cleanup()


StoreAgainstModel.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestStoreAgainstModel = StoreAgainstModel.TestCase
