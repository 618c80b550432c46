"""The page: keys and codes go to the part that knows them; what a lock takes and gives back (CF-014)."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from desktop.common.performance import mark
from desktop.domain.errors import Failure
from desktop.domain.local_time import hour_words
from desktop.domain.matricule import Matricule
from desktop.domain.prescription.box import Ambiguous, BoxCode
from desktop.domain.prescription.identifier import OrdonnanceCode
from desktop.domain.prescription.unread import Unread
from desktop.domain.record import DspState, Patient
from desktop.domain.texts import counted, text
from desktop.features.counter.cells.head import sex_of
from desktop.features.counter.cells.says import unread_words
from desktop.features.counter.cells.scanner import TEST_HELPS
from desktop.features.counter.domain.act import CounterAct, released
from desktop.features.counter.domain.delivery import Delivery
from desktop.features.counter.page.boxes import Boxes
from desktop.features.counter.page.columns import Columns
from desktop.features.counter.page.day import Day
from desktop.features.counter.page.deciding import Deciding
from desktop.features.counter.page.delivering import Delivering
from desktop.features.counter.page.desk import Desk
from desktop.features.counter.page.finding import Finding
from desktop.features.counter.page.holding import Holding
from desktop.features.counter.page.picturing import Picturing
from desktop.features.counter.page.self_testing import SelfTesting
from desktop.features.counter.port import CounterPort
from desktop.features.counter.service.kept_rows import ParkedAct
from desktop.features.counter.service.reserving import LONGEST
from desktop.features.counter.view.model import CounterModel
from desktop.kernel.page import AtLock, nothing
from desktop.kernel.workbench import Workbench
from desktop.scanning.reading import Scanned, read_scan
from desktop.ui.tasks import Lane


class CounterPage:
    """FeaturePage."""

    def __init__(self, bench: Workbench, port: CounterPort) -> None:
        self._bench = bench
        self._desk = desk = Desk(bench, port)
        self._holding = Holding(desk)
        self._finding = Finding(desk, self._holding)
        self._deciding = Deciding(desk)
        self._boxes = Boxes(desk, self._deciding.ask_portions)
        self._delivering = Delivering(desk, self._holding, self._deciding)
        self._delivering.told = self._look_back
        self._day, self._self_test, self._columns = Day(desk), SelfTesting(desk), Columns(desk)
        pictures = Picturing(desk, self._read)
        self._parked: ParkedAct | None = None
        self._interrupted: CounterAct | None = None
        self._given_back: datetime | None = None  # when a lock left one of which nothing is kept
        self._damage_told = False  # in this session
        self._acts = {
            **self._deciding.acts,
            "deliver": self._delivering.check,
            "confirm": self._enter,
            "labels": self._delivering.labels,
            "receipt": self._delivering.receipt,
            "release": self._release,
            "leave": self._leave,
            "again": self._look_again,
            "record": self._open_record,
            "resume": self._resume,
            "scanner": desk.view.show_scanner,
            "file": pictures.choose,
            "paste": pictures.paste,
        }
        self.view = desk.view
        counter = desk.view.counter
        counter.scanned.connect(self._scanned)
        counter.asked.connect(self._asked)
        counter.line_chosen.connect(lambda number: desk.show(current=number))
        desk.view.left.connect(self._holding.leave)
        desk.view.came.connect(self._holding.come_back)
        self.at_lock = AtLock(hide=self._hide, keep_drafts=self._park, wipe=nothing, forget=self._forget)

    def opened(self) -> None:
        """Ready for the next code; what was interrupted or has no answer comes first."""
        desk = self._desk
        desk.view.focus_first()
        self._self_test.read()
        self._columns.read()
        if desk.act is None:
            self._look_back()
        elif desk.model.sending:
            self._delivering.came_back()
        elif desk.model.lost:
            self._delivering.settle()

    def _look_back(self) -> None:
        if self._desk.act is None:
            self._desk.ask(self._desk.deliveries.pending, self._looked_back, lane=Lane.STORE)
        else:
            self._holding.renew_now()

    def _looked_back(self, waiting: tuple[Delivery, ...]) -> None:
        if waiting:
            self._delivering.lost()
        else:
            self._desk.ask(self._desk.parking.waiting, self._offer, lane=Lane.STORE)

    def _count_damage(self) -> None:
        """Own work that nobody can read any more is told, once a session."""
        if not self._damage_told:
            self._desk.ask(self._desk.deliveries.unreadable, self._tell_damage, lane=Lane.STORE)

    def _tell_damage(self, count: int) -> None:
        self._damage_told = True
        if count:
            self._desk.say(counted("counter.unreadable", count), text("counter.unreadable_next"), "warning")

    def _offer(self, waiting: tuple[ParkedAct, ...]) -> None:
        given_back, self._given_back = self._given_back, None
        if self._desk.act is not None:
            return
        if not waiting:
            if given_back is not None:
                self._desk.say(f"{text('counter.left_locked')} {self._ended(given_back)}", tone="")
            self._count_damage()
            return
        self._parked = waiting[0]
        name = waiting[0].act.standing.ordonnance.patient.name
        words = text("counter.parked", name=name, time=hour_words(waiting[0].at))
        words = f"{words} {self._ended(waiting[0].at)}"
        self._desk.say(words, text("counter.parked_next"), "warning", text("counter.resume"), "resume")

    def _ended(self, at: datetime) -> str:
        """What is known of a reservation whose session ended *at* that time: it may have gone unheard."""
        until = at + LONGEST
        if self._desk.now() >= until:
            return text("counter.lease_ended")
        return text("counter.lease_ends", until=hour_words(until))

    def _resume(self) -> None:
        parked, self._parked = self._parked, None
        if parked is not None and self._desk.act is None:
            self._desk.show(said=None)
            self._finding.resume(parked)

    def _scanned(self, typed: str) -> None:
        mark("code-scanned")
        found = read_scan(typed, self._desk.scanner, self._desk.today())
        if isinstance(found, OrdonnanceCode):  # its check character says that it came as it was meant
            proven = "".join(sorted({*self._desk.scanner.proven, *typed.strip()}))
            self._desk.use(replace(self._desk.scanner, proven=proven))
        self._read(found)

    def _read(self, found: Scanned | Unread) -> None:
        match found:
            case Unread():
                self._unread(found)
            case BoxCode() | Ambiguous():
                self._boxes.read(found)
            case _ if self._desk.model.lost:
                self._desk.say(text("counter.lost"), text("counter.lost_next"), "warning")
            case _:
                self._finding.find(found)

    def _unread(self, found: Unread) -> None:
        if found.fault in TEST_HELPS:
            self._desk.say(unread_words(found), "", "danger", text("counter.scanner_try"), "scanner")
        else:
            self._desk.say(unread_words(found), tone="danger")

    def _asked(self, act: str) -> None:
        if self._bench.account() is not None:
            self._desk.view.counter.focus_scan()  # before it: an act may lead elsewhere
            self._acts[act]()

    def _enter(self) -> None:
        """Confirms what F9 showed; after a delivery, the next patient."""
        if self._desk.model.recap:
            self._delivering.confirm()
        elif self._desk.model.done is not None:
            self._desk.show(done=None, said=None, failure=None)

    def _release(self) -> None:
        self._holding.let_go()
        self._desk.say(text("counter.released"), tone="")

    def _leave(self) -> None:
        """Esc: the innermost thing first; an ordonnance that is left is given back."""
        desk, act = self._desk, self._desk.act
        if desk.model.question is not None:
            desk.leave_question()
        elif desk.model.recap:
            desk.show(recap="")
        elif desk.model.said is not None or desk.model.failure is not None:
            desk.show(said=None, failure=None)
        elif act is not None and not desk.model.lost and not desk.model.sending:
            held = any(work.mine for work in act.lines)
            self._holding.let_go()
            desk.show(act=None, box=None, current=0)
            desk.bench.ask.keep(lambda: desk.parking.over(act), desk.show_failure)
            if held:
                desk.say(text("counter.left_released"), tone="")

    def _look_again(self) -> None:
        if self._desk.model.lost:
            self._delivering.settle()
        elif self._desk.act is not None:
            self._holding.renew_now()

    def _open_record(self) -> None:
        """CF-078: the record opens by its own code or mandate, never from here."""
        act = self._desk.act
        if act is None:
            return
        known = act.standing.ordonnance.patient
        self._bench.open_patient(
            Patient(
                known.id, Matricule(known.matricule), known.family, known.given, known.born,
                sex_of(known), DspState.ACTIVE,
            )
        )  # fmt: skip

    def _hide(self) -> None:
        """Nothing of the patient stays; the platform frees what was held as the session ends there."""
        desk = self._desk
        keeps = self._bench.keeps()
        if not keeps and (desk.model.sending or desk.model.lost):
            self._bench.leave_behind(1)  # nobody will ask for it any more
        self._interrupted = desk.act if desk.act is not None and desk.act.touched() else None
        left = desk.act is not None and (not keeps or self._interrupted is None)
        self._given_back = desk.now() if left else None
        self._holding.forget()
        self._delivering.forget()
        desk.model = CounterModel()
        desk.leave_question()
        desk.view.counter.scan.clear()
        desk.view.show_counter()
        self._parked = None
        self._day.forget()

    def _park(self) -> None:
        act, self._interrupted = self._interrupted, None
        if act is not None:
            parked = ParkedAct(released(act), self._bench.now())
            self._bench.ask.keep(partial(self._desk.parking.park, parked), _unshown)

    def _forget(self) -> None:
        self._interrupted = self._given_back = None
        self._damage_told = False
        self._self_test.forget()
        self._columns.forget()


def _unshown(_: Failure) -> None:
    """Nobody is there who could read it."""
