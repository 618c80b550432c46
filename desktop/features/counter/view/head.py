"""Over the lines: whose ordonnance, by whom, its signature, the identity to compare."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.features.counter.cells.head import compare_words, ordonnance_words, patient_words, signature_tone
from desktop.features.counter.domain.act import CounterAct
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.buttons import secondary_button
from desktop.ui.widgets.panel import row
from desktop.ui.widgets.text import label, link, set_tone


class Head(Speaking):
    """Signals: ``compared``, ``record_asked``."""

    compared = Signal()
    record_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("counter-head", parent)
        self._act: CounterAct | None = None
        self._ordonnance = label("", "body")
        self._ordonnance.setObjectName("counter-ordonnance")
        self.patient = label("", "strong")
        self.patient.setObjectName("counter-patient")
        self.patient.setWordWrap(True)
        self.patient.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._state = label("", "body")
        self._state.setObjectName("counter-identity")
        self._state.setWordWrap(False)
        self._compare = secondary_button("", "counter-compare", self.compared.emit)
        self.bind_named(self._compare, lambda: text("counter.compare"))
        self._record = link("", "counter-open-record", self.record_asked.emit)
        self.bind_named(self._record, lambda: text("counter.allergies_not_read"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self._ordonnance)
        who = row(self.patient, self._state, self._compare)
        who.setStretch(0, 1)
        layout.addLayout(who)
        layout.addWidget(self._record)

    def show_act(self, act: CounterAct | None) -> None:
        """None: nothing is open."""
        self._act = act
        self.setVisible(act is not None)
        self.refresh()

    def refresh(self) -> None:
        act = self._act
        self._ordonnance.setText(ordonnance_words(act) if act else "")
        set_tone(self._ordonnance, signature_tone(act) if act else "")
        self.patient.setText(patient_words(act.standing.ordonnance.patient) if act else "")
        self._state.setText(compare_words(act) if act else "")
        self._compare.setVisible(act is not None and not act.compared)
