"""The pages of a session, made one a turn of the event loop: the first screen stays lively meanwhile."""

from collections.abc import Callable, Generator
from functools import partial
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
from desktop.ui.views.recovery import RecoveryView
from desktop.ui.views.terms import TermsView

Steps = Generator[None, None, View]
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
    RecoveryView: "recovery",
}
LARGE: dict[Callable[[QWidget], View], Callable[[QWidget], Steps]] = {
    DepositView: DepositView.in_steps,
    CardView: CardView.in_steps,
}


class Pages(QObject):
    """Makes each page once and gives it to the window under its name."""

    def __init__(self, shell: Shell, parent: QObject) -> None:
        super().__init__(parent)
        self._shell = shell
        self._made: dict[Callable[[QWidget], View], View] = {}
        self._begun: dict[Callable[[QWidget], View], Steps] = {}

    def make_ahead(self, then: Callable[[], None]) -> None:
        """Begin after the first paint, and go on with *then*; :meth:`take` makes at once what is missing."""
        next_turn(self, lambda: self._make_next(then))

    def take(self, kind: Callable[[QWidget], _V]) -> _V:
        """The page of this kind."""
        while kind not in self._made:
            self._step(kind)
        return cast(_V, self._made[kind])

    def _make_next(self, then: Callable[[], None]) -> None:
        missing = next((kind for kind in PAGES if kind not in self._made), None)
        if missing is None:
            then()
        else:
            self._step(missing)
            self.make_ahead(then)

    def _step(self, kind: Callable[[QWidget], View]) -> None:
        """The next part of a page, which is as much as a turn of the event loop can hold."""
        if kind not in self._begun:
            self._begun[kind] = LARGE.get(kind, partial(_at_once, kind))(self._shell.stack)
        try:
            next(self._begun[kind])
        except StopIteration as end:
            del self._begun[kind]
            self._made[kind] = end.value
            self._shell.add_page(PAGES[kind], end.value)


def _at_once(kind: Callable[[QWidget], View], parent: QWidget) -> Steps:
    yield from ()
    return kind(parent)
