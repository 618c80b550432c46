"""The window before anything can be done in it: frame, login page, and what is known so far.

Everything that this module imports stands between the window and its first picture, so it is little.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from desktop.domain.errors import Failure
from desktop.domain.network import NetworkState
from desktop.ui.bind.colours import apply_colours
from desktop.ui.qt_words import speak_qt
from desktop.ui.shell import Shell
from desktop.ui.shell_contents import ShellModel
from desktop.ui.state_bar import StateModel
from desktop.ui.views.situation import CardSituation, situation_before_card

if TYPE_CHECKING:
    from desktop.domain.card import ReaderSnapshot
    from desktop.ui.views.login import LoginView


def _nothing() -> None:
    """Nobody asks anything meanwhile."""


class FirstScreen:
    """``shell`` is on its way to the screen when this returns; ``login`` is in it at its first paint."""

    def __init__(
        self,
        application: QApplication,
        shell: Shell,
        scheme: str,
        *,
        demo: bool,
        meanwhile: Callable[[], object] = _nothing,
    ) -> None:
        """*shell*: empty, and on its way where it can be. *scheme*: "light", "dark" or "system"; *meanwhile*
        is run before the page is imported and made."""
        speak_qt(application)
        apply_colours(application, scheme)
        self.shell = shell
        shell.fill()
        self._state = StateModel(demo=demo)
        shell.show_state(ShellModel(demo=demo))
        shell.state_bar.show_state(self._state)
        shell.show()
        meanwhile()
        self.login = make_login(self.shell)

    def show_readers(self, snapshot: "ReaderSnapshot") -> None:
        """What the reader monitor said first; a card in a reader is not read yet."""
        from desktop.ui.views.login import LoginModel

        situation = situation_before_card(snapshot)
        reader = snapshot.readers[0].name if snapshot.readers else ""
        self.login.show_state(LoginModel(situation, reader=reader))
        self._show_state(card=situation)

    def show_network(self, network: NetworkState) -> None:
        """Whether the platform can be reached."""
        self._show_state(network=network)

    def show_failure(self, failure: Failure) -> None:
        """A part of the program cannot be loaded: nobody can log in."""
        from desktop.ui.views.login import LoginModel

        self.login.show_state(LoginModel(failure=failure))

    def come_forward(self) -> None:
        """The window over all others."""
        self.shell.show()
        self.shell.raise_()
        self.shell.activateWindow()

    def _show_state(self, *, card: CardSituation | None = None, network: NetworkState | None = None) -> None:
        before = self._state
        self._state = replace(before, card=card or before.card, network=network or before.network)
        self.shell.state_bar.show_state(self._state)


def make_login(shell: Shell) -> "LoginView":
    """The login page of *shell*, in front."""
    from desktop.ui.views.login import LoginView

    login = LoginView(shell.stack)
    shell.add_page("login", login)
    shell.set_page("login")
    return login
