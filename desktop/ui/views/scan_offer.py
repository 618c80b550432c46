"""The watched scan folder on the deposit form: what came out of the scanner is offered, never taken."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop.domain.local_time import hour_words
from desktop.domain.texts import counted, text
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking, megabytes
from desktop.ui.views.deposit_model import ScanLine, ScanModel
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.buttons import quiet_button, secondary_button
from desktop.ui.widgets.panel import column, row
from desktop.ui.widgets.text import ElidedLabel, muted, strong

SHOWN = 4


class ScanOffer(Speaking):
    """Signals: ``folder_chosen(Path)``, ``folder_dropped``, ``scan_taken(ScanLine)``."""

    folder_chosen = Signal(object)
    folder_dropped = Signal()
    scan_taken = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._model = ScanModel()
        self._folded = False
        self._unfolded = False
        self._title = strong("")
        self._title.setWordWrap(False)
        self.bind(self._title.setText, lambda: text("deposit.scans"))
        self._state = ElidedLabel("", "muted")
        self._state.setObjectName("deposit-scan-state")
        self._choose = quiet_button("", "deposit-scan-folder", self.choose_folder)
        self._stop = quiet_button("", "deposit-scan-stop", self.folder_dropped.emit)
        self.bind_named(self._stop, lambda: text("deposit.scan_stop"))
        self._show = quiet_button("", "deposit-scan-show", self._unfold)
        line = row(self._title, self._state, self._show, self._choose, self._stop, spacing=GRID)
        line.setStretch(1, 1)
        self._rows = column(spacing=GRID // 2)
        self._more = quiet_button("", "deposit-scan-more", self._show_all)
        self._all = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(line)
        layout.addLayout(self._rows)
        layout.addLayout(row(self._more, None))
        self.refresh()

    def show_scans(self, model: ScanModel) -> None:
        """Show what is offered; a new scan is spoken."""
        before, self._model = self._model, model
        if before == model:
            return
        fresh = len(model.scans) > len(before.scans) and before.folder == model.folder
        self.refresh()
        if fresh:
            said = counted("deposit.scan_new", len(model.scans))
            announce(self, f"{text('deposit.scans')}: {said}")

    def refresh(self) -> None:
        model = self._model
        shown = model.scans if self._unfolded or not self._folded else ()
        hidden = 0 if self._all else max(len(shown) - SHOWN, 0)
        shown = shown[: len(shown) - hidden]
        self._choose.setText(text("deposit.scan_change" if model.folder else "deposit.scan_choose"))
        self._choose.setAccessibleName(self._choose.text())
        self._stop.setVisible(bool(model.folder))
        self._state.set_whole(self._words())
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for number, scan in enumerate(shown):
            offered = _Offered(scan, number)
            offered.taken.connect(self.scan_taken)
            self._rows.addWidget(offered)
        self._show.setText(text("deposit.scan_hide" if self._unfolded else "deposit.scan_show"))
        self._show.setAccessibleName(self._show.text())
        self._show.setVisible(self._folded and bool(model.scans))
        self._more.setText(counted("deposit.scan_more", hidden) if hidden > 0 else "")
        self._more.setAccessibleName(self._more.text())
        self._more.setVisible(hidden > 0)

    def fold(self, *, folded: bool) -> None:
        """One line only, while the document that is shown has its file."""
        if folded != self._folded:
            self._folded, self._unfolded, self._all = folded, False, False
            self.refresh()

    def _show_all(self) -> None:
        self._all = True
        self.refresh()

    def _unfold(self) -> None:
        self._unfolded = not self._unfolded
        self.refresh()

    def set_locked(self, *, locked: bool) -> None:
        """While sending, nothing is taken."""
        for button in self.findChildren(QWidget, "deposit-scan-take"):
            button.setEnabled(not locked)

    def choose_folder(self) -> None:
        """Ask which folder the scanner writes to; it does not block the window."""
        dialog = QFileDialog(self.window(), text("deposit.scan_choose_title"), self._model.folder)
        dialog.setObjectName("deposit-scan-dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda path: self.folder_chosen.emit(Path(path)))
        dialog.open()

    def _words(self) -> str:
        model = self._model
        if not model.folder:
            return text("deposit.scan_none")
        if model.unreadable:
            return text("deposit.scan_unreadable", folder=model.folder)
        if model.waiting:
            return counted("deposit.scan_waiting", model.waiting)
        if model.scans:
            return counted("deposit.scan_new", len(model.scans))
        return text("deposit.scan_watching", folder=Path(model.folder).name)


class _Offered(QWidget):
    """One scan with its time and size, and the button that takes it."""

    taken = Signal(object)

    def __init__(self, scan: ScanLine, number: int) -> None:
        super().__init__()
        self.setObjectName(f"deposit-scan-{number}")
        name = ElidedLabel("", "")
        name.set_whole(scan.path.name)
        when = muted(f"{hour_words(scan.changed)}   ·   {megabytes(scan.size)}")
        when.setWordWrap(False)
        take = secondary_button(text("deposit.scan_take"), "deposit-scan-take", lambda: self.taken.emit(scan))
        take.setAccessibleName(f"{text('deposit.scan_take')} {scan.path.name}")
        line = row(name, when, take, spacing=2 * GRID)
        line.setStretch(0, 1)
        self.setLayout(line)
