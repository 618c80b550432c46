"""The form of one patient: what is said of each condition, where the statement stands, the former ones."""

from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.card import PinState
from desktop.domain.errors import Failure
from desktop.domain.local_time import hour_words
from desktop.domain.referent import StatementState
from desktop.domain.texts import counted, text
from desktop.features.ald.cells import (
    STATES,
    confirm_words,
    due_words,
    first_gap,
    former_row,
    gap_words,
    period,
    state_of,
    waiting_words,
)
from desktop.features.ald.domain import Detail, Form, Gap, Item, newest
from desktop.features.ald.service import Standing
from desktop.features.ald.view.add_panel import AddPanel
from desktop.features.ald.view.item_row import ItemHead, ItemRow
from desktop.ui.sign_strip import SignStrip, SignWords
from desktop.ui.theme import GRID, ROW_HEIGHT
from desktop.ui.views.base import ScrollPage, View
from desktop.ui.views.table import ReadOnlyTable
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.buttons import primary_button, quiet_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, fold, row
from desktop.ui.widgets.progress import DelayedProgress, foot
from desktop.ui.widgets.text import ElidedLabel, heading, label, muted, strong

_TONES = {
    StatementState.RETURNED: "danger",
    StatementState.ACCEPTED: "accent",
    StatementState.SENT: "accent",
    StatementState.RECEIVED: "accent",
}
_SIGN_WORDS = SignWords(
    lambda: text("ald.pin"),
    lambda: text("ald.last_try"),
    lambda: text("ald.sign_and_send"),
    lambda: text("ald.not_yet"),
)


@dataclass(frozen=True, slots=True)
class AldModel:
    """``standing`` None = not known (yet).

    ``gaps`` are shown once it was checked; ``signing``: nothing is missing, and the card's PIN is asked for.
    """

    standing: Standing | None = None
    gaps: tuple[Gap, ...] = field(default_factory=tuple)
    signing: PinState | None = None
    loading: bool = False
    sending: bool = False
    offline: bool = False
    failure: Failure | None = None

    @property
    def form(self) -> Form | None:
        """What can be written in, or was sent and waits."""
        standing = self.standing
        if standing is None:
            return None
        if standing.waiting is not None:
            return standing.waiting.form
        return standing.draft.form if standing.draft is not None else None

    @property
    def lost(self) -> bool:
        """Whether a sending has no answer."""
        draft = self.standing.draft if self.standing is not None else None
        return draft is not None and draft.sending is not None

    @property
    def locked(self) -> bool:
        """Whether nothing can be written now."""
        waits = self.standing is not None and self.standing.waiting is not None
        return waits or self.lost or self.sending


