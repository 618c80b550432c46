"""Copies: made by themselves where nothing has to be told, told first where something would be lost."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.domain.errors import Code, Failure
from desktop.domain.texts import text
from tests.fakes import CONFORMING
from tests.ui.deposit.conftest import CHANGED, PLAIN, SAME, UNSURE, Form


def test_a_plain_file_is_copied_by_itself_and_the_copy_is_sent(form: Form) -> None:
    form.choose(form.file("a.pdf", b"%PDF plain", PLAIN))
    assert text("deposit.copy_used") in form.badge()
    form.describe("Bilan")
    form.confirm()
    assert form.sent() == {"Bilan": SAME.content}


def test_unconfirmed_is_copied_too(form: Form) -> None:
    """« Non confirmé : une copie sûre peut être faite »."""
    form.choose(form.file("a.pdf", b"%PDF unsure", UNSURE))
    assert form.asked == [("a.pdf", False)]
    assert text("deposit.copy_used") in form.badge()


def test_a_conforming_file_goes_as_it_is(form: Form) -> None:
    form.choose(form.file("a.pdf"))
    form.describe("Lettre")
    form.confirm()
    assert form.asked == [] and form.sent() == {"Lettre": b"%PDF good"}


def test_a_copy_that_may_look_otherwise_goes_only_after_the_comparison(form: Form) -> None:
    form.copies[b"%PDF plain"] = CHANGED
    form.choose(form.file("a.pdf", b"%PDF plain", PLAIN))
    form.describe("Bilan")
    form.confirm()
    assert form.sent() == {} and text("deposit.copy_made") in form.badge()
    form.view.verdict._compare.click()
    form.bench.settle()
    assert form.view.is_comparing()
    assert form.view.compare.before.pages.page_count() == form.view.compare.after.pages.page_count() == 1
    assert form.bench.find("patient-banner").isVisible(), "the patient stays on the screen"
    form.view.compare.accept.click()
    assert not form.view.is_comparing() and text("deposit.copy_used") in form.badge()
    form.confirm()
    assert form.sent() == {"Bilan": CHANGED.content}


def test_a_refused_copy_is_not_sent_and_can_be_made_again(form: Form) -> None:
    form.copies[b"%PDF plain"] = CHANGED
    form.choose(form.file("a.pdf", b"%PDF plain", PLAIN))
    form.describe("Bilan")
    form.view.verdict._compare.click()
    form.bench.settle()
    form.view.compare._decline.click()
    form.confirm()
    assert form.sent() == {} and form.view.form().title == "Bilan"
    form.view.verdict._copy.click()
    form.bench.settle()
    assert len(form.asked) == 2 and text("deposit.copy_made") in form.badge()


def test_escape_leaves_the_comparison_and_decides_nothing(form: Form) -> None:
    form.copies[b"%PDF plain"] = CHANGED
    form.choose(form.file("a.pdf", b"%PDF plain", PLAIN))
    form.view.verdict._compare.click()
    form.bench.settle()
    QTest.keyClick(form.view.compare.after.pages, Qt.Key.Key_Escape)
    assert not form.view.is_comparing() and form.bench.shell.page() == "deposit"
    assert text("deposit.copy_made") in form.badge()


def test_a_form_with_data_is_told_first(form: Form) -> None:
    """Data are never fixed into the page in silence."""
    form.choose(form.file("f.pdf", b"%PDF form", replace(PLAIN, has_form=True)))
    assert form.asked == [], "copied before the doctor was told"
    assert text("deposit.form_told") in form.view.verdict._told.accessibleName()
    form.view.verdict._copy.click()
    form.bench.settle()
    assert form.asked == [("f.pdf", False)]


def test_a_signature_goes_only_after_the_doctor_was_told_and_asked(form: Form) -> None:
    """A signature breaks when the file is saved anew."""
    unsigned = replace(SAME, changes=("pdfa.change_signature",))
    form.copies[b"%PDF signed"] = unsigned
    form.choose(form.file("s.pdf", b"%PDF signed", replace(PLAIN, signed=True)))
    assert form.asked == []
    assert "signature" in form.view.verdict._told.accessibleName()
    assert form.view.verdict._copy.text() == text("deposit.make_unsigned")
    form.view.verdict._copy.click()
    form.bench.settle()
    assert form.asked == [("s.pdf", True)]
    assert text("deposit.copy_made") in form.badge(), "its loss is visible: the doctor decides"


def test_a_signed_file_that_conforms_goes_with_its_signature(form: Form) -> None:
    form.choose(form.file("s.pdf", b"%PDF signed", replace(CONFORMING, signed=True)))
    form.describe("Signé")
    form.confirm()
    assert form.asked == [] and form.sent() == {"Signé": b"%PDF signed"}


def test_a_locked_file_is_refused_with_its_sentence_and_what_was_typed_stays(form: Form) -> None:
    form.describe("Déjà écrit")
    form.choose(form.file("l.pdf", b"%PDF locked", Failure(Code.FILE_LOCKED)))  # type: ignore[arg-type]
    assert "DSP-704" in form.view.verdict._failure.accessibleName()
    assert form.asked == [] and form.view.form().title == "Déjà écrit"


def test_a_photo_is_converted_and_compared(form: Form) -> None:
    form.copies[b"\xff\xd8\xff photo"] = replace(SAME, changes=("pdfa.change_from_image",))
    form.choose(form.file("photo.jpg", b"\xff\xd8\xff photo"))
    assert form.asked == [("photo.jpg", False)]
    assert text("deposit.copy_made") in form.badge()


def test_a_false_pdf_is_told_to_be_none(form: Form) -> None:
    form.copies[b"hello"] = Failure(Code.FILE_KIND_UNKNOWN)
    form.choose(form.file("a.pdf", b"hello"))
    assert "DSP-701" in form.view.verdict._failure.accessibleName()
    form.choose(form.file("a.xyz", b"hello"))
    assert "DSP-711" in form.view.verdict._failure.accessibleName()


def test_no_safe_copy_says_what_to_do(form: Form) -> None:
    form.copies[b"%PDF plain"] = Failure(Code.FILE_UNCONFIRMED)
    form.choose(form.file("a.pdf", b"%PDF plain", PLAIN))
    assert text("deposit.no_copy") in form.view.verdict._told.accessibleName()
    assert not form.view.verdict._copy.isVisible()


def test_verdicts_come_while_a_copy_is_made(form: Form) -> None:
    """One copy at a time; nothing else waits for it."""
    form.gate.shut()
    bench = form.bench
    form.view.file_chosen.emit(form.file("slow.pdf", b"%PDF slow", PLAIN))
    bench.qtbot.waitUntil(lambda: len(form.asked) == 1)
    form.view.files_added.emit((form.file("b.pdf", b"%PDF other", PLAIN), form.file("c.pdf")))
    bench.qtbot.waitUntil(lambda: "✔" in form.names()[2] and form.names()[1].endswith("copie en cours…"))
    assert form.asked == [("slow.pdf", False)], "a second copy was begun beside the first"
    form.gate.open()
    bench.settle()
    assert [name for name, _ in form.asked] == ["slow.pdf", "b.pdf"]
    assert "copie" not in "".join(form.names())


def _is_copied(form: Form, name: str) -> bool:
    file = form.binding._chosen.file
    return file is not None and file.name == name and file.converting


def test_a_file_replaced_while_it_is_copied_does_not_stop_the_copies(form: Form) -> None:
    form.gate.shut()
    bench = form.bench
    form.view.file_chosen.emit(form.file("first.pdf", b"%PDF first", PLAIN))
    bench.qtbot.waitUntil(lambda: len(form.asked) == 1)
    form.view.file_chosen.emit(form.file("second.pdf", b"%PDF second", PLAIN))
    bench.qtbot.waitUntil(lambda: _is_copied(form, "second.pdf"))
    form.view.files_added.emit((form.file("third.pdf", b"%PDF third", PLAIN),))
    bench.qtbot.waitUntil(lambda: len(form.names()) == 2 and form.names()[1].endswith("copie en cours…"))
    assert form.asked == [("first.pdf", False)], "two copies at a time"
    form.copies[b"%PDF first"] = Failure(Code.FILE_UNSAFE)
    form.gate.open()
    bench.settle()
    assert [name for name, _ in form.asked] == ["first.pdf", "second.pdf", "third.pdf"]
    assert text("deposit.copy_used") in form.badge(), "the answer on the first file reached the second"
    assert "copie en cours…" not in "".join(form.names())


def test_a_file_replaced_while_it_waits_is_never_copied(form: Form) -> None:
    form.gate.shut()
    bench = form.bench
    form.view.file_chosen.emit(form.file("slow.pdf", b"%PDF slow", PLAIN))
    bench.qtbot.waitUntil(lambda: len(form.asked) == 1)
    form.view.files_added.emit((form.file("wrong.pdf", b"%PDF wrong", PLAIN),))
    bench.qtbot.waitUntil(lambda: len(form.names()) == 2 and form.names()[1].endswith("copie en cours…"))
    form.view.line_chosen.emit(form.binding._entries[1].number)
    form.view.file_chosen.emit(form.file("right.pdf", b"%PDF right", PLAIN))
    bench.qtbot.waitUntil(lambda: form.names()[1].startswith("right") and "copie" in form.names()[1])
    form.gate.open()
    bench.settle()
    assert [name for name, _ in form.asked] == ["slow.pdf", "right.pdf"]


def test_a_document_taken_away_leaves_its_copy_to_end_before_the_next(form: Form) -> None:
    form.gate.shut()
    bench = form.bench
    form.view.file_chosen.emit(form.file("gone.pdf", b"%PDF gone", PLAIN))
    bench.qtbot.waitUntil(lambda: len(form.asked) == 1)
    form.view.files_added.emit((form.file("b.pdf", b"%PDF other", PLAIN),))
    bench.qtbot.waitUntil(lambda: len(form.names()) == 2 and form.names()[1].endswith("copie en cours…"))
    form.view.line_removed.emit(form.binding._entries[0].number)
    form.view.files_added.emit((form.file("c.pdf"),))
    bench.qtbot.waitUntil(lambda: len(form.names()) == 2 and "✔" in form.names()[1])
    assert form.asked == [("gone.pdf", False)], "a second copy was begun beside the first"
    form.gate.open()
    bench.settle()
    assert [name for name, _ in form.asked] == ["gone.pdf", "b.pdf"]


def test_nothing_of_the_documents_stays_after_a_lock(form: Form, tmp_path: Path) -> None:
    form.copies[b"%PDF plain"] = CHANGED
    form.choose(form.file("secret-name.pdf", b"%PDF plain", PLAIN))
    form.describe("Titre secret")
    form.view.verdict._compare.click()
    form.bench.settle()
    form.bench.pull()
    form.bench.settle()
    left = form.bench.words_in_widgets()
    assert "secret-name" not in left and "Titre secret" not in left
    assert form.view.compare.after.pages.page_count() == 0
    form.bench.unlock()
    assert form.bench.shell.page() == "deposit" and form.view.form().title == "Titre secret"
    assert text("deposit.copy_made") in form.badge()


def test_children_are_warm_once_the_list_is_there(form: Form) -> None:
    """Else the first document and the first verdict would wait for a process to start."""
    assert "warm" in form.bench.pdf.calls
