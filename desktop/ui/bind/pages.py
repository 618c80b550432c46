"""The pages of a session, made one a turn of the event loop: the first screen stays lively meanwhile."""

from collections.abc import Callable
from typing import TypeVar, cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.ui.shell import Shell
from desktop.ui.turns import next_turn
from desktop.ui.views.about import AboutView
from desktop.ui.views.base import View
from desktop.ui.views.card_management import CardView
from desktop.ui.views.deposit import DepositView
from desktop.ui.views.diagnostics import DiagnosticsView
from desktop.ui.views.home import HomeView
from desktop.ui.views.identity import IdentityView
from desktop.ui.views.lock import LockView
from desktop.ui.views.outbox import OutboxView
from desktop.ui.views.terms import TermsView

_V = TypeVar("_V", bound=View)
PAGES: dict[Callable[[QWidget], View], str] = {
    HomeView: "home",
    IdentityView: "identity",
    LockView: "lock",
    TermsView: "terms",
    DepositView: "deposit",
    CardView: "card",
    OutboxView: "outbox",
    DiagnosticsView: "diagnostics",
    AboutView: "about",
}


class Pages(QObject):
    """Makes each page once and gives it to the window under its name."""

    def __init__(self, shell: Shell, parent: QObject) -> None:
        super().__init__(parent)
        self._shell = shell
        self._made: dict[Callable[[QWidget], View], View] = {}

    def make_ahead(self, then: Callable[[], None]) -> None:
        """Begin after the first paint, and go on with *then*; :meth:`take` makes at once what is missing."""
        next_turn(self, lambda: self._make_next(then))

    def take(self, kind: Callable[[QWidget], _V]) -> _V:
        """The page of this kind."""
        page = self._made.get(kind)
        if page is None:
            page = self._made[kind] = kind(self._shell.stack)
            self._shell.add_page(PAGES[kind], page)
        return cast(_V, page)

    def _make_next(self, then: Callable[[], None]) -> None:
        missing = next((kind for kind in PAGES if kind not in self._made), None)
        if missing is None:
            then()
        else:
            self.take(missing)
            self.make_ahead(then)
