"""Tabs, menus, language, colours and state bar: the parts of the window that are always there."""

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from desktop.domain.account import NetworkState
from desktop.domain.deposit import OutboxRow, OutboxState
from desktop.domain.texts import Language, set_language
from desktop.kernel.page import Entry
from desktop.services.login import LoggedIn
from desktop.services.session import Event, SessionState
from desktop.ui.bind.card_words import situation_of
from desktop.ui.bind.colours import apply_colours
from desktop.ui.bind.context import Context, Workplace
from desktop.ui.bind.feature_pages import FeaturePages
from desktop.ui.shell import ShellModel
from desktop.ui.shell_menus import ColourChoice, Tab
from desktop.ui.state_bar import StateModel


class Appearance(QObject):
    """Language and colours; works before any adapter is there."""

    def __init__(self, place: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self._place = place
        place.shell.language_chosen.connect(self._speak)
        place.shell.colours_chosen.connect(self._colour)

    def _speak(self, language: Language) -> None:
        set_language(language)
        self._place.preferences.change(language=language.value)
        self._place.shell.retranslate()

    def _colour(self, choice: ColourChoice) -> None:
        self._place.preferences.change(scheme=choice.value)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_colours(application, choice.value)


class ShellBinding(QObject):
    """Keeps tabs and state bar true."""

    def __init__(self, context: Context, features: FeaturePages) -> None:
        super().__init__(context.desks.session)
        self._context = context
        self._features = features
        self._state = StateModel(network=context.desks.network.state, demo=context.place.demo)
        self._rows: tuple[OutboxRow, ...] = ()
        desks, shell = context.desks, context.place.shell
        features.changed.connect(self.show)
        desks.network.changed.connect(self._on_network)
        desks.network.returned.connect(self._on_return)
        shell.state_bar.reconnect_asked.connect(lambda: desks.session.lock(Event.RECONNECT_ASKED))
        desks.machine.changed.connect(lambda *_: self._on_change())
        desks.session.card_changed.connect(lambda _: self._on_change())
        desks.session.logged_in.connect(self._on_login)
        desks.outbox.rows_changed.connect(self._on_rows)
        desks.idle.counting.connect(self._on_idle)
        shell.lock_asked.connect(desks.session.lock)

    def show(self) -> None:
        """Tabs and user as the session allows."""
        desks, shell = self._context.desks, self._context.place.shell
        session = desks.session.session
        active = desks.machine.situation.may_show_content
        user = session.account.name if session is not None and active else ""
        waiting = sum(row.state.is_pending() for row in self._rows)
        features = self._features
        home, outbox = Tab("home", "shell.tab_patients"), Tab("outbox", "shell.tab_outbox", waiting)
        tabs = (home, *features.tabs(Entry.RECORD), outbox, *features.tabs(Entry.TAB)) if active else ()
        demo = self._context.place.demo
        shell.show_state(ShellModel(user, tabs, demo, features.tabs(Entry.USER_MENU)))
        shell.state_bar.show_state(self._state)

    def _on_change(self) -> None:
        desks = self._context.desks
        session = desks.session.session
        situation = desks.machine.situation
        self._state = replace(
            self._state,
            card=situation_of(desks.session.card_status()),
            locked=situation.session is SessionState.LOCKED,
            outbox_known=situation.may_show_content,
            memory_only=session is not None and session.vault.memory_only,
            offline_session=situation.session is SessionState.ACTIVE_OFFLINE,
        )
        self.show()

    def _on_login(self, _session: LoggedIn) -> None:
        self._on_change()

    def _on_network(self, state: NetworkState) -> None:
        self._state = replace(self._state, network=state)
        self.show()

    def _on_return(self) -> None:
        """What waited for the platform goes on: traces, deposits, and a record shown from the cache."""
        desks = self._context.desks
        desks.outbox.go_on()
        record = desks.record.record
        online = desks.machine.situation.session is SessionState.ACTIVE
        if online and record is not None and record.offline:
            desks.record.reopen()

    def _on_rows(self, rows: tuple[OutboxRow, ...]) -> None:
        self._rows = rows
        stuck = (OutboxState.HELD, OutboxState.TERMINAL)
        self._state = replace(
            self._state,
            pending=sum(row.state.is_pending() and row.state not in stuck for row in rows),
            stuck=sum(row.state is OutboxState.HELD for row in rows),
        )
        self.show()

    def _on_idle(self, left: int) -> None:
        self._state = replace(self._state, idle_left=None if left < 0 else left)
        self.show()
