"""Copied text of a record: kept out of clipboard histories, taken back when the record closes."""

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QClipboard, QGuiApplication

# Well-known signs by which clipboard managers leave an entry alone (KDE/GNOME, Windows, macOS).
_PRIVATE = {
    "x-kde-passwordManagerHint": b"secret",
    "ExcludeClipboardContentFromMonitorProcessing": b"1",
    "CanIncludeInClipboardHistory": b"\0\0\0\0",
    "org.nspasteboard.ConcealedType": b"1",
}
_OURS = "application/x-dsp-desktop-copy"


def private(content: str) -> QMimeData:
    """*content* for the clipboard, with the signs that keep it out of histories."""
    data = QMimeData()
    data.setText(content)
    for name, value in _PRIVATE.items():
        data.setData(name, value)
    data.setData(_OURS, b"1")
    return data


def copy_privately(content: str) -> None:
    """Put *content* on the clipboard."""
    QGuiApplication.clipboard().setMimeData(private(content))


def take_back() -> None:
    """Empty the clipboard when it still holds what we copied."""
    clipboard = QGuiApplication.clipboard()
    data = clipboard.mimeData()
    if data is not None and data.hasFormat(_OURS):
        clipboard.clear()


def forget_selection() -> None:
    """On X11 whatever is selected anywhere is offered to the middle button, and held for it ever after."""
    clipboard = QGuiApplication.clipboard()
    if clipboard.supportsSelection() and clipboard.ownsSelection():
        clipboard.clear(QClipboard.Mode.Selection)
