"""What the checks of medicines say, each with its source; one key passes over the first that stops."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.features.counter.cells.alerts import grave_words, unchecked_words
from desktop.features.counter.domain.act import CounterAct
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.buttons import secondary_button
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import label, muted


class AlertList(Speaking):
    """Signals: ``override_asked``."""

    override_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("counter-alerts", parent)
        self._act: CounterAct | None = None
        title = label("", "strong")
        self.bind(title.setText, lambda: text("counter.alerts"))
        self._grave = label("", "body")
        self._grave.setObjectName("counter-alerts-words")
        self._rest = muted("")
        self._rest.setObjectName("counter-alerts-unchecked")
        self.override = secondary_button("", "counter-override", self.override_asked.emit)
        self.bind_named(self.override, lambda: text("counter.override"))
        panel = Panel(margin=GRID)
        panel.body.setSpacing(GRID // 2)
        panel.body.addLayout(row(title, None, self.override))
        panel.body.addWidget(self._grave)
        panel.body.addWidget(self._rest)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)

    def show_act(self, act: CounterAct | None) -> None:
        """None: nothing is open."""
        self._act = act
        self.refresh()

    def refresh(self) -> None:
        act = self._act
        grave, rest = (grave_words(act), unchecked_words(act)) if act is not None else ((), ())
        self.setVisible(bool(grave or rest))
        self._grave.setText("\n".join(grave))
        self._grave.setVisible(bool(grave))
        self._rest.setText("\n".join(rest))
        self._rest.setVisible(bool(rest))
        self.override.setVisible(act is not None and bool(act.unmet()))
