"""« Envois »: each deposit on its way, why it waits, and what can be done."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.domain.catalog import category
from desktop.domain.deposit import OutboxRow, OutboxState
from desktop.domain.errors import Code, Failure
from desktop.domain.texts import counted, current_language, failure_next_step, failure_text, text
from desktop.ui.dates import day, moment
from desktop.ui.theme import GRID
from desktop.ui.views.base import View, only_page
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.buttons import quiet_button, secondary_button
from desktop.ui.widgets.panel import column, row
from desktop.ui.widgets.text import heading, label, muted, strong

_STATES = {
    OutboxState.QUEUED: ("outbox.queued", ""),
    OutboxState.SENDING: ("outbox.sending", "accent"),
    OutboxState.VERIFYING: ("outbox.verifying", "accent"),
    OutboxState.SENT: ("outbox.sent", "accent"),
    OutboxState.HELD: ("outbox.held", "warning"),
    OutboxState.RETRYABLE: ("outbox.retryable", "warning"),
    OutboxState.TERMINAL: ("outbox.terminal", "danger"),
    OutboxState.UNKNOWN: ("outbox.unknown", "warning"),
    OutboxState.GIVEN_UP: ("outbox.given_up", "danger"),
}
_WHY = {
    OutboxState.QUEUED: "outbox.why_queued",
    OutboxState.SENDING: "outbox.why_sending",
    OutboxState.VERIFYING: "outbox.why_verifying",
    OutboxState.SENT: "outbox.why_sent",
    OutboxState.UNKNOWN: "outbox.why_unknown",
}
# of an unknown outcome only the outcome counts: a second deposit must not look needed
_UNSAID = (Code.NO_MANDATE, Code.MANDATE_ENDED, Code.OTHER_RIGHT, Code.DEPOSIT_UNKNOWN, Code.CANCELLED)
_CAN_SEND = (OutboxState.QUEUED, OutboxState.HELD, OutboxState.RETRYABLE)
_CAN_CANCEL = _CAN_SEND


@dataclass(frozen=True, slots=True)
class OutboxModel:
    """All rows, newest first; ``offline`` = nothing can be sent now; ``note`` = what became of an act.

    ``unreadable``: how many rows are there besides that nobody can read any more.
    """

    rows: tuple[OutboxRow, ...] = ()
    offline: bool = False
    note: str = ""
    unreadable: int = 0


class OutboxView(View):
    """Signals: ``send_asked(unique_id)``, ``check_asked(unique_id)`` (an unknown outcome),
    ``cancel_asked(unique_id)``: where nothing can have arrived yet; ``take_back_asked(unique_id)``: what
    will never go becomes a draft again; ``remove_asked(unique_id)``: what is over leaves the list.
    """

    send_asked = Signal(str)
    check_asked = Signal(str)
    cancel_asked = Signal(str)
    take_back_asked = Signal(str)
    remove_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("outbox-view", parent)
        self._model = OutboxModel()
        body = only_page(self).body
        title = heading("")
        self.bind(title.setText, lambda: text("outbox.title"))
        self._empty = muted("")
        self._empty.setObjectName("outbox-empty")
        self.bind(self._empty.setText, lambda: text("outbox.empty"))
        self._note = label("")
        self._note.setObjectName("outbox-note")
        self._rows = column(spacing=GRID)
        self._shown: list[_OutboxLine] = []
        body.addWidget(title)
        body.addWidget(self._note)
        body.addWidget(self._empty)
        body.addLayout(self._rows)
        body.addStretch(1)
        self.refresh()

    def show_state(self, model: OutboxModel) -> None:
        """Show *model*; a line that did not change is not redrawn, and the focus stays."""
        before, self._model = self._model, model
        self._show(before)

    def refresh(self) -> None:
        self._show(None)

    def _show(self, before: OutboxModel | None) -> None:
        model = self._model
        focused = self.focusWidget()
        name = focused.objectName() if focused is not None and self.isAncestorOf(focused) else ""
        same = before is not None and before.offline == model.offline
        kept = {line.shown.deposit.unique_id: line for line in self._shown} if same else {}
        fresh = []
        for shown in model.rows:
            line = kept.get(shown.deposit.unique_id)
            unchanged = line is not None and line.shown == shown
            fresh.append(line if line and unchanged else _OutboxLine(self, shown, model.offline))
        for old in set(self._shown) - set(fresh):
            self._rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        for place, line in enumerate(fresh):
            if self._rows.indexOf(line) != place:
                self._rows.insertWidget(place, line)
                line.show()  # at once, so that the focus can come back to it
        self._shown = fresh
        self._empty.setVisible(not fresh)
        lost = counted("outbox.unreadable", model.unreadable) if model.unreadable else ""
        said = " ".join(words for words in (lost, model.note) if words)
        self._note.setText(said)
        self._note.setVisible(bool(said))
        again = next((w for line in fresh if name and (w := line.findChild(QWidget, name))), None)
        if again is not None and again is not focused:
            again.setFocus()

    def focus_first(self) -> None:
        self.setFocus()


class _OutboxLine(QFrame):
    def __init__(self, view: OutboxView, shown: OutboxRow, offline: bool) -> None:  # noqa: FBT001
        super().__init__()
        self.shown = shown
        deposit = shown.deposit
        identity = deposit.unique_id
        self.setObjectName("outbox-row")
        self.setProperty("kind", "panel")
        key, tone = ("outbox.cancelled", "") if _was_cancelled(shown) else _STATES[shown.state]
        state = Badge(text(key), tone)
        state.setObjectName("outbox-state")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID + 4, 2 * GRID, GRID + 4)
        layout.setSpacing(2 * GRID)
        words = column(spacing=2)
        words.addLayout(row(strong(deposit.title), state, None, spacing=GRID + 4))
        facts = (
            deposit.patient.name,
            day(deposit.patient.birth_date),
            category(deposit.category).label(current_language()),
            day(deposit.created),
        )
        words.addWidget(muted("   ·   ".join(facts)))
        words.addWidget(label(_why(shown, offline=offline)))
        layout.addLayout(words, 1)
        if shown.state is OutboxState.UNKNOWN:
            layout.addWidget(
                secondary_button(
                    text("outbox.check"), f"outbox-check-{identity}", lambda: view.check_asked.emit(identity)
                )
            )
        if shown.state in _CAN_SEND and not shown.lost_its_right():
            send = secondary_button(
                text("outbox.send_now"), f"outbox-send-{identity}", lambda: view.send_asked.emit(identity)
            )
            send.setEnabled(not offline)
            layout.addWidget(send)
        if shown.may_be_taken_back():
            words_of, name = text("outbox.take_back"), f"outbox-take-back-{identity}"
            layout.addWidget(secondary_button(words_of, name, lambda: view.take_back_asked.emit(identity)))
        if shown.state in _CAN_CANCEL:
            words_of, name = text("outbox.cancel"), f"outbox-cancel-{identity}"
            layout.addWidget(quiet_button(words_of, name, lambda: view.cancel_asked.emit(identity)))
        if shown.may_be_removed():
            words_of, name = text("outbox.remove"), f"outbox-remove-{identity}"
            layout.addWidget(quiet_button(words_of, name, lambda: view.remove_asked.emit(identity)))
        self.setAccessibleName(f"{deposit.title}, {deposit.patient.name}, {text(key)}")


def _was_cancelled(shown: OutboxRow) -> bool:
    cancelled = shown.failure is not None and shown.failure.code is Code.CANCELLED
    return cancelled and shown.state is OutboxState.TERMINAL


def _then(shown: OutboxRow, failure: Failure) -> str:
    """What the user can do."""
    if shown.state is OutboxState.GIVEN_UP:
        return text("outbox.next_given_up")
    ended = shown.lost_its_right() and failure.code is not Code.OTHER_RIGHT
    return text("outbox.next_ended") if ended else failure_next_step(failure)


def _why(shown: OutboxRow, *, offline: bool) -> str:
    if shown.state is OutboxState.UNKNOWN:
        words = text("outbox.why_unknown")
        if shown.failure is not None and shown.failure.code not in _UNSAID:
            words = f"{failure_text(shown.failure)} {words}"
    elif _was_cancelled(shown):
        words = text("outbox.why_cancelled")
    elif shown.failure is not None and shown.state is not OutboxState.SENT:
        words = f"{failure_text(shown.failure)} {_then(shown, shown.failure)}"
    elif offline and shown.state in _CAN_SEND:
        words = text("outbox.why_offline")
    else:
        words = text(_WHY.get(shown.state, "outbox.why_queued"))
    if shown.next_try is not None and shown.state is OutboxState.RETRYABLE:
        words += " " + text("outbox.next_try", when=moment(shown.next_try))
    if shown.next_try is not None and shown.state is OutboxState.UNKNOWN:
        words += " " + text("outbox.next_check", when=moment(shown.next_try))
    if shown.state is OutboxState.SENT and shown.changed_at is not None:
        words += " " + moment(shown.changed_at)
    return words
