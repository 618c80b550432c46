"""A file is dropped anywhere on the record, or on the page of a deposit that is done: the form holds it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.record.record_page import RecordPage
from tests.ui.deposit.conftest import Form
from tests.ui.desk.conftest import Bench

LEFT, PLAIN, COPY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction


def drop(place: QWidget, *paths: Path) -> bool:
    """Whether *place* takes them; then they are dropped there."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    enters = QDragEnterEvent(QPoint(40, 40), COPY, mime, LEFT, PLAIN)
    enters.ignore()
    place.dragEnterEvent(enters)
    place.dropEvent(QDropEvent(QPointF(40, 40), COPY, mime, LEFT, PLAIN))
    return enters.isAccepted()


def record(bench: Bench) -> RecordPage:
    return bench.find_a(RecordPage, "record-page")


def test_files_dropped_on_the_record_open_the_form(form: Form) -> None:
    form.bench.shell.set_page("record")
    assert drop(record(form.bench), form.file("a.pdf"), form.file("b.pdf", b"%PDF b"))
    form.bench.settle()
    assert form.bench.shell.page() == "deposit"
    assert [name.split(":")[0] for name in form.names()] == ["a.pdf", "b.pdf"]
    assert form.sent() == {}


def test_they_stand_beside_a_kept_draft(form: Form) -> None:
    form.choose(form.file("kept.pdf", b"%PDF kept"))
    form.binding.put_away()
    form.bench.shell.set_page("record")
    form.bench.settle()
    drop(record(form.bench), form.file("a.pdf"))
    form.bench.settle()
    assert sorted(name.split(":")[0] for name in form.names()) == ["a.pdf", "kept.pdf"]


def test_nothing_is_taken_where_nothing_may_be_deposited(
    make_bench: Callable[[], Bench], tmp_path: Path
) -> None:
    """« Mes documents » without a mandate: no button, and no drop."""
    bench = make_bench()
    bench.log_in()
    bench.identify(bench.platform.people[0])
    bench.click("own-documents")
    bench.settle()
    assert bench.shell.page() == "record"
    (tmp_path / "a.pdf").write_bytes(b"%PDF a")
    assert not drop(record(bench), tmp_path / "a.pdf")
    bench.settle()
    assert bench.shell.page() == "record"


@pytest.mark.parametrize("way", ["file", "nothing"])
def test_a_deposit_that_is_done_takes_the_next_file(form: Form, way: str) -> None:
    form.choose(form.file("lettre.pdf", b"%PDF a"))
    form.describe("Lettre")
    form.confirm()
    assert not form.bench.find("deposit-confirm-button").isVisible()
    assert drop(form.view, *([form.file("next.pdf", b"%PDF next")] if way == "file" else [])) is (
        way == "file"
    )
    form.bench.settle()
    shown = form.bench.words_of("deposit-file-name")
    assert shown.startswith("next.pdf" if way == "file" else "lettre.pdf")
    assert form.bench.find("deposit-confirm-button").isVisible() is (way == "file")
    assert list(form.sent()) == ["Lettre"]
