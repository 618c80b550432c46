"""The counter: the scan field that is always ready, the ordonnance, the box, the last step."""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.features.counter.cells.lines import lease_words, line_row
from desktop.features.counter.domain.hindrances import Hindrance
from desktop.features.counter.view.alerts import AlertList
from desktop.features.counter.view.box_panel import BoxPanel
from desktop.features.counter.view.head import Head
from desktop.features.counter.view.model import CounterModel, Said
from desktop.features.counter.view.question_strip import QuestionStrip
from desktop.features.counter.view.scan_field import ScanField
from desktop.scanning.separators import ScannerSettings
from desktop.ui.scanner import ScannerKeys
from desktop.ui.theme import GRID
from desktop.ui.views.base import ScrollPage, Speaking
from desktop.ui.views.drawn_table import DrawnColumn, DrawnTable
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.buttons import primary_button, quiet_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import label, set_tone

_WIDE = 1100
_LOW = 320  # a small screen at 200 %: the scan field makes room for the head and the lines
_SCAN, _SCAN_LOW = 48, 32
_ROW = 56
_HEAD = 44
KEYS = (
    ("F7", "compare"),
    ("F2", "quantity"),
    ("Ctrl+O", "owing"),
    ("Ctrl+U", "substitution"),
    ("Ctrl+T", "call"),
    ("Ctrl+D", "proxy"),
    ("Alt+R", "refusal"),
    ("Alt+T", "as-prescribed"),
    ("Alt+H", "outside"),
    ("F4", "override"),
    ("Ctrl+P", "labels"),
    ("Ctrl+Shift+P", "receipt"),
    ("F5", "again"),
    ("Ctrl+Shift+O", "file"),
    ("Ctrl+V", "paste"),
)
"""Keys of the page, and the acts that they ask for."""


