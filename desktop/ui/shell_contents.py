"""What is in the window: tabs, patient banner, pages, state bar; overlays instead of pop-ups."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.ui.demo_band import DemoBand
from desktop.ui.nav_bar import NavBar
from desktop.ui.overlay import Overlay
from desktop.ui.page_stack import PageStack
from desktop.ui.page_words import PageWords, retranslate
from desktop.ui.shell_menus import ShellMenus, Tab
from desktop.ui.state_bar import StateBar
from desktop.ui.views.base import View, press_enter
from desktop.ui.widgets.buttons import tab_button
from desktop.ui.widgets.text import strong
from desktop.ui.window_room import WindowRoom

if TYPE_CHECKING:
    from desktop.ui.views.keys import PageHelp

_RECORD_PAGES = frozenset({"record", "deposit"})


@dataclass(frozen=True, slots=True)
class ShellModel:
    """``user`` is empty while nobody is logged in: then there are neither tabs nor user menu.

    ``user_pages`` stand in the user's menu.
    """

    user: str = ""
    tabs: tuple[Tab, ...] = ()
    demo: bool = False
    user_pages: tuple[Tab, ...] = ()


class ShellContents(QWidget):
    """Everything below the window's frame; :class:`desktop.ui.shell.Shell` speaks for it.

    Signals: those of the window that come from its tabs and menus; ``keys_asked`` and ``security_asked`` are
    entries of its menus.
    """

    page_chosen = Signal(str)
    user_act_chosen = Signal(object)
    language_chosen = Signal(object)
    colours_chosen = Signal(object)
    keys_asked = Signal()
    security_asked = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("page")
        self._model = ShellModel()
        self._pages: dict[str, QWidget] = {}
        self._words = PageWords(self._pages, self)
        self._record_pages = set(_RECORD_PAGES)
        self._helps: dict[str, PageHelp] = {}
        self._tabs: dict[str, QPushButton] = {}
        self._banner: QWidget | None = None
        self._demo = DemoBand()
        self._title = strong("")
        self._title.setObjectName("shell-title")
        self._menus = self._make_menus()
        self._nav = NavBar(self._title, self._menus.buttons)
        self._banner_slot = QVBoxLayout()
        self._banner_slot.setContentsMargins(0, 0, 0, 0)
        self.stack = PageStack()
        self.stack.setObjectName("pages")
        self.state_bar = StateBar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._demo)
        layout.addWidget(self._nav)
        layout.addLayout(self._banner_slot)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.state_bar)
        self.room = WindowRoom(self.stack, layout)
        self.overlay = Overlay(self)
        self.show_state(self._model)

    def add_page(
        self, name: str, page: QWidget, page_help: "PageHelp | None" = None, *, in_record: bool = False
    ) -> None:
        """As :meth:`desktop.ui.shell.Shell.add_page`."""
        if in_record:
            self._record_pages.add(name)
        self._pages[name] = page
        if page_help is not None:
            self._helps[name] = page_help
        page.resize(0, 0)  # the place of a page that goes under another would be painted for nothing
        self.stack.addWidget(page)

    def bring_forward(self, name: str) -> None:
        """The page in front."""
        page = self._pages[name]
        self._words.catch_up(name)
        self.stack.setCurrentWidget(page)

    def focus_on(self, name: str) -> None:
        """Mark its tab and give the page in front the focus."""
        page = self._pages[name]
        for tab_page, button in self._tabs.items():
            button.setChecked(tab_page == self._tab_of(name))
        if isinstance(page, View):
            page.focus_first()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.overlay.fit()
        self.room.fit(event.size(), self._nav, self._banner)

    def page(self) -> str:
        """Name of the page shown, "" before the first."""
        return next((n for n, page in self._pages.items() if page is self.stack.currentWidget()), "")

    def is_in_record(self) -> bool:
        """Whether the page in front shows the open record."""
        return self.page() in self._record_pages

    def has_user(self) -> bool:
        """Whether somebody is logged in."""
        return bool(self._model.user)

    def set_banner(self, banner: QWidget | None) -> None:
        """As :meth:`desktop.ui.shell.Shell.set_banner`."""
        if self._banner is not None and self._banner is not banner:
            self._banner_slot.removeWidget(self._banner)
            self._banner.hide()
        self._banner = banner
        if banner is not None:
            self._banner_slot.addWidget(banner)
            self.room.fit(self.size(), banner)
            banner.show()

    def show_state(self, model: ShellModel) -> str:
        """Show tabs, user and demo band; the title of the window."""
        self._model = model
        self._demo.setVisible(model.demo)
        self._title.setText(text("shell.title"))
        self._title.setVisible(not model.tabs)
        self._show_tabs(model.tabs)
        self._menus.show_state(model.user, model.user_pages)
        self._nav.fit()
        return text("shell.title_demo") if model.demo else text("shell.title")

    def retranslate(self) -> str:
        """Say everything again in the language in force; the title of the window."""
        title = self.show_state(self._model)
        self._demo.refresh()
        self.state_bar.refresh()
        if self._banner is not None:
            retranslate(self._banner)
        self._words.say_again(self.page())
        return title

    def show_keys(self) -> None:
        """As :meth:`desktop.ui.shell.Shell.show_keys`."""
        from desktop.ui.views.keys import KeyList

        self.overlay.open_panel(text("help.keys_title"), KeyList("key-list", self._helps.get(self.page())))

    def show_security(self) -> None:
        """As :meth:`desktop.ui.shell.Shell.show_security`."""
        from desktop.ui.views.contacts import whom_to_call

        self.overlay.open_panel(text("help.security_title"), whom_to_call())

    def press_focused(self, focused: QWidget | None) -> None:
        """Enter on a button that no page has."""
        press_enter(focused, None)

    def tab_beside(self, steps: int) -> str:
        """As :meth:`desktop.ui.shell.Shell.tab_beside`."""
        pages, current = list(self._tabs), self._tab_of(self.page())
        if current not in pages:
            return next(iter(pages), "")
        return pages[(pages.index(current) + steps) % len(pages)]

    def _make_menus(self) -> ShellMenus:
        menus = ShellMenus(self)
        menus.user_act_chosen.connect(self.user_act_chosen)
        menus.page_chosen.connect(self.page_chosen)
        menus.language_chosen.connect(self.language_chosen)
        menus.colours_chosen.connect(self.colours_chosen)
        menus.keys_asked.connect(self.keys_asked)
        menus.security_asked.connect(self.security_asked)
        return menus

    def _show_tabs(self, tabs: tuple[Tab, ...]) -> None:
        current = self.page()
        if [tab.page for tab in tabs] != list(self._tabs):
            for button in self._tabs.values():
                self._nav.take_tab(button)
            self._tabs = {tab.page: self._make_tab(tab.page) for tab in tabs}
        for tab in tabs:
            words = text(tab.key) + (f" ({tab.count})" if tab.count else "")
            self._tabs[tab.page].setText(words)
            self._tabs[tab.page].setAccessibleName(words)
            self._tabs[tab.page].setChecked(tab.page == self._tab_of(current))

    def _make_tab(self, page: str) -> QPushButton:
        button = tab_button("", f"tab-{page}", lambda: self.page_chosen.emit(page))
        self._nav.add_tab(button)
        return button

    def _tab_of(self, page: str) -> str:
        """What is about one patient and has no tab of its own stands under that of the patients."""
        of_patient = page == "identity" or page in self._record_pages
        return "home" if of_patient and page not in self._tabs else page
