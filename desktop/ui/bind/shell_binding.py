"""Tabs, menus, language, colours and state bar: the parts of the window that are always there."""

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from desktop.domain.deposit import OutboxRow, OutboxState
from desktop.domain.network import NetworkState
from desktop.domain.texts import Language, set_language
from desktop.kernel.page import Entry
from desktop.services.login import LoggedIn
from desktop.services.session import Event, SessionState
from desktop.ui.bind.card_words import situation_of
from desktop.ui.bind.colours import apply_colours
from desktop.ui.bind.feature_pages import FeaturePages
from desktop.ui.bind.notice import Notice
from desktop.ui.desk.idle import IdleWatch
from desktop.ui.desk.machine import Machine
from desktop.ui.desk.network_watch import NetworkWatch
from desktop.ui.desk.outbox_desk import OutboxDesk
from desktop.ui.desk.record_desk import RecordDesk
from desktop.ui.desk.session_desk import SessionDesk
from desktop.ui.preferences import Preferences
from desktop.ui.qt_words import speak_qt
from desktop.ui.shell import Shell
from desktop.ui.shell_contents import ShellModel
from desktop.ui.shell_menus import ColourChoice, Tab
from desktop.ui.state_bar import StateModel
from desktop.ui.turns import next_turn


class Appearance(QObject):
    """Language and colours; works before any adapter is there."""

    def __init__(self, shell: Shell, preferences: Preferences, parent: QObject) -> None:
        super().__init__(parent)
        self._shell, self._preferences = shell, preferences
        shell.language_chosen.connect(self._speak)
        shell.colours_chosen.connect(self._colour)
        self._notice = Notice(shell, "settings-trouble")
        preferences.listen(self._notice.tell)

    def _speak(self, language: Language) -> None:
        set_language(language)
        self._preferences.change(language=language.value)
        self._shell.retranslate()
        self._notice.retranslate()
        if (application := QApplication.instance()) is not None:
            next_turn(self, lambda: speak_qt(application))

    def _colour(self, choice: ColourChoice) -> None:
        self._preferences.change(scheme=choice.value)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_colours(application, choice.value)


class ShellBinding(QObject):
    """Keeps tabs and state bar true."""

    def __init__(
        self,
        *,
        shell: Shell,
        features: FeaturePages,
        machine: Machine,
        session: SessionDesk,
        record: RecordDesk,
        outbox: OutboxDesk,
        idle: IdleWatch,
        network: NetworkWatch,
        system_trust: bool,
        demo: bool,
    ) -> None:
        super().__init__(session)
        self._shell, self._features, self._machine = shell, features, machine
        self._session, self._record, self._outbox = session, record, outbox
        self._demo = demo
        self._state = StateModel(network=network.state, demo=demo, system_trust=system_trust)
        self._waiting = 0
        features.changed.connect(self.show)
        network.changed.connect(self._on_network)
        network.returned.connect(self._on_return)
        shell.state_bar.reconnect_asked.connect(lambda: session.lock(Event.RECONNECT_ASKED))
        machine.changed.connect(lambda *_: self._on_change())
        session.card_changed.connect(lambda _: self._on_change())
        session.logged_in.connect(self._on_login)
        outbox.rows_changed.connect(self._on_rows)
        idle.counting.connect(self._on_idle)
        shell.lock_asked.connect(session.lock)

    def show(self) -> None:
        """Tabs and user as the session allows."""
        session = self._session.session
        active = self._machine.situation.may_show_content
        user = session.account.name if session is not None and active else ""
        features = self._features
        home, outbox = Tab("home", "shell.tab_patients"), Tab("outbox", "shell.tab_outbox", self._waiting)
        first, beside = features.tabs(Entry.HOME), features.tabs(Entry.TAB)
        tabs = (*first, home, *features.tabs(Entry.RECORD), outbox, *beside) if active else ()
        self._shell.show_state(ShellModel(user, tabs, self._demo, features.tabs(Entry.USER_MENU)))
        self._shell.state_bar.show_state(self._state)

    def _on_change(self) -> None:
        session = self._session.session
        situation = self._machine.situation
        self._state = replace(
            self._state,
            card=situation_of(self._session.card_status()),
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
        self._outbox.go_on()
        record = self._record.record
        online = self._machine.situation.session is SessionState.ACTIVE
        if online and record is not None and record.offline:
            self._record.reopen()

    def _on_rows(self, rows: tuple[OutboxRow, ...]) -> None:
        self._waiting = sum(row.state.is_pending() for row in rows)
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