class CounterView(Speaking):
    """Signals: ``scanned(text)``, ``asked(act)`` with a name of :data:`KEYS` or « deliver », « confirm »,
    « release », « leave », « record », or what a message leads to; ``line_chosen(number)``, ``shown``
    (another state)."""

    scanned = Signal(str)
    asked = Signal(str)
    line_chosen = Signal(int)
    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("counter-main", parent)
        self._model = CounterModel()
        self.scan = ScanField(tuple(keys for keys, _ in KEYS))
        self.scan.setObjectName("counter-scan")
        self.scan.setMinimumHeight(_SCAN)
        self.scan.setMaxLength(400)
        self._file = secondary_button("", "counter-from-file", lambda: self.asked.emit("file"))
        self.bind_named(self._file, lambda: text("counter.from_file"))
        self.bind(self.scan.setPlaceholderText, self._ready_words)
        self.bind(self.scan.setAccessibleName, lambda: text("counter.ready"))
        self.scanner = ScannerSettings()
        self.keys = ScannerKeys(self.scan, lambda: self.scanner, self)
        self.keys.scanned.connect(self._burst)
        self.question = QuestionStrip("counter-question")
        self.message = Message("counter-message")
        self.message.act_requested.connect(self._follow)
        self._wait = DelayedProgress("counter-wait", keep_place=False)
        self.head = Head()
        self.head.compared.connect(lambda: self.asked.emit("compare"))
        self.head.record_asked.connect(lambda: self.asked.emit("record"))
        self.lines = self._table()
        self.alerts = AlertList()
        self.alerts.override_asked.connect(lambda: self.asked.emit("override"))
        self.box = BoxPanel()
        self._lease = label("", "muted")
        self._lease.setObjectName("counter-lease")
        self._lease.setWordWrap(False)
        self._release = quiet_button("", "counter-release", lambda: self.asked.emit("release"))
        self.bind_named(self._release, lambda: text("counter.release"))
        self._all = secondary_button("", "counter-as-prescribed", lambda: self.asked.emit("as-prescribed"))
        self.bind_named(self._all, lambda: text("counter.as_prescribed"))
        self._deliver = primary_button("", "counter-deliver", lambda: self.asked.emit("deliver"))
        self.bind_named(self._deliver, lambda: text("counter.deliver"))
        self._recap = label("", "strong")
        self._recap.setObjectName("counter-recap")
        self._recap.setWordWrap(True)
        self._confirm = primary_button("", "counter-confirm", lambda: self.asked.emit("confirm"))
        self.bind_named(self._confirm, lambda: text("counter.confirm_delivery"))
        self._labels = secondary_button("", "counter-labels", lambda: self.asked.emit("labels"))
        self.bind_named(self._labels, lambda: text("counter.labels"))
        self._receipt = secondary_button("", "counter-receipt", lambda: self.asked.emit("receipt"))
        self.bind_named(self._receipt, lambda: text("counter.receipt"))
        self._lay_out()
        for keys, act in (*KEYS, ("F9", "deliver")):  # while it is in front, wherever the keyboard is
            QShortcut(QKeySequence(keys), self).activated.connect(lambda act=act: self.asked.emit(act))
        self.refresh()

    def primary(self) -> QPushButton:
        """The button of the next step."""
        return self._confirm if self._model.recap else self._deliver

    def show_state(self, model: CounterModel) -> None:
        """Show *model*."""
        self._model = model
        self.refresh()
        self.shown.emit()

    @property
    def at_work(self) -> bool:
        """Whether an ordonnance is open."""
        return self._model.act is not None

    def show_lease(self) -> None:
        """The count-down alone, each second."""
        act, now = self._model.act, self._model.now
        words = lease_words(act, now) if act is not None and now is not None else ""
        self._lease.setText(words)
        self._release.setVisible(bool(words))

    def tell_time(self, model: CounterModel) -> None:
        """A second went by."""
        self._model = model
        self.show_lease()

    def refresh(self) -> None:
        model, act = self._model, self._model.act
        asked = model.question is not None and not self.question.shows(model.question)
        self.question.show_question(model.question)
        self.head.show_act(act)
        self._fill(model)
        self.alerts.show_act(act)
        self.box.show_box(model.box, act)
        self.box.setVisible(act is not None)
        self.show_lease()
        self._recap.setText(model.recap)
        self._recap.setVisible(bool(model.recap))
        self._confirm.setVisible(bool(model.recap))
        self._confirm.setEnabled(not model.sending)
        working = act is not None and not model.recap
        self._deliver.setVisible(working)
        self._all.setVisible(working)
        for button in (self._labels, self._receipt):
            button.setVisible(model.done is not None)
            button.setEnabled(not model.printing)
        if model.loading or model.sending:
            self._wait.wait(text("counter.sending" if model.sending else "counter.loading"))
        else:
            self._wait.done()
        self._say(model)
        if asked:
            self._reveal(self.question.field)

    def focus_scan(self) -> None:
        """Ready for the next code."""
        if self.isVisible() and self._model.question is None:
            self.scan.setFocus()

    def focus_missing(self, what: Hindrance) -> None:
        """The keyboard on what F9 found missing. On whom to compare it presses nothing: only F7 says that he
        was compared, never an Enter that was meant for something else."""
        places: dict[Hindrance, QWidget] = {
            Hindrance.IDENTITY: self.head.patient,
            Hindrance.ALERT: self.alerts.override,
        }
        place = places.get(what)
        if self._model.question is None and place is not None and place.isVisible():
            place.setFocus()
            self._reveal(place)
        else:
            self.focus_scan()

    def _reveal(self, place: QWidget) -> None:
        """Scroll to it once all parts have their new places; a programmed focus moves nothing."""
        QTimer.singleShot(0, place, lambda: self._area.ensureWidgetVisible(place))

    def speak(self, words: str) -> None:
        """Said at once to a screen reader."""
        announce(self, words)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no edit took: Enter goes on, Esc goes back, arrows walk the lines."""
        key = event.key()
        focused = self.focusWidget()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if isinstance(focused, QPushButton):
                focused.click()
            else:
                self._entered()
        elif key == Qt.Key.Key_Escape:
            self.asked.emit("leave")
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._walk(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.keys.start()
        self._tell_ready()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.keys.stop()

    def event(self, event: QEvent) -> bool:
        """Where another window has the keyboard, a scanner writes there; it is said before the next code."""
        if event.type() in (QEvent.Type.WindowActivate, QEvent.Type.WindowDeactivate):
            self._tell_ready()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide, low = event.size().width() >= _WIDE, event.size().height() < _LOW
        self.scan.setMinimumHeight(_SCAN_LOW if low else _SCAN)
        self._layout.setSpacing(GRID // 2 if low else GRID)
        self._middle.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        )

    def _tell_ready(self) -> None:
        self.scan.setPlaceholderText(self._ready_words())
        set_tone(self.scan, "" if self.isActiveWindow() else "danger")

    def _ready_words(self) -> str:
        return text("counter.ready") if self.isActiveWindow() else text("counter.inactive")

    def _lay_out(self) -> None:
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(row(self.scan, self._file))
        layout.addWidget(self.message)  # over what scrolls: what is said is seen
        area = self._area = ScrollPage(self)
        area.body.setContentsMargins(0, 0, GRID, 0)
        area.body.setSpacing(GRID)
        area.body.addWidget(self.question)
        area.body.addWidget(self.head)
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._middle.setSpacing(GRID)
        self._middle.addWidget(self.lines, 2)
        self._middle.addWidget(self.box, 1)
        area.body.addLayout(self._middle)
        area.body.addWidget(self.alerts)
        area.body.addStretch(1)
        layout.addWidget(area, 1)
        layout.addWidget(self._wait)
        layout.addWidget(self._recap)
        foot = row(
            self._lease,
            self._release,
            None,
            self._labels,
            self._receipt,
            self._all,
            self._deliver,
            self._confirm,
        )
        layout.addLayout(foot)

    def _table(self) -> DrawnTable:
        table = DrawnTable(
            "counter-lines",
            (
                DrawnColumn(lambda: text("counter.col_state"), 150),
                DrawnColumn(lambda: text("counter.col_product"), 310),
                DrawnColumn(lambda: text("counter.col_posology"), 180),
                DrawnColumn(lambda: text("counter.col_prescribed"), 76, number=True),
                DrawnColumn(lambda: text("counter.col_left"), 76, number=True),
                DrawnColumn(lambda: text("counter.col_handed"), 96, number=True),
            ),
        )
        self.bind(table.setAccessibleName, lambda: text("counter.lines_name"))
        table.verticalHeader().setMinimumSectionSize(_ROW)
        table.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.cellClicked.connect(lambda place, _: self._choose(place))
        table.verticalHeader().sectionResized.connect(lambda *_: self._fit_lines())
        return table

    def _fill(self, model: CounterModel) -> None:
        act = model.act
        self.lines.setVisible(act is not None)
        self.lines.fill([line_row(act, work) for work in act.lines] if act is not None else [])
        if act is None:
            return
        numbers = [work.line.line.number for work in act.lines]
        if model.current in numbers:
            self.lines.setCurrentCell(numbers.index(model.current), 0)
        self._fit_lines()

    def _fit_lines(self) -> None:
        rows = sum(self.lines.rowHeight(place) for place in range(self.lines.rowCount()))
        self.lines.setFixedHeight(_HEAD + max(rows, _ROW))

    def _choose(self, place: int) -> None:
        act = self._model.act
        if act is not None and 0 <= place < len(act.lines):
            self.line_chosen.emit(act.lines[place].line.line.number)
            self.focus_scan()

    def _walk(self, step: int) -> None:
        act = self._model.act
        if act is not None and act.lines:
            place = max(0, min(self.lines.currentRow() + step, len(act.lines) - 1))
            self._choose(place)

    def _burst(self, burst: object) -> None:
        """A code from the scanner, whole; the same one within two seconds is « Déjà lu »."""
        words, again = getattr(burst, "text", ""), getattr(burst, "again", False)
        self.scan.clear()
        if again:
            self.message.show_text(text("counter.scan_again"), tone="", closable=True)
            return
        if self.scanner.closing and not getattr(burst, "ended", True):
            # torn: a batch that was cut reads like a shorter one, and a withdrawal would miss the box
            self.message.show_text(text("counter.scan_incomplete"), tone="danger", closable=True)
            return
        self.scanned.emit(words)

    def _follow(self) -> None:
        """Where the message leads."""
        said = self._model.said
        if said is not None and said.leads:
            self.asked.emit(said.leads)

    def _entered(self) -> None:
        typed = self.scan.text()
        if typed.strip():
            self.scan.clear()
            self.scanned.emit(typed)
        else:
            self.asked.emit("confirm")

    def _say(self, model: CounterModel) -> None:
        if model.failure is not None:
            if model.failure is not self.message.failure or self.message.isHidden():
                self.message.show_failure(model.failure)
        elif model.said is not None:
            self._show_said(model.said)
        else:
            self.message.clear()

    def _show_said(self, said: Said) -> None:
        shown = self.message.failure is None and self.message.what() == said.words
        if not shown or self.message.isHidden():
            self.message.show_text(said.words, said.then, tone=said.tone, act=said.act)
