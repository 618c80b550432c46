"""Between « Déposer » and the row in the outbox nothing is lost, and nothing is offered twice."""

import pytest
from PySide6.QtWidgets import QLabel

from desktop.domain.deposit import Deposit, Draft
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.texts import failure_text
from desktop.services import draft_pile
from tests.ui.deposit.conftest import Form
from tests.ui.desk.conftest import PAUL

TITLE = "Jamais perdu"
FULL = Failure(Code.DISK_FULL)


def _kept(form: Form) -> dict[str, bytes]:
    """Titles and contents of the draft on the disk."""
    kept = form.bench.store.shelf().drafts.get("p1")
    return {} if kept is None else {d.title: d.content for d in draft_pile.restored(*kept)}


def _one(form: Form) -> None:
    form.choose(form.file("a.pdf", b"%PDF a"))
    form.describe(TITLE)


def _begin(form: Form) -> None:
    """Confirm, and stay before the answer of the disk."""
    form.bench.store.gate.shut()
    form.view._summary.button.click()


def _end(form: Form) -> None:
    form.bench.store.gate.open()
    form.bench.settle()


def _again(form: Form) -> None:
    """« Déposer » on the record."""
    form.bench.record_view().deposit_requested.emit(None)


def _refuse(form: Form) -> None:
    form.bench.store.answers["enqueue"] = FULL


