"""« Retrouvé »: what was found when the store was not as it was left, and what became of one's own work."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.domain.errors import Code, Failure
from desktop.domain.recovery import Recovery
from desktop.domain.texts import counted, failure_next_step, failure_text, text
from desktop.ui.dates import moment
from desktop.ui.theme import GRID
from desktop.ui.views.base import View, only_page
from desktop.ui.widgets.buttons import primary_button, quiet_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, column, row
from desktop.ui.widgets.text import heading, label, muted, strong

_KINDS = (
    ("deposits", "recovery.deposits"),
    ("drafts", "recovery.drafts"),
    ("traces", "recovery.traces"),
    ("others", "recovery.others"),
)


@dataclass(frozen=True, slots=True)
class RecoveryModel:
    """What was found and not yet seen, oldest first; ``failure`` of what the user asked for."""

    found: tuple[Recovery, ...] = ()
    failure: Failure | None = None


class RecoveryView(View):
    """Signals: ``seen`` when the user has read all that is shown."""

    seen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("recovery-view", parent)
        self._model = RecoveryModel()
        body = only_page(self).body
        body.setContentsMargins(4 * GRID, 4 * GRID, 4 * GRID, 4 * GRID)
        body.setSpacing(3 * GRID)
        title = heading("")
        self.bind(title.setText, lambda: text("recovery.title"))
        intro = muted("")
        self.bind(intro.setText, lambda: text("recovery.intro"))
        back = quiet_button("", "recovery-back", self.back_asked.emit)
        self.bind_named(back, lambda: text("common.back"))
        self._seen = primary_button("", "recovery-seen", self.seen.emit)
        self.bind_named(self._seen, lambda: text("recovery.seen"))
        self._empty = label("")
        self._empty.setObjectName("recovery-empty")
        self.bind(self._empty.setText, lambda: text("recovery.empty"))
        self._message = Message("recovery-failure")
        self._list: QVBoxLayout = column(spacing=2 * GRID)
        self._panels: list[QWidget] = []
        body.addLayout(row(title, None, back))
        body.addWidget(intro)
        body.addWidget(self._message)
        body.addWidget(self._empty)
        body.addLayout(self._list)
        body.addLayout(row(self._seen, None))
        body.addStretch(1)
        self.refresh()

    def show_state(self, model: RecoveryModel) -> None:
        """Show *model*."""
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        model = self._model
        for panel in self._panels:
            self._list.removeWidget(panel)
            panel.hide()
            panel.deleteLater()
        self._panels = [_panel(number, found) for number, found in enumerate(model.found)]
        for panel in self._panels:
            self._list.addWidget(panel)
            panel.show()  # at once: what is hidden is not read
        self._empty.setVisible(not model.found)
        self._seen.setVisible(bool(model.found))
        if model.failure is None:
            self._message.clear()
        else:
            self._message.show_failure(model.failure)

    def primary(self) -> QPushButton | None:
        return self._seen if self._model.found else None

    def focus_first(self) -> None:
        (self._seen if self._model.found else self).setFocus()


def words_of(found: Recovery) -> tuple[str, ...]:
    """What became of it, line by line; only what there is to say."""
    if found.act is not None:
        return (text("recovery.act", title=found.act.title, patient=found.act.patient),)
    lines = []
    for kind, key in _KINDS:
        saved, lost = getattr(found.saved, kind), getattr(found.lost, kind)
        if saved or lost:
            lines.append(text(key, saved=saved, lost=lost))
    if found.contents and found.code is Code.STORE_KEY_GONE:
        lines.append(counted("recovery.waiting", found.contents))
    elif found.contents:
        lines.append(counted("recovery.contents", found.contents))
    if found.missing:
        lines.append(counted("recovery.missing", found.missing))
    if not found.exact:
        lines.append(text("recovery.at_least"))
    elif not found.lost.total() and not found.contents and not found.missing:
        lines.append(text("recovery.nothing_lost"))
    return tuple(lines)


def _panel(number: int, found: Recovery) -> Panel:
    failure = found.failure()
    panel = Panel()
    panel.setObjectName(f"recovery-{number}")
    what = failure_text(failure)
    panel.setAccessibleName(what)
    panel.body.setSpacing(GRID)
    panel.body.addWidget(muted(f"{moment(found.found_at)} · {text('theme.code', code=failure.code.value)}"))
    title = strong(what)
    title.setWordWrap(True)
    panel.body.addWidget(title)
    for line in words_of(found):
        panel.body.addWidget(label(line))
    panel.body.addWidget(label(failure_next_step(failure)))
    return panel
