"""What the store keeps and gives back, on a real SQLCipher database and real files."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from desktop.domain.deposit import Draft, OutboxRow, OutboxState, PiledDocument
from desktop.domain.errors import Code, Failure
from desktop.domain.record import Episode, EpisodeKind
from desktop.ports.platform import LocalRead
from desktop.store.store import Store
from tests.unit.test_folding import CORPUS

from .conftest import NOW, Practice, deposit, document, draft, files_below, hold, mandate, ok, patient, recent


def test_documents_come_back_newest_first_and_undated_last(store: Store) -> None:
    old, new, undated = document(1, days=30), document(2, days=1), document(3, created=None)
    ok(store.save_documents("p1", [old, undated, new]))
    assert store.documents("p1") == (new, old, undated)
    assert store.documents("p2") == ()


def test_saving_a_list_replaces_it_and_destroys_what_left_it(store: Store) -> None:
    gone, kept = document(1, title="Retiré"), document(2)
    ok(store.save_documents("p1", [gone, kept]))
    ok(store.save_body(gone, b"x", NOW + timedelta(hours=1)))
    ok(store.save_documents("p1", [kept]))
    assert store.documents("p1") == (kept,)
    assert store.body("d1") == Failure(Code.NOT_CACHED)
    assert store.search("p1", "retire") == ()


def test_own_document_that_left_the_list_keeps_its_body(store: Store) -> None:
    own = document(1)
    ok(store.save_documents("p1", [own]))
    ok(store.save_body(own, b"mine", None))
    ok(store.save_documents("p1", []))
    assert store.documents("p1") == ()
    assert store.body("d1") == b"mine"


def test_episodes_keep_their_order(store: Store) -> None:
    episodes = [Episode(f"e{i}", EpisodeKind.HOPITAL, f"CHL {i}", NOW, None) for i in (3, 1, 2)]
    ok(store.save_episodes("p1", episodes))
    assert store.episodes("p1") == tuple(episodes)
    ok(store.save_episodes("p1", episodes[:1]))
    assert store.episodes("p1") == (episodes[0],)


def test_recent_patients_of_a_day_in_luxembourg(store: Store) -> None:
    late_evening = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # 00:30 on the 21st in Luxembourg
    first, second = recent(1, late_evening), recent(2, NOW)
    for opening in (first, second):
        ok(store.remember_opening(opening))
    assert store.recent_patients(date(2026, 11, 21)) == (second, first)
    assert store.recent_patients(date(2026, 11, 20)) == ()


def test_a_patient_opened_twice_stands_once_with_the_later_time(store: Store) -> None:
    ok(store.remember_opening(recent(1, NOW)))
    assert store.last_opening("p1") == NOW
    ok(store.remember_opening(recent(1, NOW + timedelta(minutes=5))))
    rows = ok(store.recent_patients(date(2026, 11, 21)))
    assert [r.opened_at for r in rows] == [NOW + timedelta(minutes=5)]
    assert store.last_opening("p1") == NOW + timedelta(minutes=5)
    assert store.last_opening("p9") is None


@pytest.mark.parametrize(("written", "typed"), [*CORPUS, ("échographie abdominale", "abdo echo")])
def test_search_finds_titles_and_read_texts_as_they_are_typed(store: Store, written: str, typed: str) -> None:
    ok(store.save_documents("p1", [document(1, title=written), document(2, title="Tout autre"), document(3)]))
    ok(store.index_text("d2", f"Au début {written}, à la fin"))
    assert sorted(ok(store.search("p1", typed))) == ["d1", "d2"]


def test_a_group_of_words_is_looked_for_as_one(store: Store) -> None:
    """ "B12" is not a B somewhere and a 12 elsewhere."""
    ok(store.save_documents("p1", [document(1, title="Hépatite B, le 12"), document(2, title="Vit. B-12")]))
    assert store.search("p1", "b12") == ("d2",)


def test_search_is_scoped_to_one_patient(store: Store) -> None:
    ok(store.save_documents("p1", [document(1, title="Asthme")]))
    ok(store.save_documents("p2", [document(2, "p2", title="Asthme")]))
    assert store.search("p1", "asthme") == ("d1",)
    assert store.search("p2", "asthme") == ("d2",)


def test_search_finds_author_category_and_read_text(store: Store) -> None:
    ok(store.save_documents("p1", [document(1, category="resume-patient")]))
    assert store.search("p1", "muller kette") == ("d1",)
    assert store.search("p1", "patientenkurz") == ("d1",), "category by its label, in any language"
    assert store.search("p1", "hémoglobine") == ()
    ok(store.index_text("d1", "Hémoglobine 13,2 g/dl"))
    assert store.search("p1", "bilan hemoglobine") == ("d1",)
    ok(store.save_documents("p1", [document(1, title="Nouveau titre")]))
    assert store.search("p1", "hemoglobine") == ("d1",), "a fresh list must not drop the read text"


@pytest.mark.parametrize(
    "odd", ["", "   ", '"', "NEAR(", "a*b", "title:x", "-", "')--", "AND OR NOT", "\x00"]
)
def test_search_takes_anything_typed(store: Store, odd: str) -> None:
    ok(store.save_documents("p1", [document(1)]))
    assert isinstance(store.search("p1", odd), tuple)


def test_text_of_an_unknown_document_is_not_indexed(store: Store) -> None:
    assert store.index_text("d404", "x") == Failure(Code.NOT_CACHED)


def test_bodies_come_back_and_are_replaced(store: Store, practice: Practice) -> None:
    until = NOW + timedelta(hours=1)
    ok(store.save_body(document(1), b"first", until))
    ok(store.save_body(document(1), b"second", until))
    ok(store.save_body(document(2), b"", None))
    assert store.body("d1") == b"second"
    assert store.body("d2") == b""
    assert ok(store.cached_ids("p1")) == {"d1", "d2"}
    assert len(list((practice.only_set() / "bodies").iterdir())) == 2


def test_a_changed_body_file_is_not_given_out(store: Store, practice: Practice) -> None:
    ok(store.save_body(document(1), b"content", None))
    (file,) = (practice.only_set() / "bodies").iterdir()
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    assert store.body("d1") == Failure(Code.NOT_CACHED)


def test_bodies_cannot_be_swapped(store: Store, practice: Practice) -> None:
    """One file under the other's name: key and document id are both bound to the content."""
    ok(store.save_body(document(1), b"one", None))
    (first,) = (practice.only_set() / "bodies").iterdir()
    ok(store.save_body(document(2), b"two", None))
    (second,) = set((practice.only_set() / "bodies").iterdir()) - {first}
    second.write_bytes(first.read_bytes())
    assert store.body("d2") == Failure(Code.NOT_CACHED)
    assert store.body("d1") == b"one"


