"""« Qui demande le code PIN »: the choice for a module, or for one kind of card beneath it."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QRadioButton, QVBoxLayout, QWidget

from desktop.domain.card import KeypadSetting, PinAsker
from desktop.domain.texts import text
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.text import label, muted

_CHOICES = {
    KeypadSetting.AUTO: "cards.keypad_auto",
    KeypadSetting.NO: "cards.keypad_never",
    KeypadSetting.YES: "cards.keypad_always",
    KeypadSetting.NONE: "cards.keypad_module",
}
_NOW = {
    PinAsker.PROGRAM: "cards.asker_program",
    PinAsker.KEYPAD: "cards.asker_keypad",
    PinAsker.MODULE: "cards.asker_module",
}


@dataclass(frozen=True, slots=True)
class AskerModel:
    """``choice`` in force for ``module`` (product or path, "" = every one) and the card that was read.

    ``atr``: its kind, "" where no rule for it could be made; ``only_this_kind``: it has a rule of its own.
    ``now``: who asks for that card's PIN, None without a card.
    """

    choice: KeypadSetting = KeypadSetting.AUTO
    module: str = ""
    atr: str = ""
    only_this_kind: bool = False
    now: PinAsker | None = None


class AskerChooser(Speaking):
    """Signals: ``chosen(KeypadSetting)``, ``this_kind_ticked(bool)``: the choice is for that kind of card
    only, or for all that the module reads."""

    chosen = Signal(object)
    this_kind_ticked = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("asker-chooser", parent)
        self._model = AskerModel()
        self._scope = label("")
        self._scope.setObjectName("asker-scope")
        self._scope.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self._scope)
        group = QButtonGroup(self)
        self._radios: dict[KeypadSetting, QRadioButton] = {}
        for choice, key in _CHOICES.items():
            radio = QRadioButton()
            radio.setObjectName(f"keypad-{choice.value}")
            self.bind_named(radio, lambda key=key: text(key))  # type: ignore[misc]
            radio.clicked.connect(lambda _=False, picked=choice: self.chosen.emit(picked))
            group.addButton(radio)
            self._radios[choice] = radio
            layout.addWidget(radio)
        self._kind = QCheckBox()
        self._kind.setObjectName("asker-this-kind")
        self._kind.clicked.connect(self.this_kind_ticked)
        layout.addWidget(self._kind)
        self._atr = muted("")
        self._atr.setObjectName("asker-atr")
        self._atr.setWordWrap(True)
        layout.addWidget(self._atr)
        self._now, explained = muted(""), muted("")
        self._now.setObjectName("asker-now")
        explained.setWordWrap(True)
        self.bind(explained.setText, lambda: text("cards.keypad_explained"))
        layout.addWidget(self._now)
        layout.addWidget(explained)
        self.refresh()

    def show_model(self, model: AskerModel) -> None:
        """Show *model*."""
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        model = self._model
        self._scope.setText(
            text("cards.asker_of_module", module=model.module) if model.module else text("cards.asker_of_any")
        )
        self._radios[model.choice].setChecked(True)
        words, atr = text("cards.asker_this_kind"), text("cards.asker_kind", atr=model.atr)
        self._kind.setText(words)
        self._kind.setAccessibleName(f"{words} ({atr})")
        self._kind.setChecked(model.only_this_kind)
        self._kind.setVisible(bool(model.atr))
        self._atr.setText(atr)
        self._atr.setVisible(bool(model.atr))
        self._now.setText("" if model.now is None else text(_NOW[model.now]))
        self._now.setVisible(model.now is not None)
