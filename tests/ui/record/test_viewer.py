"""The viewer: pages, search, text, copies; nothing kept, nothing on disk (CF-043, CF-044, CF-067, CF-068)."""

import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Document, Level
from desktop.domain.texts import failure_text, text
from desktop.ports.paper import Printer, PrintOrder, Sides
from desktop.ports.pdf import OpenedPdf, PageImage, PdfCopy
from desktop.ports.platform import Progress
from desktop.ui.record import dialogs
from desktop.ui.record.page_view import Flow
from desktop.ui.record.stamped_copies import CopyMark, saved_copy
from desktop.ui.record.viewer import Viewer
from desktop.ui.tasks import Tasks
from tests.answers import code_of, good, present
from tests.fakes import FakeController, FakePdf
from tests.samples.record import NOW, documents
from tests.ui import printing
from tests.ui.finding import child
from tests.waiting import LIMIT_S

DOCUMENT = documents(20)[1]
Show = Callable[[FakeController], Viewer]


@pytest.fixture
def shown(qtbot: QtBot, tasks: Tasks) -> Show:
    def show(controller: FakeController) -> Viewer:
        viewer = Viewer(tasks)
        viewer.attach(controller)
        qtbot.addWidget(viewer)
        viewer.resize(700, 600)
        viewer.show()
        with qtbot.waitSignal(viewer.first_page_shown):
            viewer.show_document(DOCUMENT)
        return viewer

    return show


def text_of(viewer: Viewer, name: str) -> str:
    return child(viewer, QLabel, name).text()


def test_shows_pages_and_says_where_one_is(shown: Show, qtbot: QtBot) -> None:
    viewer = shown(FakeController())
    assert text_of(viewer, "viewer-page") == "1 / 3"
    qtbot.keyClick(viewer.pages, Qt.Key.Key_End)
    assert text_of(viewer, "viewer-page") == "3 / 3"
    assert viewer.bar.title.whole() == DOCUMENT.title


def test_only_what_is_seen_is_rendered(shown: Show, qtbot: QtBot, tasks: Tasks) -> None:
    pdf = FakePdf(400)
    shown(FakeController(pdf=pdf))
    qtbot.waitUntil(lambda: not tasks.busy())
    assert {page for page, _, _ in pdf.rendered} <= {0, 1, 2}


