"""The list of keys, and what the page in front says of itself (F1)."""

from dataclasses import dataclass

from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.domain.texts import text
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking
from desktop.ui.widgets.text import label, strong


@dataclass(frozen=True, slots=True)
class PageHelp:
    """What F1 tells of one page: text keys of title and help, and (key as Qt names it, text key)."""

    title: str
    help: str
    keys: tuple[tuple[str, str], ...]


class KeyList(Speaking):
    """Two columns: key, what it does; those of *page* first, under its help."""

    def __init__(self, name: str, page: PageHelp | None = None, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        if page is not None:
            grid.addWidget(strong(text(page.title)), 0, 0, 1, 2)
            grid.addWidget(label(text(page.help)), 1, 0, 1, 2)
        own = () if page is None else tuple((_spoken(key), text(act)) for key, act in page.keys)
        keys = (*_keys(), *_record_keys()) if page is None else _keys()
        named = {key for key, _ in own}  # the page says more precisely what they do there
        keys = tuple((key, act) for key, act in keys if key not in named)
        for number, (key, act) in enumerate((*own, *keys), start=2):
            grid.addWidget(strong(key), number, 0)
            grid.addWidget(label(act), number, 1)


def _spoken(key: str) -> str:
    """``Ctrl+R`` as it stands on this user's keyboard."""
    names = {"Ctrl": text("help.key_ctrl"), "Enter": text("help.key_enter"), "Esc": text("help.key_escape")}
    names |= {"Space": text("help.key_space"), "Del": text("help.key_delete")}
    names |= {"Shift": text("help.key_shift"), "Left": "←", "Right": "→", "Up": "↑", "Down": "↓"}
    return "+".join(names.get(part, part) for part in key.split("+"))


def _keys() -> tuple[tuple[str, str], ...]:
    ctrl = text("help.key_ctrl")
    return (
        (text("help.key_enter"), text("help.keys_enter")),
        (text("help.key_escape"), text("help.keys_escape")),
        (text("help.key_tab"), text("help.keys_tab")),
        (f"{ctrl}+Tab", text("help.keys_tabs")),
        ("F1", text("help.keys_help")),
        (f"{ctrl}+K", text("help.keys_search")),
        (f"{ctrl}+L", text("help.keys_lock")),
    )


def _record_keys() -> tuple[tuple[str, str], ...]:
    """Those of a record's list and ligne de vie; a page of a feature names its own."""
    return (
        (f"{text('help.key_ctrl')}+F", text("help.keys_find")),
        (text("help.key_arrows"), text("help.keys_timeline")),
        (text("help.key_zoom"), text("help.keys_zoom")),
        (text("help.key_open"), text("help.keys_open")),
        (text("help.key_fold"), text("help.keys_fold")),
        (text("help.key_several"), text("help.keys_several")),
        (text("help.key_menu"), text("help.keys_menu")),
        (text("help.key_beside"), text("help.keys_beside")),
        (f"{text('help.key_ctrl')}+↓ ↑", text("help.keys_step")),
        (f"{text('help.key_ctrl')}+{text('help.key_shift')}+→ ←", text("help.keys_widths")),
        (f"{text('help.key_ctrl')}+B", text("help.keys_know")),
        (f"{text('help.key_ctrl')}+{text('help.key_shift')}+B", text("help.keys_line")),
    )
