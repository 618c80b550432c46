"""What home shows of signed ordonnances whose end nobody has read yet."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.publication import Progress, Stage
from desktop.domain.texts import counted, failure_text, text
from desktop.features.prescribing.cells import grouped
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.buttons import secondary_button
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import heading, label

Signed = Progress[frozenset[str]]


@dataclass(frozen=True, slots=True)
class UntoldModel:
    """``signed``: the one that waits longest first. ``unreadable``: rows that nobody can read any more."""

    signed: tuple[Signed, ...] = ()
    unreadable: int = 0


class UntoldPanel(Speaking):
    """Signals: ``patient_chosen(Patient)``, ``was_read`` (those that have ended)."""

    patient_chosen = Signal(object)
    was_read = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("rx-home", parent)
        self._model = UntoldModel()
        panel = Panel()
        title = heading("")
        self.bind(title.setText, lambda: text("prescribing.untold"))
        self.said = label("")
        self.said.setObjectName("rx-home-words")
        self.read = secondary_button("", "rx-home-read", self.was_read.emit)
        self.bind_named(self.read, lambda: text("prescribing.untold_read"))
        self.open = secondary_button("", "rx-home-open", self._choose)
        self.bind_named(self.open, lambda: text("prescribing.untold_open"))
        panel.body.addLayout(row(title, None, self.open, self.read))
        panel.body.addWidget(self.said)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
        self.hide()

    def show_state(self, model: UntoldModel) -> None:
        """Show *model*; nothing where all was told."""
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        signed, unreadable = self._model.signed, self._model.unreadable
        lines = [_line(one) for one in signed]
        if unreadable:
            lines.append(counted("prescribing.untold_unreadable", unreadable))
        self.said.setText("\n".join(lines))
        self.open.setVisible(bool(signed))
        self.read.setVisible(any(one.stage.is_over for one in signed))
        self.setVisible(bool(lines))

    def _choose(self) -> None:
        if self._model.signed:
            self.patient_chosen.emit(self._model.signed[0].patient)


def _line(one: Signed) -> str:
    words = text(_stand(one), name=one.patient.name, code=grouped(one.known_as))
    tells = one.stage is not Stage.PUBLISHED and not one.goes_on  # else the program looks by itself
    why = failure_text(one.failure) if one.failure is not None and tells else ""
    return " ".join(filter(None, (words, why)))


def _stand(one: Signed) -> str:
    if one.stage.is_unpublished:
        return "prescribing.untold_not"
    return {
        Stage.PUBLISHED: "prescribing.untold_issued",
        Stage.WITHOUT_DATA: "prescribing.untold_without_data",
    }.get(one.stage, "prescribing.untold_waits")
