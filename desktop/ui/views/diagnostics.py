"""« Diagnostic »: the report is shown before it is saved."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop.domain.diagnostics import Report
from desktop.domain.errors import Failure
from desktop.domain.texts import text
from desktop.ui.theme import GRID
from desktop.ui.views.base import View
from desktop.ui.views.diagnostics_text import report_text
from desktop.ui.widgets.buttons import primary_button, quiet_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import heading, muted


class ReportNews(Enum):
    """What was just done with the report."""

    SAVED = "saved"
    COPIED = "copied"


@dataclass(frozen=True, slots=True)
class DiagnosticsModel:
    """``report`` is None while it is being gathered for the first time."""

    report: Report | None = None
    gathering: bool = False
    news: ReportNews | None = None
    failure: Failure | None = None


class DiagnosticsView(View):
    """Signals: ``again_asked``, ``copied``, ``target_chosen(Path)``: where to save what is shown."""

    again_asked = Signal()
    copied = Signal()
    target_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("diagnostics-view", parent)
        self._model = DiagnosticsModel()
        title = heading("")
        self.bind(title.setText, lambda: text("diagnostics.title"))
        self._back = quiet_button("", "diagnostics-back", self.back_asked.emit)
        self.bind_named(self._back, lambda: text("common.back"))
        intro = muted("")
        self.bind(intro.setText, lambda: text("diagnostics.intro"))
        self._message = Message("diagnostics-message")
        self._wait = DelayedProgress("diagnostics-wait")
        self._report = QPlainTextEdit()
        self._report.setObjectName("diagnostics-report")
        self._report.setReadOnly(True)
        self._report.setTabChangesFocus(True)
        self._report.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.bind(self._report.setAccessibleName, lambda: text("diagnostics.report"))
        self._save = primary_button("", "diagnostics-save", self._choose_target)
        self.bind_named(self._save, lambda: text("diagnostics.save"))
        self._copy = secondary_button("", "diagnostics-copy", self._copy_all)
        self.bind_named(self._copy, lambda: text("diagnostics.copy"))
        again = secondary_button("", "diagnostics-again", self.again_asked.emit)
        self.bind_named(again, lambda: text("diagnostics.again"))
        self._again = again
        panel = Panel()
        panel.body.addWidget(intro)
        panel.body.addWidget(self._message)
        panel.body.addWidget(self._report, 1)
        acts = row(self._save, self._copy, again, spacing=GRID)
        acts.addSpacing(2 * GRID)
        acts.addWidget(self._wait, 1)
        panel.body.addLayout(acts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 3 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(row(title, None, self._back))
        layout.addWidget(panel, 1)
        self.refresh()

    def show_state(self, model: DiagnosticsModel) -> None:
        """Show *model*."""
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        model = self._model
        words = report_text(model.report) if model.report is not None else ""
        if words != self._report.toPlainText():
            self._report.setPlainText(words)
        there = model.report is not None and not model.gathering
        for button in (self._save, self._copy):
            button.setEnabled(there)
        self._again.setEnabled(not model.gathering)
        if model.gathering:
            self._wait.wait(text("diagnostics.gathering"))
        else:
            self._wait.done()
        if model.failure is not None:
            self._message.show_failure(model.failure)
        elif model.news is not None:
            saved = model.news is ReportNews.SAVED
            self._message.show_text(text("diagnostics.saved") if saved else text("diagnostics.copied"))
        else:
            self._message.clear()

    def shown_text(self) -> str:
        """Exactly what is on the screen, which is all that is saved."""
        return self._report.toPlainText()

    def primary(self) -> QPushButton | None:
        return self._save

    def focus_first(self) -> None:
        self._report.setFocus()

    def _copy_all(self) -> None:
        QGuiApplication.clipboard().setText(self.shown_text())
        self.copied.emit()

    def _choose_target(self) -> None:
        dialog = QFileDialog(self.window(), text("diagnostics.file"))
        dialog.setObjectName("diagnostics-file-dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(text("diagnostics.file_name"))
        dialog.fileSelected.connect(lambda path: self.target_chosen.emit(Path(path)))
        dialog.open()
