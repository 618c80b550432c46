"""What ends, ends in time with 10,000 documents as with ten: keys, then rows, then files (CF-017, CF-066)."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from desktop.domain.errors import Code, Failure, Result
from desktop.store import erasure, removal
from desktop.store.own_folder import OwnFolder
from desktop.store.sealed_files import SealedFiles
from desktop.store.sqlcipher import Connection, Error
from desktop.store.store import Store
from desktop.store.vault import Opened, Vault
from tests.waiting import LIMIT_S, ended, until

from .conftest import NOW, Practice, deposit, document, draft, hold, ok, random_word

SOON = NOW + timedelta(hours=1)
LATER = NOW + timedelta(days=3)
FOREVER = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
MANY = removal.AT_ONCE + 10


def read_documents(store: Store, count: int, patient: str = "p1", words: str = "") -> None:
    """*count* documents of a patient in the list, each with a body and its text."""
    hold(store, patient)
    documents = [document(f"{patient}-{n}", patient) for n in range(count)]
    ok(store.save_documents(patient, documents))
    for each in documents:
        ok(store.save_body(each, b"body", SOON))
        ok(store.index_text(each.id, f"{words} {each.id}"))


def letters(first: str) -> str:
    """A random word that is one word to the index: it sets digits apart, and keeps what differs from the word
    before only."""
    return first + random_word().translate(str.maketrans("0123456789", "ghijklmnop"))


def opened_of(vault: Vault) -> Opened:
    opened = vault.opened()
    assert opened is not None
    return opened


PURGES: dict[str, Callable[[Store], Result[object]]] = {
    "the time is over": lambda store: store.purge_expired(LATER),
    "the mandate ended": lambda store: store.forget_patient("p1", frozenset()),
}


@pytest.mark.parametrize("purge", PURGES.values(), ids=PURGES)
def test_cf066_keys_are_gone_before_rows_and_rows_before_files(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, purge: Callable[[Store], Result[object]]
) -> None:
    vault, store = practice.store()
    read_documents(store, MANY)
    opened, events = opened_of(vault), list[str]()

    def seen(what: str) -> None:
        asked = "SELECT count(*) FROM bodies WHERE key <> x''"
        keys = ok(opened.database.read(lambda c: c.execute(asked).fetchall()))[0][0]
        events.append(f"{what}: {keys} keys, {len(ok(store.documents('p1')))} rows")

    real_checkpoint, real_remove = opened.database.checkpoint, OwnFolder.remove

    def checkpoint() -> None:
        real_checkpoint()
        seen("out of the log")

    def remove(folder: OwnFolder, names: list[str]) -> int:
        seen("files begin")
        return real_remove(folder, names)

    monkeypatch.setattr(opened.database, "checkpoint", checkpoint)
    monkeypatch.setattr(OwnFolder, "remove", remove)
    ok(purge(store))
    until("the files go", lambda: not list((practice.only_set() / "bodies").iterdir()))
    assert events == [
        f"out of the log: 0 keys, {MANY} rows",
        "out of the log: 0 keys, 0 rows",
        "files begin: 0 keys, 0 rows",
    ]


@pytest.mark.parametrize("purge", PURGES.values(), ids=PURGES)
def test_the_statements_of_a_purge_do_not_grow_with_the_documents(
    practice: Practice, purge: Callable[[Store], Result[object]]
) -> None:
    vault, store = practice.store()
    counts = []
    for documents in (30, 90):
        read_documents(store, documents)
        said = list[str]()
        opened_of(vault).database.read(lambda c, said=said: c.set_trace_callback(said.append))  # type: ignore[misc]
        ok(purge(store))
        opened_of(vault).database.read(lambda c: c.set_trace_callback(None))
        assert ok(store.cached_ids("p1")) == frozenset() and said
        own = [s for s in said if "'main'." not in s]  # the full-text index asks for its own pages
        counts.append(len(own))
    assert counts[0] == counts[1] < 60


def test_files_that_a_crash_left_are_swept_at_the_next_opening(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, store = practice.store()
    read_documents(store, MANY)
    turn = threading.Event()
    with monkeypatch.context() as crash:
        crash.setattr(SealedFiles, "erase", lambda *_: turn.set())  # the program ended with its background
        ok(store.purge_expired(LATER))
        vault.close()
        assert turn.wait(LIMIT_S)
    bodies = practice.only_set() / "bodies"
    assert len(list(bodies.iterdir())) == MANY
    practice.store()
    until("the files go", lambda: not list(bodies.iterdir()))


def test_a_purge_waits_for_no_file(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    vault, store = practice.store()
    read_documents(store, MANY)
    let, threads = threading.Event(), list[threading.Thread]()
    real = SealedFiles.erase

    def slow(folder: SealedFiles, names: list[str]) -> int:
        threads.append(threading.current_thread())
        assert let.wait(LIMIT_S)
        return real(folder, names)

    monkeypatch.setattr(SealedFiles, "erase", slow)
    ok(store.purge_expired(LATER))
    vault.close()
    assert len(list((practice.only_set() / "bodies").iterdir())) == MANY
    (remover,) = until("the turn of the files", lambda: threads)
    let.set()
    assert remover.daemon, "the program's end does not wait for it either"
    ended(remover)
    assert list((practice.only_set() / "bodies").iterdir()) == []


@pytest.mark.parametrize(
    "keys",
    [
        lambda c: erasure.drop_keys_of(c, "p1", frozenset()),
        lambda c: erasure.drop_ended_keys(c, SOON),
    ],
    ids=["mandate", "end"],
)
def test_cf066_an_erasure_that_was_cut_is_ended_at_the_next_opening(
    practice: Practice, keys: Callable[[Connection], None]
) -> None:
    """Only its first step was done; the clock says that everything still runs."""
    word = random_word()
    vault, store = practice.store()
    read_documents(store, 3, words=word)
    own = document("own")
    ok(store.save_body(own, b"own", None))
    ok(store.save_body(document("other", "p2"), b"other", None))
    ok(opened_of(vault).database.write(keys))
    assert ok(store.cached_ids("p1")) == {"down"}
    assert store.body("dp1-0") == Failure(Code.NOT_CACHED)
    vault.close()
    vault, store = practice.store()
    assert store.search("p1", word) == ()
    left = opened_of(vault).database.read(lambda c: c.execute("SELECT document_id FROM bodies").fetchall())
    assert sorted(ok(left)) == [("dother",), ("down",)]
    assert (store.body("down"), store.body("dother")) == (b"own", b"other")


def _pages_of_words(vault: Vault) -> bytes:
    def read(c: Connection) -> bytes:
        return b"".join(r[0] for r in c.execute("SELECT block FROM texts_data").fetchall())

    return ok(opened_of(vault).database.read(read))


@pytest.mark.parametrize("count", [1, erasure.FEW_ROWS, erasure.FEW_ROWS + 1, 60])
def test_cf066_no_word_of_what_ended_stays_in_the_index(practice: Practice, count: int) -> None:
    vault, store = practice.store()
    gone, kept = letters("x"), letters("g")
    read_documents(store, 5, "p2", words=kept)
    read_documents(store, count, "p1", words=gone)
    assert gone.encode() in _pages_of_words(vault), "the positive control"
    ok(store.forget_patient("p1", frozenset()))
    assert gone[1:].encode() not in _pages_of_words(vault)
    assert len(ok(store.search("p2", kept))) == 5
    ok(opened_of(vault).database.write(
        lambda c: c.execute("INSERT INTO texts (texts) VALUES ('integrity-check')") and None
    ))  # fmt: skip


def test_few_words_are_still_overwritten_after_many_and_after_a_purge_that_failed(practice: Practice) -> None:
    vault, store = practice.store()
    read_documents(store, MANY, "p2")

    def failing(c: Connection) -> None:
        erasure.forget(c, "p2", frozenset())
        raise Error("cut")

    with pytest.raises(Error, match="cut"):
        opened_of(vault).database.write(failing)
    assert len(ok(store.documents("p2"))) == MANY
    for _ in range(2):
        word = letters("x")
        read_documents(store, 1, "p1", words=word)
        assert word.encode() in _pages_of_words(vault), "the positive control"
        ok(store.forget_patient("p1", frozenset()))
        assert word[1:].encode() not in _pages_of_words(vault)
        ok(store.forget_patient("p2", frozenset()))


class Busy:
    """The database's thread works for ever until it is cut."""

    def __init__(self, vault: Vault) -> None:
        self.database = opened_of(vault).database
        self.result: Result[object] | None = None
        begun = threading.Event()

        def work(c: Connection) -> None:
            c.execute("UPDATE patients SET last_opening = 'half done'")
            begun.set()
            c.execute(FOREVER).fetchall()

        def run() -> None:
            self.result = self.database.write(work)

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()
        assert begun.wait(LIMIT_S)


