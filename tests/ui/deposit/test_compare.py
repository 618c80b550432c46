"""Original and copy move together."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.deposit import Conversion
from desktop.domain.errors import Code, Failure
from desktop.domain.texts import text
from desktop.ui.record.page_view import PageView
from desktop.ui.views.compare import CompareView
from desktop.ui.views.verdict_box import page_ranges
from tests.fakes import CONFORMING
from tests.ui.deposit.conftest import PLAIN, Form

PICTURED = Conversion(
    b"%PDF copy", CONFORMING, differs=True, pictured_pages=(2,), changes=("pdfa.change_form",)
)


def _compare(form: Form, pages: int = 3) -> CompareView:
    form.bench.pdf.sizes = ((595.0, 842.0),) * pages
    form.copies[b"%PDF plain"] = PICTURED
    form.choose(form.file("a.pdf", b"%PDF plain", PLAIN))
    form.view.verdict._compare.click()
    form.bench.settle()
    return form.view.compare


def _share(pages: PageView) -> float:
    bar = pages.verticalScrollBar()
    return bar.value() / bar.maximum()


def test_begins_at_the_page_that_changed_and_says_so(form: Form) -> None:
    compare = _compare(form)
    assert compare.after.pages.page() == compare.before.pages.page() == 1
    assert compare._page.text() == f"Page 2 sur 3 · {text('deposit.page_pictured')}"
    assert text("pdfa.look_differs") in compare._changes.text()
    compare._turn(1)
    assert compare._page.text() == "Page 3 sur 3" and compare.before.pages.page() == 2


def test_either_side_leads(form: Form) -> None:
    compare = _compare(form)
    for leader, follower in ((compare.before, compare.after), (compare.after, compare.before)):
        bar = leader.pages.verticalScrollBar()
        bar.setValue(bar.maximum() // 3)
        assert abs(_share(follower.pages) - _share(leader.pages)) < 0.02
    QTest.keyClick(compare.after.pages, Qt.Key.Key_End)
    assert compare.before.pages.page() == 2


def test_both_zoom_by_wheel_and_button(form: Form) -> None:
    compare = _compare(form)
    before = compare.before.pages.zoom()
    at = QPointF(100, 100)
    event = QWheelEvent(
        at, at, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(compare.before.pages.viewport(), event)
    assert compare.before.pages.zoom() == compare.after.pages.zoom() > before
    compare._zoom(0.8)
    assert compare.before.pages.zoom() == compare.after.pages.zoom()
    compare._fit()
    assert compare.before.pages.fits_width() and compare.after.pages.fits_width()
    compare._fit_page()
    assert compare.before.pages.fits_page() and compare.after.pages.fits_page()


def test_an_original_that_cannot_be_drawn_says_why(form: Form) -> None:
    """A Word file has no pages here; a damaged one says so."""
    compare = form.view.compare
    compare.begin("lettre.docx", PICTURED, decided=False)
    compare.show_pages(text("deposit.compare_elsewhere"), text("deposit.compare_elsewhere"))
    assert compare.before._words.text() == text("deposit.compare_elsewhere")
    form.bench.pdf.failure = Failure(Code.FILE_NOT_PDF)
    other = _compare(form)
    assert other.before._words.text() == text("deposit.compare_elsewhere")


def test_a_copy_that_was_taken_can_be_looked_at_and_given_back(form: Form) -> None:
    compare = _compare(form)
    compare.accept.click()
    form.view.verdict._compare.click()
    form.bench.settle()
    assert compare.accept.text() == text("deposit.keep_copy")
    compare._decline.click()
    assert not form.binding._chosen.file.is_ready()  # type: ignore[union-attr]


def test_enter_takes_the_copy(form: Form) -> None:
    compare = _compare(form)
    QTest.keyClick(compare.after.pages, Qt.Key.Key_Return)
    assert form.binding._chosen.file is not None and form.binding._chosen.file.using_copy
    assert not form.view.is_comparing()


def test_pages_are_told_in_ranges() -> None:
    assert page_ranges((1, 3, 4, 5, 9)) == "1, 3–5, 9"
    assert page_ranges(()) == ""
