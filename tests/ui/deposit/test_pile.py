"""Several documents on one form: each with its own file, verdict, description and confirmation."""

import pytest
from PySide6.QtCore import QCoreApplication, Qt, QThread
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from desktop.domain.errors import Code, Failure
from desktop.domain.texts import text
from desktop.services.draft_pile import MOST
from desktop.ui.bind import deposit_entry
from tests.fakes import Gate
from tests.ui.deposit.conftest import PLAIN, Form
from tests.ui.desk.conftest import letter


def _three(form: Form) -> None:
    form.choose(form.file("a.pdf", b"%PDF a"))
    form.add(form.file("b.pdf", b"%PDF b"), form.file("c.pdf", b"%PDF c"))


def test_one_document_has_no_list(form: Form) -> None:
    form.choose(form.file("a.pdf"))
    assert not form.view.pile.isVisible()


def test_each_has_its_verdict_and_its_own_words(form: Form) -> None:
    form.choose(form.file("a.pdf", b"%PDF a"))
    form.describe("Premier")
    form.add(form.file("b.pdf", b"%PDF b", PLAIN), form.file("c.pdf", b"nothing"))
    form.bench.settle()
    assert form.view.pile.isVisible() and form.view.form().title == "Premier", "what is typed stays there"
    assert [name.split(":")[0] for name in form.names()] == ["a.pdf", "b.pdf", "c.pdf"]
    form.view.pile.list.setCurrentRow(1)
    assert form.view.form().title == "" and "b.pdf" in form.view._drop._name.text()
    form.describe("Deuxième")
    form.view.pile.list.setCurrentRow(0)
    assert form.view.form().title == "Premier"
    assert form.names()[0].endswith(text("deposit.pile_ready"))


def test_each_is_confirmed_on_its_own_and_the_next_one_follows(form: Form) -> None:
    """CF-050: one confirmation shows one patient, category, level, author and mandate."""
    _three(form)
    form.describe("A")
    form.confirm()
    assert form.sent() == {"A": b"%PDF a"}
    assert "b.pdf" in form.view._drop._name.text() and form.view.form().title == ""
    form.describe("B")
    form.confirm()
    form.describe("C")
    form.confirm()
    assert form.sent() == {"A": b"%PDF a", "B": b"%PDF b", "C": b"%PDF c"}
    assert all(text("deposit.pile_deposited") in name for name in form.names())
    assert form.view._summary._record.isVisible()


def test_a_document_on_its_way_cannot_be_removed_and_one_that_waits_can(form: Form) -> None:
    _three(form)
    form.describe("A")
    form.confirm()
    pile = form.view.pile.list
    pile.setCurrentRow(0)
    QTest.keyClick(pile, Qt.Key.Key_Delete)
    assert len(form.names()) == 3
    pile.setCurrentRow(1)
    QTest.keyClick(pile, Qt.Key.Key_Delete)
    assert [name.split(":")[0] for name in form.names()] == ["a.pdf", "c.pdf"]
    assert "c.pdf" in form.view._drop._name.text()


def test_the_whole_pile_survives_a_lock(form: Form) -> None:
    """Nothing typed is lost, nothing chosen either."""
    _three(form)
    form.describe("A")
    form.view.pile.list.setCurrentRow(2)
    form.describe("C", category=1)
    form.bench.pull()
    form.bench.settle()
    form.bench.unlock()
    assert [name.split(":")[0] for name in form.names()] == ["a.pdf", "b.pdf", "c.pdf"]
    assert form.view.form().title == "A"
    form.view.pile.list.setCurrentRow(2)
    assert form.view.form().title == "C"
    form.confirm()
    assert form.sent() == {"C": b"%PDF c"}


def test_what_was_sent_does_not_come_back_with_the_rest(form: Form) -> None:
    _three(form)
    form.describe("A")
    form.confirm()
    form.bench.pull()
    form.bench.settle()
    form.bench.unlock()
    assert [name.split(":")[0] for name in form.names()] == ["b.pdf", "c.pdf"]


def test_all_sent_leads_back_to_the_record_after_a_lock(form: Form) -> None:
    form.choose(form.file("a.pdf"))
    form.describe("A")
    form.confirm()
    form.bench.pull()
    form.bench.settle()
    form.bench.unlock()
    assert form.bench.shell.page() == "record"


def test_what_the_platform_refuses_can_be_corrected(form: Form) -> None:
    _three(form)
    form.bench.platform.answers["publish"] = Failure(Code.DEPOSIT_REFUSED)
    form.describe("A")
    form.confirm()
    assert form.names()[0].endswith(text("deposit.pile_refused"))
    del form.bench.platform.answers["publish"]
    form.view.pile.list.setCurrentRow(0)
    assert form.view.form().title == "A" and "DSP-722" in form.view._summary._message.accessibleName()
    form.confirm()
    assert sorted(d.title for d in form.bench.platform.published.values()) == ["A"]


def test_a_full_disk_keeps_everything(form: Form) -> None:
    _three(form)
    form.describe("A")
    form.bench.store.full = True
    form.confirm()
    assert form.view.form().title == "A" and "DSP-801" in form.view._summary._message.accessibleName()
    form.bench.store.full = False
    form.confirm()
    assert form.sent() == {"A": b"%PDF a"}


