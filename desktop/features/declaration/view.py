"""The declaration on the screen: its state in a sentence, its days, and how it can be ended."""

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop.domain.errors import Failure
from desktop.domain.referent import DeclarationState, EndCause
from desktop.domain.texts import text
from desktop.features.declaration.domain import Consent, Standing
from desktop.ui.dates import day
from desktop.ui.theme import GRID
from desktop.ui.views.base import ScrollPage, View
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.buttons import danger_button, quiet_button, secondary_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.progress import DelayedProgress, foot
from desktop.ui.widgets.text import heading, label, muted, strong

_STATES = {
    DeclarationState.DRAFT: ("declaration.state_draft", ""),
    DeclarationState.SIGNED: ("declaration.state_signed", ""),
    DeclarationState.NOTIFIED: ("declaration.state_notified", ""),
    DeclarationState.VALIDATED: ("declaration.state_validated", "accent"),
    DeclarationState.EFFECTIVE: ("declaration.state_effective", "accent"),
    DeclarationState.NOTICE: ("declaration.state_notice", "warning"),
    DeclarationState.ENDED: ("declaration.state_ended", ""),
}
_MOST_DAYS = 7
_CAUSES = {
    EndCause.NOTICE: "declaration.ended_notice",
    EndCause.DSP_CLOSED: "declaration.ended_dsp_closed",
    EndCause.DEATH: "declaration.ended_death",
    EndCause.DOCTOR_LEFT: "declaration.ended_doctor_left",
    EndCause.REPLACED: "declaration.ended_replaced",
}


@dataclass(frozen=True, slots=True)
class DeclarationModel:
    """``standing`` None = not known (yet), or the platform tells of none (``none``)."""

    standing: Standing | None = None
    none: bool = False
    loading: bool = False
    offline: bool = False
    failure: Failure | None = None


