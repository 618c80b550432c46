"""A title and a date that the file proposes: shown as such, and never in place of what was typed."""

from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest

from desktop.domain.errors import Code, Failure
from desktop.domain.proposal import FileHints
from desktop.ui.views.document_form import DocumentForm
from tests.ui.deposit.conftest import Form

CONTENT = b"%PDF lettre"
HINTS = FileHints(
    "Lettre de sortie", "D:20261105090000Z", "née le 12.05.1993\nLuxembourg, le 3 novembre 2026"
)


def fields(form: Form) -> DocumentForm:
    return form.view.document


def hint(form: Form, name: str) -> str:
    row = {"title": fields(form)._title_row, "date": fields(form)._date_row}[name]
    return row._hint.text()


def choose(form: Form, name: str = "a.pdf", content: bytes = CONTENT, hints: FileHints = HINTS) -> None:
    form.bench.pdf.hinted[content] = hints
    form.choose(form.file(name, content))


def test_title_and_date_are_proposed_and_say_so(form: Form) -> None:
    assert "aujourd'hui" in hint(form, "date")
    choose(form)
    assert fields(form).title.text() == "Lettre de sortie" and "titre du PDF" in hint(form, "title")
    assert fields(form).form().created == date(2026, 11, 3) and "page 1" in hint(form, "date")
    assert form.bench.words_of("deposit-verify-title") == "Lettre de sortie (proposé)"
    assert form.bench.words_of("deposit-verify-date").endswith("(proposé)")


def test_what_is_changed_is_no_proposal_any_more(form: Form) -> None:
    choose(form)
    fields(form).title.setText("Lettre de sortie, cardiologie")
    fields(form).date.setDate(QDate(2026, 11, 4))
    assert "Proposé" not in hint(form, "title") + hint(form, "date")
    assert form.bench.words_of("deposit-verify-title") == "Lettre de sortie, cardiologie"
    assert "proposé" not in form.bench.words_of("deposit-verify-date")


def test_nothing_takes_the_place_of_what_was_typed(form: Form) -> None:
    """Typed before the file says anything, and another file after that."""
    fields(form).title.setText("À moi")
    fields(form).date.setDate(QDate(2026, 10, 1))
    for name, content in (("a.pdf", CONTENT), ("b.pdf", b"%PDF other")):
        choose(form, name, content)
        assert fields(form).title.text() == "À moi"
        assert fields(form).form().created == date(2026, 10, 1)


def test_a_date_is_proposed_to_who_typed_the_title_first(form: Form) -> None:
    """The day of today that stood there was nobody's choice."""
    fields(form).title.setText("À moi")
    choose(form)
    assert fields(form).form().created == date(2026, 11, 3) and fields(form).title.text() == "À moi"


def test_another_file_proposes_anew(form: Form) -> None:
    choose(form)
    choose(form, "scan0001.pdf", b"%PDF scan", FileHints())
    assert fields(form).title.text() == "" and "aujourd'hui" in hint(form, "date")
    choose(form, "2026-11-02_bilan.pdf", b"%PDF bilan", FileHints())
    assert fields(form).title.text() == "Bilan" and "nom du fichier" in hint(form, "title")
    assert fields(form).form().created == date(2026, 11, 2)


def test_what_cannot_be_read_proposes_nothing_and_hinders_nothing(form: Form) -> None:
    form.bench.pdf.hinted[CONTENT] = Failure(Code.FILE_UNSAFE)
    form.choose(form.file("lettre.pdf", CONTENT))
    assert fields(form).title.text() == "" and "✔" in form.badge()


def test_each_document_of_a_pile_has_its_own(form: Form) -> None:
    choose(form)
    form.bench.pdf.hinted[b"%PDF second"] = FileHints("Bilan sanguin", page="du 01.11.2026")
    form.add(form.file("b.pdf", b"%PDF second"))
    assert fields(form).title.text() == "Lettre de sortie", "what is shown stays"
    form.view.pile.list.setCurrentRow(1)
    assert fields(form).title.text() == "Bilan sanguin" and "titre du PDF" in hint(form, "title")
    form.view.pile.list.setCurrentRow(0)
    assert fields(form).title.text() == "Lettre de sortie" and "titre du PDF" in hint(form, "title")


def test_a_word_letter_has_the_date_of_its_page_and_its_own_name(form: Form) -> None:
    """Title and day of the copy are those of the program that made it."""
    copy = form.bench.pdf.convert(b"", "x")
    assert not isinstance(copy, Failure)
    form.bench.pdf.hinted[copy.content] = FileHints("Copie", "D:20261119", "Luxembourg, den 3. November 2026")
    form.choose(form.file("Lettre Dr Klein.docx", b"PK word"))
    assert fields(form).title.text() == "Lettre Dr Klein" and "nom du fichier" in hint(form, "title")
    assert fields(form).form().created == date(2026, 11, 3)


def test_a_draft_keeps_what_was_typed_and_the_file_proposes_again(form: Form) -> None:
    """CF-050: after a lock a proposal is a proposal still."""
    choose(form)
    fields(form).category.setCurrentIndex(0)
    form.binding.keep_draft()
    form.bench.settle()
    kept, _ = form.bench.store.shelf().drafts["p1"]
    assert kept.documents[0].category and not kept.documents[0].title and kept.documents[0].created is None
    form.bench.pull()
    form.bench.settle()
    form.bench.unlock()
    form.bench.settle()
    assert form.bench.shell.page() == "deposit"
    assert fields(form).title.text() == "Lettre de sortie" and "titre du PDF" in hint(form, "title")


def test_what_was_proposed_is_what_is_sent(form: Form) -> None:
    choose(form)
    fields(form).category.setCurrentIndex(0)
    form.confirm()
    assert form.sent() == {"Lettre de sortie": CONTENT}


def test_what_is_typed_next_takes_the_place_of_a_proposal_that_came_under_the_hand(form: Form) -> None:
    form.bench.shell.activateWindow()
    form.bench.qtbot.waitUntil(form.bench.shell.isActiveWindow)
    fields(form).title.setFocus()
    form.bench.qtbot.waitUntil(fields(form).title.hasFocus)
    form.bench.pdf.hinted[CONTENT] = HINTS
    form.view.file_chosen.emit(form.file("a.pdf", CONTENT))
    form.bench.settle()
    assert fields(form).title.hasFocus()
    QTest.keyClicks(fields(form).title, "Cardio")
    assert fields(form).title.text() == "Cardio"


def test_a_click_marks_a_proposal_and_what_is_typed_takes_its_place(form: Form) -> None:
    choose(form)
    form.bench.shell.activateWindow()
    form.bench.qtbot.waitUntil(form.bench.shell.isActiveWindow)
    title = fields(form).title
    fields(form).category.setFocus()
    QTest.mouseClick(title, Qt.MouseButton.LeftButton)
    form.bench.qtbot.waitUntil(lambda: title.selectedText() == "Lettre de sortie")
    QTest.keyClicks(title, "Cardio")
    assert title.text() == "Cardio"
    fields(form).category.setFocus()
    QTest.mouseClick(title, Qt.MouseButton.LeftButton)
    form.bench.settle()
    assert title.hasFocus() and title.selectedText() == "", "his own words: a click stands in them"
