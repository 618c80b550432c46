"""The checks beside the lines: each alert once, by severity, with its source (CF-118)."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from desktop.domain.drugs.findings import AlertLevel, DrugFinding, is_reason
from desktop.domain.texts import text
from desktop.features.prescribing.cells import spoken_alert
from desktop.features.prescribing.domain.obstacles import last_of, passed_over
from desktop.features.prescribing.view.model import RxModel
from desktop.ui.dates import day
from desktop.ui.theme import CONTROL_HEIGHT, GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.buttons import secondary_button
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import label, muted, set_tone, strong

_TONES = {AlertLevel.STOP: "danger", AlertLevel.WARN: "warning", AlertLevel.UNCHECKED: ""}
LONGEST = 120


class AlertCard(QWidget):
    """One finding. ■ has two answers: the line is withdrawn, or a reason is given."""

    withdrawn = Signal(int)
    passed = Signal(object, str)

    def __init__(self, finding: DrugFinding, place: int, reason: str | None) -> None:
        super().__init__()
        self.setObjectName(f"rx-alert-{place}")
        self._finding = finding
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, GRID)
        layout.setSpacing(GRID // 2)
        answered = finding.level is AlertLevel.STOP and reason is not None
        sign, _, word = text("prescribing.answered").partition(" ")
        head = strong(_head(sign, word, finding.lines) if answered else _told(finding.level, finding.lines))
        head.setWordWrap(True)
        set_tone(head, "" if answered else _TONES[finding.level])
        layout.addWidget(head)
        layout.addWidget(label(finding.words()))
        if finding.source():
            layout.addWidget(muted(finding.source()))
        self.reason: QLineEdit | None = None
        if finding.level is not AlertLevel.STOP:
            return
        if reason is not None:
            layout.addWidget(label(text("prescribing.passed_over", reason=reason)))
            return
        self.reason = QLineEdit()
        self.reason.setObjectName(f"rx-alert-{place}-reason")
        self.reason.setMaxLength(LONGEST)
        self.reason.setMinimumHeight(CONTROL_HEIGHT)
        self.reason.setPlaceholderText(text("prescribing.reason_asked"))
        self.reason.setAccessibleName(text("prescribing.reason_asked"))
        self._pass = secondary_button(text("prescribing.pass_over"), f"rx-alert-{place}-pass", self._passed)
        self._pass.setEnabled(False)
        withdraw = secondary_button(
            text("prescribing.withdraw"),
            f"rx-alert-{place}-withdraw",
            lambda: self.withdrawn.emit(last_of(finding)),
        )
        self.reason.textEdited.connect(lambda words: self._pass.setEnabled(is_reason(words)))
        self.reason.returnPressed.connect(self._passed)
        layout.addWidget(self.reason)
        layout.addLayout(row(withdraw, self._pass, None))

    def _passed(self) -> None:
        if self.reason is not None and is_reason(self.reason.text()):
            self.passed.emit(self._finding, self.reason.text())


class UncheckedCard(QWidget):
    """All that nobody looked at, under the lines that it is about: it asks nothing."""

    def __init__(self, findings: tuple[DrugFinding, ...]) -> None:
        super().__init__()
        self.setObjectName("rx-unchecked")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, GRID)
        layout.setSpacing(GRID // 2)
        groups = dict.fromkeys(finding.lines for finding in findings)
        for lines in groups:
            layout.addWidget(strong(_told(AlertLevel.UNCHECKED, lines)))
            for finding in findings:
                if finding.lines == lines:
                    layout.addWidget(label(finding.words()))
                    if finding.source():
                        layout.addWidget(muted(finding.source()))


class ChecksPanel(Speaking):
    """Signals: ``withdrawn(number)``, ``passed(DrugFinding, reason)``, ``record_asked`` (the traced read)."""

    record_asked = Signal()
    withdrawn = Signal(int)
    passed = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("rx-checks", parent)
        self._model = RxModel()
        self._told: frozenset[str] = frozenset()
        self._shown: object = None
        self._cards: list[QWidget] = []
        self._standing = muted("")
        self._standing.setObjectName("rx-checks-standing")
        self._title = strong("")
        self.bind(self._title.setText, lambda: text("prescribing.checks"))
        self._record = label("")
        self._record.setObjectName("rx-record")
        self._read = secondary_button("", "rx-record-read", self.record_asked.emit)
        self._list = QVBoxLayout()
        self._list.setSpacing(GRID)
        panel = Panel(margin=2 * GRID)
        panel.body.setSpacing(GRID)
        panel.body.addWidget(self._title)
        panel.body.addWidget(self._record)
        panel.body.addLayout(row(self._read, None))
        panel.body.addLayout(self._list)
        panel.body.addWidget(self._standing)
        panel.body.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)

    def show_state(self, model: RxModel) -> None:
        """Show *model*; a reason that is being typed stays."""
        self._model = model
        draft = model.draft
        if draft is None:
            self._told = frozenset()
        reasons = [] if draft is None else [passed_over(draft, finding) for finding in model.findings]
        shown = (model.findings, tuple(one.reason if one else None for one in reasons))
        if shown != self._shown:
            self._shown = shown
            self._fill(shown[1])
        self._say()

    def refresh(self) -> None:
        self._shown = None
        self.show_state(self._model)

    def reason_field(self) -> QLineEdit | None:
        """Where the first ■ waits for a reason."""
        return next((c.reason for c in self._cards if isinstance(c, AlertCard) and c.reason), None)

    def _fill(self, reasons: tuple[str | None, ...]) -> None:
        for card in self._cards:
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = []
        unchecked = tuple(one for one in self._model.findings if one.level is AlertLevel.UNCHECKED)
        for place, (finding, reason) in enumerate(zip(self._model.findings, reasons, strict=True)):
            if finding in unchecked:
                continue
            card = AlertCard(finding, place, reason)
            card.withdrawn.connect(self.withdrawn)
            card.passed.connect(self.passed)
            self._cards.append(card)
            self._list.addWidget(card)
        if unchecked:
            self._cards.append(UncheckedCard(unchecked))
            self._list.addWidget(self._cards[-1])

    def _say(self) -> None:
        model = self._model
        standing = model.standing
        self._standing.setText(standing.said.words() if standing else "")
        self._record.setText(_record_words(model))
        readable = model.summary is not None and model.facts is None and not model.offline
        made = day(model.summary.created) if model.summary else ""
        self._read.setText(text("prescribing.record_ask", day=made) if made else "")
        self._read.setAccessibleName(self._read.text())
        self._read.setVisible(readable)
        self._read.setEnabled(not model.loading)
        stops = {spoken_alert(one) for one in model.findings if one.level is AlertLevel.STOP}
        fresh = sorted(stops - self._told)
        self._told = frozenset(stops)
        if fresh and model.draft is not None:
            announce(self, " ".join(fresh))


def _told(level: AlertLevel, lines: tuple[int, ...]) -> str:
    """« ■ à justifier, ligne 1, 2 »."""
    return _head(level.sign, level.words(), lines)


def _head(sign: str, word: str, lines: tuple[int, ...]) -> str:
    """« ✓ motif noté, ligne 1, 2 » where a reason was given."""
    return text("prescribing.alert_head", sign=sign, level=word, lines=", ".join(map(str, lines)))


def _record_words(model: RxModel) -> str:
    """What the checks know of the record: read, not read, or nothing there to be read."""
    if model.draft is None:
        return ""
    if model.summary is None:
        return text("prescribing.record_none")
    if model.facts is None:
        return text("prescribing.record_unread")
    return text("prescribing.record_read", day=day(model.summary.created))