def test_wheel_zooms_about_the_pointer(shown: Show, qtbot: QtBot) -> None:
    viewer = shown(FakeController())
    pages, at = viewer.pages, QPointF(300, 250)
    placed = present(pages._layout.at(at.x(), at.y()))
    before = pages._layout.to_page(placed, at.x(), at.y() + pages._offset()[1])
    event = QWheelEvent(
        at, at, QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    zoom = pages.zoom()
    QApplication.sendEvent(pages.viewport(), event)
    assert pages.zoom() > zoom and not pages.fits_width()
    left, top = pages._offset()
    placed = present(pages._layout.at(at.x() + left, at.y() + top))
    assert pages._layout.to_page(placed, at.x() + left, at.y() + top) == pytest.approx(before, abs=2)
    pages.fit()
    assert pages.zoom() == pytest.approx(zoom)


def test_rotate_four_times_comes_back(shown: Show, qtbot: QtBot) -> None:
    pdf = FakePdf()
    viewer = shown(FakeController(pdf=pdf))
    for angle in (90, 180, 270, 0):
        viewer.bar.rotate.click()
        assert viewer.pages.rotation() == angle
    viewer.bar.rotate.click()
    qtbot.waitUntil(lambda: any(rotation == 90 for _, _, rotation in pdf.rendered))


def test_single_page_and_back_keep_the_page(shown: Show, qtbot: QtBot) -> None:
    viewer = shown(FakeController())
    viewer.pages.go_to(1)
    viewer.bar.single.setChecked(True)
    assert viewer.pages.flow() is Flow.SINGLE and viewer.pages.page() == 1
    viewer.pages.verticalScrollBar().setValue(viewer.pages.verticalScrollBar().maximum())
    qtbot.keyClick(viewer.pages, Qt.Key.Key_PageDown)
    assert viewer.pages.page() == 2
    viewer.bar.single.setChecked(False)
    assert viewer.pages.page() == 2


def test_search_goes_through_the_hits_and_around(shown: Show, qtbot: QtBot) -> None:
    viewer = shown(FakeController())
    qtbot.keyClick(viewer.pages, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert viewer.search.isVisible() and viewer.focusWidget() is viewer.search.words
    qtbot.keyClicks(viewer.search.words, "bilan")
    qtbot.keyClick(viewer.search.words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: viewer.search.count.text() == "1 sur 3")
    seen = []
    for _ in range(3):
        qtbot.keyClick(viewer.search.words, Qt.Key.Key_Return)
        seen.append(viewer.search.count.text())
    assert seen == ["2 sur 3", "3 sur 3", "1 sur 3"]
    qtbot.keyClick(viewer.search.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert viewer.search.count.text() == "3 sur 3"
    qtbot.keyClick(viewer.search.words, Qt.Key.Key_Escape)
    assert not viewer.search.isVisible() and viewer.isVisible()


def test_no_hit_says_so(shown: Show, qtbot: QtBot) -> None:
    viewer = shown(FakeController())
    viewer.show_search()
    viewer.search.words.setText("zzz")
    qtbot.keyClick(viewer.search.words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: viewer.search.count.text() == "Aucun résultat")


def test_mouse_selection_is_copied_privately_and_taken_back(shown: Show, qtbot: QtBot) -> None:
    viewer = shown(FakeController())
    pages = viewer.pages
    qtbot.waitUntil(lambda: pages._text(0) is not None)
    placed = present(pages._layout.placed(0))

    def at(index: int) -> QPoint:
        x0, y0, x1, y1 = pages._layout.to_view(placed, present(pages._text(0)).boxes[index])
        return QPoint(round((x0 + x1) / 2), round((y0 + y1) / 2) - pages._offset()[1])

    qtbot.mousePress(pages.viewport(), Qt.MouseButton.LeftButton, pos=at(7))
    qtbot.mouseMove(pages.viewport(), at(11))
    qtbot.mouseRelease(pages.viewport(), Qt.MouseButton.LeftButton, pos=at(11))
    assert pages.selected_text() == "bilan"
    qtbot.keyClick(pages, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QGuiApplication.clipboard().mimeData()
    assert data.text() == "bilan"
    assert bytes(data.data("x-kde-passwordManagerHint").data()) == b"secret"
    viewer.clear()
    assert QGuiApplication.clipboard().text() == ""


def test_clearing_leaves_a_foreign_clipboard_alone(shown: Show) -> None:
    viewer = shown(FakeController())
    QGuiApplication.clipboard().setText("autre")
    viewer.clear()
    assert QGuiApplication.clipboard().text() == "autre"
    QGuiApplication.clipboard().clear()


def test_text_pane_follows_the_page(shown: Show, qtbot: QtBot) -> None:
    viewer = shown(FakeController())
    viewer.bar.text_pane.click()
    qtbot.waitUntil(lambda: "Page 1 bilan" in viewer.words.toPlainText())
    viewer.pages.go_to(2)
    qtbot.waitUntil(lambda: "Page 3 bilan" in viewer.words.toPlainText())
    assert viewer.words.accessibleName() == "Texte de cette page, Page 3 sur 3"
    assert viewer.words.isReadOnly()


def test_text_is_selected_and_copied_by_keyboard_alone(shown: Show, qtbot: QtBot) -> None:
    """As private as what the mouse copies: no history, taken back when the record closes."""
    viewer = shown(FakeController())
    viewer.bar.text_pane.click()
    qtbot.waitUntil(lambda: "Page 1 bilan" in viewer.words.toPlainText())
    viewer.words.setFocus()
    for _ in range(4):
        qtbot.keyClick(viewer.words, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(viewer.words, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QGuiApplication.clipboard().mimeData()
    assert data.text() == "Page"
    assert bytes(data.data("x-kde-passwordManagerHint").data()) == b"secret"
    viewer.clear()
    assert QGuiApplication.clipboard().text() == ""


def test_whole_page_by_button_and_key(shown: Show, qtbot: QtBot) -> None:
    viewer = shown(FakeController())
    viewer.bar.fit_page.click()
    assert viewer.pages.fits_page()
    placed = viewer.pages._layout.placed(0)
    assert placed is not None and placed.height <= viewer.pages.viewport().height()
    viewer.resize(700, 500)
    placed = viewer.pages._layout.placed(0)
    assert placed is not None and placed.height <= viewer.pages.viewport().height(), "it follows the window"
    qtbot.keyClick(viewer.pages, Qt.Key.Key_0)
    assert viewer.pages.fits_width()
    qtbot.keyClick(viewer.pages, Qt.Key.Key_9)
    assert viewer.pages.fits_page()
    qtbot.keyClick(viewer.pages, Qt.Key.Key_R)
    assert viewer.pages.rotation() == 90


def test_f3_goes_through_the_hits_from_the_pages(shown: Show, qtbot: QtBot) -> None:
    viewer = shown(FakeController())
    viewer.show_search()
    viewer.search.words.setText("bilan")
    qtbot.keyClick(viewer.search.words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: viewer.search.count.text() == "1 sur 3")
    viewer.pages.setFocus()
    qtbot.keyClick(viewer.pages, Qt.Key.Key_F3)
    assert viewer.search.count.text() == "2 sur 3"
    qtbot.keyClick(viewer.pages, Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier)
    assert viewer.search.count.text() == "1 sur 3"


class _OneBrokenPage(FakePdf):
    """Its second page hangs, as the service tells it."""

    def page_image(self, opened: OpenedPdf, page: int, width: int, rotation: int) -> Result[PageImage]:
        if page == 1:
            return Failure(Code.FILE_UNSAFE)
        return super().page_image(opened, page, width, rotation)


def test_a_page_that_hangs_is_told_and_the_others_are_shown(shown: Show, qtbot: QtBot) -> None:
    pdf = _OneBrokenPage(3)
    viewer = shown(FakeController(pdf=pdf))
    viewer.pages.go_to(2)
    qtbot.waitUntil(lambda: any(page == 2 for page, _, _ in pdf.rendered))
    source = viewer._source
    assert source is not None
    viewer.pages.go_to(1)
    width = viewer.pages._device_width(present(viewer.pages._layout.placed(1)))
    qtbot.waitUntil(lambda: source.is_broken(1, width, 0))
    assert viewer.message.isVisible() and code_of(viewer.message.failure) is Code.FILE_UNSAFE
    viewer.pages.grab()  # paints the words of the broken page


def test_thumbnails_lead_to_their_page(shown: Show, qtbot: QtBot) -> None:
    viewer = shown(FakeController())
    assert viewer.thumbnails.currentRow() == 0, "the first page is marked from the start"
    viewer.bar.thumbnails.setChecked(True)
    assert viewer.thumbnails.count() == 3
    viewer.thumbnails.setCurrentRow(2)
    assert viewer.pages.page() == 2


@pytest.mark.parametrize("code", [Code.FILE_UNREADABLE, Code.FILE_LOCKED, Code.CHILD_CRASHED])
def test_what_cannot_be_shown_says_why(qtbot: QtBot, tasks: Tasks, code: Code) -> None:
    viewer = Viewer(tasks)
    viewer.attach(FakeController(pdf=FakePdf(failure=Failure(code))))
    qtbot.addWidget(viewer)
    viewer.show()
    viewer.show_document(DOCUMENT)
    qtbot.waitUntil(lambda: viewer.message.failure is not None)
    assert code_of(viewer.message.failure) is code
    assert not viewer.bar.search.isEnabled() and not viewer.bar.print_action.isEnabled()


def test_a_network_failure_can_be_tried_again(qtbot: QtBot, tasks: Tasks) -> None:
    controller = FakeController(content=Failure(Code.TIMEOUT))
    viewer = Viewer(tasks)
    viewer.attach(controller)
    qtbot.addWidget(viewer)
    viewer.show()
    viewer.show_document(DOCUMENT)
    qtbot.waitUntil(lambda: viewer.message.failure is not None)
    controller.content = b"%PDF-1.4"
    with qtbot.waitSignal(viewer.first_page_shown):
        viewer.message.act_requested.emit()
    assert controller.reads == [DOCUMENT.id] * 2


def test_a_late_answer_for_another_document_is_dropped(qtbot: QtBot, tasks: Tasks) -> None:
    gate = threading.Event()
    slow, quick = documents(20)[3], documents(20)[4]

    class Controller(FakeController):
        def read(self, document: Document, progress: Progress | None) -> Result[bytes]:
            if document is slow:
                gate.wait(LIMIT_S)
            return super().read(document, progress)

    controller = Controller()
    viewer = Viewer(tasks)
    viewer.attach(controller)
    qtbot.addWidget(viewer)
    viewer.show()
    viewer.show_document(slow)
    with qtbot.waitSignal(viewer.first_page_shown) as one:
        viewer.show_document(quick)
    gate.set()
    qtbot.waitUntil(lambda: not tasks.busy())
    assert one.args == [quick.id] and viewer.document() is quick
    assert controller.pages.calls.count("open") == 1


def test_saving_first_states_the_purpose_rule_cf_067(
    shown: Show, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def choose(parent: object, name: str, chosen: Callable[[Path], None]) -> None:
        asked.append(name)
        chosen(tmp_path / "copie.pdf")

    monkeypatch.setattr(dialogs, "choose_target", choose)
    viewer = shown(FakeController())
    viewer.bar.save_action.trigger()
    assert "prise en charge" in viewer.message.what() and asked == []
    viewer.message.act_requested.emit()
    qtbot.waitUntil(lambda: viewer.message.what() == "Copie enregistrée.")
    assert (tmp_path / "copie.pdf").read_bytes().startswith(b"%PDF")
    assert DOCUMENT.title not in asked[0]


def test_every_page_of_a_copy_names_who_when_and_what_cf_068(themed: QApplication, tmp_path: Path) -> None:
    """What no conforming copy can be made of. Read back with other eyes: the words stand there."""
    pdf = FakePdf(2)
    pdf.kept = Failure(Code.FILE_UNREADABLE)
    target = tmp_path / "copie.pdf"
    assert good(saved_copy(pdf, good(pdf.open(b"")), CopyMark("Dr Weber", NOW, True), target)).cover is None
    import pypdfium2

    found = pypdfium2.PdfDocument(target)
    assert len(found) == 2
    for number, page in enumerate(found, start=1):
        words = page.get_textpage().get_text_range()
        assert "copie du DSP" in words and "Dr Weber" in words and "18.11.2026" in words
        assert f"{number}/2" in words and "DÉMO" in words
    found.close()


def test_cf068_a_copy_to_keep_has_the_mark_below_each_page(themed: QApplication, tmp_path: Path) -> None:
    pdf, target = FakePdf(2), tmp_path / "copie.pdf"
    saved = good(saved_copy(pdf, good(pdf.open(b"")), CopyMark("Dr Weber", NOW, True), target))
    assert saved.cover is None and saved.told() == text("viewer.saved")
    assert target.read_bytes().startswith(b"%PDF-1.4 copy") and pdf.rendered == []
    (words,) = pdf.copied
    for number, foot in enumerate(words.feet, start=1):
        assert "copie du DSP" in foot and "Dr Weber" in foot and f"{number}/2" in foot and "DÉMO" in foot


def test_cf068_a_signed_document_is_saved_as_it_is_and_a_sheet_beside_it(
    shown: Show, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The screen says where its signature is."""
    pdf, target = FakePdf(2), tmp_path / "lettre.pdf"
    pdf.kept = PdfCopy(b"%PDF-1.4 signed", b"%PDF-1.4 sheet")
    monkeypatch.setattr(dialogs, "choose_target", lambda _parent, _name, chosen: chosen(target))
    viewer = shown(FakeController(pdf=pdf))
    viewer.bar.save_action.trigger()
    assert "prise en charge" in viewer.message.what(), "CF-067"
    child(viewer, QPushButton, "viewer-message-act").click()
    qtbot.waitUntil(lambda: "La signature est dans le fichier" in viewer.message.what())
    sheet = tmp_path / "lettre-page-de-garde.pdf"
    assert target.read_bytes() == b"%PDF-1.4 signed" and sheet.read_bytes() == b"%PDF-1.4 sheet"
    assert sheet.name in viewer.message.what()
    (words,) = pdf.copied
    assert (
        "Dr" in words.cover[-3]
        and "copie du dsp" in words.cover[-3].lower()
        and "lettre.pdf" in words.cover[-2]
    )


def test_a_full_disk_is_told(themed: QApplication, tmp_path: Path) -> None:
    pdf = FakePdf(1)
    outcome = saved_copy(
        pdf, good(pdf.open(b"")), CopyMark("Dr Weber", NOW, False), tmp_path / "no" / "copy.pdf"
    )
    assert isinstance(outcome, Failure) and outcome.code is Code.DISK_FULL


def test_former_versions_are_listed_and_marked_cf_052(shown: Show, qtbot: QtBot) -> None:
    controller = FakeController()
    controller.former = (replace(DOCUMENT, id="old", title="Ancienne"),)
    viewer = shown(controller)
    viewer.bar.versions.trigger()
    qtbot.waitUntil(lambda: viewer.versions.count() == 2)
    with qtbot.waitSignal(viewer.first_page_shown):
        viewer.versions.setCurrentIndex(1)
    assert controller.reads == [DOCUMENT.id, "old"]
    assert "version remplacée" in viewer.message.what()


def test_lifting_asks_whether_the_patient_was_accompanied_cf_044(qtbot: QtBot, tasks: Tasks) -> None:
    controller = FakeController()
    viewer = Viewer(tasks)
    viewer.attach(controller)
    qtbot.addWidget(viewer)
    viewer.show()
    with qtbot.waitSignal(viewer.first_page_shown):
        viewer.show_document(replace(DOCUMENT, level=Level.ANNONCE))
    assert viewer.bar.lift.isVisible()
    viewer.bar.lift.trigger()
    assert "accompagné" in viewer.message.what() and controller.lifted == []
    with qtbot.waitSignal(viewer.changed) as changed:
        viewer.message.act_requested.emit()
    assert changed.args[0].level is Level.STANDARD and "Dr Weber" in controller.lifted[0]
    assert controller.acts == [("confirmed", DOCUMENT.id), ("told", DOCUMENT.id)]


def test_annonce_is_never_offered_afterwards_cf_043(shown: Show) -> None:
    viewer = shown(FakeController())
    assert not viewer.bar.lift.isVisible()
    words = [action.text().lower() for action in viewer.bar.more.menu().actions()]
    assert not any("annonce" in word for word in words)


def test_no_temporary_file_is_made(
    shown: Show, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    before = set(tmp_path.rglob("*"))
    viewer = shown(FakeController())
    viewer.bar.text_pane.click()
    viewer.clear()
    assert set(tmp_path.rglob("*")) == before


def test_printing_runs_beside_the_window_cf_068(shown: Show, qtbot: QtBot) -> None:
    """Printers are asked for and printed on in the PDF lane; the footer stands on each sheet."""

    class Watched(FakePdf):
        def printers(self) -> Result[tuple[Printer, ...]]:
            threads.add(threading.get_ident())
            return super().printers()

        def print_on(self, order: PrintOrder, content: bytes) -> Result[None]:
            threads.add(threading.get_ident())
            return super().print_on(order, content)

    threads: set[int] = set()
    pdf = Watched(5)
    viewer = shown(FakeController(pdf=pdf))
    viewer.bar.print_action.trigger()
    assert not viewer.bar.print_action.isEnabled(), "one dialog, however often it is asked for"
    qtbot.waitUntil(lambda: bool(printing.dialogs()))
    (dialog,) = printing.dialogs()
    assert (dialog.first.value(), dialog.last.value()) == (1, 5) and viewer.bar.print_action.isEnabled()
    dialog.last.setValue(3)
    dialog.first.setValue(5)
    assert dialog.first.value() == 3, "never a page behind the last one"
    dialog.first.setValue(2)
    dialog.copies.setValue(2)
    dialog.sides.setCurrentIndex(2)
    printing.press_print(dialog)
    qtbot.waitUntil(lambda: viewer.message.what() == "Envoyé à l'imprimante.")
    assert threads and threading.get_ident() not in threads
    ((order, content),) = pdf.printed
    assert order == PrintOrder("accueil", 2, Sides.TWO)
    feet = feet_of(content)
    assert len(feet) == 2 and "2/5" in feet[0] and "3/5" in feet[1]
    assert all("copie du DSP · Dr Weber" in foot for foot in feet)


def test_a_silent_print_service_is_told_in_the_viewer(shown: Show, qtbot: QtBot) -> None:
    pdf = FakePdf(1)
    silent = pdf.found = Failure(Code.PRINT_SERVICE_SILENT)
    viewer = shown(FakeController(pdf=pdf))
    viewer.bar.print_action.trigger()
    qtbot.waitUntil(lambda: viewer.message.what() == failure_text(silent))
    assert printing.dialogs() == [] and viewer.bar.print_action.isEnabled()


@pytest.mark.parametrize("whole", [False, True])
def test_a_print_whose_document_is_closed_meanwhile_is_unfinished(
    shown: Show, qtbot: QtBot, whole: bool
) -> None:
    """What draws its pages goes with the document: nobody shall believe that all of them came out."""
    pdf = FakePdf()
    controller = FakeController(pdf=pdf)
    viewer = shown(controller)
    cut: list[bool] = []
    controller.under_way.cut.connect(lambda: cut.append(True))
    viewer.bar.print_action.trigger()
    qtbot.waitUntil(lambda: bool(printing.dialogs()))
    if not whole:
        pdf.print_gate.shut()
    (dialog,) = printing.dialogs()
    printing.press_print(dialog)
    if whole:
        qtbot.waitUntil(lambda: viewer.message.what() == "Envoyé à l'imprimante.")
    viewer.clear()
    assert cut == ([] if whole else [True])
    pdf.print_gate.open()


def test_the_systems_own_dialog_prints_the_chosen_pages_and_offers_no_file_cf_067_cf_068(
    shown: Show, tmp_path: Path
) -> None:
    """Windows and macOS."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    chosen: list[dialogs.PrintWork] = []
    dialogs.show_system_dialog(shown(FakeController()), 5, chosen.append)
    dialog = next(one for one in QApplication.topLevelWidgets() if one.objectName() == "print-dialog")
    assert isinstance(dialog, QPrintDialog)
    assert dialog.testOption(QPrintDialog.PrintDialogOption.PrintPageRange)
    assert not dialog.testOption(QPrintDialog.PrintDialogOption.PrintToFile)
    assert (dialog.minPage(), dialog.maxPage()) == (1, 5)
    printer = dialog.printer()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "print.pdf"))
    printer.setFromTo(2, 3)
    printer.setPrintRange(QPrinter.PrintRange.PageRange)
    dialog.accepted.emit(printer)
    pdf = FakePdf(5)
    assert chosen[0](pdf, good(pdf.open(b"")), CopyMark("Dr Weber", NOW, False)) is None
    dialog.close()
    feet = feet_of((tmp_path / "print.pdf").read_bytes())
    assert len(feet) == 2 and "2/5" in feet[0] and "3/5" in feet[1]


def feet_of(content: bytes) -> list[str]:
    found = pypdfium2.PdfDocument(content)
    feet = [page.get_textpage().get_text_range() for page in found]
    found.close()
    return feet


def test_the_dialogs_open_without_a_loop_of_their_own(shown: Show, qtbot: QtBot) -> None:
    viewer = shown(FakeController())
    chosen: list[Path] = []
    dialogs.choose_target(viewer, "copie", chosen.append)
    dialog = viewer.findChild(QFileDialog, "save-dialog")
    assert dialog is not None and chosen == []
    dialog.reject()
