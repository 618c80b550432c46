"""Several documents on one form: a list with the verdict and the state of each."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.deposit import Verdict
from desktop.domain.texts import counted, text
from desktop.ui.theme import GRID, Role, body_font, color, strong_font
from desktop.ui.views.base import Speaking
from desktop.ui.views.deposit_model import DepositPhase, PileLine
from desktop.ui.views.drop_zone import choose_files, files_of
from desktop.ui.widgets.buttons import quiet_button, secondary_button
from desktop.ui.widgets.panel import Panel, row
from desktop.ui.widgets.text import heading
from desktop.ui.widgets.unsearched import Unsearched

WIDTH = 264
_ROW_PX = 60
_NUMBER, _STATE, _TONE = (Qt.ItemDataRole.UserRole + n for n in range(3))
_PHASE_WORDS = {
    DepositPhase.SENDING: ("deposit.pile_sending", Role.MUTED),
    DepositPhase.VERIFYING: ("deposit.pile_sending", Role.MUTED),
    DepositPhase.DEPOSITED: ("deposit.pile_deposited", Role.ACCENT),
    DepositPhase.WAITING: ("deposit.pile_waiting", Role.WARNING),
    DepositPhase.UNKNOWN: ("deposit.pile_unknown", Role.WARNING),
}


class PileList(Speaking):
    """Signals: ``chosen(int)``, ``removed(int)`` (numbers of lines), ``files_added(tuple[Path, ...])``,
    ``same_asked`` (what the chosen one was given, for all that wait)."""

    chosen = Signal(int)
    removed = Signal(int)
    files_added = Signal(object)
    same_asked = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._lines: tuple[PileLine, ...] = ()
        self.setFixedWidth(WIDTH)
        panel = Panel(margin=GRID + 4)
        panel.body.setSpacing(GRID)
        self._heading = heading("")
        self._heading.setObjectName("deposit-pile-heading")
        self.list = _Lines()
        self.bind(self.list.setAccessibleName, lambda: text("deposit.pile"))
        self._add = secondary_button("", "deposit-pile-add", self.add)
        self.bind_named(self._add, lambda: text("deposit.pile_add"))
        self._remove = quiet_button("", "deposit-pile-remove", self._remove_chosen)
        self.bind_named(self._remove, lambda: text("deposit.pile_remove"))
        self._same = secondary_button("", "deposit-pile-same", self.same_asked.emit)
        self.bind_named(self._same, lambda: text("deposit.pile_same"))
        self.bind(self._same.setToolTip, lambda: text("deposit.pile_same_hint"))
        self.bind(self._same.setAccessibleDescription, lambda: text("deposit.pile_same_hint"))
        panel.body.addWidget(self._heading)
        panel.body.addWidget(self.list, 1)
        panel.body.addWidget(self._same)
        panel.body.addLayout(row(self._add, self._remove, None, spacing=GRID // 2))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel)
        self.list.currentRowChanged.connect(self._choose)
        self.list.delete_pressed.connect(self._remove_chosen)
        self.list.files_dropped.connect(self.files_added)
        self.hide()

    def show_pile(self, lines: tuple[PileLine, ...], chosen: int) -> None:
        """List *lines*; hidden while there is only one document."""
        self._lines = lines
        self.setVisible(len(lines) > 1)
        self.list.blockSignals(True)
        while self.list.count() > len(lines):
            self.list.takeItem(self.list.count() - 1)
        while self.list.count() < len(lines):
            self.list.addItem(QListWidgetItem())
        for place, line in enumerate(lines):
            item = self.list.item(place)
            words, tone = state_words(line)
            name = line.file.name if line.file is not None else text("deposit.pile_no_file")
            item.setText(name)
            item.setToolTip(name)
            item.setData(_NUMBER, line.number)
            item.setData(_STATE, words)
            item.setData(_TONE, tone)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {words}")
            if line.number == chosen:
                self.list.setCurrentRow(place)
                self._remove.setEnabled(line.phase is DepositPhase.EDITING)
                others = any(o.phase is DepositPhase.EDITING for o in lines if o is not line)
                self._same.setEnabled(line.phase is DepositPhase.EDITING and others)
        self.list.blockSignals(False)
        self._heading.setText(counted("deposit.pile_count", len(lines)))

    def refresh(self) -> None:
        row_now = self.list.currentRow()
        chosen = self._lines[row_now].number if 0 <= row_now < len(self._lines) else 0
        self.show_pile(self._lines, chosen)

    def add(self) -> None:
        """Choose more documents."""
        choose_files(self, self.files_added.emit)

    def _choose(self, place: int) -> None:
        if 0 <= place < len(self._lines):
            self.chosen.emit(self._lines[place].number)

    def _remove_chosen(self) -> None:
        place = self.list.currentRow()
        if 0 <= place < len(self._lines) and self._lines[place].phase is DepositPhase.EDITING:
            self.removed.emit(self._lines[place].number)


def state_words(line: PileLine) -> tuple[str, Role]:
    """Verdict and state of one document, with the colour that supports it."""
    if line.failed:
        return text("deposit.pile_refused"), Role.DANGER
    known = _PHASE_WORDS.get(line.phase)
    if known is not None:
        return text(known[0]), known[1]
    file = line.file
    if file is None:
        return text("deposit.pile_file_missing"), Role.MUTED
    if file.checking:
        return text("deposit.pile_checking"), Role.MUTED
    if file.converting:
        return text("deposit.pile_converting"), Role.MUTED
    if file.conversion is not None and not file.using_copy:
        return text("deposit.pile_compare"), Role.WARNING
    if file.is_ready():
        done = "deposit.pile_ready" if line.complete else "deposit.pile_incomplete"
        return text(done), Role.ACCENT if line.complete else Role.MUTED
    unsure = file.report is not None and file.report.verdict is Verdict.UNCONFIRMED and not file.failure
    return (text("deposit.pile_unconfirmed"), Role.WARNING) if unsure else (
        text("deposit.pile_nonconforming"), Role.DANGER,
    )  # fmt: skip


class _Lines(Unsearched, QListWidget):
    """Up and down choose, Delete removes; files can be dropped on it."""

    delete_pressed = Signal()
    files_dropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("deposit-pile-list")
        self.setItemDelegate(_TwoLines(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAcceptDrops(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.delete_pressed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            event.ignore()  # the screen's own keys
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_of(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths: tuple[Path, ...] = files_of(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)


class _TwoLines(QStyledItemDelegate):
    """The name above, the state below; both cut with dots rather than at a letter."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(WIDTH - 6 * GRID, _ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        place: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(place, color(Role.ACCENT_SOFT))
            painter.fillRect(QRect(place.left(), place.top(), 3, place.height()), color(Role.ACCENT))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(place, color(Role.HOVER))
        inner = place.adjusted(GRID + 4, GRID, -GRID, -GRID)
        half = inner.height() // 2
        lines = (
            (str(index.data() or ""), strong_font(), Role.TEXT, inner.top()),
            (str(index.data(_STATE) or ""), body_font(), index.data(_TONE) or Role.MUTED, inner.top() + half),
        )
        for words, font, role, top in lines:
            painter.setFont(font)
            painter.setPen(color(role))
            fitted = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, inner.width())
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRect(inner.left(), top, inner.width(), half), flags, fitted)
        painter.restore()
