"""« Ma carte »: change PIN, unblock, certificates, module, the reader's keypad (issue "card", point 4)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFileDialog,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.card import CardInfo, CardSource, Certificate, ModuleReport, PinState
from desktop.domain.errors import Failure
from desktop.domain.texts import text
from desktop.ui.theme import GRID, ROW_HEIGHT
from desktop.ui.views.base import View, Words, day, scrolling
from desktop.ui.views.login import WARN_DAYS
from desktop.ui.views.new_pin_form import NewPinForm, Under
from desktop.ui.views.pin_form import tries_text
from desktop.ui.views.table import ReadOnlyTable
from desktop.ui.widgets.buttons import quiet_button, secondary_button
from desktop.ui.widgets.form import FormRow
from desktop.ui.widgets.message import Message
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.progress import QuietLine
from desktop.ui.widgets.text import heading, label, muted


class Keypad(StrEnum):
    """Whether the PIN is typed on the reader's own keypad."""

    AUTO = "auto"
    ALWAYS = "yes"
    NEVER = "no"


class CardNews(StrEnum):
    """What was just done with success."""

    PIN_CHANGED = "pin-changed"
    UNBLOCKED = "unblocked"


_KEYPAD_WORDS = {
    Keypad.AUTO: "cards.keypad_auto",
    Keypad.ALWAYS: "cards.keypad_always",
    Keypad.NEVER: "cards.keypad_never",
}
_NEWS_WORDS = {CardNews.PIN_CHANGED: "cards.done_changed", CardNews.UNBLOCKED: "cards.done_unblocked"}


@dataclass(frozen=True, slots=True)
class ModuleChoice:
    """A module found on this computer; ``product`` is "" for a file that no product is known to use."""

    path: str
    product: str = ""

    def words(self) -> str:
        """Product and path."""
        return text("cards.module_named", product=self.product, path=self.path) if self.product else self.path


@dataclass(frozen=True, slots=True)
class CardModel:
    """``modules`` found on this computer, ``module`` the chosen one (a path, "" = search automatically).

    ``today`` judges the certificates; ``act`` is what ``busy``, ``news`` and ``failure`` are about.
    """

    card: CardInfo | None = None
    today: date = date(2000, 1, 1)
    modules: tuple[ModuleChoice, ...] = ()
    module: str = ""
    keypad: Keypad = Keypad.AUTO
    act: CardNews = CardNews.PIN_CHANGED
    busy: bool = False
    testing: bool = False
    report: ModuleReport | None = None
    news: CardNews | None = None
    failure: Failure | None = None
    module_failure: Failure | None = None