def test_cf_066_forget_patient_keeps_only_what_was_asked_and_own_documents(
    store: Store, practice: Practice
) -> None:
    for number in (1, 2, 3):
        ok(store.save_documents("p1", [document(n) for n in (1, 2, 3)]))
        until = None if number == 3 else NOW + timedelta(days=1)
        ok(store.save_body(document(number), b"body %d" % number, until))
        ok(store.index_text(f"d{number}", f"texte{number}"))
    ok(store.save_documents("p2", [document(9, "p2")]))
    ok(store.save_body(document(9, "p2"), b"other", NOW + timedelta(days=1)))
    ok(store.forget_patient("p1", frozenset({"d2"})))
    assert ok(store.cached_ids("p1")) == {"d2", "d3"}
    assert {d.id for d in ok(store.documents("p1"))} == {"d2", "d3"}
    assert store.search("p1", "texte1") == ()
    assert store.search("p1", "texte2") == ("d2",)
    assert store.body("d1") == Failure(Code.NOT_CACHED)
    assert store.body("d3") == b"body 3"
    assert store.body("d9") == b"other"
    assert len(list((practice.only_set() / "bodies").iterdir())) == 3


def test_cf_066_purge_destroys_at_the_end_and_not_a_second_before(store: Store, practice: Practice) -> None:
    end = NOW + timedelta(hours=24)
    ok(store.save_documents("p1", [document(1), document(2)]))
    ok(store.save_body(document(1), b"read", end))
    ok(store.save_body(document(2), b"own", None))
    ok(store.index_text("d1", "secretissime"))
    ok(store.remember_opening(recent(1, NOW, end)))
    assert store.purge_expired(end - timedelta(seconds=1)) == 0
    assert store.body("d1") == b"read"
    assert store.purge_expired(end) == 1
    assert store.body("d1") == Failure(Code.NOT_CACHED)
    assert [d.id for d in ok(store.documents("p1"))] == ["d2"]
    assert store.search("p1", "secretissime") == ()
    assert store.recent_patients(date(2026, 11, 21)) == ()
    assert store.last_opening("p1") == NOW
    assert len(list((practice.only_set() / "bodies").iterdir())) == 1


