"""What a simulated card is: tries left, ATR, PIN and PUK to type."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QComboBox, QGridLayout, QSpinBox, QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.qa.atrs import ATRS
from desktop.qa.readers import Readers
from desktop.qa.window.widgets import label, line, panel


class CardPanel(QWidget):
    """A change acts at once; a card that is in a reader is put in anew."""

    def __init__(self, readers: Readers, act: Callable[[Callable[[], object]], None]) -> None:
        super().__init__()
        self._readers, self._act = readers, act
        self._secrets: dict[str, tuple[str, str]] = {}
        frame, body = panel(label(text("simulator.card"), "heading"))
        self._card = QComboBox()
        self._card.setObjectName("sim-card")
        self._card.setAccessibleName(text("simulator.card"))
        self._card.setMinimumContentsLength(18)
        self._card.currentIndexChanged.connect(lambda _: self.refresh())
        self._pin = label("", "code", "sim-pin")
        self._puk = label("", "code", "sim-puk")
        self._tries = self._spin("sim-tries", lambda n: readers.set_tries(self._id(), pin=n))
        self._puk_tries = self._spin("sim-puk-tries", lambda n: readers.set_tries(self._id(), puk=n))
        self._atr = QComboBox()
        self._atr.setObjectName("sim-atr")
        for name, atr in ATRS:
            self._atr.addItem(name, atr)
        self._atr.activated.connect(
            lambda at: act(lambda: readers.set_atr(self._id(), str(self._atr.itemData(at))))
        )
        self._digits = label("", "mono", "sim-atr-digits", wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        rows = (
            (text("simulator.tries"), self._tries),
            (text("simulator.puk_tries"), self._puk_tries),
            (text("simulator.atr"), self._atr),
        )
        for number, (words, widget) in enumerate(rows):
            grid.addWidget(label(words, "muted"), number, 0)
            grid.addWidget(widget, number, 1)
            widget.setAccessibleName(words)
        body.addWidget(self._card)
        body.addLayout(line(self._pin, self._puk, None))
        body.addLayout(grid)
        body.addWidget(self._digits)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)

    def offer(self, cards: Sequence[tuple[str, str]], secrets: dict[str, tuple[str, str]]) -> None:
        """Cards as (id, words); PIN and PUK by id."""
        self._secrets = secrets
        chosen = self._card.currentData()
        self._card.blockSignals(True)
        self._card.clear()
        for card, words in cards:
            self._card.addItem(words, card)
        self._card.setCurrentIndex(max(0, self._card.findData(chosen)))
        self._card.blockSignals(False)
        self.refresh()

    def refresh(self) -> None:
        """Show the card's own counters."""
        try:
            image = self._readers.card(self._id())
        except (OSError, ValueError, KeyError, TypeError, StopIteration):
            return
        pin, puk = self._secrets.get(self._id(), ("–", "–"))
        self._pin.setText(text("console.pin", pin=pin))
        self._puk.setText(text("console.puk", puk=puk))
        for spin, count in ((self._tries, image.pin_tries), (self._puk_tries, image.puk_tries)):
            if not spin.hasFocus() or spin.value() != count:
                spin.blockSignals(True)
                spin.setValue(count)
                spin.blockSignals(False)
        at = self._atr.findData(image.atr_hex.replace(" ", ""))
        if not self._atr.view().isVisible():
            self._atr.setCurrentIndex(at)
        self._digits.setText(bytes.fromhex(image.atr_hex).hex(" ").upper())

    def _id(self) -> str:
        return str(self._card.currentData() or "")

    def _spin(self, name: str, change: Callable[[int], object]) -> QSpinBox:
        spin = QSpinBox()
        spin.setObjectName(name)
        spin.setRange(0, 3)
        spin.valueChanged.connect(lambda n: self._act(lambda: change(n)))
        return spin