def _in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("closing", [False, True], ids=["alone", "behind a close that waits"])
def test_cf017_the_key_goes_though_the_store_works_for_ever(practice: Practice, closing: bool) -> None:
    vault, store = practice.store()
    key = opened_of(vault).key
    busy = Busy(vault)
    if closing:
        waiting = _in_thread(vault.close)
        until("close waits", lambda: vault.opened() is None)
        assert vault.is_open() and any(key), "the key is still there, and says so"
    cut = _in_thread(vault.close_now)
    ended(cut)
    ended(busy.thread)
    if closing:
        ended(waiting)
    assert not any(key) and not vault.is_open()
    assert busy.result == Failure(Code.STORE_LOCKED)
    assert store.documents("p1") == Failure(Code.STORE_LOCKED)


def test_a_letter_that_waits_behind_what_is_cut_is_written_and_a_read_is_not(practice: Practice) -> None:
    vault, store = practice.store()
    busy = Busy(vault)
    said = dict[str, object]()
    read = _in_thread(lambda: said.update(read=store.documents("p1")))
    letter = _in_thread(lambda: said.update(letter=store.enqueue(deposit(1), b"letter")))
    until("both wait", lambda: busy.database._thread._work_queue.qsize() == 2)
    ended(_in_thread(vault.close_now))
    ended(read)
    ended(letter)
    assert said == {"read": Failure(Code.STORE_LOCKED), "letter": None}
    store = practice.store()[1]
    assert store.outbox_content("urn:uuid:1") == b"letter"
    assert store.last_opening("p1") is None, "what was cut left nothing"