class AldView(View):
    """Signals: ``refresh_asked``, ``changed(Form)``, ``check_asked``, ``throw_asked``, ``settle_asked`` (did
    a sending without an answer arrive?). The last step's are those of :attr:`sign`."""

    refresh_asked = Signal()
    changed = Signal(object)
    check_asked = Signal()
    settle_asked = Signal()
    throw_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("ald-view", parent)
        self._model = AldModel()
        self.rows: dict[int, ItemRow] = {}
        self._title = heading("")
        self.bind(self._title.setText, lambda: text("ald.heading"))
        self._state = Badge("")
        self._state.setObjectName("ald-state")
        self._period = ElidedLabel("", "muted")
        self._period.setObjectName("ald-period")
        self._again = secondary_button("", "ald-refresh", self.refresh_asked.emit)
        self.bind_named(self._again, lambda: text("ald.refresh"))
        self._check = primary_button("", "ald-check", self.check_asked.emit)
        self.bind_named(self._check, lambda: text("ald.check"))
        self.sign = SignStrip("ald", _SIGN_WORDS)
        self._message = Message("ald-message")
        self._message.act_requested.connect(self.settle_asked)
        self._wait = DelayedProgress("ald-wait", keep_place=False)
        self._add = secondary_button("", "ald-add-button", self._begin_to_add)
        self.bind_named(self._add, lambda: text("ald.add"))
        self._throw = quiet_button("", "ald-throw", self._ask_to_throw)
        self.bind_named(self._throw, lambda: text("ald.throw_away"))
        self._sure = Message("ald-sure")
        self._sure.act_requested.connect(self._thrown)
        self._saved = muted("")
        self._saved.setObjectName("ald-saved")
        self._saved.setWordWrap(False)
        self._provisional = muted("")
        self.bind(self._provisional.setText, lambda: text("ald.provisional"))
        self._empty = label("")
        self._empty.setObjectName("ald-empty")
        self.add_panel = AddPanel()
        self.add_panel.chosen.connect(self._added)
        self.add_panel.closed.connect(self.focus_first)
        self._panel = Panel(margin=2 * GRID)
        self._panel.body.setSpacing(GRID)
        self._head = ItemHead()
        self._panel.body.addWidget(self._head)
        self._items = QVBoxLayout()
        self._items.setSpacing(0)
        self._panel.body.addLayout(self._items)
        self._panel.body.addWidget(self._empty)
        self._panel.body.addWidget(self.add_panel)
        self._panel.body.addLayout(row(self._add, self._throw, None, self._saved))
        self._former_title = strong("")
        self.bind(self._former_title.setText, lambda: text("ald.former"))
        self.former = ReadOnlyTable(
            "ald-former",
            (
                lambda: text("ald.sent_at"),
                lambda: text("ald.period_title"),
                lambda: text("ald.state"),
                lambda: text("ald.receipt_title"),
            ),
            stretched=frozenset({2, 3}),
        )
        self.bind(self.former.setAccessibleName, lambda: text("ald.former"))
        page = ScrollPage(self)
        page.body.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        page.body.setSpacing(GRID)
        for part in (self._message, self.sign, self._sure, self._panel):
            page.body.addWidget(part)
        page.body.addWidget(self._former_title)
        page.body.addWidget(self.former)
        page.body.addWidget(self._provisional)
        page.body.addStretch(1)
        said = row(self._title, self._state, self._period)
        said.setStretch(2, 1)
        head = self._whole_head = row(said, row(None, self._again, self._check))
        head.setContentsMargins(2 * GRID, GRID, 2 * GRID, 0)
        head.setStretch(0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(page, 1)
        layout.addLayout(foot(self._wait))
        self._make_keys()
        self.refresh()

    def show_state(self, model: AldModel) -> None:
        """Show *model*; a cursor in a field stays where it is."""
        if model.standing is None:
            self._sure.clear()
            self.add_panel.end()
        before, self._model = self._model, model
        if not model == before == AldModel():  # a lock empties it in three steps, the first is enough
            self.refresh()

    def refresh(self) -> None:
        model, standing, form = self._model, self._model.standing, self._model.form
        told = (period(form) if form else "", due_words(standing.due) if standing else "")
        self._period.set_whole(" · ".join(part for part in told if part))
        state = state_of(standing) if standing and standing.statements is not None else None
        self._state.set(text(STATES[state]) if state else "", _TONES.get(state, "") if state else "")
        draft = standing.draft if standing and standing.begun else None
        self._saved.setText(
            text("ald.saved", time=hour_words(draft.saved)) if draft and not model.lost else ""
        )
        self._saved.setVisible(bool(self._saved.text()))
        self._show_items(form.items if form else ())
        self._empty.setVisible(form is not None and not form.items)
        self._empty.setText(self._empty_words())
        self._panel.setVisible(form is not None)
        open_form = form is not None and not model.locked
        self._add.setVisible(open_form)
        self._throw.setVisible(open_form and draft is not None)
        self._check.setEnabled(open_form and not model.loading and model.signing is None)
        self.sign.show_pin(model.signing, running=model.sending)
        self._again.setEnabled(not (model.sending or model.offline))
        if model.loading or model.sending:
            self._wait.wait(text("ald.sending" if model.sending else "ald.loading"))
        else:
            self._wait.done()
        former = standing.statements if standing and standing.statements else ()
        self.former.fill([former_row(sent) for sent in former])
        self.former.setFixedHeight(min(4, max(1, len(former))) * ROW_HEIGHT + 52)
        for part in (self.former, self._former_title):
            part.setVisible(bool(former))
        self._say()

    def focus_first(self) -> None:
        unanswered = (r for r in self.rows.values() if r.answer_missing())
        first = next(unanswered, next(iter(self.rows.values()), None))
        if first is not None and not self._model.locked:
            first.focus_answer()
        elif self._add.isVisibleTo(self):
            self._add.setFocus()
        else:
            self._again.setFocus()

    def focus_gap(self) -> None:
        """Where the first thing is missing."""
        gap = next(iter(self._model.gaps), None)
        if gap is not None and gap.code in self.rows:
            self.rows[gap.code].focus_gap()
        else:
            self._add.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fold(self, self._whole_head)
        self._arrange(event.size().width())

    def _arrange(self, width: int) -> None:
        room = width - 8 * GRID
        self._head.setVisible(bool(self.rows) and self._head.fits(room))
        for item_row in self.rows.values():
            item_row.arrange(room)

    def _make_keys(self) -> None:
        for keys, act in (
            ("F5", self._again.click),
            ("Ctrl+N", self._add.click),
            ("F9", self._check.click),
            ("Del", self._remove_here),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def _show_items(self, items: tuple[Item, ...]) -> None:
        codes = [item.code for item in items]
        if codes != list(self.rows):
            for code in [code for code in self.rows if code not in codes]:
                gone = self.rows.pop(code)
                self._items.removeWidget(gone)
                gone.hide()
                gone.show_item(Item(code), (), locked=True)  # no word stays in what waits for its end
                gone.deleteLater()
            self.rows = {code: self.rows.get(code) or self._made(code) for code in codes}
            for place, item_row in enumerate(self.rows.values()):
                self._items.insertWidget(place, item_row)
            self._arrange(self.width())
        for item in items:
            mine = tuple(gap for gap in self._model.gaps if gap.code == item.code)
            self.rows[item.code].show_item(item, mine, locked=self._model.locked)

    def _made(self, code: int) -> ItemRow:
        made = ItemRow(code, self._panel)
        made.changed.connect(self._on_item)
        made.removed.connect(self._removed)
        made.row_left.connect(lambda step: self._go_on(code, step))
        return made

    def _on_item(self, item: Item) -> None:
        form = self._model.form
        if form is not None:
            self.changed.emit(form.with_item(item))

    def _added(self, code: int) -> None:
        form = self._model.form
        if form is not None:
            self.changed.emit(form.with_item(Item(code)))
            self.rows[code].focus_answer()

    def _removed(self, code: int) -> None:
        form = self._model.form
        if form is not None:
            self.changed.emit(form.without(code))
            self.focus_first()

    def _remove_here(self) -> None:
        """The condition with the keyboard, where no words are being typed."""
        for code, item_row in list(self.rows.items()):
            if any(button.hasFocus() for button in item_row.choices.values()) and not self._model.locked:
                self._removed(code)

    def _go_on(self, code: int, step: int) -> None:
        codes = list(self.rows)
        place = codes.index(code) + step
        if 0 <= place < len(codes):
            self.rows[codes[place]].focus_answer()

    def _begin_to_add(self) -> None:
        self.add_panel.begin(frozenset(self.rows))

    def _ask_to_throw(self) -> None:
        self._sure.show_text(text("ald.sure"), tone="warning", act=text("ald.throw_away"), closable=True)

    def _thrown(self) -> None:
        self._sure.clear()
        self.throw_asked.emit()

    def _empty_words(self) -> str:
        if any(gap.detail is Detail.ITEMS for gap in self._model.gaps):
            return gap_words(self._model.gaps[0])
        return text("ald.empty")

    def _say(self) -> None:
        """One message: what failed, a lost answer, what is missing, what waits, what was returned."""
        model, standing = self._model, self._model.standing
        last = newest(standing.statements) if standing and standing.statements else None
        if model.failure is not None:
            if model.failure is not self._message.failure or self._message.isHidden():
                self._message.show_failure(model.failure, act=text("ald.settle") if model.lost else "")
        elif model.lost:
            self._message.show_text(
                text("ald.lost"), text("ald.lost_next"), tone="warning", act=text("ald.settle")
            )
        elif model.gaps:
            self._message.show_text(text("ald.incomplete"), first_gap(model.gaps), tone="danger")
        elif model.signing is not None and standing is not None:
            self._message.show_text(*confirm_words(standing))
        elif standing is not None and standing.waiting is not None:
            self._message.show_text(*waiting_words(standing))
        elif model.offline:
            words = "ald.offline_kept" if standing is not None and standing.begun else "ald.offline"
            self._message.show_text(text(words), tone="warning")
        elif last is not None and last.state is StatementState.RETURNED:
            self._message.show_text(
                text("ald.returned", reason=last.returned), text("ald.returned_next"), tone="warning"
            )
        elif standing is not None and standing.unreadable:
            self._message.show_text(counted("ald.unreadable", standing.unreadable), tone="warning")
        else:
            self._message.clear()
