"""The list of keys (F1)."""

from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.domain.texts import text
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.text import label, strong


class KeyList(Speaking):
    """Two columns: key, what it does."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        for number, (key, act) in enumerate(_keys()):
            grid.addWidget(strong(key), number, 0)
            grid.addWidget(label(act), number, 1)


def _keys() -> tuple[tuple[str, str], ...]:
    ctrl = text("help.key_ctrl")
    return (
        (text("help.key_enter"), text("help.keys_enter")),
        (text("help.key_escape"), text("help.keys_escape")),
        (text("help.key_tab"), text("help.keys_tab")),
        ("F1", text("help.keys_help")),
        (f"{ctrl}+K", text("help.keys_search")),
        (f"{ctrl}+L", text("help.keys_lock")),
        (f"{ctrl}+F", text("help.keys_find")),
        (text("help.key_arrows"), text("help.keys_timeline")),
        (text("help.key_zoom"), text("help.keys_zoom")),
        (text("help.key_open"), text("help.keys_open")),
    )
