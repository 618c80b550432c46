"""A code out of a file or the clipboard at the counter; each bad picture has its own sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLineEdit

from desktop.domain.errors import Code, Failure
from desktop.features.counter.service import pictures as picturing
from desktop.features.counter.view.pictures import bitmap, pasted
from desktop.pdf.code_pictures import CodePictures
from desktop.ports.code_pictures import PictureCode
from desktop.scanning.symbols import datamatrix_png, qr_png
from tests.fakes.code_pictures import FakeCodePictures
from tests.samples.counter import QR, box_text
from tests.ui.desk.conftest import Bench
from tests.ui.features.test_counter_page import (
    METFORMIN_GTIN,
    bench,
    cells,
    choose,
    log_in,
    port_of,
    press,
    said,
)

__all__ = ["bench"]
CTRL = Qt.KeyboardModifier.ControlModifier
BOX = box_text(METFORMIN_GTIN).removeprefix("]d2")
ORDONNANCE, BOX_CODE = PictureCode("]Q1", QR), PictureCode("]d2", BOX)
LEAFLET = PictureCode("]Q1", "https://example.org/notice")


@pytest.fixture(autouse=True)
def empty_clipboard(qapp: QApplication) -> Iterator[None]:
    QGuiApplication.clipboard().clear()
    yield
    QGuiApplication.clipboard().clear()


def pictures(bench: Bench) -> FakeCodePictures:
    found = bench.fakes.code_pictures
    assert isinstance(found, FakeCodePictures)
    return found


def read(bench: Bench, tmp_path: Path, content: bytes, *codes: PictureCode) -> str:
    """Choose a file with that *content* in the dialog; what is said then."""
    if codes:
        pictures(bench).codes[content] = codes
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    bench.click("counter-from-file")
    dialog = bench.shell.findChild(QFileDialog, "counter-file-dialog")
    assert dialog is not None
    dialog.fileSelected.emit(str(path))
    dialog.close()
    bench.settle()
    return said(bench)


def paste(bench: Bench, mime: QMimeData) -> str:
    QGuiApplication.clipboard().setMimeData(mime)
    press(bench, Qt.Key.Key_V, CTRL)
    return said(bench)


def mime_of(kind: str, content: bytes) -> QMimeData:
    made = QMimeData()
    made.setData(kind, content)
    return made


def test_a_file_opens_the_ordonnance_as_the_scanner_does(bench: Bench, tmp_path: Path) -> None:
    """CF-078: and a box's picture is read for its line."""
    log_in(bench)
    assert bench.find_a(QAbstractButton, "counter-from-file").accessibleName()
    read(bench, tmp_path, b"paper", ORDONNANCE)
    assert pictures(bench).warmed == 1 and port_of(bench).calls[0] == "find"
    assert [row[1].splitlines()[0] for row in cells(bench)] == ["Metformine 850", "Ramipril 5"]
    read(bench, tmp_path, b"box", BOX_CODE)
    choose(bench, "1")
    assert cells(bench)[0][0] == "✓ boîte lue"


def test_the_key_opens_the_dialog(bench: Bench) -> None:
    log_in(bench)
    press(bench, Qt.Key.Key_O, CTRL | Qt.KeyboardModifier.ShiftModifier)
    dialog = bench.shell.findChild(QFileDialog, "counter-file-dialog")
    assert dialog is not None and dialog.isVisible()
    dialog.close()


def test_a_web_address_on_the_same_box_is_not_in_the_way(bench: Bench, tmp_path: Path) -> None:
    log_in(bench)
    read(bench, tmp_path, b"paper", LEAFLET, ORDONNANCE)
    assert len(cells(bench)) == 2


def test_each_bad_picture_has_its_own_sentence(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(bench)
    pictures(bench).codes[b"blurred"] = ()
    words = [
        read(bench, tmp_path, b"blurred"),
        read(bench, tmp_path, b"two papers", ORDONNANCE, PictureCode("]Q1", QR[:-1] + "1")),
        read(bench, tmp_path, b"a leaflet", LEAFLET),
        read(bench, tmp_path, b"no picture"),
        read(bench, tmp_path, b""),
    ]
    for code in (Code.FILE_LOCKED, Code.FILE_UNREADABLE, Code.FILE_UNSAFE):
        monkeypatch.setattr(pictures(bench), "read", lambda _, code=code: Failure.of(code, name="photo.jpg"))
        words.append(read(bench, tmp_path, b"x"))
    monkeypatch.setattr(picturing, "LIMIT", 3)
    words.append(read(bench, tmp_path, b"larger than that"))
    assert len({*words}) == len(words) and all(words), words
    assert "Aucun code lisible" in words[0] and "Plusieurs codes" in words[1]
    assert "ni une image ni un PDF" in words[3] and "trop lourde" in words[-1]
    assert cells(bench) == [] and port_of(bench).calls == []


def test_a_file_that_is_gone_is_said(bench: Bench, tmp_path: Path) -> None:
    log_in(bench)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    assert "n'est pas un fichier" in paste(bench, mime)


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "application/pdf"])
def test_the_clipboard_s_bytes_reach_the_child_undecoded(bench: Bench, kind: str) -> None:
    log_in(bench)
    pictures(bench).codes[b"as it was copied"] = (ORDONNANCE,)
    paste(bench, mime_of(kind, b"as it was copied"))
    assert len(cells(bench)) == 2


def test_the_clipboard_s_file(bench: Bench, tmp_path: Path) -> None:
    log_in(bench)
    path = tmp_path / "photo.png"
    path.write_bytes(b"photo")
    pictures(bench).codes[b"photo"] = (ORDONNANCE,)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    paste(bench, mime)
    assert len(cells(bench)) == 2


def test_text_is_pasted_where_it_always_was(bench: Bench) -> None:
    log_in(bench)
    mime = QMimeData()
    mime.setText("K7QM-2HXA")
    paste(bench, mime)
    assert bench.find_a(QLineEdit, "counter-scan").text() == "K7QM-2HXA"


def test_nothing_on_the_clipboard_is_said(bench: Bench) -> None:
    log_in(bench)
    press(bench, Qt.Key.Key_V, CTRL)
    assert "Le presse-papiers ne contient" in said(bench)


def test_a_lock_closes_the_dialog(bench: Bench) -> None:
    log_in(bench)
    bench.click("counter-from-file")
    assert bench.shell.findChild(QFileDialog, "counter-file-dialog") is not None
    bench.desks.session.lock()
    bench.settle()
    assert bench.shell.findChild(QFileDialog, "counter-file-dialog") is None


@pytest.mark.parametrize("content", [qr_png(QR, 6), datamatrix_png(BOX, 6)])
def test_the_system_s_own_bitmap_is_read_by_the_real_child(content: bytes) -> None:
    """Where the clipboard holds no file but pixels (Windows, a screenshot)."""
    mime = QMimeData()
    mime.setImageData(QImage.fromData(content))
    held = pasted(mime)
    child = CodePictures(deadline_s=60)
    try:
        given = bitmap(held) if isinstance(held, QImage) else held
        assert isinstance(given, bytes)
        found = child.read(given)
    finally:
        child.close()
    assert not isinstance(found, Failure), found
    assert [one.text for one in found] in ([QR], [BOX])
