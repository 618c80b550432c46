"""The whole window: pages first, desks and bindings once the adapters are there."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop.common.performance import mark, span
from desktop.domain.deposit import OutboxRow, OutboxState
from desktop.domain.errors import Failure
from desktop.domain.network import NetworkState
from desktop.kernel.page import Plugged
from desktop.services.bundle import Services
from desktop.services.login import LoggedIn
from desktop.services.session import Effect, Event
from desktop.ui.bind.call_binding import CallBinding
from desktop.ui.bind.card_words import shown_code, situation_of
from desktop.ui.bind.context import Desks, Workplace
from desktop.ui.bind.desks import make_desks
from desktop.ui.bind.pages import Pages
from desktop.ui.bind.shell_binding import Appearance
from desktop.ui.bind.wiring import Wiring
from desktop.ui.desk.machine import Machine
from desktop.ui.views.login import LoginModel, LoginView

__all__ = ["Office", "Workplace"]


class Office(QObject):
    """Made around the first screen; :meth:`open` brings it to life, :meth:`close` ends it.

    ``contents_gone``: what was shown of patients was given up, whatever the reason.
    """

    contents_gone = Signal()

    def __init__(self, place: Workplace, login: LoginView, parent: QObject) -> None:
        super().__init__(parent)
        self._place = place
        self._desks: Desks | None = None
        self._pages = Pages(place.shell, self)
        self._login = login
        self._appearance = Appearance(place.shell, place.preferences, self)
        self.calls = CallBinding(place.shell, self)

    def prepare(self, then: Callable[[], None]) -> None:
        """The first screen stands: make the pages of a session, *then* build the adapters.

        Both at once would take as long, and a page made beside a worker that imports takes twice its time.
        """
        self._pages.make_ahead(then)

    def open(self, services: Services, features: tuple[Plugged, ...]) -> None:
        """Adapters are there: make desks and bindings, begin to watch."""
        place = self._place
        machine = Machine(self)
        desks = make_desks(place, machine, services, self)
        self._desks = desks
        self._patients = Wiring(place, self._pages, services, desks).connect(self._login, features)
        self.calls.begin(machine, desks.record, self._patients.look_for)
        desks.session.logged_in.connect(self._on_login)
        desks.session.logged_out.connect(self._patients.forget)
        desks.outbox.left.connect(desks.record.release)
        desks.rights.changed.connect(desks.record.refresh_recent)
        desks.rights.failed.connect(desks.session.heed)
        desks.network.returned.connect(desks.rights.ask)
        desks.outbox.row_changed.connect(self._on_row)
        desks.record.opened.connect(lambda record: desks.outbox.wake(record.patient.id))
        for effect in (Effect.WIPE_DOCUMENTS, Effect.CLOSE_RECORD, Effect.FORGET_SCREEN):
            machine.on(effect, self.contents_gone.emit)
        machine.on(Effect.SHOW_HOME, self._patients.begin)
        machine.on(Effect.HIDE_CONTENT, desks.idle.stop)
        desks.idle.idle.connect(lambda: desks.session.lock(Event.IDLE))
        self._services = services  # nobody else holds all of them
        desks.session.start()
        if desks.network.state is NetworkState.UNKNOWN:  # else the first screen asked
            desks.network.ask()

    def could_not_start(self, failure: Failure) -> None:
        """Something that every session needs is missing."""
        self._login.show_state(LoginModel(failure=failure))

    def states(self) -> dict[str, object]:
        """Where everything stands, in words without a person in them: for testers of the demo."""
        if self._desks is None:
            return {"page": self._place.shell.page()}
        situation = self._desks.machine.situation
        view = self._desks.session.card_status()
        return {
            "page": self._place.shell.page(),
            "card": situation_of(view).value,
            "session": situation.session.value,
            "record": situation.record.value,
            "code": shown_code(view),
            "readers": [[reader.name, reader.slot.value] for reader in view.snapshot.readers],
        }

    def close(self) -> None:
        """End session and watchers; nothing waits for a question."""
        if self._desks is not None:
            self._desks.idle.stop()
            self._desks.session.stop()

    def _on_login(self, session: LoggedIn) -> None:
        if self._desks is None:
            return
        mark("logged-in")
        for part, milliseconds in session.timings_ms:
            span(part, milliseconds)
        self._desks.record.set_account(session.account)
        self._desks.idle.start()
        self._desks.outbox.begin()
        self._desks.record.refresh_recent()
        self._desks.rights.begin()

    def _on_row(self, row: OutboxRow) -> None:
        """A deposit may hear first that the session is over (CF-019); one under way holds an old failure."""
        under_way = row.state in (OutboxState.SENDING, OutboxState.VERIFYING, OutboxState.SENT)
        if self._desks is not None and row.failure is not None and not under_way:
            self._desks.session.heed(row.failure)