class DeclarationView(View):
    """Signals: ``refresh_asked``, ``notice_confirmed(Consent)``."""

    refresh_asked = Signal()
    notice_confirmed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("declaration-view", parent)
        self._model = DeclarationModel()
        self._asking = False
        title = heading("")
        self.bind(title.setText, lambda: text("declaration.heading"))
        self._state = Badge("")
        self._state.setObjectName("declaration-state")
        self._again = secondary_button("", "declaration-refresh", self.refresh_asked.emit)
        self.bind_named(self._again, lambda: text("declaration.refresh"))
        key = QShortcut(QKeySequence("F5"), self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(self._again.click)
        self._message = Message("declaration-message")
        self._wait = DelayedProgress("declaration-wait", keep_place=False)
        self._said = label("")
        self._said.setObjectName("declaration-said")
        self._days = Panel(margin=2 * GRID)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(3 * GRID)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnStretch(1, 1)
        self._days.body.addLayout(self._grid)
        self._lines = [self._line(number) for number in range(_MOST_DAYS)]
        self._end = Panel(margin=2 * GRID)
        end_title = strong("")
        self.bind(end_title.setText, lambda: text("declaration.end_title"))
        self._rule = label("")
        self._rule.setObjectName("declaration-rule")
        self.agreed = QCheckBox()
        self.agreed.setObjectName("declaration-agreed")
        self.bind_named(self.agreed, lambda: text("declaration.agreed"))
        self.agreed.toggled.connect(lambda _: self._say_end())
        self._give = secondary_button("", "declaration-give", self._begin)
        self.bind_named(self._give, lambda: text("declaration.give"))
        self._sure = label("")
        self._sure.setObjectName("declaration-sure")
        self._confirm = danger_button("", "declaration-confirm", self._confirmed)
        self.bind_named(self._confirm, lambda: text("declaration.confirm"))
        self._back = quiet_button("", "declaration-not", self._not_now)
        self.bind_named(self._back, lambda: text("declaration.not_now"))
        self._end.body.addWidget(end_title)
        self._end.body.addWidget(self._rule)
        self._end.body.addWidget(self.agreed)
        self._end.body.addWidget(self._sure)
        self._end.body.addLayout(row(self._give, self._confirm, self._back, None))
        page = ScrollPage(self)
        page.body.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        page.body.setSpacing(GRID)
        for part in (self._message, self._said, self._days, self._end):
            page.body.addWidget(part)
        page.body.addStretch(1)
        head = row(title, self._state, None, self._again)
        head.setContentsMargins(2 * GRID, GRID, 2 * GRID, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(page, 1)
        layout.addLayout(foot(self._wait))
        self.refresh()

    def show_state(self, model: DeclarationModel) -> None:
        """Show *model*; what was about to be confirmed is not, once anything changed."""
        before = self._model.standing
        if model.standing is None or (before is not None and before.told != model.standing.told):
            self._asking = False
            self.agreed.setChecked(False)
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        model, standing = self._model, self._model.standing
        key, tone = _STATES[standing.state] if standing is not None else ("", "")
        self._state.set(text(key) if key else "", tone)
        self._said.setText(said(standing) if standing is not None else "")
        self._said.setVisible(standing is not None)
        self._show_days(standing)
        self._again.setEnabled(not model.offline)
        if model.loading:
            self._wait.wait(text("declaration.loading"))
        else:
            self._wait.done()
        self._say_end()
        if model.failure is not None:
            if model.failure is not self._message.failure or self._message.isHidden():
                self._message.show_failure(model.failure)
        elif model.offline:
            self._message.show_text(text("declaration.offline"), tone="warning")
        elif model.none:
            self._message.show_text(text("declaration.none"))
        else:
            self._message.clear()

    def focus_first(self) -> None:
        (self._confirm if self._asking else self._again).setFocus()

    def _line(self, number: int) -> tuple[QLabel, QLabel]:
        title, value = muted(""), label("")
        title.setWordWrap(False)
        value.setObjectName(f"declaration-day-{number}")
        self._grid.addWidget(title, number, 0)
        self._grid.addWidget(value, number, 1)
        return title, value

    def _show_days(self, standing: Standing | None) -> None:
        lines = days(standing) if standing is not None else ()
        for number, (title, value) in enumerate(self._lines):
            words, when = lines[number] if number < len(lines) else ("", "")
            title.setText(words)
            value.setText(when)
            value.setAccessibleName(f"{words} {when}".strip())
            title.setVisible(bool(words))
            value.setVisible(bool(words))
        self._days.setVisible(bool(lines))

    def _say_end(self) -> None:
        standing = self._model.standing
        may = standing is not None and standing.may_end and not self._model.offline
        self._end.setVisible(may)
        if standing is None or not may:
            return
        both = standing.needs_agreement
        if not both:
            self._rule.setText(text("declaration.rule_alone"))
        elif standing.alone_from is not None:
            self._rule.setText(text("declaration.rule_both", day=day(standing.alone_from)))
        else:
            self._rule.setText(text("declaration.rule_unknown"))
        self.agreed.setVisible(both)
        ready = (self.agreed.isChecked() or not both) and not self._model.loading
        self._asking = self._asking and ready
        self._sure.setText(text("declaration.sure", day=day(standing.would_end)))
        for part in (self._sure, self._confirm, self._back):
            part.setVisible(self._asking)
        self._give.setVisible(not self._asking)
        self._give.setEnabled(ready)

    def _begin(self) -> None:
        self._asking = True
        self._say_end()
        self._back.setFocus()

    def _not_now(self) -> None:
        self._asking = False
        self._say_end()
        self._give.setFocus()

    def _confirmed(self) -> None:
        self._asking = False
        self.hold_focus()
        self.notice_confirmed.emit(Consent.BOTH if self.agreed.isChecked() else Consent.ALONE)


def said(standing: Standing) -> str:
    """The state in a sentence (screens « Déclaration »)."""
    declaration = standing.told.declaration
    match standing.state:
        case DeclarationState.NOTICE:
            return text("declaration.said_notice", day=day(standing.last_day))
        case DeclarationState.ENDED:
            return text(_CAUSES[standing.cause]) if standing.cause else text("declaration.ended")
        case DeclarationState.EFFECTIVE:
            return text("declaration.said_effective", day=day(declaration.effective_from()))
        case DeclarationState.VALIDATED:
            return text("declaration.said_validated", day=day(declaration.effective_from()))
        case _:
            return text("declaration.said_not_yet")


def days(standing: Standing) -> tuple[tuple[str, str], ...]:
    """Its days in the order of the law; those that have not come and are not to be expected are left out."""
    d = standing.told.declaration
    over = standing.state is DeclarationState.ENDED
    end = d.ended if over and d.ended else standing.last_day
    lines: tuple[tuple[str, date | None, bool], ...] = (
        ("declaration.signed_patient", d.signed_patient, True),
        ("declaration.signed_doctor", d.signed_doctor, True),
        ("declaration.notified", d.notified, True),
        ("declaration.validated", d.validated, True),
        ("declaration.effective", d.effective_from(), True),
        ("declaration.notice", d.notice_on, d.notice_on is not None),
        ("declaration.ends", end, over or end is not None),
    )
    return tuple((text(key), day(value)) for key, value, shown in lines if shown)