def test_cf_066_read_text_goes_with_the_body_and_the_list_stays(store: Store) -> None:
    ok(store.save_documents("p1", [document(1, title="Bilan")]))
    ok(store.remember_opening(recent(1, NOW, None)))
    ok(store.save_body(document(1, title="Bilan"), b"read", NOW + timedelta(hours=1)))
    ok(store.index_text("d1", "cholestérol"))
    assert store.search("p1", "cholesterol") == ("d1",)
    assert store.purge_expired(NOW + timedelta(hours=1)) == 1
    assert store.search("p1", "cholesterol") == ()
    assert store.search("p1", "bilan") == ("d1",)


def test_purge_leaves_a_running_mandate_alone(store: Store) -> None:
    ok(store.save_documents("p1", [document(1)]))
    hold(store, "p1", until=NOW + timedelta(days=7))  # médecin référent: no end but the profile's
    ok(store.save_documents("p2", [document(2, "p2")]))
    hold(store, "p2", until=NOW + timedelta(hours=1))
    assert store.purge_expired(NOW + timedelta(hours=2)) == 0
    assert [d.id for d in ok(store.documents("p1"))] == ["d1"]
    assert store.documents("p2") == ()
    assert store.purge_expired(NOW + timedelta(days=7) - timedelta(seconds=1)) == 0
    assert [d.id for d in ok(store.documents("p1"))] == ["d1"]
    assert store.purge_expired(NOW + timedelta(days=7)) == 0
    assert store.documents("p1") == (), "nothing stays for ever, whoever ended the right meanwhile"


def test_draft_with_and_without_file(store: Store, practice: Practice) -> None:
    assert store.draft("p1") is None
    ok(store.save_draft(draft(), b"%PDF"))
    assert store.draft("p1") == (draft(), b"%PDF")
    ok(store.save_draft(draft(title="Autre"), None))
    assert store.draft("p1") == (draft(title="Autre"), None)
    assert list((practice.only_set() / "outbox").iterdir()) == []
    ok(store.save_draft(draft(), b"again"))
    ok(store.drop_draft("p1"))
    assert store.draft("p1") is None
    assert list((practice.only_set() / "outbox").iterdir()) == []


def test_enqueue_writes_row_and_content_and_drops_the_draft(store: Store) -> None:
    ok(store.save_draft(draft(), b"draft"))
    ok(store.enqueue(deposit(1), b"%PDF-1.7 content"))
    ok(store.enqueue(deposit(2), b"second"))
    assert store.draft("p1") is None
    rows = ok(store.outbox())
    assert [r.deposit for r in rows] == [deposit(2), deposit(1)]
    assert {r.state for r in rows} == {OutboxState.QUEUED}
    assert store.outbox_content("urn:uuid:1") == b"%PDF-1.7 content"
    assert store.outbox_content("urn:uuid:404") == Failure(Code.NOT_CACHED)


