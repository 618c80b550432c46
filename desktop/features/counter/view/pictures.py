"""A picture of a code: a file that is chosen, or what the clipboard holds. Nothing of it is decoded here."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMimeData
from PySide6.QtGui import QGuiApplication, QImage, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.domain.texts import text
from desktop.ui.views.drop_zone import files_of

_ENCODED = ("image/png", "image/jpeg", "image/webp", "image/tiff", "image/bmp", "application/pdf")


def choose_picture(parent: QWidget, chosen: Callable[[Path], object]) -> None:
    """Ask for one file without a nested event loop."""
    dialog = QFileDialog(parent.window(), text("counter.choose_picture"))
    dialog.setObjectName("counter-file-dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([text("counter.filter_pictures"), text("counter.filter_all")])
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()


def pasted(mime: QMimeData | None = None) -> Path | bytes | QImage | None:
    """The clipboard's file or picture; None where it holds neither.

    Bytes are as another program wrote them, for the child to open; a QImage is the system's own bitmap.
    """
    mime = mime or QGuiApplication.clipboard().mimeData() or QMimeData()  # some systems answer nothing
    if files := files_of(mime):
        return files[0]
    for kind in _ENCODED:
        if mime.hasFormat(kind) and (content := bytes(mime.data(kind).data())):
            return content
    picture = QImage(mime.imageData()) if mime.hasImage() else QImage()
    return None if picture.isNull() else picture


def bitmap(picture: QImage) -> bytes:
    """*picture* as BMP, which needs no time to write; empty where there is no room for it."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    grey = picture.convertToFormat(QImage.Format.Format_Grayscale8)
    grey.save(buffer, "BMP")  # type: ignore[call-overload]
    return bytes(buffer.data().data())