def test_there_is_an_end_to_a_pile(form: Form) -> None:
    form.add(*(form.file(f"{n}.pdf") for n in range(MOST + 3)))
    assert len(form.names()) == MOST
    assert str(MOST) in form.view._note.text()


def _picture() -> QImage:
    picture = QImage(8, 8, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    return picture


def test_a_pasted_picture_is_written_beside_the_window(form: Form, monkeypatch: pytest.MonkeyPatch) -> None:
    """A photo takes seconds: the form says at once that it has it."""
    gate, really, threads = Gate(), deposit_entry._png, list[bool]()

    def slow(picture: QImage, name: str) -> bytes | Failure:
        threads.append(QThread.currentThread() is QCoreApplication.instance().thread())  # type: ignore[union-attr]
        gate.passes()
        return really(picture, name)

    monkeypatch.setattr(deposit_entry, "_png", slow)
    gate.shut()
    form.view.image_pasted.emit(_picture())
    assert form.binding._chosen.file is not None and form.binding._chosen.file.checking
    gate.open()
    form.bench.settle()
    assert threads == [False]
    assert form.binding._chosen.original.startswith(b"\x89PNG")


def test_a_pasted_picture_that_cannot_be_written_is_refused(form: Form) -> None:
    form.view.image_pasted.emit(QImage())
    form.bench.settle()
    assert "DSP-705" in form.view.verdict._failure.accessibleName()


def test_a_pasted_picture_stands_beside_a_good_file(form: Form) -> None:
    form.choose(form.file("a.pdf"))
    form.view.image_pasted.emit(_picture())
    form.bench.settle()
    assert [name.split(":")[0] for name in form.names()] == ["a.pdf", "image.png"]


def test_a_pasted_picture_takes_the_empty_place(form: Form) -> None:
    form.describe("Photo")
    form.view.image_pasted.emit(_picture())
    form.bench.settle()
    assert not form.view.pile.isVisible() and form.view.form().title == "Photo"
    assert "image.png" in form.view._drop._name.text()


def test_a_new_version_stays_one_after_a_lock(form: Form) -> None:
    """CF-052: else a correction would become a second document."""
    form.bench.settle()
    form.binding.open(letter(2, "Lettre de suivi", own=True))
    form.bench.settle()
    assert "Lettre de suivi" in form.view._summary._version.text()
    form.choose(form.file("v2.pdf"))
    form.describe("Lettre de suivi, corrigée")
    form.bench.pull()
    form.bench.settle()
    form.bench.unlock()
    form.confirm()
    (row, _), *_ = form.bench.store.shelf().rows.values()
    assert row.deposit.replaces == "d2" and row.deposit.title == "Lettre de suivi, corrigée"


def test_a_new_version_stands_beside_what_was_being_written(form: Form) -> None:
    """Neither takes the other's place."""
    form.describe("Jamais perdu")
    form.view.back_asked.emit()
    form.binding.open(letter(2, "Lettre de suivi", own=True))
    form.bench.settle()
    assert form.view.form().title == "Lettre de suivi" and len(form.binding._entries) == 2
    form.binding.open(letter(2, "Lettre de suivi", own=True))
    form.bench.settle()
    assert len(form.binding._entries) == 2, "the same version twice"
    form.view.pile.list.setCurrentRow(0)
    assert form.view.form().title == "Jamais perdu"
    assert not form.view._summary._version.isVisible()


def test_asked_again_on_the_form_nothing_typed_is_lost(form: Form) -> None:
    """By whatever way: the form keeps what it has."""
    form.describe("Tout juste écrit")
    form.bench.record_view().deposit_requested.emit(None)
    form.bench.settle()
    assert form.view.form().title == "Tout juste écrit"


def test_the_form_has_one_filled_button(form: Form) -> None:
    """The banner's « Déposer » is for everywhere else."""
    banner = form.bench.record_view().banner
    assert not banner.deposit.isVisible() and form.view._summary.button.isVisible()
    form.view.back_asked.emit()
    assert banner.deposit.isVisible()


def test_another_document_means_those_that_wait_first(form: Form) -> None:
    _three(form)
    form.describe("A")
    form.confirm()
    form.view.pile.list.setCurrentRow(0)
    form.view.another_asked.emit()
    assert "b.pdf" in form.view._drop._name.text() and len(form.names()) == 3


def test_a_form_that_was_emptied_leaves_no_draft(form: Form) -> None:
    form.choose(form.file("a.pdf"))
    form.add(form.file("b.pdf"))
    form.binding.keep_draft()
    form.bench.settle()
    assert "p1" in form.bench.store.shelf().drafts
    form.describe("A")
    form.confirm()
    form.describe("B")
    form.confirm()
    form.view.back_asked.emit()
    form.bench.settle()
    assert "p1" not in form.bench.store.shelf().drafts


def test_closing_the_record_drops_what_is_on_its_way(form: Form) -> None:
    form.gate.shut()
    form.view.file_chosen.emit(form.file("slow.pdf", b"%PDF slow", PLAIN))
    form.bench.qtbot.waitUntil(lambda: len(form.asked) == 1)
    form.bench.desks.record.close()
    form.gate.open()
    form.bench.settle()
    assert form.binding._entries == [] and form.names() == []
    assert "slow" not in form.bench.words_in_widgets()
