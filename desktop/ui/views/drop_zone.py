"""Where files are dropped, chosen or pasted. A drop fills the form; it never sends."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    Qt,
)
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QWidget

from desktop.domain.texts import text
from desktop.ui.theme import GRID, RADIUS, Role, color
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.buttons import secondary_button
from desktop.ui.widgets.panel import column, row
from desktop.ui.widgets.text import muted, strong

_LEAST_WORDS = 25 * GRID  # pixels beside the buttons


class DropZone(Speaking):
    """Signals: ``files_chosen(tuple[Path, ...])`` by the dialog, ``files_dropped(tuple[Path, ...])`` by drop
    or paste, ``image_pasted(QImage)``, ``nothing_to_paste``.
    """

    files_chosen = Signal(object)
    files_dropped = Signal(object)
    image_pasted = Signal(object)
    nothing_to_paste = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setAcceptDrops(True)
        self._hovered = False
        self._shown = ""
        self._name = strong("")
        self._name.setObjectName("deposit-file-name")
        self._name.setWordWrap(True)
        self._hint = muted("")
        self.bind(self._hint.setText, lambda: text("deposit.drop_hint"))
        self._choose = secondary_button("", "deposit-choose-file", self.choose)
        self.bind_named(self._choose, self._choose_words)
        self._paste = secondary_button("", "deposit-paste", self.paste)
        self.bind_named(self._paste, lambda: text("deposit.paste"))
        layout = column(spacing=GRID, margin=GRID + 4)
        self.setLayout(layout)
        self._line = row(self._name, self._choose, self._paste)
        self._line.setStretch(0, 1)
        layout.addLayout(self._line)
        layout.addWidget(self._hint)
        self.show_file("")

    def show_file(self, shown: str) -> None:
        """Name and size of the file, "" before there is one."""
        self._shown = shown
        self.refresh()

    def refresh(self) -> None:
        self._name.setText(self._shown or text("deposit.no_file"))
        self._choose.setText(self._choose_words())
        self._choose.setAccessibleName(self._choose_words())
        self._hint.setVisible(not self._shown)

    def _choose_words(self) -> str:
        return text("deposit.replace_file") if self._shown else text("deposit.choose_file")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the words would be folded into a narrow column, they stand over the buttons."""
        super().resizeEvent(event)
        buttons = self._choose.sizeHint().width() + self._paste.sizeHint().width() + 5 * GRID
        ways = QBoxLayout.Direction
        self._line.setDirection(
            ways.LeftToRight if self.width() - buttons >= _LEAST_WORDS else ways.TopToBottom
        )

    def set_locked(self, *, locked: bool) -> None:
        """While sending, no other file can be taken."""
        self.setAcceptDrops(not locked)
        self._choose.setEnabled(not locked)
        self._paste.setEnabled(not locked)

    def choose(self) -> None:
        """Open the system's file chooser; it does not block the window."""
        choose_files(self, self.files_chosen.emit)

    def paste(self) -> None:
        """Take files or a picture from the clipboard."""
        mime = QGuiApplication.clipboard().mimeData()
        if mime is None or not self._take(mime):
            self.nothing_to_paste.emit()

    def focus_first(self) -> None:
        """The button that opens the chooser."""
        self._choose.setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.acceptDrops() and (files_of(event.mimeData()) or event.mimeData().hasImage()):
            event.acceptProposedAction()
            self._hover(on=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._hover(on=False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._hover(on=False)
        if self.acceptDrops() and self._take(event.mimeData()):
            event.acceptProposedAction()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(color(Role.ACCENT if self._hovered else Role.BORDER_STRONG), 2 if self._hovered else 1)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(color(Role.ACCENT_SOFT if self._hovered else Role.WINDOW))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), RADIUS, RADIUS)
        painter.end()

    def _hover(self, *, on: bool) -> None:
        self._hovered = on
        self.update()

    def _take(self, mime: QMimeData) -> bool:
        paths = files_of(mime)
        if paths:
            self.files_dropped.emit(paths)
            return True
        if not mime.hasImage():
            return False
        picture = QImage(mime.imageData())
        if picture.isNull():
            return False
        self.image_pasted.emit(picture)
        return True


def choose_files(parent: QWidget, chosen: Callable[[tuple[Path, ...]], object]) -> None:
    """Ask for files without a nested event loop; *chosen* gets a tuple of paths."""
    dialog = QFileDialog(parent.window(), text("deposit.choose_title"))
    dialog.setObjectName("deposit-file-dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters([text("deposit.filter_documents"), text("deposit.filter_all")])
    dialog.filesSelected.connect(lambda paths: chosen(tuple(Path(path) for path in paths)))
    dialog.open()


def files_of(mime: QMimeData) -> tuple[Path, ...]:
    """The local ones by name. Nothing is looked at here: a share may hang, and the window never waits."""
    return tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())
