"""The patient banner: never leaves while a record is open (domain §10, CF-082)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.domain.local_time import local_day
from desktop.domain.record import Mandate, MandateKind, Patient, Sex
from desktop.domain.texts import counted, text
from desktop.ui.dates import day, moment
from desktop.ui.theme import GRID
from desktop.ui.views.describe import mandate_kind
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.buttons import primary_button, secondary_button
from desktop.ui.widgets.text import ElidedLabel, label, set_tone, strong

SHORT = timedelta(minutes=15)
TICK_MS = 5_000


def time_left(mandate: Mandate, now: datetime) -> str:
    """« encore 23 h 41 », « période de suivi, fin le 20.11.2026 », « accès terminé », or "" (CF-034)."""
    if mandate.end is None:
        return text("record.no_end")
    if mandate.is_over(now):
        return text("record.access_over")
    until = mandate.until() or mandate.end
    if mandate.in_grace(now):
        soon = until - now < timedelta(days=2)
        return text("record.in_grace", date=moment(until) if soon else day(until))
    # A consultation is 24 h in all, its grace included (domain §4.3); elsewhere the grace comes after.
    left = (until if mandate.kind is MandateKind.CONSULTATION else mandate.end) - now
    if left >= timedelta(days=2):
        return counted("record.days_left", left.days)
    minutes = ceil(left / timedelta(minutes=1))
    if minutes <= 1:
        return text("record.last_minute")
    if minutes < 60:
        return text("record.minutes_left", minutes=minutes)
    return text("record.hours_left", hours=minutes // 60, minutes=f"{minutes % 60:02d}")


def birth_words(patient: Patient, now: datetime) -> str:
    """« née le 12.05.1993 · 33 ans »."""
    age = patient.age(local_day(now))
    born = day(patient.birth_date)
    if patient.sex is Sex.FEMALE:
        words = text("record.born_female", date=born)
    elif patient.sex is Sex.MALE:
        words = text("record.born_male", date=born)
    else:
        words = text("record.born", date=born)
    return words if age is None else f"{words} · {counted('record.age', age)}"


class PatientBanner(QFrame):
    """Name, birth date, matricule, mandate and its end; « Déposer » and « Fermer »."""

    deposit_requested = Signal()
    close_requested = Signal()
    ended = Signal()

    _patient: Patient
    _mandate: Mandate
    _now: Callable[[], datetime]

    def __init__(self, parent: QWidget | None = None) -> None:
        """Blank, so that it can be made before anybody is known; :meth:`show_patient` says whose it is."""
        super().__init__(parent)
        self.setObjectName("patient-banner")
        self.setProperty("kind", "band")
        self._said_short = self._said_end = self._low = False
        self._may_deposit, self._depositing = True, False
        self._name = ElidedLabel("", "heading", self)
        self._name.setObjectName("banner-name")
        self._name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._birth = strong("")
        self._birth.setObjectName("banner-birth")
        self._matricule = label("", "muted")
        self._matricule.setObjectName("banner-matricule")
        self._matricule.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.minor = Badge(text("record.minor"), "warning")
        self.minor.setObjectName("banner-minor")
        self._demo = Badge(text("record.demo"), "warning")
        for badge in (self.minor, self._demo):
            badge.hide()
        self._kind = strong("")
        self._kind.setObjectName("banner-mandate")
        self._left = label("", "muted")
        self._left.setObjectName("banner-time-left")
        for part in (self._matricule, self._left):
            part.setWordWrap(False)
        self.deposit = primary_button(text("record.deposit"), "record-deposit", self.deposit_requested.emit)
        self.close_button = secondary_button(text("record.close"), "record-close", self.close_requested.emit)
        self._arrange()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)

    def show_patient(
        self, patient: Patient, mandate: Mandate, now: Callable[[], datetime], *, demo: bool = False
    ) -> None:
        """Whose record it is, and by which right; the count-down begins."""
        self._patient, self._mandate, self._now = patient, mandate, now
        self._name.set_whole(patient.name)
        self._birth.setText(birth_words(patient, now()))
        self._matricule.setText(patient.matricule.grouped())
        self.minor.setVisible(patient.is_minor(local_day(now())))
        self._demo.setVisible(demo)
        self._timer.start()
        self.tick()

    def set_mandate(self, mandate: Mandate) -> None:
        """The mandate as the platform sees it now."""
        self._mandate = mandate
        self._said_end = self._said_end and mandate.is_over(self._now())
        self.tick()

    def mandate(self) -> Mandate:
        """The mandate shown."""
        return self._mandate

    def set_deposit_allowed(self, *, allowed: bool) -> None:
        """Hide « Déposer » where it makes no sense."""
        self._may_deposit = allowed
        self._show_deposit()

    def set_depositing(self, *, depositing: bool) -> None:
        """On the form itself its own button is the one filled button of the screen."""
        self._depositing = depositing
        self._show_deposit()

    def show_low(self, *, low: bool) -> None:
        """The window is low: one line. What has no room there is said by its tip, and to who hears it."""
        if low is self._low:
            return
        self._low = low
        self._who.setDirection(QBoxLayout.Direction.LeftToRight if low else QBoxLayout.Direction.TopToBottom)
        self._who.setSpacing(2 * GRID if low else 0)
        above = GRID // 2 if low else GRID
        self._line.setContentsMargins(3 * GRID, above, 2 * GRID, above)
        self.deposit.setText(text("record.deposit_short" if low else "record.deposit"))
        self.close_button.setText(text("common.close" if low else "record.close"))
        self._matricule.setHidden(low)
        self._kind.setHidden(low)
        if self._timer.isActive():  # somebody is shown
            self.tick()

    def _show_deposit(self) -> None:
        self.deposit.setVisible(self._may_deposit and not self._depositing)

    def tick(self) -> None:
        """Refresh the count-down; emits :attr:`ended` once."""
        now = self._now()
        over = self._mandate.is_over(now)
        words = time_left(self._mandate, now)
        kind = mandate_kind(self._mandate.kind)
        self._kind.setText(kind)
        self._left.setText(words)
        end = self._mandate.until()
        self._left.setToolTip(text("record.until", moment=moment(end)) if end else "")
        short = end is not None and end - now <= SHORT
        set_tone(self._left, "danger" if over else "warning" if short else "")
        named = (self._patient.name, self._birth.text(), self._matricule.text(), kind, words)
        self.setAccessibleName(", ".join(named))
        self.setToolTip(self.accessibleName() if self._low else "")
        # In one line the name has the room: it is never cut for an end that is not near.
        self._left.setHidden(self._low and not (short or over or self._mandate.in_grace(now)))
        if short and not self._said_short:
            self._said_short = True
            announce(self, words)
        if over and not self._said_end:
            self._said_end = True
            self.ended.emit()

    def _arrange(self) -> None:
        first = self._first = QHBoxLayout()
        first.setSpacing(GRID + 4)
        for widget in (self._name, self.minor, self._demo):
            first.addWidget(widget)
        first.addStretch(1)
        second = QHBoxLayout()
        second.setSpacing(2 * GRID)
        second.addWidget(self._birth)
        second.addWidget(self._matricule)
        second.addStretch(1)
        who = self._who = QVBoxLayout()
        who.setSpacing(0)
        who.addLayout(first)
        who.addLayout(second)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._kind, 0, Qt.AlignmentFlag.AlignRight)
        right.addWidget(self._left, 0, Qt.AlignmentFlag.AlignRight)
        layout = self._line = QHBoxLayout(self)
        layout.setContentsMargins(3 * GRID, GRID, 2 * GRID, GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(who, 1)
        layout.addLayout(right)
        layout.addSpacing(GRID)
        layout.addWidget(self.deposit)
        layout.addWidget(self.close_button)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
