"""« Ma carte »: change PIN, unblock, certificates, module, who asks for the PIN."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton

from desktop.domain.card import (
    CardInfo,
    CardPin,
    CardSource,
    Certificate,
    ModuleReport,
    PinState,
)
from desktop.domain.errors import Code, Failure
from desktop.domain.local_time import local_day
from desktop.domain.texts import failure_next_step, failure_text, text
from desktop.ui.dates import day
from desktop.ui.theme import GRID, ROW_HEIGHT
from desktop.ui.views.base import SteppedView, Words, only_page
from desktop.ui.views.card_askers import AskerChooser, AskerModel
from desktop.ui.views.card_module import ModuleChoice, ModuleChooser, ModuleModel
from desktop.ui.views.login import WARN_DAYS
from desktop.ui.views.new_pin_form import NewPinForm, Under
from desktop.ui.views.pin_form import tries_text
from desktop.ui.views.situation import WORDS, CardSituation
from desktop.ui.views.table import ReadOnlyTable
from desktop.ui.widgets.buttons import quiet_button
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.progress import DelayedProgress
from desktop.ui.widgets.text import heading, label, muted


class CardNews(StrEnum):
    """What was just done with success."""

    PIN_CHANGED = "pin-changed"
    UNBLOCKED = "unblocked"


_NEWS_WORDS = {
    (CardNews.PIN_CHANGED, CardPin.LOGIN): "cards.done_changed",
    (CardNews.UNBLOCKED, CardPin.LOGIN): "cards.done_unblocked",
    (CardNews.PIN_CHANGED, CardPin.SIGNATURE): "cards.done_signature_changed",
    (CardNews.UNBLOCKED, CardPin.SIGNATURE): "cards.done_signature_unblocked",
}
_PIN_WORDS = {CardPin.LOGIN: "cards.pin_of_login", CardPin.SIGNATURE: "cards.pin_of_signature"}


@dataclass(frozen=True, slots=True)
class CardModel:
    """``modules`` found on this computer, ``module`` the chosen one (a path, "" = search automatically).

    ``situation`` says why ``card`` is None; ``today`` judges the certificates; ``act`` is what ``busy``,
    ``news`` and ``failure`` are about. ``wanted``: whose PIN the forms are for, on a card that has two.
    """

    card: CardInfo | None = None
    today: date = date(2000, 1, 1)
    modules: tuple[ModuleChoice, ...] = ()
    module: str = ""
    asking: AskerModel = field(default_factory=AskerModel)
    act: CardNews = CardNews.PIN_CHANGED
    busy: bool = False
    testing: bool = False
    report: ModuleReport | None = None
    news: CardNews | None = None
    failure: Failure | None = None
    module_failure: Failure | None = None
    situation: CardSituation = CardSituation.READER_EMPTY
    wanted: CardPin = CardPin.LOGIN

    @property
    def which(self) -> CardPin:
        """Whose PIN the forms are for: where there is one for all, it is the login's."""
        own = self.card is not None and self.card.own_signature_pin is not None
        return self.wanted if own else CardPin.LOGIN

    @property
    def pin(self) -> PinState:
        """The state of that PIN."""
        return self.card.pin_of(self.which) if self.card is not None else PinState()