def test_the_others_of_a_pile_are_on_the_disk_with_the_row(
    form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed right after the row was written: the rest with its last words is there."""
    _one(form)
    form.add(form.file("b.pdf", b"%PDF b"), form.file("c.pdf", b"%PDF c"))
    form.view.pile.list.setCurrentRow(1)
    form.describe("Tapé à l'instant")
    form.view.pile.list.setCurrentRow(0)
    store, seen = form.bench.store, []
    enqueue = store.enqueue

    def watched(deposit: Deposit, content: bytes, rest: Draft | None = None) -> Result[None]:
        done = enqueue(deposit, content, rest)
        seen.append(_kept(form))
        store.full = True
        return done

    monkeypatch.setattr(store, "enqueue", watched)
    form.confirm()
    assert seen == [{"Tapé à l'instant": b"%PDF b", "": b"%PDF c"}]
    form.bench.pull()
    form.bench.settle()
    store.full = False
    form.bench.unlock()
    assert [name.split(":")[0] for name in form.names()] == ["b.pdf", "c.pdf"]
    assert form.view.form().title == "Tapé à l'instant"


def test_contents_on_the_disk_are_not_written_again(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    _one(form)
    form.add(form.file("b.pdf", b"%PDF b"))
    form.binding.keep_draft()
    form.bench.settle()
    written = []
    save = form.bench.store.save_draft

    def watched(draft: Draft, content: bytes | None) -> Result[None]:
        written.append(content)
        return save(draft, content)

    monkeypatch.setattr(form.bench.store, "save_draft", watched)
    form.describe("Autre titre")
    form.confirm()
    form.describe("B")
    form.binding.keep_draft()
    form.bench.settle()
    assert written == [] and _kept(form) == {"B": b"%PDF b"}


def test_a_pile_that_cannot_be_kept_is_not_confirmed(form: Form) -> None:
    _one(form)
    form.add(form.file("b.pdf", b"%PDF b"))
    form.bench.store.answers["save_draft"] = FULL
    form.confirm()
    assert form.sent() == {} and "DSP-801" in form.view._summary._message.accessibleName()


def test_back_before_the_confirmation_fails(form: Form) -> None:
    _one(form)
    _refuse(form)
    _begin(form)
    form.view.back_asked.emit()
    _again(form)
    _end(form)
    assert form.view.form().title == TITLE and _kept(form) == {TITLE: b"%PDF a"}
    assert "DSP-801" in form.view._summary._message.accessibleName(), "nobody believes it sent"


def test_a_failure_brings_the_form_back(form: Form) -> None:
    _one(form)
    _refuse(form)
    _begin(form)
    form.view.back_asked.emit()
    assert form.bench.shell.page() == "record"
    _end(form)
    assert form.bench.shell.page() == "deposit" and form.view.form().title == TITLE
    assert "DSP-801" in form.view._summary._message.accessibleName()


def test_a_lock_before_the_confirmation_fails(form: Form) -> None:
    _one(form)
    _refuse(form)
    _begin(form)
    form.bench.pull()
    _end(form)
    form.bench.unlock()
    assert form.bench.shell.page() == "deposit" and form.view.form().title == TITLE
    assert "DSP-801" in form.view._summary._message.accessibleName()


def test_another_patient_before_the_confirmation_fails(form: Form) -> None:
    _one(form)
    _refuse(form)
    _begin(form)
    form.bench.desks.record.close()
    _end(form)
    form.bench.open_record(PAUL)
    form.bench.start_deposit("")
    assert "DSP-801" not in form.view._summary._message.accessibleName()
    assert _kept(form) == {TITLE: b"%PDF a"}


def test_back_before_the_confirmation_succeeds_offers_nothing_twice(form: Form) -> None:
    _one(form)
    _begin(form)
    form.view.back_asked.emit()
    _again(form)
    _end(form)
    assert form.sent() == {TITLE: b"%PDF a"}
    assert form.view.form().title == "" and _kept(form) == {}


def test_a_lock_before_the_confirmation_succeeds_offers_nothing_twice(form: Form) -> None:
    _one(form)
    form.add(form.file("b.pdf", b"%PDF b"))
    _begin(form)
    form.bench.pull()
    _end(form)
    form.bench.unlock()
    assert form.sent() == {TITLE: b"%PDF a"} and _kept(form) == {"": b"%PDF b"}
    assert "b.pdf" in form.view._drop._name.text() and len(form.binding._entries) == 1


def test_two_confirmations_under_way(form: Form) -> None:
    _one(form)
    form.add(form.file("b.pdf", b"%PDF b"), form.file("c.pdf", b"%PDF c"))
    _begin(form)
    form.view.pile.list.setCurrentRow(1)
    form.describe("B")
    form.view._summary.button.click()
    _end(form)
    assert form.sent() == {TITLE: b"%PDF a", "B": b"%PDF b"} and _kept(form) == {"": b"%PDF c"}


def test_what_is_typed_before_the_draft_was_read_stands_beside_it(form: Form) -> None:
    """A large draft takes seconds to read; neither takes the other's place, on the disk either."""
    _one(form)
    form.bench.store.gate.shut()
    form.view.back_asked.emit()
    _again(form)
    form.describe("Tapé trop tôt")
    form.binding.keep_draft()
    form.bench.pull()
    _end(form)
    assert _kept(form) == {"Tapé trop tôt": b"", TITLE: b"%PDF a"}
    form.bench.unlock()
    assert len(form.binding._entries) == 2


def _unread(form: Form) -> None:
    """A draft is kept, and the form opens again while it cannot be read."""
    _one(form)
    form.view.back_asked.emit()
    form.bench.settle()
    form.bench.store.answers["draft"] = Failure(Code.STORE_FAILED)
    _again(form)
    form.bench.settle()
    assert failure_text(Failure(Code.STORE_FAILED)) in " ".join(
        label.text() for label in form.bench.shell.findChildren(QLabel) if label.isVisible()
    )


def test_a_draft_that_cannot_be_read_is_told_and_stays(form: Form) -> None:
    """What is typed beside it joins it as soon as it can be read, never before."""
    _unread(form)
    form.describe("Tapé sans le voir")
    form.binding.keep_draft()
    form.bench.settle()
    assert _kept(form) == {TITLE: b"%PDF a"}
    del form.bench.store.answers["draft"]
    form.binding.keep_draft()
    form.bench.settle()
    assert _kept(form) == {"Tapé sans le voir": b"", TITLE: b"%PDF a"}


def test_nothing_that_is_confirmed_beside_an_unread_draft_drops_it(form: Form) -> None:
    _unread(form)
    form.choose(form.file("b.pdf", b"%PDF b"))
    form.describe("B")
    form.confirm()
    assert form.sent() == {} and _kept(form) == {TITLE: b"%PDF a"}, "it says why instead"
    del form.bench.store.answers["draft"]
    form.confirm()
    assert form.sent() == {"B": b"%PDF b"}
    form.binding.keep_draft()
    form.bench.settle()
    assert _kept(form) == {TITLE: b"%PDF a"}, "the form has nothing more to keep, the disk has"
    form.view.another_asked.emit()
    form.binding.keep_draft()
    form.bench.settle()
    assert _kept(form) == {TITLE: b"%PDF a"}
    _again(form)
    form.bench.settle()
    assert form.view.form().title == TITLE
