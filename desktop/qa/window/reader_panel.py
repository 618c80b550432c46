"""One simulated reader: insert, remove, swap, hold, slow down, silence, cut in mid-command."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QVBoxLayout, QWidget

from desktop.domain.card_image import SimulatedReader
from desktop.domain.texts import text
from desktop.qa.readers import SILENT_MS, Readers
from desktop.qa.window.widgets import button, label, line, panel

_SPEEDS = (
    (0, "simulator.speed_normal"),
    (100, "simulator.speed_slow"),
    (1000, "simulator.speed_very_slow"),
    (SILENT_MS, "simulator.speed_silent"),
)


class ReaderPanel(QWidget):
    """*number* counts from 1; *act* runs a change and says so when the folder is not there yet."""

    def __init__(
        self,
        number: int,
        readers: Readers,
        act: Callable[[Callable[[], object]], None],
        cut: Callable[[int], None],
    ) -> None:
        super().__init__()
        self.number = number
        self._readers, self._act = readers, act
        title = label(text("simulator.reader", number=number), "heading")
        self._state = label("", "name", f"sim-state-{number}", wrap=True)
        self._frame, body = panel(title, self._state)
        self._cards = QComboBox()
        self._cards.setObjectName(f"sim-card-{number}")
        self._cards.setAccessibleName(text("simulator.card_for", number=number))
        self._cards.setMinimumContentsLength(18)
        self._mute = QCheckBox(text("simulator.mute"))
        self._mute.setObjectName(f"sim-mute-{number}")
        self._insert = button(text("simulator.insert"), f"sim-insert-{number}", self._put_in, primary=True)
        self._remove = button(
            text("simulator.remove"), f"sim-remove-{number}", lambda: act(lambda: readers.remove(number))
        )
        self._unseen = button(text("simulator.swap_unseen"), f"sim-unseen-{number}", self._swap_unseen)
        self._unseen.setToolTip(text("simulator.swap_unseen_hint"))
        self._held = QCheckBox(text("simulator.held"))
        self._held.setObjectName(f"sim-held-{number}")
        self._held.clicked.connect(lambda on: act(lambda: readers.hold(number) if on else readers.release()))
        self._speed = QComboBox()
        self._speed.setObjectName(f"sim-speed-{number}")
        self._speed.setAccessibleName(text("simulator.speed_of", number=number))
        for _, key in _SPEEDS:
            self._speed.addItem(text(key))
        self._speed.activated.connect(lambda at: act(lambda: readers.slow(_SPEEDS[at][0], number)))
        self.cut = button(text("simulator.cut"), f"sim-cut-{number}", lambda: cut(number))
        self.cut.setToolTip(text("simulator.cut_hint"))
        body.addWidget(self._cards)
        body.addWidget(self._mute)
        body.addLayout(line(self._insert, self._remove, None))
        body.addWidget(self._unseen)
        body.addWidget(self.cut)
        body.addWidget(self._held)
        body.addWidget(self._speed)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._frame)

    def offer(self, cards: Sequence[tuple[str, str]]) -> None:
        """Cards to choose from: (id, words)."""
        chosen = self._cards.currentData()
        self._cards.clear()
        for card, words in cards:
            self._cards.addItem(words, card)
        if chosen is None and self.number == 2 and len(cards) > 1:
            chosen = cards[1][0]
        self._cards.setCurrentIndex(max(0, self._cards.findData(chosen)))

    def show_reader(self, reader: SimulatedReader | None, holder: str, held: int | None) -> None:
        """How it stands; None = unplugged."""
        inside = reader is not None and reader.card is not None
        self._state.setText(_state_words(reader, holder))
        self._insert.setText(text("simulator.swap" if inside else "simulator.insert"))
        for widget in (self._insert, self._cards, self._mute, self._speed):
            widget.setEnabled(reader is not None)
        for widget in (self._remove, self._unseen, self.cut):
            widget.setEnabled(inside)
        self._held.setEnabled(inside or held == self.number)
        self._held.setChecked(held == self.number)
        delay = reader.delay_ms if reader is not None else 0
        speeds = [ms for ms, _ in _SPEEDS]
        if delay in speeds and not self._speed.view().isVisible():
            self._speed.setCurrentIndex(speeds.index(delay))
        mark_inserted(self._frame, inside=inside)

    def _put_in(self) -> None:
        card = str(self._cards.currentData())
        mute = self._mute.isChecked()
        self._act(lambda: self._readers.insert(card, self.number, mute=mute))

    def _swap_unseen(self) -> None:
        card = str(self._cards.currentData())
        self._act(lambda: self._readers.insert_unseen(card, self.number))


def _state_words(reader: SimulatedReader | None, holder: str) -> str:
    if reader is None:
        return text("simulator.unplugged")
    if reader.card is None:
        return text("simulator.empty")
    return text("simulator.inside_mute", holder=holder) if reader.mute else holder


def mark_inserted(frame: QFrame, *, inside: bool) -> None:
    """A frame with a card in it stands out."""
    if frame.property("inserted") != inside:
        frame.setProperty("inserted", inside)
        frame.style().unpolish(frame)
        frame.style().polish(frame)