@pytest.mark.parametrize(("before_closing", "kept"), [("hurry", True), ("close_now", False)])
def test_a_draft_behind_a_purge_of_the_same_lane_is_written_once_the_purge_is_cut(
    practice: Practice, before_closing: str, kept: bool
) -> None:
    """The draft was not asked for yet when the purge was cut: a store that closes at once (the control) has
    no ear for it."""
    vault, store = practice.store()
    busy = Busy(vault)
    said = list[object]()

    def lane() -> None:
        busy.thread.join()
        said.append(store.save_draft(draft(1), b"letter"))

    waiting = _in_thread(lane)
    ended(_in_thread(getattr(vault, before_closing)))
    ended(waiting)
    assert busy.result == Failure(Code.STORE_LOCKED)
    assert said == [None if kept else Failure(Code.STORE_LOCKED)]
    vault.close()
    store = practice.store()[1]
    assert (ok(store.draft("p1")) is not None) is kept
    assert store.last_opening("p1") is None, "what was cut left nothing"


def test_hurrying_a_store_that_rests_or_is_closed_does_nothing(practice: Practice) -> None:
    vault, store = practice.store()
    vault.hurry()
    assert ok(store.documents("p1")) == ()
    database = opened_of(vault).database
    vault.close()
    vault.hurry()
    database.hurry()


def test_a_worker_that_comes_late_meets_no_error(practice: Practice) -> None:
    """Between the connection's closing and the thread's end, and after it."""
    vault, _store = practice.store()
    database = opened_of(vault).database
    database._submit(database._close)
    locked = Failure(Code.STORE_LOCKED)
    for _ in ("closed", "ended"):
        assert database.read(lambda c: c.execute("SELECT 1").fetchall()) == locked
        assert database.write(lambda c: None) == locked
        assert database.write_durably(lambda c: None) == locked
        database.checkpoint()
        database._reconnect()
        database.close()
        database.cut()
    vault.close_now()
    vault.close()