class CardView(View):
    """Signals: ``pin_change_entered(old, new)``, ``puk_entered(puk, new)``, ``module_chosen(Path | None)``
    (None = search), ``module_test_asked(Path)``, ``keypad_chosen(Keypad)``, ``report_asked``.
    """

    pin_change_entered = Signal(object, object)
    puk_entered = Signal(object, object)
    module_chosen = Signal(object)
    module_test_asked = Signal(object)
    keypad_chosen = Signal(object)
    report_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card-view", parent)
        self._model = CardModel()
        page = QWidget()
        page.setObjectName("page")
        body = QVBoxLayout(page)
        body.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 3 * GRID)
        body.setSpacing(2 * GRID)
        title = heading("")
        self.bind(title.setText, lambda: text("cards.title"))
        self._back = quiet_button("", "card-back", self.back_asked.emit)
        self.bind_named(self._back, lambda: text("common.back"))
        report = quiet_button("", "card-report", self.report_asked.emit)
        self.bind_named(report, lambda: text("cards.report"))
        body.addLayout(row(title, None, report, self._back))
        self._message = Message("card-message")
        self._messages: dict[CardNews, Message] = {}
        self._waits: dict[CardNews, QuietLine] = {}
        body.addWidget(self._message)
        body.addWidget(self._certificates_panel())
        pins = row(spacing=2 * GRID)
        pins.addWidget(self._change_panel(), 1)
        pins.addWidget(self._unblock_panel(), 1)
        body.addLayout(pins)
        body.addWidget(self._module_panel())
        body.addWidget(self._keypad_panel())
        body.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._area = scrolling(page)
        layout.addWidget(self._area)
        self.refresh()

    def show_state(self, model: CardModel) -> None:
        """Show *model*; another card, news or an error wipes what was typed."""
        before, self._model = self._model, model
        if model.busy and not before.busy:
            self.hold_focus()
        shown = [message for message in (self._message, *self._messages.values()) if not message.isHidden()]
        if (before.card, before.news, before.failure) != (model.card, model.news, model.failure):
            self.change.clear()
            self.unblock.clear()
        self.refresh()
        if before.busy and not model.busy:
            self._back_to_form()
        answer = self._place(model)
        if (before.news, before.failure) != (model.news, model.failure) or shown != [answer]:
            self._bring(answer)
        if (before.report, before.module_failure) != (model.report, model.module_failure):
            self._bring(self._module_message)

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
        pin = model.card.pin if model.card else PinState()
        self._tries.setText(tries_text(pin) if model.card else text("cards.no_card"))
        self._fill_certificates(model)
        can_change = model.card is not None and model.card.can_change_pin and not pin.blocked
        can_unblock = model.card is not None and model.card.can_unblock
        self.change.setVisible(can_change)
        self._unsupported.setVisible(model.card is not None and not model.card.can_change_pin)
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
        self._fill_modules(model)
        self._say_module(model)
        self._keypads[model.keypad].setChecked(True)

    def focus_first(self) -> None:
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
            stretched=2,
        )
        self.bind(self.table.setAccessibleName, lambda: text("cards.certificates"))
        note = muted("")
        self.bind(note.setText, lambda: text("cards.signature_note"))
        for widget in (self._tries, self.table, note):
            panel.body.addWidget(widget)
        return panel

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
        self._waits[act] = QuietLine(f"card-wait-{act.value}", keep_place=False)
        panel.body.addWidget(self._waits[act])
        panel.body.addWidget(self._messages[act])
        panel.body.addStretch(1)

    def _module_panel(self) -> Panel:
        panel = self._panel(lambda: text("cards.module_section"))
        self._modules = _CalmBox()
        module_row = FormRow("", self._modules, "module-choice")
        self.bind_row(module_row, lambda: text("cards.module"))
        self._modules.activated.connect(self._module_picked)
        other = secondary_button("", "module-other", self._choose_file)
        self.bind_named(other, lambda: text("cards.module_other"))
        self._test = secondary_button("", "module-test", self._ask_test)
        self.bind_named(self._test, lambda: text("cards.module_test"))
        self._module_wait = QuietLine("module-wait", keep_place=False)
        self._module_message = Message("module-message")
        self._module_message.act_requested.connect(lambda: self.module_chosen.emit(None))
        self._module_note = muted("")
        self._module_note.setObjectName("module-note")
        panel.body.addWidget(module_row)
        panel.body.addWidget(self._module_note)
        panel.body.addLayout(row(self._test, other, None))
        panel.body.addWidget(self._module_message)
        panel.body.addWidget(self._module_wait)
        return panel

    def _keypad_panel(self) -> Panel:
        panel = self._panel(lambda: text("cards.keypad_section"))
        group = QButtonGroup(self)
        self._keypads: dict[Keypad, QRadioButton] = {}
        for keypad, key in _KEYPAD_WORDS.items():
            radio = QRadioButton()
            radio.setObjectName(f"keypad-{keypad.value}")
            self.bind_named(radio, lambda key=key: text(key))  # type: ignore[misc]
            radio.clicked.connect(lambda _=False, chosen=keypad: self.keypad_chosen.emit(chosen))
            group.addButton(radio)
            self._keypads[keypad] = radio
            panel.body.addWidget(radio)
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
            place.show_text(text(_NEWS_WORDS[model.news]))
        else:
            place.clear()

    def _place(self, model: CardModel) -> Message:
        """Under its form; a form that is gone (card pulled, PIN blocked) leaves it to the top of the page."""
        panel = self._change if model.act is CardNews.PIN_CHANGED else self._unblock
        return self._message if panel.isHidden() else self._messages[model.act]

    def _fill_modules(self, model: CardModel) -> None:
        choices = list(model.modules)
        if model.module and model.module not in [choice.path for choice in choices]:
            choices.append(ModuleChoice(model.module))
        entries = [(_search_words(model.modules), ""), *((c.words(), c.path) for c in choices)]
        box = self._modules
        if entries != [(box.itemText(n), box.itemData(n)) for n in range(box.count())]:
            box.clear()
            for words, path in entries:
                box.addItem(words, path)
        box.setCurrentIndex(max(box.findData(model.module), 0))
        self._test.setEnabled(self._module_to_test() is not None and not model.testing)
        simulated = model.card is not None and model.card.source is not CardSource.PKCS11
        note = text("cards.module_demo") if simulated else ""
        if not model.modules and not model.module and not simulated:
            note = text("cards.module_nothing")
        self._module_note.setText(note)
        self._module_note.setVisible(bool(note))

    def _say_module(self, model: CardModel) -> None:
        if model.testing:
            self._module_wait.wait(text("cards.module_testing"))
        else:
            self._module_wait.done()
        if model.module_failure is not None:
            if model.module_failure is not self._module_message.failure or self._module_message.isHidden():
                way_back = text("cards.module_back") if model.module else ""
                self._module_message.show_failure(model.module_failure, act=way_back)
        elif model.report is not None:
            report = model.report
            tokens = ", ".join(report.tokens) or text("cards.module_no_token")
            words = text(
                "cards.module_report",
                library=report.library,
                version=report.version,
                slots=report.slots,
                tokens=tokens,
            )
            self._module_message.show_text(words)
        else:
            self._module_message.clear()

    def _module_picked(self) -> None:
        path = self._modules.currentData()
        if path != self._model.module:
            self.module_chosen.emit(Path(path) if path else None)

    def _ask_test(self) -> None:
        if (path := self._module_to_test()) is not None:
            self.module_test_asked.emit(path)

    def _module_to_test(self) -> Path | None:
        """The chosen one, or the first that the search found."""
        first = self._model.modules[0].path if self._model.modules else ""
        chosen = self._model.module or first
        return Path(chosen) if chosen else None

    def _choose_file(self) -> None:
        dialog = QFileDialog(self.window(), text("cards.module_file"))
        dialog.setObjectName("module-file-dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.module_chosen.emit(Path(path)))
        dialog.open()


class _CalmBox(QComboBox):
    """Turning the wheel over it scrolls the page: nobody changes the module in passing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def _search_words(found: tuple[ModuleChoice, ...]) -> str:
    if not found:
        return text("cards.module_auto")
    return text("cards.module_auto_found", module=found[0].product or found[0].path)


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
    if today < certificate.not_before.date():
        return "cards.state_not_yet"
    left = (certificate.not_after.date() - today).days
    if left < 0:
        return "cards.state_expired"
    return "cards.state_soon" if left < WARN_DAYS else "cards.state_valid"
