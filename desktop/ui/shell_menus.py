"""The three menus of the window: display, language, user."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from desktop.domain.texts import Language, current_language, text


class ColourChoice(StrEnum):
    """What the user may choose; the theme engine decides what SYSTEM means."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


class UserAct(Enum):
    """Entries of the user's menu that the window itself knows."""

    LOCK = "lock"
    CARD = "card"
    ABOUT = "about"
    LOG_OUT = "log-out"


@dataclass(frozen=True, slots=True)
class Tab:
    """A page that exists for this user: page name, text key, count (0 shows none)."""

    page: str
    key: str
    count: int = 0


_LANGUAGES = {
    Language.FR: "Français",
    Language.DE: "Deutsch",
    Language.LB: "Lëtzebuergesch",
    Language.EN: "English",
}
_COLOURS = {
    ColourChoice.LIGHT: "shell.colours_light",
    ColourChoice.DARK: "shell.colours_dark",
    ColourChoice.SYSTEM: "shell.colours_system",
}
_USER_ACTS = {
    UserAct.LOCK: ("shell.lock", "user-lock"),
    UserAct.CARD: ("shell.card", "user-card"),
    UserAct.ABOUT: ("shell.about", "user-about"),
    UserAct.LOG_OUT: ("shell.log_out", "user-log-out"),
}


class ShellMenus(QObject):
    """Signals: ``user_act_chosen(UserAct)``, ``page_chosen(name)``, ``language_chosen(Language)``,
    ``colours_chosen(ColourChoice)``, ``keys_asked``, ``security_asked``."""

    user_act_chosen = Signal(object)
    page_chosen = Signal(str)
    language_chosen = Signal(object)
    colours_chosen = Signal(object)
    keys_asked = Signal()
    security_asked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.user = menu_button("user-menu-button")
        self._language = menu_button("language-button")
        self._colours = menu_button("display-button")
        self._entries: list[tuple[QAction, str]] = []
        self._pages: dict[str, QAction] = {}
        self._fill_languages()
        self._fill_display()
        self._before_pages = self._fill_user()

    @property
    def buttons(self) -> tuple[QToolButton, QToolButton, QToolButton]:
        """From left to right."""
        return self._colours, self._language, self.user

    def show_state(self, user: str, pages: Sequence[Tab]) -> None:
        """Say everything; *user* is empty while nobody is logged in, *pages* are those that he may open."""
        self.user.setVisible(bool(user))
        self.user.setText(f"{user}  ▾")
        self.user.setAccessibleName(text("shell.user_menu", name=user))
        self._language.setText(f"{current_language().value.upper()}  ▾")
        self._language.setAccessibleName(text("shell.language"))
        self._language.setToolTip(text("shell.language"))
        self._colours.setText(f"{text('shell.display')}  ▾")
        self._colours.setAccessibleName(text("shell.display"))
        self._show_pages(pages)
        for action, key in self._entries:
            action.setText(text(key))
        for action in self._language.menu().actions():
            action.setChecked(action.data() == current_language())

    def _show_pages(self, pages: Sequence[Tab]) -> None:
        if [tab.page for tab in pages] != list(self._pages):
            for action in self._pages.values():
                self.user.menu().removeAction(action)
                action.deleteLater()
            self._pages = {tab.page: self._page_entry(tab.page) for tab in pages}
        for tab in pages:
            self._pages[tab.page].setText(text(tab.key))

    def _page_entry(self, page: str) -> QAction:
        action = QAction(self.user.menu())
        action.setObjectName(f"user-{page}")
        action.triggered.connect(lambda _=False: self.page_chosen.emit(page))
        self.user.menu().insertAction(self._before_pages, action)
        return action

    def _fill_languages(self) -> None:
        group = QActionGroup(self)
        for language, word in _LANGUAGES.items():
            action = self._entry(self._language, f"language-{language.value}")
            action.setText(word)
            action.setCheckable(True)
            action.setData(language)
            group.addAction(action)
            action.triggered.connect(lambda _=False, chosen=language: self.language_chosen.emit(chosen))

    def _fill_display(self) -> None:
        for choice, key in _COLOURS.items():
            action = self._entry(self._colours, f"display-{choice.value}", key)
            action.triggered.connect(lambda _=False, chosen=choice: self.colours_chosen.emit(chosen))
        self._colours.menu().addSeparator()
        keys = self._entry(self._colours, "display-keys", "shell.keys")
        keys.triggered.connect(lambda _=False: self.keys_asked.emit())

    def _fill_user(self) -> QAction:
        """The entry before which the pages of features stand."""
        acts = {}
        for act, (key, name) in _USER_ACTS.items():
            acts[act] = action = self._entry(self.user, name, key)
            action.triggered.connect(lambda _=False, chosen=act: self.user_act_chosen.emit(chosen))
        security = self._entry(self.user, "user-security", "shell.security")
        security.triggered.connect(lambda _=False: self.security_asked.emit())
        return acts[UserAct.CARD]

    def _entry(self, button: QToolButton, name: str, key: str = "") -> QAction:
        action = button.menu().addAction("")
        action.setObjectName(name)
        if key:
            self._entries.append((action, key))
        return action


def menu_button(name: str) -> QToolButton:
    """A button of the upper edge that opens its own menu."""
    button = QToolButton()
    button.setObjectName(name)
    button.setProperty("kind", "quiet")
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    button.setMenu(QMenu(button))
    return button