class CardView(SteppedView):
    """Signals: ``pin_change_entered(old, new)``, ``puk_entered(puk, new)``, ``module_chosen(Path | None)``
    (None = search), ``module_test_asked(Path)``, ``asker_chosen(KeypadSetting)``,
    ``asker_kind_ticked(bool)``, ``pin_chosen(CardPin)``, ``report_asked``.
    """

    NAME = "card-view"
    pin_change_entered = Signal(object, object)
    puk_entered = Signal(object, object)
    module_chosen = Signal(object)
    module_test_asked = Signal(object)
    asker_chosen = Signal(object)
    asker_kind_ticked = Signal(bool)
    pin_chosen = Signal(object)
    report_asked = Signal()

    def _make(self) -> Iterator[None]:
        self._model = CardModel()
        self._area = only_page(self)
        body = self._area.body
        title = heading("")
        self.bind(title.setText, lambda: text("cards.title"))
        self._back = quiet_button("", "card-back", self.back_asked.emit)
        self.bind_named(self._back, lambda: text("common.back"))
        report = quiet_button("", "card-report", self.report_asked.emit)
        self.bind_named(report, lambda: text("cards.report"))
        body.addLayout(row(title, None, report, self._back))
        self._message = Message("card-message")
        self._messages: dict[CardNews, Message] = {}
        self._waits: dict[CardNews, DelayedProgress] = {}
        body.addWidget(self._message)
        body.addWidget(self._certificates_panel())
        yield
        body.addWidget(self._which_panel())
        pins = row(spacing=2 * GRID)
        pins.addWidget(self._change_panel(), 1)
        yield
        pins.addWidget(self._unblock_panel(), 1)
        body.addLayout(pins)
        yield
        body.addWidget(self._module_panel())
        body.addWidget(self._askers_panel())
        body.addStretch(1)
        self.refresh()

    def show_state(self, model: CardModel) -> None:
        """Show *model*; another card, news or an error wipes what was typed."""
        before, self._model = self._model, model
        if model.busy and not before.busy:
            self.hold_focus()
        shown = [message for message in (self._message, *self._messages.values()) if not message.isHidden()]
        if _answered(before) != _answered(model):
            self.change.clear()
            self.unblock.clear()
        self.refresh()
        if before.busy and not model.busy:
            self._back_to_form()
        answer = self._place(model)
        if (before.news, before.failure) != (model.news, model.failure) or shown != [answer]:
            self._bring(answer)
        if (before.report, before.module_failure) != (model.report, model.module_failure):
            self._bring(self.module.message)

    def _back_to_form(self) -> None:
        form = self.change if self._model.act is CardNews.PIN_CHANGED else self.unblock
        if form.isVisible():
            form.focus_first()

    def _bring(self, message: Message) -> None:
        """What was just said must be seen, wherever the page was scrolled to."""
        if not message.isHidden():
            QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(message))

    def refresh(self) -> None:
        model = self._model
        pin = model.pin
        self._tries.setText(tries_text(model.card.pin) if model.card else _why_no_card(model.situation))
        self._signature.setText(_signature_words(model.card))
        self._fill_certificates(model)
        self._which.setVisible(model.card is not None and model.card.own_signature_pin is not None)
        self._pins[model.which].setChecked(True)
        changeable = model.card is not None and model.card.can_change(model.which)
        can_change = changeable and not pin.blocked
        can_unblock = model.card is not None and model.card.can_unblock
        self.change.setVisible(can_change)
        self._unsupported.setVisible(model.card is not None and not changeable)
        self._change.setVisible(model.card is not None and not pin.blocked)
        self._unblock.setVisible(can_unblock)
        self.change.show_pin(pin, busy=model.busy)
        self.unblock.show_pin(pin, busy=model.busy)
        for act, wait in self._waits.items():
            if model.busy and act is model.act:
                wait.wait(text("cards.working"))
            else:
                wait.done()
        self._say_news(model)
        simulated = model.card is not None and model.card.source is not CardSource.PKCS11
        self.module.show_model(
            ModuleModel(
                model.modules, model.module, model.testing, model.report, model.module_failure, simulated
            )
        )
        self.askers.show_model(model.asking)

    def focus_first(self) -> None:
        self._area.verticalScrollBar().setValue(0)
        (self.table if self.table.isVisibleTo(self) else self._back).setFocus()

    def _certificates_panel(self) -> Panel:
        panel = self._panel(lambda: text("cards.certificates"))
        self._tries = muted("")
        self._tries.setObjectName("card-tries")
        self.table = ReadOnlyTable(
            "card-certificates",
            (
                lambda: text("cards.column_use"),
                lambda: text("cards.column_holder"),
                lambda: text("cards.column_issuer"),
                lambda: text("cards.column_from"),
                lambda: text("cards.column_until"),
                lambda: text("cards.column_state"),
            ),
            stretched=frozenset({2}),
        )
        self.bind(self.table.setAccessibleName, lambda: text("cards.certificates"))
        self._signature = muted("")
        self._signature.setObjectName("card-signature")
        for widget in (self._tries, self.table, self._signature):
            panel.body.addWidget(widget)
        return panel

    def _which_panel(self) -> Panel:
        """Only where the signature key has a PIN of its own."""
        self._which = self._panel(lambda: text("cards.which_pin"))
        group = QButtonGroup(self)
        self._pins: dict[CardPin, QRadioButton] = {}
        for which, key in _PIN_WORDS.items():
            radio = QRadioButton()
            radio.setObjectName(f"pin-of-{which.value}")
            self.bind_named(radio, lambda key=key: text(key))  # type: ignore[misc]
            radio.clicked.connect(lambda _=False, chosen=which: self.pin_chosen.emit(chosen))
            group.addButton(radio)
            self._pins[which] = radio
        self._which.body.addLayout(row(*self._pins.values(), None, spacing=2 * GRID))
        return self._which

    def _change_panel(self) -> Panel:
        self._change = self._panel(lambda: text("cards.change_pin"))
        self.change = NewPinForm("change-pin-form", Under.OLD_PIN)
        self.change.entered.connect(self.pin_change_entered)
        self._unsupported = label("")
        self.bind(self._unsupported.setText, lambda: text("cards.change_unsupported"))
        self._change.body.addWidget(self.change)
        self._change.body.addWidget(self._unsupported)
        self._add_answer(self._change, CardNews.PIN_CHANGED)
        return self._change

    def _unblock_panel(self) -> Panel:
        self._unblock = self._panel(lambda: text("cards.unblock_section"))
        self.unblock = NewPinForm("card-unblock-form", Under.PUK)
        self.unblock.entered.connect(self.puk_entered)
        self._unblock.body.addWidget(self.unblock)
        self._add_answer(self._unblock, CardNews.UNBLOCKED)
        return self._unblock

    def _add_answer(self, panel: Panel, act: CardNews) -> None:
        """The card's answer stands under the button that asked it."""
        self._messages[act] = Message(f"card-message-{act.value}")
        self._waits[act] = DelayedProgress(f"card-wait-{act.value}", keep_place=False)
        panel.body.addWidget(self._waits[act])
        panel.body.addWidget(self._messages[act])
        panel.body.addStretch(1)

    def _module_panel(self) -> Panel:
        panel = self._panel(lambda: text("cards.module_section"))
        self.module = ModuleChooser()
        self.module.chosen.connect(self.module_chosen)
        self.module.test_asked.connect(self.module_test_asked)
        panel.body.addWidget(self.module)
        return panel

    def _askers_panel(self) -> Panel:
        panel = self._panel(lambda: text("cards.keypad_section"))
        self.askers = AskerChooser()
        self.askers.chosen.connect(self.asker_chosen)
        self.askers.this_kind_ticked.connect(self.asker_kind_ticked)
        panel.body.addWidget(self.askers)
        return panel

    def _panel(self, words: Words) -> Panel:
        panel = Panel()
        title = heading("")
        self.bind(title.setText, words)
        panel.body.addWidget(title)
        return panel

    def _fill_certificates(self, model: CardModel) -> None:
        lines = []
        card = model.card
        if card is not None:
            lines.append(_line(text("cards.use_authentication"), card.authentication, model.today))
            if card.signature is not None:
                lines.append(_line(text("cards.use_signature"), card.signature, model.today))
        self.table.fill(lines)
        self.table.setFixedHeight(ROW_HEIGHT * (len(lines) + 1) + GRID)
        self.table.setVisible(bool(lines))

    def _say_news(self, model: CardModel) -> None:
        place = self._place(model)
        for message in (self._message, *self._messages.values()):
            if message is not place:
                message.clear()
        if model.failure is not None:
            if model.failure is not place.failure or place.isHidden():
                place.show_failure(model.failure)
        elif model.news is not None:
            place.show_text(text(_NEWS_WORDS[model.news, model.which]))
        else:
            place.clear()

    def _place(self, model: CardModel) -> Message:
        """Under its form; a form that is gone (card pulled, PIN blocked) leaves it to the top of the page."""
        panel = self._change if model.act is CardNews.PIN_CHANGED else self._unblock
        return self._message if panel.isHidden() else self._messages[model.act]


