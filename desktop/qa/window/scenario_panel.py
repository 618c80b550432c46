"""The list of scenarios, what is being played, and how it ended in words that can be copied."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QListWidget, QListWidgetItem, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.domain.texts import counted, text
from desktop.qa.chain import REAL
from desktop.qa.player import Outcome
from desktop.qa.scenario import Scenario, ScenarioError, ScenarioStep, load_all
from desktop.qa.window.scenario_runner import ScenarioRunner
from desktop.qa.window.widgets import button, label, line, panel, set_tone

_OK, _FAILED, _WAITING, _RUNNING, _SKIPPED = "✓", "✗", "·", "▶", "–"


class ScenarioPanel(QWidget):
    """Plays on the program that is open beside; its session is logged out first."""

    def __init__(self, folder: Path, playing: ScenarioRunner) -> None:
        super().__init__()
        self._playing = playing
        self._chain: str | None = None
        self._scenarios: tuple[Scenario, ...] = ()
        self._signs: dict[str, str] = {}
        self._reports: dict[str, str] = {}
        frame, body = panel(label(text("simulator.scenarios"), "heading"))
        body.addWidget(label(text("simulator.scenarios_hint"), "muted", wrap=True))
        self.list = QListWidget()
        self.list.setObjectName("sim-scenarios")
        self.list.setAccessibleName(text("simulator.scenarios"))
        self.list.currentRowChanged.connect(lambda _: self._show_chosen())
        self.list.itemActivated.connect(lambda _: self._play_chosen())
        self._play = button(text("simulator.play"), "sim-play", self._play_chosen, primary=True)
        self._all = button(text("simulator.play_all"), "sim-play-all", self._play_all)
        self._stop = button(text("simulator.stop"), "sim-stop", playing.give_up)
        folder_button = button(text("simulator.folder"), "sim-folder", self._choose_folder)
        self._copy = button(text("simulator.copy"), "sim-copy", self._copy_report)
        self._status = label("", "muted", "sim-status", wrap=True)
        self.report = QPlainTextEdit()
        self.report.setObjectName("sim-report")
        self.report.setAccessibleName(text("simulator.report"))
        self.report.setReadOnly(True)
        self.report.setMinimumHeight(120)
        body.addWidget(self.list, 3)
        body.addLayout(line(self._play, self._all, self._stop, None, folder_button))
        body.addWidget(self._status)
        body.addWidget(self.report, 2)
        body.addLayout(line(None, self._copy))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        playing.begun.connect(self._on_begun)
        playing.step_begun.connect(self._on_step)
        playing.ended.connect(self._on_ended)
        playing.all_ended.connect(self._on_all_ended)
        self.open_folder(folder)

    def use_chain(self, chain: str | None) -> None:
        """Which chain plays; None while the program starts."""
        if chain != self._chain:
            self._chain = chain
            self._fill()

    def open_folder(self, folder: Path) -> None:
        """Show the scenarios of *folder*, or what is wrong with one of them."""
        try:
            self._scenarios = load_all(folder)
        except ScenarioError as problem:
            self._scenarios = ()
            self._tell(str(problem), "bad")
        else:
            self._tell(counted("simulator.count", len(self._scenarios)), "muted")
        self._signs.clear()
        self._reports.clear()
        self._fill()

    # -- list ------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        row = max(0, self.list.currentRow())
        self.list.clear()
        for scenario in self._scenarios:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, scenario)
            if not self._playable(scenario):
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
                item.setToolTip(text("simulator.real_only"))
            self.list.addItem(item)
        self._say_signs()
        self.list.setCurrentRow(min(row, self.list.count() - 1))
        self._allow()

    def _say_signs(self) -> None:
        for number, scenario in enumerate(self._scenarios):
            sign = self._signs.get(scenario.name, _WAITING if self._playable(scenario) else _SKIPPED)
            self.list.item(number).setText(f"{sign}  {scenario.title}")

    def _playable(self, scenario: Scenario) -> bool:
        return not scenario.needs or self._chain == REAL

    def _chosen(self) -> Scenario | None:
        row = self.list.currentRow()
        return self._scenarios[row] if 0 <= row < len(self._scenarios) else None

    def _show_chosen(self) -> None:
        scenario = self._chosen()
        if scenario is None:
            self.report.setPlainText("")
            return
        self.report.setPlainText(self._reports.get(scenario.name) or _description(scenario))

    # -- playing ---------------------------------------------------------------------------------------

    def _play_chosen(self) -> None:
        scenario = self._chosen()
        if scenario is not None and self._playable(scenario):
            self._start((scenario,))

    def _play_all(self) -> None:
        self._start(tuple(s for s in self._scenarios if self._playable(s)))

    def _start(self, scenarios: tuple[Scenario, ...]) -> None:
        if self._chain is None or self._playing.runs():
            return
        for scenario in scenarios:
            self._signs.pop(scenario.name, None)
            self._reports.pop(scenario.name, None)
        self._say_signs()
        self._playing.start(scenarios, self._chain)
        self._allow()

    def _on_begun(self, scenario: Scenario) -> None:
        self._signs[scenario.name] = _RUNNING
        self._say_signs()
        self.list.setCurrentRow(self._scenarios.index(scenario) if scenario in self._scenarios else -1)
        self._tell(text("simulator.begins", title=scenario.title), "name")

    def _on_step(self, name: str, step: ScenarioStep) -> None:
        total = next((len(s.steps) for s in self._scenarios if s.name == name), step.number)
        self._tell(text("simulator.step", number=step.number, total=total, words=step.words()), "name")

    def _on_ended(self, outcome: Outcome) -> None:
        self._signs[outcome.scenario] = _SKIPPED if outcome.skipped else _OK if outcome.ok else _FAILED
        scenario = next((s for s in self._scenarios if s.name == outcome.scenario), None)
        about = _description(scenario) if scenario is not None else outcome.title
        self._reports[outcome.scenario] = f"{_verdict(outcome)}\n\n{about}"
        self._say_signs()
        self._show_chosen()

    def _on_all_ended(self) -> None:
        ends = list(self._signs.values())
        good, bad = ends.count(_OK), ends.count(_FAILED)
        self._tell(text("simulator.summary", good=good, bad=bad), "bad" if bad else "good")
        self._allow()

    def _allow(self) -> None:
        runs, ready = self._playing.runs(), self._chain is not None and bool(self._scenarios)
        self._play.setEnabled(ready and not runs)
        self._all.setEnabled(ready and not runs)
        self._stop.setEnabled(runs)
        self._copy.setEnabled(bool(self._scenarios))

    def _tell(self, words: str, tone: str) -> None:
        self._status.setText(words)
        set_tone(self._status, tone)

    def _copy_report(self) -> None:
        QGuiApplication.clipboard().setText(f"{text('simulator.band')}\n\n{self.report.toPlainText()}")

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self.window(), text("simulator.folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.open_folder(Path(path)))
        dialog.open()


def _verdict(outcome: Outcome) -> str:
    if outcome.skipped:
        return text("simulator.skipped", why=outcome.skipped)
    seconds = f"{outcome.ms / 1000:.1f}"
    if outcome.ok:
        return text("simulator.passed", seconds=seconds, gap=outcome.worst_gap_ms)
    return text("simulator.failed", seconds=seconds) + f"\n{outcome.problem}"


def _description(scenario: Scenario) -> str:
    lines = [scenario.title, scenario.about, ""]
    for step in scenario.steps:
        sign = "?" if step.word.expectation else "→"
        lines.append(f"{step.number:2} {sign} {step.words()}")
    return "\n".join(lines)
