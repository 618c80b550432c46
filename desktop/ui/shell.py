"""The one window. What is in it stands in :mod:`desktop.ui.shell_contents`.

This module stands between the user's click and the window, so it imports nothing but Qt.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

from desktop.common.performance import mark

if TYPE_CHECKING:
    from desktop.ui.overlay import Overlay
    from desktop.ui.page_stack import PageStack
    from desktop.ui.shell_contents import ShellContents, ShellModel
    from desktop.ui.state_bar import StateBar
    from desktop.ui.views.keys import PageHelp

MINIMUM = (480, 264)  # pages fit in more: see desktop.ui.window_room
DESIGN = (1366, 740)
NAME = "DSP Desktop"  # the program's own, in every language; the demo says so when it is filled


class Shell(QMainWindow):
    """Empty until :meth:`fill`: a start has it framed by the window manager while its contents are made.

    Signals: ``page_chosen(page)`` (a tab or an entry of the user's menu), ``user_act_chosen(UserAct)``,
    ``language_chosen(Language)``, ``colours_chosen(ColourChoice)``, ``back_asked`` (Esc with nothing open),
    ``lock_asked`` (Ctrl+L), ``search_asked`` (Ctrl+K), ``close_asked`` (the window's cross; the controller
    decides). ``stack``, ``state_bar`` and ``overlay`` are there once it is filled.
    """

    stack: "PageStack"
    state_bar: "StateBar"
    overlay: "Overlay"
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
        self.setWindowTitle(NAME)
        self.setMinimumSize(*MINIMUM)
        self.resize(*DESIGN)
        self._contents: ShellContents | None = None
        self._may_close = self._painted = False

    def fill(self) -> None:
        """Put everything into it, within the turn that shows it: it is never painted empty."""
        from desktop.ui.shell_contents import ShellContents

        made = self._contents = ShellContents(self)
        self.stack, self.state_bar, self.overlay = made.stack, made.state_bar, made.overlay
        made.page_chosen.connect(self.page_chosen)
        made.user_act_chosen.connect(self.user_act_chosen)
        made.language_chosen.connect(self.language_chosen)
        made.colours_chosen.connect(self.colours_chosen)
        made.keys_asked.connect(self.show_keys)
        made.security_asked.connect(self.show_security)
        self.setCentralWidget(made)
        made.show()

    def add_page(
        self, name: str, page: QWidget, page_help: "PageHelp | None" = None, *, in_record: bool = False
    ) -> None:
        """Register a page under *name*; a :class:`View` sends its Esc to ``back_asked``.

        F1 tells *page_help*. *in_record*: it shows the open record, and is left when that is closed.
        """
        from desktop.ui.views.base import View

        self._filled.add_page(name, page, page_help, in_record=in_record)
        if isinstance(page, View):
            page.back_asked.connect(self._go_back)

    def set_page(self, name: str) -> None:
        """Show a page and give it the focus; overlay, menus and file choosers never outlive the old one."""
        self._filled.bring_forward(name)
        self._dismiss_everything()
        self._filled.focus_on(name)

    def page(self) -> str:
        """Name of the page shown, "" before the first."""
        return self._filled.page()

    def is_in_record(self) -> bool:
        """Whether the page in front shows the open record."""
        return self._filled.is_in_record()

    @property
    def banner_place(self) -> QWidget:
        """What is born in it need not move when :meth:`set_banner` shows it."""
        return self._filled

    def set_banner(self, banner: QWidget | None) -> None:
        """Put the patient banner over the pages, or take it away (the record was closed)."""
        self._filled.set_banner(banner)

    def put_over_pages(self, widget: QWidget) -> None:
        """Under the banner, whatever page is in front."""
        self._filled.room.put_over_pages(widget)

    def show_state(self, model: "ShellModel") -> None:
        """Show tabs, user and demo band."""
        self.setWindowTitle(self._filled.show_state(model))

    def retranslate(self) -> None:
        """Say everything again in the language in force, pages included (:class:`PageWords` says when)."""
        self.setWindowTitle(self._filled.retranslate())

    def show_keys(self) -> None:
        """F1: what the page in front says of itself, and the list of keys."""
        self._filled.show_keys()

    def show_security(self) -> None:
        """CF-021: whom to call, one action away, also while logged out."""
        self._filled.show_security()

    def tab_beside(self, steps: int) -> str:
        """The page of the tab *steps* to the right of the one in front, and round; "" without tabs."""
        return self._filled.tab_beside(steps)

    def allow_close(self) -> None:
        """The controller has put everything away: the next close goes through."""
        self._may_close = True

    @property
    def _filled(self) -> "ShellContents":
        assert self._contents is not None, "the window is empty"
        return self._contents

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_F1:
            self.show_keys()
        elif event.key() == Qt.Key.Key_Escape:
            self._go_back()
        elif control and event.key() == Qt.Key.Key_L and self._filled.has_user():
            self.lock_asked.emit()
        elif control and event.key() == Qt.Key.Key_K and self._filled.has_user():
            self.search_asked.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._filled.press_focused(self.focusWidget())
        else:
            super().keyPressEvent(event)

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
        elif not self.stack.close_innermost():
            self.back_asked.emit()
