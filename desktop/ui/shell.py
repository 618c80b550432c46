"""The one window: tabs, patient banner, pages, state bar; overlays instead of pop-ups."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QMainWindow,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.common.performance import mark
from desktop.domain.texts import text
from desktop.ui.demo_band import DemoBand
from desktop.ui.nav_bar import NavBar
from desktop.ui.overlay import Overlay
from desktop.ui.page_stack import PageStack
from desktop.ui.page_words import PageWords, retranslate
from desktop.ui.shell_menus import ShellMenus, Tab
from desktop.ui.state_bar import StateBar
from desktop.ui.theme import GRID
from desktop.ui.views.base import Speaking, View, press_enter
from desktop.ui.widgets.buttons import tab_button
from desktop.ui.widgets.text import label, strong

if TYPE_CHECKING:
    from desktop.ui.views.keys import PageHelp

MINIMUM = (1024, 700)
DESIGN = (1366, 740)


@dataclass(frozen=True, slots=True)
class ShellModel:
    """``user`` is empty while nobody is logged in: then there are neither tabs nor user menu.

    ``user_pages`` stand in the user's menu.
    """

    user: str = ""
    tabs: tuple[Tab, ...] = ()
    demo: bool = False
    user_pages: tuple[Tab, ...] = ()


_RECORD_PAGES = frozenset({"record", "deposit"})


class Shell(QMainWindow):
    """Signals: ``page_chosen(page)`` (a tab or an entry of the user's menu), ``user_act_chosen(UserAct)``,
    ``language_chosen(Language)``, ``colours_chosen(ColourChoice)``, ``back_asked`` (Esc with nothing open),
    ``lock_asked`` (Ctrl+L), ``search_asked`` (Ctrl+K), ``close_asked`` (the window's cross; the controller
    decides).
    """

    page_chosen = Signal(str)
    user_act_chosen = Signal(object)
    language_chosen = Signal(object)
    colours_chosen = Signal(object)
    back_asked = Signal()
    lock_asked = Signal()
    search_asked = Signal()
    close_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("shell")
        self.setMinimumSize(*MINIMUM)
        self.resize(*DESIGN)
        self._model = ShellModel()
        self._pages: dict[str, QWidget] = {}
        self._words = PageWords(self._pages, self)
        self._record_pages = set(_RECORD_PAGES)
        self._helps: dict[str, PageHelp] = {}
        self._tabs: dict[str, QPushButton] = {}
        self._banner: QWidget | None = None
        self._may_close = self._painted = False
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
        self._body = body = QWidget()
        body.setObjectName("page")
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._demo)
        layout.addWidget(self._nav)
        layout.addLayout(self._banner_slot)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.state_bar)
        self.setCentralWidget(body)
        self.overlay = Overlay(body)
        self.show_state(self._model)

    def add_page(
        self, name: str, page: QWidget, page_help: "PageHelp | None" = None, *, in_record: bool = False
    ) -> None:
        """Register a page under *name*; a :class:`View` sends its Esc to ``back_asked``.

        F1 tells *page_help*. *in_record*: it shows the open record, and is left when that is closed.
        """
        if in_record:
            self._record_pages.add(name)
        self._pages[name] = page
        if page_help is not None:
            self._helps[name] = page_help
        page.resize(0, 0)  # the place of a page that goes under another would be painted for nothing
        self.stack.addWidget(page)
        if isinstance(page, View):
            page.back_asked.connect(self._go_back)

    def set_page(self, name: str) -> None:
        """Show a page and give it the focus; overlay, menus and file choosers never outlive the old one."""
        page = self._pages[name]
        self._words.catch_up(name)
        self.stack.setCurrentWidget(page)
        self._dismiss_everything()
        for tab_page, button in self._tabs.items():
            button.setChecked(tab_page == self._tab_of(name))
        if isinstance(page, View):
            page.focus_first()

    def page(self) -> str:
        """Name of the page shown, "" before the first."""
        current = self.stack.currentWidget()
        return next((name for name, page in self._pages.items() if page is current), "")

    def is_in_record(self) -> bool:
        """Whether the page in front shows the open record."""
        return self.page() in self._record_pages

    @property
    def banner_place(self) -> QWidget:
        """What is born in it need not move when :meth:`set_banner` shows it."""
        return self._body

    def set_banner(self, banner: QWidget | None) -> None:
        """Put the patient banner over the pages, or take it away (the record was closed)."""
        if self._banner is not None and self._banner is not banner:
            self._banner_slot.removeWidget(self._banner)
            self._banner.hide()
        self._banner = banner
        if banner is not None:
            self._banner_slot.addWidget(banner)
            banner.show()

    def show_state(self, model: ShellModel) -> None:
        """Show tabs, user and demo band."""
        self._model = model
        self._demo.setVisible(model.demo)
        self.setWindowTitle(text("shell.title_demo") if model.demo else text("shell.title"))
        self._title.setText(text("shell.title"))
        self._title.setVisible(not model.tabs)
        self._show_tabs(model.tabs)
        self._menus.show_state(model.user, model.user_pages)
        self._nav.fit()

    def retranslate(self) -> None:
        """Say everything again in the language in force, pages included (:class:`PageWords` says when)."""
        self.show_state(self._model)
        self._demo.refresh()
        self.state_bar.refresh()
        if self._banner is not None:
            retranslate(self._banner)
        self._words.say_again(self.page())

    def show_keys(self) -> None:
        """F1: what the page in front says of itself, and the list of keys."""
        from desktop.ui.views.keys import KeyList

        self.overlay.open_panel(text("help.keys_title"), KeyList("key-list", self._helps.get(self.page())))

    def show_security(self) -> None:
        """CF-021: whom to call, one action away, also while logged out."""
        from desktop.ui.views.contacts import ContactList

        content = Speaking("security")
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GRID)
        layout.addWidget(label(text("help.security_text")))
        layout.addWidget(ContactList("security-contacts"))
        self.overlay.open_panel(text("help.security_title"), content)

    def allow_close(self) -> None:
        """The controller has put everything away: the next close goes through."""
        self._may_close = True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_F1:
            self.show_keys()
        elif event.key() == Qt.Key.Key_Escape:
            self._go_back()
        elif control and event.key() == Qt.Key.Key_L and self._model.user:
            self.lock_asked.emit()
        elif control and event.key() == Qt.Key.Key_K and self._model.user:
            self.search_asked.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            press_enter(self.focusWidget(), None)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.overlay.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            mark("first-paint")

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
        else:
            event.ignore()
            self.close_asked.emit()

    def _dismiss_everything(self) -> None:
        """A lock must not wait for an open menu or file chooser (CF-017)."""
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.hide()
        others = [w for w in QApplication.topLevelWidgets() if w is not self and w.isVisible()]
        for window in others:
            if isinstance(window, QDialog):
                window.reject()
            window.hide()  # tips, and dialogs that do not take a no
        self.overlay.close_panel()

    def _go_back(self) -> None:
        if self.overlay.isVisible():
            self.overlay.close_panel()
        else:
            self.back_asked.emit()

    def _make_menus(self) -> ShellMenus:
        menus = ShellMenus(self)
        menus.user_act_chosen.connect(self.user_act_chosen)
        menus.page_chosen.connect(self.page_chosen)
        menus.language_chosen.connect(self.language_chosen)
        menus.colours_chosen.connect(self.colours_chosen)
        menus.keys_asked.connect(self.show_keys)
        menus.security_asked.connect(self.show_security)
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

    def tab_beside(self, steps: int) -> str:
        """The page of the tab *steps* to the right of the one in front, and round; "" without tabs."""
        pages, current = list(self._tabs), self._tab_of(self.page())
        if current not in pages:
            return next(iter(pages), "")
        return pages[(pages.index(current) + steps) % len(pages)]

    def _tab_of(self, page: str) -> str:
        """What is about one patient and has no tab of its own stands under that of the patients."""
        of_patient = page == "identity" or page in self._record_pages
        return "home" if of_patient and page not in self._tabs else page
