"""« Lecteur »: a code to scan, on the screen and on paper; what came is judged, and its settings are kept."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.features.counter.cells.scanner import settings_words, told_words
from desktop.features.counter.view.model import ScannerModel
from desktop.scanning.self_test import LISTENING, Passed
from desktop.scanning.wedge import Burst
from desktop.ui.scanner import ScannerKeys
from desktop.ui.theme import GRID
from desktop.ui.views.base import ScrollPage, Speaking
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.buttons import quiet_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.text import label, muted


class ScannerView(Speaking):
    """Signals: ``came`` (in front), ``heard(Burst)``, ``print_asked``, ``defaults_asked``."""

    came = Signal()
    heard = Signal(object)
    print_asked = Signal()
    defaults_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("counter-scanner", parent)
        self._model = ScannerModel()
        how = label("", "body")
        self.bind(how.setText, lambda: text("counter.scanner_how"))
        self._code = label("")
        self._code.setObjectName("counter-scanner-code")
        self._code.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.bind(self._code.setAccessibleName, lambda: text("counter.scanner_code"))
        self._in_use = muted("")
        self._in_use.setObjectName("counter-scanner-in-use")
        self.message = Message("counter-scanner-message")
        self._print = secondary_button("", "counter-scanner-print", self.print_asked.emit)
        self.bind_named(self._print, lambda: text("counter.scanner_print"))
        self._defaults = quiet_button("", "counter-scanner-defaults", self.defaults_asked.emit)
        self.bind_named(self._defaults, lambda: text("counter.scanner_defaults"))
        self._keys = ScannerKeys(self._code, lambda: LISTENING, self)
        self._keys.scanned.connect(self._burst)
        area = ScrollPage(self)
        area.body.setContentsMargins(0, 0, GRID, 0)
        area.body.setSpacing(GRID)
        area.body.addWidget(self.message)
        area.body.addWidget(how)
        area.body.addWidget(self._code)
        area.body.addWidget(self._in_use)
        area.body.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(area, 1)
        layout.addLayout(row(None, self._defaults, self._print))
        self.refresh()

    def show_state(self, model: ScannerModel) -> None:
        """Show *model*."""
        if model.picture != self._model.picture:
            picture = QPixmap()
            picture.loadFromData(model.picture)
            self._code.setPixmap(picture)
        before, self._model = self._model.found, model
        self.refresh()
        if model.found is not None and model.found is not before:
            announce(self, " ".join(told_words(model.found, model.slowest_ms)))

    def refresh(self) -> None:
        model = self._model
        self._in_use.setText(settings_words(model.settings))
        self._print.setEnabled(not model.printing)
        if model.failure is not None:
            self.message.show_failure(model.failure)
        elif model.found is not None:
            words, then = told_words(model.found, model.slowest_ms)
            self.message.show_text(
                words, then, tone="accent" if isinstance(model.found, Passed) else "danger"
            )
        else:
            self.message.clear()

    def focus_first(self) -> None:
        """On the code: Enter behind one presses nothing."""
        self._code.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._keys.start()
        self.came.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._keys.stop()

    def _burst(self, burst: object) -> None:
        if isinstance(burst, Burst):
            self.heard.emit(burst)
