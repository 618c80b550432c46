"""Whom the practice software asks for, on the screen: looked up as if typed, never opened (domain §G.5).

A ticket proves that a program of this user's asks: from the search page, with nobody on the screen, it is
followed. A link may come from anywhere, and a patient on the screen is not left by himself (CF-146): then it
is asked first, over whatever page is in front. Without a session it waits for this user's, and names nobody.
"""

import logging
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from desktop.domain.errors import Failure, Result
from desktop.domain.matricule import Matricule
from desktop.domain.patient_call import Origin, PatientCall
from desktop.domain.texts import text
from desktop.services.session import RecordState, SessionState, Situation
from desktop.ui.bind.notice import Notice
from desktop.ui.dates import day
from desktop.ui.desk.machine import Machine
from desktop.ui.desk.record_desk import RecordDesk
from desktop.ui.shell import Shell
from desktop.ui.widgets.message import Message

KEPT_MS = 10 * 60_000  # a call that nobody answered is forgotten
_NOTHING_BEGUN = ("home", "outbox")
_BEFORE = (SessionState.SIGNED_OUT, SessionState.AUTHENTICATING, SessionState.TERMS)
_OPEN = (RecordState.OPEN, RecordState.GRACE)
_log = logging.getLogger("dsp.call")


class CallBinding(QObject):
    """One call at a time, the newest; what comes before :meth:`begin` waits."""

    def __init__(self, shell: Shell, parent: QObject) -> None:
        super().__init__(parent)
        self._shell = shell
        self._machine: Machine | None = None
        self._call: PatientCall | None = None
        self._message: Message | None = None
        self._refused = Notice(shell, "call-refused")
        self._limit = QTimer(self, singleShot=True, interval=KEPT_MS)
        self._limit.timeout.connect(self._drop)
        shell.language_chosen.connect(lambda _: self._say_again())

    def begin(self, machine: Machine, record: RecordDesk, search: Callable[[str], None]) -> None:
        """From now on there can be a session; *search* is what the user's own typing does."""
        self._machine, self._record, self._search = machine, record, search
        machine.changed.connect(self._on_change)
        self._go_on()

    def take_all(self, calls: Iterable[Result[PatientCall]]) -> None:
        """The oldest first."""
        for call in calls:
            self.take(call)

    def take(self, asked: Result[PatientCall]) -> None:
        """What another start of the program was given."""
        if isinstance(asked, Failure):
            self._drop()  # a low window has room for one of the two
            self._refused.tell(asked)
            return
        for name in asked.ignored:  # CF-145
            _log.info("a parameter of a call is not read: %s", name)
        self._refused.clear()
        self._call = asked
        self._limit.start()
        self._go_on()

    def _on_change(self, before: Situation, after: Situation, _event: object) -> None:
        if before.may_show_content and not after.may_show_content:
            self._drop()  # the question names somebody
        elif after.session is SessionState.SIGNED_OUT and before.session not in _BEFORE:
            self._drop()  # it was asked of the user who was here
        elif after.may_show_content and not before.may_show_content:
            self._go_on()

    def _go_on(self) -> None:
        call, machine = self._call, self._machine
        if call is None:
            return
        if machine is None or not machine.situation.may_show_content:
            self._say(text("call.waiting"), text("call.waiting_next"), "")
        elif self._is_shown(call):
            self._drop()
            if call.origin is Origin.TICKET and machine.situation.record in _OPEN:
                self._shell.page_chosen.emit("home")  # which leads to the open record
        elif call.origin is Origin.TICKET and self._nothing_is_left():
            self._open()
        else:
            self._ask(call)

    def _is_shown(self, call: PatientCall) -> bool:
        patient = self._record.patient
        return patient is not None and patient.matricule.digits == call.matricule

    def _nothing_is_left(self) -> bool:
        over = self._shell.overlay.isVisible() or QApplication.activeModalWidget() is not None
        return self._record.is_left and self._shell.page() in _NOTHING_BEGUN and not over

    def _ask(self, call: PatientCall) -> None:
        who = _who(call)
        by_link = call.origin is Origin.LINK
        asked = text("call.ask_link", who=who) if by_link else text("call.ask_program", who=who)
        then = text("call.ask_next") if self._record.is_left else text("call.ask_next_left")
        self._say(asked, then, text("call.open"))

    def _open(self) -> None:
        call = self._call
        self._drop()
        if call is not None and self._machine is not None and self._machine.situation.may_show_content:
            self._shell.search_asked.emit()  # a form that was begun is kept (CF-146)
            self._search(call.typed())

    def _drop(self) -> None:
        self._call = None
        self._limit.stop()
        if self._message is not None:
            self._message.clear()

    def _say(self, what: str, then: str, act: str) -> None:
        if self._message is None:
            self._message = Message("call-asked", self._shell.banner_place)
            self._message.act_requested.connect(self._open)
            self._message.dismissed.connect(self._drop)
            self._shell.put_over_pages(self._message)
        self._message.show_text(what, then, act=act, closable=True)

    def _say_again(self) -> None:
        self._refused.retranslate()
        if self._message is not None and self._message.what():
            self._go_on()


def _who(call: PatientCall) -> str:
    """What will be searched, and nothing else that a link tells."""
    if call.matricule:
        return text("call.number", number=Matricule(call.matricule).grouped())
    return call.name if call.birth_date is None else f"{call.name} ({day(call.birth_date)})"