def _answered(model: CardModel) -> tuple[object, ...]:
    """What takes away all that was typed when it changes."""
    return model.card, model.which, model.news, model.failure


def _signature_words(card: CardInfo | None) -> str:
    """What the signature key is for; that there is none, or a PIN of its own, before it is needed."""
    note = text("cards.signature_note")
    if card is None:
        return note
    if card.signature is None:
        why = Failure(card.no_signature)
        missing = why.code is Code.SIGNATURE_KEY_MISSING
        return text("cards.no_signature_key") if missing else f"{failure_text(why)} {failure_next_step(why)}"
    own = card.own_signature_pin
    if own is None:
        return note
    if own.blocked:
        blocked = Failure(Code.SIGNATURE_PIN_BLOCKED)
        return " ".join((failure_text(blocked), failure_next_step(blocked)))
    return " ".join((note, text("cards.signature_pin", tries=tries_text(own))))


def _why_no_card(situation: CardSituation) -> str:
    """The title of the login screen, with its code: a chosen module shows its effect here."""
    words = WORDS[situation]
    if situation is CardSituation.READER_EMPTY:
        return text("cards.no_card")
    title = text(words.title)
    return title if words.code is None else f"{title} · {text('theme.code', code=words.code.value)}"


def _line(use: str, certificate: Certificate, today: date) -> tuple[str, ...]:
    return (
        use,
        certificate.holder,
        certificate.issuer,
        day(certificate.not_before),
        day(certificate.not_after),
        text(_state(certificate, today)),
    )


def _state(certificate: Certificate, today: date) -> str:
    if today < local_day(certificate.not_before):
        return "cards.state_not_yet"
    left = (local_day(certificate.not_after) - today).days
    if left < 0:
        return "cards.state_expired"
    return "cards.state_soon" if left < WARN_DAYS else "cards.state_valid"