def _pile(*titles: str) -> Draft:
    """A draft whose file holds one content a title."""
    return replace(draft(), documents=tuple(PiledDocument(title=t, digest=f"sha-{t}") for t in titles))


def test_new_words_leave_the_file_as_it_is(store: Store, practice: Practice) -> None:
    assert store.reword_draft(_pile("a")) == Failure(Code.NOT_CACHED), "there is none"
    ok(store.save_draft(_pile("a", "b"), b"a and b"))
    files = files_below(practice.only_set() / "outbox")
    fewer = _pile("b")
    ok(store.reword_draft(fewer))
    assert store.draft("p1") == (fewer, b"a and b")
    assert store.reword_draft(_pile("b", "c")) == Failure(Code.NOT_CACHED), "another content"
    assert store.draft("p1") == (fewer, b"a and b")
    assert files_below(practice.only_set() / "outbox") == files


def test_enqueue_leaves_the_rest_of_a_pile_with_its_file(store: Store, practice: Practice) -> None:
    """In the row's own transaction; nothing of the pile is written a second time."""
    ok(store.save_draft(_pile("a", "b"), b"a and b"))
    files = files_below(practice.only_set() / "outbox")
    ok(store.enqueue(deposit(1), b"a", _pile("b")))
    assert store.draft("p1") == (_pile("b"), b"a and b")
    assert files.items() <= files_below(practice.only_set() / "outbox").items()
    ok(store.enqueue(deposit(2), b"b", None))
    assert store.draft("p1") is None
    assert len(list((practice.only_set() / "outbox").iterdir())) == 2


def test_the_same_deposit_twice_is_one_row(store: Store, practice: Practice) -> None:
    ok(store.enqueue(deposit(1), b"first"))
    ok(store.enqueue(deposit(1), b"second"))
    assert len(ok(store.outbox())) == 1
    assert store.outbox_content("urn:uuid:1") == b"first"
    assert len(list((practice.only_set() / "outbox").iterdir())) == 1


def test_outbox_row_keeps_failure_and_times(store: Store) -> None:
    ok(store.enqueue(deposit(1), b"x"))
    failed = OutboxRow(
        deposit(1), OutboxState.RETRYABLE, Failure.of(Code.OFFLINE, host="example", tries=3), 3,
        NOW + timedelta(minutes=1), "", NOW, 2, Failure.of(Code.DEPOSIT_REFUSED, status=422),
    )  # fmt: skip
    ok(store.update_outbox(failed))
    (row,) = ok(store.outbox())
    assert row == failed
    with pytest.raises(TypeError):
        row.failure.facts["host"] = "other"  # type: ignore[union-attr,index]
    unknown = replace(failed, deposit=deposit(2))
    assert store.update_outbox(unknown) == Failure(Code.NOT_FOUND)


def test_row_is_changed_only_by_who_knows_its_state(store: Store) -> None:
    ok(store.enqueue(deposit(1), b"x"))
    sending = OutboxRow(deposit(1), OutboxState.SENDING)
    assert store.update_outbox(sending, OutboxState.HELD) == Failure(Code.CHANGED_ELSEWHERE)
    assert ok(store.outbox())[0].state is OutboxState.QUEUED
    ok(store.update_outbox(sending, OutboxState.QUEUED))
    assert ok(store.outbox())[0].state is OutboxState.SENDING
    assert store.update_outbox(OutboxRow(deposit(2), OutboxState.HELD), OutboxState.QUEUED) == Failure(
        Code.NOT_FOUND
    )


