"""The box that was read last: what it is, and whether it is what was prescribed."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.features.counter.cells.boxes import box_lines, verdict_tone, verdict_words
from desktop.features.counter.domain.act import CounterAct
from desktop.features.counter.view.model import LastBox
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.panel import Panel
from desktop.ui.widgets.text import label, muted, set_tone


class BoxPanel(Speaking):
    """Empty until something was scanned."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("counter-box", parent)
        self._shown: tuple[LastBox | None, CounterAct | None] = (None, None)
        title = label("", "strong")
        self.bind(title.setText, lambda: text("counter.box"))
        self._product = label("", "body")
        self._product.setObjectName("counter-box-product")
        self._details = muted("")
        self._details.setObjectName("counter-box-details")
        self._verdict = label("", "strong")
        self._verdict.setObjectName("counter-box-verdict")
        self._verdict.setWordWrap(True)
        self._foreign = muted("")
        self._foreign.setObjectName("counter-box-not-verified")
        self.bind(self._foreign.setText, lambda: text("counter.not_verified"))
        panel = Panel(margin=2 * GRID)
        panel.body.setSpacing(GRID)
        for part in (title, self._product, self._details, self._verdict, self._foreign):
            panel.body.addWidget(part)
        panel.body.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)

    def show_box(self, box: LastBox | None, act: CounterAct | None) -> None:
        """None: no box yet."""
        self._shown = (box, act)
        self.refresh()

    def refresh(self) -> None:
        box, act = self._shown
        for part in (self._details, self._verdict, self._foreign):
            part.setVisible(box is not None and act is not None)
        if box is None or act is None:
            self._product.setText(text("counter.no_box"))
            self._details.clear()
            self._verdict.clear()
            return
        self._product.setText(box.box.product.label)
        self._details.setText("\n".join(box_lines(box.box.code)))
        work = act.work(box.line)
        self._verdict.setText("\n".join(verdict_words(act, box.box, work)) if work is not None else "")
        set_tone(self._verdict, verdict_tone(box.box.verdict))
