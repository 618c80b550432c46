"""The prescriber's screen: the lines, one field below them, the checks beside, and what he issued."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.domain.prescription.ordonnance import Line
from desktop.domain.texts import text
from desktop.features.prescribing.cells import chips, draft_row, gap_words, grouped, missing_letterhead
from desktop.features.prescribing.domain.obstacles import ObstacleKind, still_waiting
from desktop.features.prescribing.view.checks import ChecksPanel
from desktop.features.prescribing.view.end import IssuePanel
from desktop.features.prescribing.view.favourites import FavouriteList
from desktop.features.prescribing.view.line_parts import ActForm, LineParts
from desktop.features.prescribing.view.mine import MineList
from desktop.features.prescribing.view.model import RxModel, RxSide
from desktop.features.prescribing.view.second import SecondLanguage
from desktop.ui.printing import Printing
from desktop.ui.theme import CONTROL_HEIGHT, GRID, ROW_HEIGHT
from desktop.ui.views.base import ScrollPage, SteppedView
from desktop.ui.views.table import ReadOnlyTable
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.buttons import primary_button, quiet_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.progress import DelayedProgress, foot
from desktop.ui.widgets.text import heading, label, muted
from desktop.ui.widgets.typed import forget_typed

CHECKS_WIDTH = 392
CHECKS_NARROW = 280  # so that the name of a product is read whole in a small window, or at 200 %
ROOMY = 1200
WIDE = 900
LONGEST = 200
_PRODUCT, _SUBSTITUTION = 1, 6


class RxView(SteppedView):
    """Signals: ``typed(words)``, ``add_asked``, ``edit_asked(number)``, ``withdraw_asked(number)``,
    ``chosen(number)``, ``until_typed(words)``, ``check_asked`` (F9), ``side_asked(RxSide)``,
    ``again_asked``, ``favourites_asked`` (Alt+F), ``favourite_asked`` (Ctrl+D: of the line at hand),
    ``second_chosen(Language | None)``, ``former_kept``: the former ordonnance is not to be replaced."""

    NAME = "rx-view"
    typed = Signal(str)
    add_asked = Signal()
    edit_asked = Signal(int)
    withdraw_asked = Signal(int)
    chosen = Signal(int)
    until_typed = Signal(str)
    check_asked = Signal()
    side_asked = Signal(object)
    again_asked = Signal()
    favourites_asked = Signal()
    favourite_asked = Signal()
    second_chosen = Signal(object)
    former_kept = Signal()

    def _make(self) -> Iterator[None]:
        self._model = RxModel()
        self._rows: object = None
        self._until_shown = ""
        self._make_lines()
        yield
        self._make_field()
        self._make_buttons()
        yield
        self._make_beside()
        yield
        self._lay_out()
        self._make_keys()
        yield
        self.refresh()
        self._arrange(self.width())

    def _make_lines(self) -> None:
        self._title = heading("")
        self.bind(self._title.setText, lambda: text("prescribing.heading"))
        self._mine_button = secondary_button("", "rx-side", self._other_side)
        self._check = primary_button("", "rx-check", self._ask_check)
        self.bind_named(self._check, lambda: text("prescribing.check"))
        self._message = Message("rx-message")
        self._message.act_requested.connect(self.again_asked)
        self._wait = DelayedProgress("rx-wait", keep_place=False)
        self.issue = IssuePanel()
        self.table = ReadOnlyTable(
            "rx-lines",
            (
                lambda: text("prescribing.col_number"),
                lambda: text("prescribing.col_product"),
                lambda: text("prescribing.col_posology"),
                lambda: text("prescribing.col_duration"),
                lambda: text("prescribing.col_quantity"),
                lambda: text("prescribing.col_repeats"),
                lambda: text("prescribing.col_substitution"),
                lambda: text("prescribing.col_control"),
            ),
            stretched=frozenset({_PRODUCT}),
        )
        self.bind(self.table.setAccessibleName, lambda: text("prescribing.heading"))
        self.table.itemSelectionChanged.connect(self._choose)
        self.table.itemActivated.connect(lambda _: self._edit())
        self._empty = label("")
        self._empty.setObjectName("rx-empty")

    def _make_field(self) -> None:
        self.field = QLineEdit()
        self.field.setObjectName("rx-field")
        self.field.setMaxLength(LONGEST)
        self.field.setMinimumHeight(CONTROL_HEIGHT)
        self.bind(self.field.setPlaceholderText, lambda: text("prescribing.field_hint"))
        self.bind(self.field.setAccessibleName, lambda: text("prescribing.field_name"))
        self.field.textEdited.connect(self.typed)
        self.field.returnPressed.connect(self.add_asked)
        self._chips = QWidget()
        self._chips.setObjectName("rx-understood")
        self._chip_row = row(spacing=GRID // 2)
        self._chips.setLayout(self._chip_row)
        self._badges = [Badge("") for _ in range(7)]
        for badge in self._badges:
            self._chip_row.addWidget(badge)
        self._chip_row.addStretch(1)
        self._left = muted("")
        self._left.setObjectName("rx-left")
        self._until_title = muted("")
        self._until_title.setWordWrap(False)
        self.bind(self._until_title.setText, lambda: text("prescribing.valid_until"))
        self.until = QLineEdit()
        self.until.setObjectName("rx-until")
        self.until.setMaxLength(10)
        self.until.setFixedWidth(15 * GRID)
        self.until.setMinimumHeight(CONTROL_HEIGHT)
        self.bind(self.until.setPlaceholderText, lambda: text("prescribing.three_months"))
        self.bind(self.until.setAccessibleName, lambda: text("prescribing.valid_until"))
        self.until.editingFinished.connect(self._tell_until)

    def _make_buttons(self) -> None:
        self._act_button = secondary_button("", "rx-act-button", self._begin_act)
        self.bind_named(self._act_button, lambda: text("prescribing.act_button"))
        self._renew_button = secondary_button(
            "", "rx-renew-button", lambda: self.side_asked.emit(RxSide.MINE)
        )
        self.bind_named(self._renew_button, lambda: text("prescribing.renew_button"))
        self._favourites_button = secondary_button("", "rx-favourites-button", self.favourites_asked.emit)
        self.bind_named(self._favourites_button, lambda: text("prescribing.favourites_button"))
        self.second = SecondLanguage()
        self.second.chosen.connect(self.second_chosen)
        self._replaces = label("")
        self._replaces.setObjectName("rx-replaces")
        self._keep_former = quiet_button("", "rx-replaces-not", self.former_kept.emit)
        self.bind_named(self._keep_former, lambda: text("prescribing.replaces_not"))
        self._letterhead = muted("")
        self._letterhead.setObjectName("rx-letterhead")

    def _make_beside(self) -> None:
        self.favourites = FavouriteList()
        self.parts = LineParts()
        self.parts.favourite_asked.connect(self.favourite_asked)
        self.act = ActForm()
        self.act.closed.connect(self.focus_first)
        self.checks = ChecksPanel()
        self.checks.setMinimumWidth(240)
        self.mine = MineList()

    def _lay_out(self) -> None:
        panel = Panel(margin=GRID)
        panel.body.setSpacing(GRID)
        former = row(self._replaces, self._keep_former)
        former.setStretch(0, 1)
        panel.body.addLayout(former)
        for part in (self.table, self._empty, self.field, self._chips, self._left):
            panel.body.addWidget(part)
        panel.body.addLayout(row(self._act_button, self._renew_button, self._favourites_button, None))
        panel.body.addLayout(row(self._until_title, self.until, self.second, None))
        panel.body.addWidget(self._letterhead)
        self._left_side = QWidget()
        column = QVBoxLayout(self._left_side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        for part in (panel, self.favourites, self.act, self.parts):
            column.addWidget(part)
        column.addStretch(1)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.setSpacing(GRID)
        self._both.addWidget(self._left_side, 1)
        self._both.addWidget(self.checks, 0)
        page = ScrollPage(self)
        page.body.setContentsMargins(GRID, GRID, GRID, GRID)
        page.body.setSpacing(GRID)
        for part in (self._message, self.issue):
            page.body.addWidget(part)
        page.body.addLayout(self._both)
        page.body.addWidget(self.mine)
        page.body.addStretch(1)
        head = row(self._title, None, self._mine_button, self._check)
        head.setContentsMargins(2 * GRID, GRID, GRID, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(page, 1)
        layout.addLayout(foot(self._wait))

    def show_state(self, model: RxModel) -> None:
        """Show *model*; a cursor in a field stays where it is."""
        before, self._model = self._model, model
        if model.draft is None:
            forget_typed(self.field)
            self.until.clear()
            self._until_shown = ""
            self.act.empty()
            self.act.hide()
        if not model == before == RxModel():  # a lock empties it in three steps, the first is enough
            self.refresh()

    def refresh(self) -> None:
        model, draft = self._model, self._model.draft
        writing = draft is not None and model.side is RxSide.WRITING and model.issuing is None
        issuing = model.issuing
        self._left_side.setVisible(writing or (issuing is not None and issuing.stage is None))
        self.checks.setVisible(writing)
        self._fill_table(model)
        self._show_field(model)
        if not writing:  # what is about to be signed stays before the eyes, and nothing of it changes
            self._chips.hide()
            self._left.hide()
        for part in (
            self.field, self._act_button, self._renew_button, self._favourites_button, self._until_title,
            self.until, self.second,
        ):  # fmt: skip
            part.setVisible(writing)
        self.second.show_language(draft.second if draft is not None else None)
        self._letterhead.setText(missing_letterhead(model.practice) if model.practice is not None else "")
        self._letterhead.setVisible(writing and bool(self._letterhead.text()))
        self.favourites.show_favourites(model.favourites if writing and model.choosing else None)
        self.table.setEnabled(writing)
        line = model.line if writing else None
        told, known = (model.class_of(line), model.is_favourite(line)) if line is not None else (None, False)
        self.parts.show_line(line, told, favourite=known)
        self.checks.show_state(model)
        self.mine.setVisible(model.side is RxSide.MINE and model.issuing is None)
        self.mine.show_state(model)
        self.issue.show_state(model.issuing)
        self._mine_button.setText(
            text("prescribing.to_lines" if model.side is RxSide.MINE else "prescribing.mine")
        )
        self._mine_button.setAccessibleName(self._mine_button.text())
        self._mine_button.setVisible(draft is not None and model.issuing is None)
        self._check.setVisible(writing)
        self._check.setEnabled(writing and not model.loading and not model.offline)
        self._replaces.setText(
            text("prescribing.replaces", code=grouped(draft.replaces)) if draft and draft.replaces else ""
        )
        for part in (self._replaces, self._keep_former):
            part.setVisible(bool(self._replaces.text()))
        self._keep_former.setEnabled(writing)
        if model.printing is Printing.RUNNING:
            self._wait.wait(text("prescribing.printing"))
        elif model.loading:
            self._wait.wait(text("prescribing.loading"))
        else:
            self._wait.done()
        self._say(model)

    def letters_field(self) -> QLineEdit | None:
        """While lines are written; where a PIN is typed no letter goes astray into a field that shows it."""
        writing = self._model.issuing is None and self._model.side is not RxSide.MINE
        return self.field if writing else None

    def primary(self) -> QPushButton | None:
        """Enter never signs: it adds a line, gives a reason, and prints what was issued."""
        return self.issue.print if self.issue.print.isVisibleTo(self) else None

    def focus_first(self) -> None:
        if self._model.issuing is not None:
            self.issue.sign.focus_first()
        elif self._model.side is RxSide.MINE:
            self.mine.focus_first()
        else:
            self.field.setFocus()

    def focus_missing(self, what: ObstacleKind) -> None:
        """The keyboard on what F9 found missing; else on the field, where a line is written."""
        places = {
            ObstacleKind.STOPPED: self.checks.reason_field(),
            ObstacleKind.PAPER_FORM: self.parts.paper,
            ObstacleKind.SHORT_REASON: self.parts.reason,
            ObstacleKind.PAST: self.until,
            ObstacleKind.NO_DAY: self.until,
            ObstacleKind.NO_RENEWAL: self.parts.repeats,
            ObstacleKind.TOO_MANY: self.parts.repeats,
        }
        place = places.get(what)
        if place is not None and place.isVisibleTo(self):
            place.setFocus()
        else:
            self.focus_first()

    def set_field(self, words: str) -> None:
        """What is edited again stands in the field, all of it chosen."""
        self.field.setText(words)
        self.field.setFocus()

    def begin_act(self, line: Line) -> None:
        """An act or a device goes back into its form."""
        self.act.begin(line)

    def begin_substitution(self) -> None:
        """Ctrl+S: why the chosen line, else the last one, may not be substituted."""
        draft = self._model.draft
        if draft is None or not draft.lines or self._model.side is not RxSide.WRITING:
            return
        if self._model.line is None:
            self.chosen.emit(draft.lines[-1].number)
        if self.parts.reason.isVisibleTo(self):
            self.parts.reason.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.is_whole:
            self._arrange(event.size().width())

    def _arrange(self, width: int) -> None:
        wide = width >= WIDE
        ways = QBoxLayout.Direction
        self._both.setDirection(ways.LeftToRight if wide else ways.TopToBottom)
        beside = CHECKS_WIDTH if width >= ROOMY else CHECKS_NARROW
        self.checks.setMaximumWidth(beside if wide else 16_777_215)

    def _fill_table(self, model: RxModel) -> None:
        draft = model.draft
        waiting = still_waiting(draft, model.findings) if draft else ()
        lines = draft.lines if draft else ()
        rows = tuple(draft_row(line, model.findings, waiting) for line in lines)
        self.table.setVisible(bool(rows))
        self._empty.setText(text("prescribing.empty") if draft is not None and not rows else "")
        self._empty.setVisible(bool(self._empty.text()))
        if rows != self._rows:
            self._rows = rows
            self.table.blockSignals(True)
            self.table.fill(rows)
            self.table.blockSignals(False)
            self.table.setMinimumHeight(min(5, len(rows)) * ROW_HEIGHT + 44)
        self.table.blockSignals(True)
        if model.selected and model.selected <= len(rows):
            self.table.selectRow(model.selected - 1)
        else:
            self.table.clearSelection()
            self.table.setCurrentCell(-1, -1)
        self.table.blockSignals(False)

    def _show_field(self, model: RxModel) -> None:
        draft, said = model.draft, model.said
        words = draft.typed if draft is not None else ""
        if draft is not None and self.field.text() != words:
            self.field.setText(words)
        until = draft.until.strftime("%d.%m.%Y") if draft and draft.until else ""
        if until != self._until_shown:  # what was typed and is no day stays, to be mended
            self._until_shown = until
            self.until.setText(until)
        told = chips(said) if said is not None and words.strip() else ()
        for place, badge in enumerate(self._badges):
            here = told[place] if place < len(told) else ("", False)
            badge.set(here[0], "warning" if here[1] else "accent")
        self._chips.setVisible(bool(told))
        left = ", ".join(f"« {word} »" for word in said.typed.left) if said is not None and told else ""
        self._left.setText(text("prescribing.not_understood", words=left) if left else "")
        self._left.setVisible(bool(left))

    def _say(self, model: RxModel) -> None:
        """One message: what failed, what is missing, that nothing can leave."""
        if model.failure is not None:
            if model.failure is not self._message.failure or self._message.isHidden():
                self._message.show_failure(model.failure)
        elif model.gaps:
            words = gap_words(model.gaps[0])
            if self._message.what() != words:
                self._message.show_text(words, tone="warning")
        elif model.offline and model.draft is not None:
            if self._message.what() != text("prescribing.offline"):
                self._message.show_text(text("prescribing.offline"), tone="warning")
        elif model.unreadable and model.draft is not None:
            if self._message.what() != text("prescribing.draft_unreadable"):
                self._message.show_text(text("prescribing.draft_unreadable"), tone="warning")
        else:
            self._message.clear()

    def _make_keys(self) -> None:
        for keys, act in (
            ("F9", self._check.click),
            ("Ctrl+N", self._act_button.click),
            ("Ctrl+R", self._renew_button.click),
            ("Ctrl+S", self.begin_substitution),
            ("Alt+F", self._open_favourites),
            ("Ctrl+D", self._keep_favourite),
            ("F2", self._edit),
            ("F5", self.again_asked.emit),
            ("F6", self._next_panel),
            ("Ctrl+P", self._print),
        ):
            self._key(keys, act)
        remove = QShortcut(QKeySequence("Del"), self.table)
        remove.setContext(Qt.ShortcutContext.WidgetShortcut)
        remove.activated.connect(self._withdraw)

    def _key(self, keys: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    def _tell_until(self) -> None:
        self.until_typed.emit(self.until.text())

    def _ask_check(self) -> None:
        """A key leaves the cursor where it is: what stands there is told first, and signed with the rest."""
        self.parts.read()
        self._tell_until()
        self.check_asked.emit()

    def _number(self) -> int:
        return self.table.currentRow() + 1

    def _choose(self) -> None:
        self.chosen.emit(self._number())

    def _edit(self) -> None:
        if self._model.side is RxSide.WRITING and self._model.line is not None:
            self.edit_asked.emit(self._model.selected)

    def _withdraw(self) -> None:
        if self._number():
            self.withdraw_asked.emit(self._number())

    def _begin_act(self) -> None:
        self.act.begin()

    def _open_favourites(self) -> None:
        if self._favourites_button.isVisibleTo(self):
            self.favourites_asked.emit()

    def _keep_favourite(self) -> None:
        if self._favourites_button.isVisibleTo(self):
            self.favourite_asked.emit()

    def _other_side(self) -> None:
        mine = self._model.side is RxSide.MINE
        self.side_asked.emit(RxSide.WRITING if mine else RxSide.MINE)

    def _next_panel(self) -> None:
        """From the field to the alerts that wait, to the lines, and back."""
        reason = self.checks.reason_field()
        if self.field.hasFocus() and reason is not None:
            reason.setFocus()
        elif not self.table.hasFocus() and self.table.isVisibleTo(self):
            self.table.setFocus()
        else:
            self.field.setFocus()

    def _print(self) -> None:
        if self._model.issuing is not None and self._model.issuing.published:
            self.issue.print.click()
        elif self._model.side is RxSide.MINE:
            self.mine.print_here()