def test_sent_row_goes_after_a_day_with_its_content(store: Store, practice: Practice) -> None:
    ok(store.enqueue(deposit(1), b"sent"))
    ok(store.enqueue(deposit(2), b"waiting"))
    ok(store.update_outbox(OutboxRow(deposit(1), OutboxState.SENT, changed_at=NOW, document_id="d1")))
    ok(store.purge_expired(NOW + timedelta(hours=23)))
    assert store.outbox_content("urn:uuid:1") == b"sent"
    ok(store.purge_expired(NOW + timedelta(days=400)))
    assert store.outbox_content("urn:uuid:1") == Failure(Code.NOT_CACHED)
    assert store.outbox_content("urn:uuid:2") == b"waiting"
    assert [row.deposit for row in ok(store.outbox())] == [deposit(2)]
    assert len(list((practice.only_set() / "outbox").iterdir())) == 1


def test_removed_row_is_gone_with_its_content(store: Store, practice: Practice) -> None:
    ok(store.enqueue(deposit(1), b"x"))
    assert store.drop_outbox("urn:uuid:1", OutboxState.TERMINAL) == Failure(Code.CHANGED_ELSEWHERE)
    assert store.outbox_content("urn:uuid:1") == b"x"
    ok(store.drop_outbox("urn:uuid:1", OutboxState.QUEUED))
    assert store.outbox() == () and list((practice.only_set() / "outbox").iterdir()) == []
    assert store.drop_outbox("urn:uuid:1", OutboxState.QUEUED) == Failure(Code.NOT_FOUND)


def test_row_becomes_the_draft_or_nothing_changes(store: Store, practice: Practice) -> None:
    ok(store.enqueue(deposit(1), b"x"))
    ok(store.save_draft(draft(title="Autre"), b"former"))
    for unique_id, state, code in (
        ("urn:uuid:1", OutboxState.HELD, Code.CHANGED_ELSEWHERE),
        ("urn:uuid:9", OutboxState.QUEUED, Code.NOT_FOUND),
    ):
        assert store.outbox_to_draft(unique_id, state, draft(), b"both") == Failure(code)
        assert store.draft("p1") == (draft(title="Autre"), b"former")
        assert store.outbox_content("urn:uuid:1") == b"x"
    ok(store.outbox_to_draft("urn:uuid:1", OutboxState.QUEUED, draft(), b"both"))
    assert store.draft("p1") == (draft(), b"both") and store.outbox() == ()
    assert len(list((practice.only_set() / "outbox").iterdir())) == 1


def test_cf_060_local_reads_wait_in_order(store: Store) -> None:
    reads = [LocalRead(f"t{i}", "p1", "d1", mandate().id, NOW) for i in range(3)]
    for trace in [*reads, reads[0]]:
        ok(store.queue_local_read(trace))
    assert store.local_reads() == tuple(reads)
    ok(store.drop_local_read("t0"))
    assert store.local_reads() == tuple(reads[1:])


def test_settings(store: Store) -> None:
    assert store.setting("language") is None
    ok(store.set_setting("language", "lb"))
    ok(store.set_setting("language", "de"))
    assert store.setting("language") == "de"


def test_everything_survives_closing(practice: Practice) -> None:
    vault, store = practice.store()
    ok(hold(store).save_documents("p1", [document(1)]))
    ok(store.save_body(document(1), b"body", None))
    ok(store.enqueue(deposit(1), b"content"))
    ok(store.remember_opening(recent(1)))
    vault.close()
    again = practice.store()[1]
    assert again.documents("p1") == (document(1),)
    assert again.body("d1") == b"body"
    assert again.outbox_content("urn:uuid:1") == b"content"
    assert ok(again.recent_patients(date(2026, 11, 21))) == (recent(1),)


def test_a_closed_store_answers_locked(practice: Practice) -> None:
    vault, store = practice.store()
    vault.close()
    locked = Failure(Code.STORE_LOCKED)
    assert store.documents("p1") == locked
    assert store.body("d1") == locked
    assert store.save_body(document(1), b"x", None) == locked
    assert store.enqueue(deposit(1), b"x") == locked
    assert store.save_draft(draft(), None) == locked
    assert store.purge_expired(NOW) == locked
    assert store.set_setting("a", "b") == locked
    assert patient().id == "p1"
