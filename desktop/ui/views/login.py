"""Login: which link is missing, then the PIN; the tries left stand there before anything is typed."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.domain.card import CardInfo, PinState
from desktop.domain.errors import Code, Failure
from desktop.domain.local_time import local_day
from desktop.domain.texts import counted, failure_next_step, failure_text, text
from desktop.ui.dates import day
from desktop.ui.icons import Glyph, paint_glyph
from desktop.ui.theme import GRID, Role, color
from desktop.ui.views.base import View, middle
from desktop.ui.views.card_help import CardHelp
from desktop.ui.views.pin_form import PinForm, is_last_try
from desktop.ui.views.situation import WORDS, CardSituation, situation_failure
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, column, row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.rows import ListRow
from desktop.ui.widgets.text import heading, label, link, muted, set_tone

WARN_DAYS = 60


class LoginStep(StrEnum):
    """What is being waited for while logging in."""

    CARD = "card"
    PLATFORM = "platform"
    STORE = "store"
    KEYPAD = "keypad"
    WINDOW = "window"
    UNBLOCKING = "unblocking"


STEP_WORDS = {
    LoginStep.CARD: "login.step_card",
    LoginStep.PLATFORM: "login.step_platform",
    LoginStep.STORE: "login.step_store",
    LoginStep.KEYPAD: "login.step_keypad",
    LoginStep.WINDOW: "login.step_window",
    LoginStep.UNBLOCKING: "login.step_unblocking",
}


@dataclass(frozen=True, slots=True)
class LoginModel:
    """``reader`` is its name as PC/SC gives it; ``facts`` fill the situation's sentence (date, path).

    ``cards`` are offered when several are present; ``today`` judges the certificate's last day;
    ``unblocked``: the PUK was right a moment ago; ``checking``: the card is read anew after a login that
    failed: a PIN may be typed, none goes out.
    """

    situation: CardSituation = CardSituation.STARTING
    today: date = date(2000, 1, 1)
    reader: str = ""
    card: CardInfo | None = None
    cards: tuple[CardInfo, ...] = ()
    busy: LoginStep | None = None
    failure: Failure | None = None
    facts: tuple[tuple[str, str], ...] = ()
    unblocked: bool = False
    checking: bool = False

    def typed_for(self) -> tuple[CardSituation, CardInfo | None]:
        """What a typed PIN is for: it goes when this changes, not when the card has counted a try."""
        return self.situation, self.card and replace(self.card, pin=PinState())

    def codes(self) -> tuple[Code, ...]:
        """The stable codes of what this screen says, for a telephone call."""
        code = WORDS[self.situation].code
        if self.situation is not CardSituation.READY or self.card is None:
            return () if code is None else (code,)
        found = []
        if is_last_try(self.card.pin):
            found.append(Code.PIN_LAST_TRY)
        if self.expires_soon():
            found.append(Code.CERTIFICATE_EXPIRING)
        return tuple(found)

    def expires_soon(self) -> bool:
        """True in the certificate's last 60 days."""
        return (
            self.card is not None
            and (local_day(self.card.authentication.not_after) - self.today).days < WARN_DAYS
        )


