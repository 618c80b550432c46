"""The window « Simulateur », marked DEMO in title, banner and everything that leaves it."""

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop.common.resource_files import resource
from desktop.domain.texts import text
from desktop.qa import chain as chains
from desktop.qa.actions import wait_and_cut
from desktop.qa.program import NotSeen, Program
from desktop.qa.readers import Readers
from desktop.qa.vocabulary import STRANGE_CARDS
from desktop.qa.window.card_panel import CardPanel
from desktop.qa.window.reader_panel import ReaderPanel
from desktop.qa.window.scenario_panel import ScenarioPanel
from desktop.qa.window.scenario_runner import ScenarioRunner
from desktop.qa.window.widgets import button, label, line, panel, set_tone, sheet
from desktop.simulator.console.folder import ConsoleCard, ConsoleContent, ConsoleFolder
from desktop.simulator.console.window import FLAWS

_REFRESH_MS = 300
_SCROLL_BAR = 12
_STRANGE = {"blank": "simulator.card_blank", "foreign": "simulator.card_foreign"}
_WHY = {
    "system": "simulator.why_system",
    "packages": "simulator.why_packages",
    "namespaces": "simulator.why_namespaces",
    "start": "simulator.why_start",
}


class SimulatorWindow(QWidget):
    """Every button acts at once on the simulator's folder; the program follows by itself."""

    _cut_done = Signal()

    def __init__(self, folder: Path, probe: Path) -> None:
        """*folder*: the simulator's; *probe*: the program's local socket."""
        super().__init__()
        self.setObjectName("simulator")
        self.setWindowTitle(text("simulator.title"))
        self.resize(1080, 860)
        self._folder, self._probe = folder, probe
        self._readers = Readers(folder)
        self._console = ConsoleFolder(folder)
        self._content = ConsoleContent()
        self._names: dict[str, str] = {}
        self._cutting = threading.Event()
        self._cutter: threading.Thread | None = None
        self._playing = ScenarioRunner(folder, probe, self)
        self._panels = tuple(
            ReaderPanel(number, self._readers, self._act, self._begin_cut) for number in (1, 2)
        )
        self._card = CardPanel(self._readers, self._act)
        self._scenarios = ScenarioPanel(resource("scenarios"), self._playing)
        self._build()
        self._cut_done.connect(self._on_cut_done)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._dress)
        self._dress()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)
        self._timer.start(_REFRESH_MS)
        self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop following, playing and waiting."""
        self._timer.stop()
        self._cutting.set()
        self._playing.stop()
        if self._cutter is not None:
            self._cutter.join()
        super().closeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Nothing of the readers may be cut off at the side; known once the style is there."""
        super().showEvent(event)
        self._area.setMinimumWidth(self._left.minimumSizeHint().width() + _SCROLL_BAR)

    def refresh(self) -> None:
        """Show how everything stands."""
        content = self._console.content()
        if content != self._content:
            self._content = content
            self._offer(content)
            self._area.setMinimumWidth(self._left.minimumSizeHint().width() + _SCROLL_BAR)
        self._say_chain()
        with contextlib.suppress(OSError, ValueError, TypeError):
            self._say_readers()
        self._card.refresh()

    # -- building --------------------------------------------------------------------------------------

    def _dress(self) -> None:
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        self.setStyleSheet(sheet(dark=dark))

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._band())
        left = QWidget()
        left.setObjectName("column")
        column = QVBoxLayout(left)
        column.setContentsMargins(12, 12, 6, 12)
        column.setSpacing(10)
        column.addWidget(self._service_panel())
        column.addLayout(line(*self._panels))
        column.addWidget(self._card)
        column.addStretch(1)
        area = QScrollArea()
        area.setObjectName("sim-area")
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(left)
        self._area, self._left = area, left
        right = QWidget()
        right.setObjectName("column")
        beside = QVBoxLayout(right)
        beside.setContentsMargins(6, 12, 12, 12)
        beside.addWidget(self._scenarios)
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(area)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        layout.addWidget(split, 1)

    def _band(self) -> QFrame:
        band = QFrame()
        band.setObjectName("sim-band")
        band.setProperty("kind", "band")
        inside = QHBoxLayout(band)
        inside.setContentsMargins(12, 7, 12, 7)
        inside.addWidget(label(text("simulator.band"), name="sim-band-text", wrap=True), 1)
        return band

    def _service_panel(self) -> QFrame:
        self._chain = label("", "name", "sim-chain", wrap=True)
        frame, body = panel(label(text("simulator.chain"), "heading"), self._chain)
        self._service = label("", "", "sim-service")
        readers = self._readers
        self._start = button(
            text("simulator.service_start"), "sim-service-start", lambda: self._act(readers.service_start)
        )
        self._stop = button(
            text("simulator.service_stop"), "sim-service-stop", lambda: self._act(readers.service_stop)
        )
        self._crash = button(
            text("simulator.service_crash"),
            "sim-service-crash",
            lambda: self._act(lambda: readers.service_stop("kill")),
        )
        self._freeze = button(
            text("simulator.service_freeze"),
            "sim-service-freeze",
            lambda: self._act(lambda: readers.service_stop("freeze")),
        )
        self._plug = button(text("simulator.unplug"), "sim-unplug", self._turn_plug)
        self._remote = QCheckBox(text("simulator.remote"))
        self._remote.setObjectName("sim-remote")
        self._remote.clicked.connect(lambda on: self._act(lambda: readers.remote_desktop(on=on)))
        body.addWidget(self._service)
        body.addLayout(line(self._start, self._stop, self._crash, self._freeze, None))
        body.addLayout(line(self._plug, self._remote, None))
        return frame

    # -- showing ---------------------------------------------------------------------------------------

    def _offer(self, content: ConsoleContent) -> None:
        cards = [(c.id, _card_words(c)) for c in content.cards]
        if cards:
            cards += [(card, text(_STRANGE[card])) for card in STRANGE_CARDS]
        for shown in self._panels:
            shown.offer(cards)
        self._card.offer(cards, {c.id: (c.pin, c.puk) for c in content.cards})
        self._names = dict(cards)

    def _say_chain(self) -> None:
        found = chains.read_chain(self._folder)
        self._scenarios.use_chain(None if found is None else found.kind)
        if found is None:
            self._chain.setText(text("simulator.chain_starting"))
        elif found.kind == chains.REAL:
            self._chain.setText(text("simulator.chain_real"))
        elif found.why:
            why = text(_WHY[found.why], detail=found.detail)
            self._chain.setText(text("simulator.chain_fallback", why=why))
        else:
            self._chain.setText(text("simulator.chain_software"))
        set_tone(self._chain, "flaw" if found is not None and found.why else "name")

    def _say_readers(self) -> None:
        readers = self._readers.all()
        held = self._readers.held()
        for number, shown in enumerate(self._panels):
            reader = readers[number] if number < len(readers) else None
            card = reader.card if reader is not None and reader.card else ""
            shown.show_reader(reader, self._names.get(card, card), held)
        runs = self._readers.service_runs()
        self._service.setText(text("simulator.service_runs" if runs else "simulator.service_stopped"))
        set_tone(self._service, "good" if runs else "bad")
        self._start.setEnabled(not runs)
        self._stop.setEnabled(runs)
        self._crash.setEnabled(runs)
        self._freeze.setEnabled(runs)
        self._plug.setText(text("simulator.unplug" if readers else "simulator.plug"))
        self._remote.setChecked(self._readers.is_remote_desktop())

    # -- acting ----------------------------------------------------------------------------------------

    def _act(self, change: Callable[[], object]) -> None:
        """Nothing can be changed before the simulator has made its folder."""
        with contextlib.suppress(OSError, ValueError, KeyError, StopIteration):
            change()
        self.refresh()

    def _turn_plug(self) -> None:
        self._act(self._readers.unplug if self._readers.all() else self._readers.plug)

    def _begin_cut(self, reader: int) -> None:
        """Armed: the card is pulled as soon as it works for a login; pressed again, it is called off."""
        if self._cutter is not None:
            self._cutting.set()
            return
        self._cutting.clear()
        self._panels[reader - 1].cut.setText(text("simulator.cut_armed"))
        program = Program(self._probe, self._cutting.is_set)

        def wait() -> None:
            with contextlib.suppress(NotSeen, OSError, ValueError, RuntimeError):
                wait_and_cut(program, self._readers, reader)
            self._cut_done.emit()

        self._cutter = threading.Thread(target=wait, name="cut")
        self._cutter.start()

    def _on_cut_done(self) -> None:
        self._cutter = None
        for shown in self._panels:
            shown.cut.setText(text("simulator.cut"))


def _card_words(card: ConsoleCard) -> str:
    return f"{card.holder} – {text(FLAWS[card.flaw])}" if card.flaw else card.holder
