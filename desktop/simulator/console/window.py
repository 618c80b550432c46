"""The window « Cartes et patients de démonstration »: readers, cards, suggested patients."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.card_image import SimulatedReader
from desktop.domain.matricule import Matricule
from desktop.domain.texts import text
from desktop.simulator.console.folder import (
    ConsoleCard,
    ConsoleContent,
    ConsoleFolder,
    ConsolePatient,
    ScannableCode,
)
from desktop.simulator.console.stylesheet import stylesheet

_REFRESH_MS = 300
_COPIED_MS = 1500

FLAWS = {
    "expired": "console.flaw_expired",
    "not-yet-valid": "console.flaw_not_yet_valid",
    "revoked": "console.flaw_revoked",
    "on-hold": "console.flaw_on_hold",
    "unknown-issuer": "console.flaw_unknown_issuer",
    "suspended": "console.flaw_suspended",
    "not-activated": "console.flaw_not_activated",
    "near-expiry": "console.flaw_near_expiry",
}
_NOTES = {
    "weber": "console.note_weber",
    "kieffer": "console.note_kieffer",
    "thill": "console.note_thill",
    "reuter": "console.note_reuter",
    "schmitz": "console.note_schmitz",
    "arendt": "console.note_thill",
    "wiltgen": "console.note_wiltgen",
    "biver": "console.note_biver",
}


class ConsoleWindow(QWidget):
    """Shows the folder's content and follows its changes; every button acts at once.

    Signals: ``simulator_asked`` (the window of QA) and ``scan_asked(text)`` (to be typed into the program,
    as by a scanner); both are offered where the program can be watched.
    """

    simulator_asked = Signal()
    scan_asked = Signal(str)

    def __init__(self, folder: ConsoleFolder, title: str = "", *, simulator: bool = False) -> None:
        super().__init__()
        self._offer_simulator = simulator
        self.setObjectName("console")
        self.setWindowTitle(title or text("console.title"))
        self.resize(430, 960)
        self._folder = folder
        self._stamp = (-1, -1)
        self._content = ConsoleContent()
        self._target = 0
        self._readers = QVBoxLayout()
        self._cards = _column()
        self._patients = _column()
        self._codes = _column()
        self._inserts: dict[str, tuple[QPushButton, QFrame]] = {}
        self._reader_rows: list[tuple[QRadioButton, QLabel, QPushButton]] = []
        self._build()
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._dress)
        self._dress()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)
        self._timer.start(_REFRESH_MS)
        self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop following the files."""
        self._timer.stop()
        super().closeEvent(event)

    def refresh(self) -> None:
        """Read the files again when they changed."""
        stamp = self._folder.stamp()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        content = self._folder.content()
        if content != self._content:
            self._content = content
            self._fill_cards(content.cards)
            self._fill_patients(content.patients)
            self._fill_codes(content.codes)
        self._show_readers(self._folder.readers())
        self._waiting.setVisible(not content.cards)

    # -- building -----------------------------------------------------------------------------

    def _dress(self) -> None:
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        self.setStyleSheet(stylesheet(dark=dark))

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(_label(text("console.readers"), "heading"), 1)
        more = QPushButton(text("console.simulator"))
        more.setObjectName("open-simulator")
        more.setAccessibleName(text("console.simulator_name"))
        more.setVisible(self._offer_simulator)
        more.clicked.connect(lambda: self.simulator_asked.emit())
        head.addWidget(more)
        head.addWidget(_label(text("console.demo"), "demo"))
        layout.addLayout(head)
        self._readers.setSpacing(2)
        layout.addLayout(self._readers)
        self._waiting = _label(text("console.waiting"), "muted")
        layout.addWidget(self._waiting)
        layout.addWidget(_label(text("console.cards"), "heading"))
        layout.addWidget(_scrolled(self._cards, "cards-area"), 6)
        layout.addWidget(_label(text("console.patients"), "heading"))
        layout.addWidget(_scrolled(self._patients, "patients-area"), 6)
        layout.addWidget(_label(text("console.codes"), "heading"))
        layout.addWidget(_scrolled(self._codes, "codes-area"), 4)

    def _fill_cards(self, cards: tuple[ConsoleCard, ...]) -> None:
        _empty(self._cards)
        self._inserts.clear()
        for card in cards:
            self._cards.addWidget(self._card(card))
        self._cards.addStretch(1)

    def _card(self, card: ConsoleCard) -> QFrame:
        frame, grid = _panel()
        grid.addWidget(_label(card.holder, "name"), 0, 0)
        grid.addWidget(_label(card.profession, "muted"), 0, 1)
        pin = _label(text("console.pin", pin=card.pin), "code")
        pin.setObjectName(f"pin-{card.id}")
        pin.setToolTip(text("console.puk", puk=card.puk))
        note = FLAWS.get(card.flaw) or _NOTES.get(card.id)
        about = _label(text(note) if note else "", "flaw" if card.flaw else "muted")
        about.setWordWrap(True)
        grid.addWidget(about, 1, 0, 1, 2)
        grid.addWidget(pin, 0, 2, Qt.AlignmentFlag.AlignRight)
        button = QPushButton(text("console.insert"))
        button.setObjectName(f"insert-{card.id}")
        button.setProperty("kind", "primary")
        button.setAccessibleName(text("console.insert_name", holder=card.holder))
        button.clicked.connect(lambda: self._insert(card.id))
        grid.addWidget(button, 1, 2, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(1, 1)
        self._inserts[card.id] = (button, frame)
        return frame

    def _fill_patients(self, patients: tuple[ConsolePatient, ...]) -> None:
        _empty(self._patients)
        for number, patient in enumerate(patients):
            self._patients.addWidget(_patient(number, patient))
        self._patients.addStretch(1)

    def _fill_codes(self, codes: tuple[ScannableCode, ...]) -> None:
        _empty(self._codes)
        for code in codes:
            self._codes.addWidget(self._code(code))
        self._codes.addStretch(1)

    def _code(self, code: ScannableCode) -> QFrame:
        frame, grid = _panel()
        what = _label(text(code.what), "name")
        what.setObjectName(f"code-what-{code.id}")
        what.setWordWrap(True)
        grid.addWidget(what, 0, 0)
        copy = QPushButton(text("console.copy_code"))
        copy.setObjectName(f"code-copy-{code.id}")
        copy.setAccessibleName(text("console.copy_code_name", code=text(code.what)))
        copy.clicked.connect(lambda: _copy(copy, code.text, "console.copy_code"))
        grid.addWidget(copy, 0, 1)
        scan = QPushButton(text("console.scan"))
        scan.setObjectName(f"scan-{code.id}")
        scan.setProperty("kind", "primary")
        scan.setAccessibleName(text("console.scan_name", code=text(code.what)))
        scan.setVisible(self._offer_simulator)
        scan.clicked.connect(lambda: self.scan_asked.emit(code.text))
        grid.addWidget(scan, 0, 2)
        grid.setColumnStretch(0, 1)
        return frame

    # -- readers ------------------------------------------------------------------------------

    def _show_readers(self, readers: tuple[SimulatedReader, ...]) -> None:
        if len(readers) != len(self._reader_rows):
            self._build_readers(readers)
        holders = {card.id: card.holder for card in self._content.cards}
        for reader, (_, state, pull) in zip(readers, self._reader_rows, strict=True):
            inside = holders.get(reader.card or "", reader.card or "")
            state.setText(inside or text("console.reader_empty"))
            pull.setEnabled(bool(reader.card))
        self._show_inserted(readers)

    def _build_readers(self, readers: tuple[SimulatedReader, ...]) -> None:
        _empty(self._readers)
        self._reader_rows = []
        for number, reader in enumerate(readers):
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            choice = QRadioButton(text("console.reader", number=number + 1))
            choice.setObjectName(f"reader-{number}")
            choice.setToolTip(reader.name)
            choice.setChecked(number == self._target)
            choice.setAutoExclusive(False)
            choice.clicked.connect(lambda _=False, chosen=number: self._aim(chosen))
            state = _label("", "name")
            state.setObjectName(f"reader-state-{number}")
            pull = QPushButton(text("console.pull"))
            pull.setObjectName("pull" if number == 0 else f"pull-{number}")
            pull.setAccessibleName(text("console.pull_name", number=number + 1))
            pull.clicked.connect(lambda _=False, chosen=number: self._pull(chosen))
            line.addWidget(choice)
            line.addWidget(state, 1)
            line.addWidget(pull)
            self._readers.addWidget(row)
            self._reader_rows.append((choice, state, pull))

    def _show_inserted(self, readers: tuple[SimulatedReader, ...]) -> None:
        here = readers[self._target].card if self._target < len(readers) else None
        for id, (button, frame) in self._inserts.items():
            inside = any(reader.card == id for reader in readers)
            button.setEnabled(here != id)
            button.setText(
                text("console.inserted") if here == id else text("console.swap" if here else "console.insert")
            )
            if frame.property("inserted") != inside:
                frame.setProperty("inserted", inside)
                frame.style().unpolish(frame)
                frame.style().polish(frame)

    def _aim(self, number: int) -> None:
        self._target = number
        for index, (choice, _, _) in enumerate(self._reader_rows):
            choice.setChecked(index == number)
        self._show_inserted(self._folder.readers())

    def _insert(self, card: str) -> None:
        self._folder.insert(self._target, card)
        self.refresh()

    def _pull(self, number: int) -> None:
        self._folder.pull(number)
        self.refresh()


def _patient(number: int, patient: ConsolePatient) -> QFrame:
    frame, grid = _panel()
    grouped = Matricule(patient.matricule).grouped()
    who = _label(f"{patient.name}\n{patient.birth_date}\n{grouped}", "name")
    who.setObjectName(f"patient-{number}")
    who.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    grid.addWidget(who, 0, 0, 2, 1)
    copy = QPushButton(text("console.copy_matricule"))
    copy.setObjectName(f"patient-copy-{number}")
    copy.setAccessibleName(text("console.copy_matricule_name", name=patient.name))
    copy.clicked.connect(lambda: _copy(copy, patient.matricule, "console.copy_matricule"))
    grid.addWidget(copy, 0, 1, Qt.AlignmentFlag.AlignRight)
    code = _label(text("console.code", code=patient.code) if patient.code else "", "code")
    code.setObjectName(f"patient-code-{number}")
    grid.addWidget(code, 1, 1, Qt.AlignmentFlag.AlignRight)
    why = _label(text(patient.why), "muted")
    why.setObjectName(f"patient-why-{number}")
    why.setWordWrap(True)
    grid.addWidget(why, 2, 0, 1, 2)
    grid.setColumnStretch(0, 1)
    return frame


def _copy(button: QPushButton, words: str, key: str) -> None:
    """To the clipboard; the button, whose text is *key*, says so for a moment."""
    QGuiApplication.clipboard().setText(words)
    button.setText(text("console.copied"))
    QTimer.singleShot(_COPIED_MS, button, lambda: button.setText(text(key)))


def _label(content: str, tone: str) -> QLabel:
    label = QLabel(content)
    label.setProperty("tone", tone)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _panel() -> tuple[QFrame, QGridLayout]:
    frame = QFrame()
    frame.setProperty("kind", "panel")
    grid = QGridLayout(frame)
    grid.setContentsMargins(10, 7, 10, 7)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(3)
    return frame, grid


def _column() -> QVBoxLayout:
    layout = QVBoxLayout()
    layout.setContentsMargins(0, 0, 4, 0)
    layout.setSpacing(6)
    return layout


def _scrolled(column: QVBoxLayout, name: str) -> QScrollArea:
    inner = QWidget()
    inner.setObjectName("column")
    inner.setLayout(column)
    area = QScrollArea()
    area.setObjectName(name)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    return area


def _empty(layout: QVBoxLayout) -> None:
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item else None
        if widget is not None:
            widget.setParent(None)
            widget.deleteLater()