class LoginView(View):
    """Signals: ``pin_entered(Secret)``, ``keypad_asked``, ``card_chosen(key)``,
    ``puk_entered(puk Secret, new Secret)``, ``retry_asked``, ``change_module_asked`` (« Ma carte »),
    ``other_card_asked``, ``security_asked`` (contacts), ``report_asked`` (diagnostics), ``help_asked``.
    """

    pin_entered = Signal(object)
    keypad_asked = Signal()
    card_chosen = Signal(str)
    puk_entered = Signal(object, object)
    retry_asked = Signal()
    change_module_asked = Signal()
    other_card_asked = Signal()
    security_asked = Signal()
    report_asked = Signal()
    help_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("login-view", parent)
        self._model = LoginModel()
        self._chosen_rows: list[ListRow] = []
        self._offered: tuple[CardInfo, ...] = ()
        panel = Panel(margin=5 * GRID)
        panel.setObjectName("login-panel")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(middle(panel, 640))
        self._picture = _CardPicture()
        self._title = heading("")
        self._title.setObjectName("login-title")
        self._title.setWordWrap(True)
        self._message = label("")
        self._message.setObjectName("login-message")
        self._next = muted("")
        self._next.setObjectName("login-next")
        self._code = muted("")
        self._code.setObjectName("login-code")
        self._holder_badge = Badge("")
        self._holder_badge.setObjectName("login-certificate-badge")
        self._chooser = column(spacing=2)
        self.pin = PinForm("pin-form")
        self.help = CardHelp("login")
        self.unblock = self.help.unblock
        self._failure = Message("login-failure")
        self._wait = DelayedProgress("login-wait")
        self._fill(panel)
        self.pin.entered.connect(self.pin_entered)
        self.pin.keypad_asked.connect(self.keypad_asked)
        self.help.puk_entered.connect(self.puk_entered)
        self.help.retry_asked.connect(self.retry_asked)
        self.help.change_module_asked.connect(self.change_module_asked)
        self.refresh()

    def _fill(self, panel: Panel) -> None:
        words = column(spacing=GRID // 2)
        words.addWidget(self._title)
        words.addWidget(self._message)
        words.addLayout(row(self._holder_badge, None))
        words.addWidget(self._next)
        words.addWidget(self._code)
        head = row(spacing=3 * GRID)
        head.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        panel.body.addLayout(head)
        panel.body.addWidget(self._failure)
        panel.body.addLayout(self._chooser)
        panel.body.addWidget(self.pin)
        panel.body.addWidget(self.help)
        lines = column(spacing=GRID)
        for links in self._links():
            lines.addLayout(row(*links, None, spacing=2 * GRID))
        panel.body.addLayout(lines)
        panel.body.addWidget(self._wait)

    def _links(self) -> tuple[tuple[QPushButton, ...], ...]:
        """Two lines: in one, the longer languages would be cut."""
        forgotten = link("", "login-pin-forgotten", self.security_asked.emit)
        self.bind_named(forgotten, lambda: text("login.pin_forgotten"))
        self._other = link("", "login-other-card", self.other_card_asked.emit)
        self.bind_named(self._other, lambda: text("login.other_card"))
        security = link("", "login-security", self.security_asked.emit)
        self.bind_named(security, lambda: text("login.card_lost"))
        mine = link("", "login-my-card", self.change_module_asked.emit)
        self.bind_named(mine, lambda: text("cards.title"))
        report = link("", "login-diagnostics", self.report_asked.emit)
        self.bind_named(report, lambda: text("login.report"))
        aid = link("", "login-help", self.help_asked.emit)
        self.bind_named(aid, lambda: text("login.help"))
        return (forgotten, security), (self._other, mine, report, aid)

    def show_state(self, model: LoginModel) -> None:
        """Show *model*; a new situation wipes what was typed."""
        before, self._model = self._model, model
        if before.typed_for() != model.typed_for():
            self.pin.clear()
            self.help.clear()
        if model.busy is not None and before.busy is None:
            self.hold_focus()
        self.refresh()
        if before.situation is not model.situation:
            announce(self, f"{self._title.text()}. {self._message.text()}")
            self.focus_again()
        elif before.busy is not None and model.busy is None:
            self.focus_again()

    def refresh(self) -> None:
        model = self._model
        ready = model.situation is CardSituation.READY and model.card is not None
        self._say_situation(model)
        self._picture.show_situation(model.situation)
        self._offer_cards(model.cards if model.situation is CardSituation.SEVERAL else ())
        self.pin.setVisible(ready)
        pin = model.card.pin if ready and model.card else PinState()
        self.pin.show_pin(pin, busy=model.busy is not None, checking=model.checking)
        self.help.show_card(model.situation, model.card, model.failure, busy=model.busy is not None)
        self._other.setVisible(ready and len(model.cards) > 1)
        say_outcome(self._failure, model)
        show_wait(self._wait, model)

    def focus_first(self) -> None:
        if self.pin.isVisibleTo(self):
            self.pin.focus_first()
        elif self._chosen_rows:
            self._chosen_rows[0].setFocus()
        else:
            (self.help.first_stop() or self).setFocus()

    def primary(self) -> QPushButton | None:
        return self.help.primary() or self.pin.button

    def _say_situation(self, model: LoginModel) -> None:
        words = WORDS[model.situation]
        self._title.setText(text(words.title))
        set_tone(self._title, "danger" if words.tone == "danger" else "")
        message = then = ""
        failure = situation_failure(model.situation, model.facts)
        if model.situation is CardSituation.READER_EMPTY:
            message = text("login.insert_into", reader=model.reader) if model.reader else ""
            then = text("login.insert_hint")
        elif model.situation is CardSituation.SEVERAL:
            message = text("login.several_hint")
        elif failure is not None:
            message, then = failure_text(failure), failure_next_step(failure)
        self._holder_badge.set("")
        if model.situation is CardSituation.READY and model.card is not None:
            self._title.setText(model.card.authentication.holder)
            message = text("login.issued_by", issuer=model.card.authentication.issuer)
            then = self._say_validity(model, model.card)
        codes = ", ".join(code.value for code in model.codes())
        said = text("theme.code", code=codes) if codes else ""
        for part, content in ((self._message, message), (self._next, then), (self._code, said)):
            part.setText(content)
            part.setVisible(bool(content))

    def _say_validity(self, model: LoginModel, card: CardInfo) -> str:
        tone = "warning" if model.expires_soon() else ""
        self._holder_badge.set(text("login.valid_until", date=day(card.authentication.not_after)), tone)
        return expiry_words(model)

    def _offer_cards(self, cards: tuple[CardInfo, ...]) -> None:
        if cards == self._offered:
            return
        self._offered = cards
        while (item := self._chooser.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._chosen_rows = [self._card_row(number, card) for number, card in enumerate(cards)]
        for line in self._chosen_rows:
            self._chooser.addWidget(line)
            line.show()

    def _card_row(self, number: int, card: CardInfo) -> ListRow:
        certificate = card.authentication
        cells = (certificate.holder, certificate.issuer, _both_ends(card.reader))
        key = card.key
        return ListRow(
            cells,
            f"login-card-{number}",
            lambda: self.card_chosen.emit(key),
            widths=(0, 0, 0),
            glyph=Glyph.CARD,
        )


def show_wait(line: DelayedProgress, model: LoginModel) -> None:
    """What is being waited for."""
    if model.busy is not None:
        line.wait(text(STEP_WORDS[model.busy]))
    elif model.checking:
        line.wait(text(WORDS[CardSituation.READING].title))
    else:
        line.done()


def _both_ends(reader: str) -> str:
    """Two readers of one make differ in the number at the end, which must not be cut off."""
    return reader if len(reader) <= 22 else f"{reader[:13].rstrip()}…{reader[-8:]}"


def expiry_words(model: LoginModel) -> str:
    """In the certificate's last days: how many, and what to do; else ""."""
    if model.card is None or not model.expires_soon():
        return ""
    days = max((local_day(model.card.authentication.not_after) - model.today).days, 0)
    return f"{counted('login.valid_soon', days)} {failure_next_step(Failure(Code.CERTIFICATE_EXPIRING))}"


def say_outcome(message: Message, model: LoginModel) -> None:
    """What the last PIN or PUK came to."""
    if model.failure is not None:
        if model.failure is not message.failure or message.isHidden():
            message.show_failure(model.failure)
    elif model.unblocked:
        message.show_text(text("cards.done_unblocked"))
    else:
        message.clear()


class _CardPicture(QLabel):
    """A card, drawn; a sign over it where something is wrong. The words beside it say what."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("login-picture")
        self.setFixedSize(QSize(96, 64))
        self._situation = CardSituation.STARTING

    def show_situation(self, situation: CardSituation) -> None:
        """Repaint for *situation*."""
        if situation is not self._situation:
            self._situation = situation
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tone = WORDS[self._situation].tone
        role = {"danger": Role.DANGER, "warning": Role.WARNING, "accent": Role.ACCENT}.get(
            tone, Role.BORDER_STRONG
        )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = painter.pen()
        pen.setColor(color(role))
        pen.setWidthF(2)
        if self._situation in (CardSituation.READER_EMPTY, CardSituation.NO_READER, CardSituation.STARTING):
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(color(Role.ACCENT_SOFT if tone == "accent" else Role.SUNKEN))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 8, 8)
        chip = self.rect().adjusted(14, 20, -62, -24)
        painter.drawRoundedRect(chip, 3, 3)
        glyph = {"danger": Glyph.DANGER, "warning": Glyph.WARNING, "accent": Glyph.CHECK}.get(tone)
        if glyph is not None:
            paint_glyph(painter, self.rect().adjusted(52, 18, -16, -18), glyph, role)
        painter.end()
