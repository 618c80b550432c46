"""The pages of all features in the window: who sees which, and when one comes in front."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.account import Account
from desktop.domain.errors import Failure
from desktop.domain.record import Document, Patient
from desktop.domain.texts import current_language
from desktop.kernel.document import ChosenDocument, Takes
from desktop.kernel.overview import Makes, OverviewPart
from desktop.kernel.page import Entry, Plugged, PluggedPage
from desktop.kernel.workbench import Printed, PrintedOriginal, PrintedPaper, Workbench
from desktop.ports.code_pictures import CodePicturesPort
from desktop.ports.kept import KeptPort
from desktop.services.kept_rights import ToldRights
from desktop.services.known_names import KnownNames
from desktop.services.record import OpenRecord, ends_access
from desktop.services.session import Effect
from desktop.services.signing import SigningService
from desktop.ui.ask import Ask, Asks
from desktop.ui.bind.errands import Errands
from desktop.ui.bind.feature_page import MountedPage, Place
from desktop.ui.bind.navigation import Navigation
from desktop.ui.bind.patient_binding import PatientBinding
from desktop.ui.bind.prints import PrintJob, Prints
from desktop.ui.bind.session_signing import SessionSigning, heed
from desktop.ui.desk.machine import Machine
from desktop.ui.desk.network_watch import NetworkWatch
from desktop.ui.desk.record_desk import RecordDesk
from desktop.ui.desk.session_desk import SessionDesk
from desktop.ui.record.stamped_copies import CopyMark, NoMark
from desktop.ui.shell import Shell
from desktop.ui.shell_menus import Tab
from desktop.ui.tasks import Generation, Tasks
from desktop.ui.turns import in_turns


@dataclass(slots=True)
class _OnHome:
    """A part of a page on the home page; ``there``: before the eyes of somebody who may see it."""

    page: str
    came: Callable[[], object]
    there: bool = False


class FeaturePages(QObject):
    """Signals: ``changed`` (another set of pages is there for this user), ``right_ended`` (somebody's may
    have, and what was kept of him have gone).
    """

    changed = Signal()
    right_ended = Signal()

    def __init__(
        self,
        *,
        shell: Shell,
        tasks: Tasks,
        machine: Machine,
        session: SessionDesk,
        record: RecordDesk,
        now: Callable[[], datetime],
        known: KnownNames,
        rights: ToldRights,
        navigation: Navigation,
        patients: PatientBinding,
        prints: Prints,
        signing: SigningService,
        code_pictures: CodePicturesPort,
        network: NetworkWatch,
        features: tuple[Plugged, ...],
    ) -> None:
        """*now* is the platform's where known; *known* names people and documents of this session."""
        super().__init__(session)
        self._shell, self._tasks, self._machine = shell, tasks, machine
        self._navigation, self._listed, self._prints = navigation, record.listed, prints
        self._documents, self._published = record.document_pages, record.outdated
        self._overview = record.overview_parts
        self._document_asked = record.document_asked.emit
        self._recheck = record.recheck_asked
        self._session, self._now, self._known, self._rights = session, now, known, rights
        self._signing, self._code_pictures = signing, code_pictures
        self._errands = Errands(tasks, machine, session, record, network)
        self._patients = patients
        self._on_home: list[_OnHome] = []
        self._answers = Generation()
        self._live: OpenRecord | None = None
        self._then = ("", "")  # a patient, and the page of his record that he was chosen for
        self._started: datetime | None = None
        self._reachable: tuple[str, ...] = ()
        machine.on(Effect.HIDE_CONTENT, self._answers.bump)
        self._pages = tuple(self._mount(page, feature.rows) for feature in features for page in feature.pages)
        for effect in (Effect.HIDE_CONTENT, Effect.HIDE_RECORD):
            machine.on(effect, self._on_record_hidden)
        machine.changed.connect(lambda *_: self._update())
        shell.stack.currentChanged.connect(lambda _: self._update())
        session.logged_in.connect(lambda _: self._on_login())
        session.logged_out.connect(self._on_logout)
        record.opened.connect(self._on_opened)
        record.ended.connect(lambda _: self._forget())
        for told in (record.ended, record.access_refused, record.planned):
            told.connect(lambda _: self.right_ended.emit())
        record.closed.connect(self._forget)
        self._ahead = Generation()
        in_turns(self, self._make_each(page for page in self._pages if page.is_for_everybody), self._ahead)

    def tabs(self, entry: Entry) -> tuple[Tab, ...]:
        """The pages of this kind that are there for this user now."""
        return tuple(
            Tab(page.name, page.plugged.title)
            for page in self._pages
            if page.plugged.entry is entry and self._may_reach(page)
        )

    def _heed(self, failure: Failure) -> bool:
        """A refusal that ends the right to the open record is looked into at once, not in 30 s (CF-031)."""
        record = self._live
        if record is not None and ends_access(failure, record.mandate):
            self._recheck.emit()
        return heed(self._session, failure)

    def _mount(self, page: PluggedPage, rows: KeptPort) -> MountedPage:
        ask = Ask(self._tasks, self._answers, self._heed, self)
        bench = Workbench(
            ask,
            self._account,
            self._session_start,
            self._keeps,
            self._prints.copies.untold.emit,
            self._session.leave_behind,
            lambda: self._live,
            self._now,
            rows,
            self._known,
            self._rights,
            self._listed.connect,
            self._published.emit,
            self._recheck.emit,
            self.right_ended.connect,
            self._navigation.go_back,
            partial(self._print, ask),
            partial(self._print_list, ask),
            self._prints.write,
            self._open_patient,
            partial(self._put_on_home, page.name),
            partial(self._add_to_overview, page.name),
            partial(self._give_documents, page.name),
            self._document_asked,
            partial(self._shell.page_chosen.emit, page.name),
            self._code_pictures,
            SessionSigning(
                self._signing,
                ask,
                self._answers,
                self._session,
                self._account,
                self._prints.copies.untold.emit,
            ),
            self._errands.begin,
            self._shell.stack,
        )
        mounted = MountedPage(page, Place(self._shell, self._machine, ask, bench))
        self._navigation.add(page, mounted.make)
        return mounted

    def _put_on_home(self, page: str, panel: QWidget, came: Callable[[], object]) -> None:
        self._patients.put_on_home(panel)
        self._on_home.append(_OnHome(page, came))

    def _add_to_overview(self, page: str, part: OverviewPart, makes: Makes) -> Callable[[], object]:
        def may_make(parent: QWidget) -> QWidget | None:
            return makes(parent) if self._may_reach(self._named(page)) else None

        self._overview.add(part, may_make)
        return partial(self._overview.changed.emit, part)

    def _open_patient(self, patient: Patient, then: str = "") -> None:
        page = self._shell.page()
        self._patients.choose(patient)  # a record that this closes takes what was wanted of it along
        self._navigation.chosen_on(page)
        self._then = patient.id, then

    def _give_documents(self, page: str, takes: Takes, came: Callable[[ChosenDocument], object]) -> None:
        def may_take(document: Document, data: Document | None) -> bool:
            return takes(document, data) and self._may_reach(self._named(page))

        def opens(chosen: ChosenDocument) -> None:
            self._make_record_pages()  # what it may hand the document on to
            self._shell.page_chosen.emit(page)
            came(chosen)

        self._documents.add(may_take, opens)

    def _print_list(self, ask: Ask, what: Printed, on: Asks, done: Callable[[], object]) -> None:
        """Of several patients, and of none: only while the session goes on that it was asked in."""
        account = self._account()
        if account is not None:
            paper = _paper(what)
            job = PrintJob(paper, account.name, _mark(paper), lambda: self._account() is account)
            self._prints(job, ask, on, done)

    def _print(self, ask: Ask, what: Printed, on: Asks, done: Callable[[], object]) -> None:
        """CF-068, and only while the record is open that it was asked in."""
        account, record = self._account(), self._live
        if account is None or record is None:
            return
        patient = record.patient
        who = {
            "name": patient.name,
            "birth_date": patient.birth_date or "–",
            "matricule": patient.matricule.grouped(),
            "sex": patient.sex.value,
        }
        paper = _paper(what)
        if isinstance(paper, PrintedPaper):
            paper = replace(paper, data={"patient": who, **paper.data})
        job = PrintJob(paper, account.name, _mark(paper), lambda: self._live is record)
        self._prints(job, ask, on, done)

    def _make_each(self, pages: Iterable[MountedPage]) -> Iterator[None]:
        """One a turn of the event loop: what is in front stays lively meanwhile. A page that is for others is
        never made: with its widgets it would take a megabyte or two."""
        for page in pages:
            if not page.is_made:
                yield from page.parts()
                self._update()
                yield

    def _make_record_pages(self) -> None:
        for page in self._pages:
            if page.of_record and self._may_reach(page):
                page.make()

    def _on_login(self) -> None:
        begins, self._started = self._started is None, self._started or self._now()
        self._update()
        homes = self.tabs(Entry.HOME) if begins else ()  # an unlock leads back to what was in front
        mine = [page for page in self._pages if not page.of_some_records and self._may_see(page)]
        if homes:
            self._shell.setUpdatesEnabled(False)  # the login stays before the eyes until their page is whole
        in_turns(self, self._open_and_make([self._named(home.page) for home in homes], mine), self._ahead)

    def _open_and_make(self, homes: list[MountedPage], mine: list[MountedPage]) -> Iterator[None]:
        try:
            yield from self._make_each(homes)
            for home in homes:
                self._shell.page_chosen.emit(home.name)
        finally:
            if homes:
                self._shell.setUpdatesEnabled(True)
        yield from self._make_each(mine)

    def _on_logout(self) -> None:
        self._started = None
        self._forget(of_record=False)

    def _session_start(self) -> datetime | None:
        return self._started if self._machine.situation.may_show_content else None

    def _keeps(self) -> bool:
        session = self._session.session
        return session is None or not session.vault.memory_only

    def _account(self) -> Account | None:
        session = self._session.session
        shown = self._machine.situation.may_show_content
        return session.account if session is not None and shown else None

    def _named(self, name: str) -> MountedPage:
        return next(page for page in self._pages if page.name == name)

    def _may_reach(self, page: MountedPage) -> bool:
        account, live, audience = self._account(), self._live, page.plugged.audience
        if account is None or not audience.has(account):
            return False
        return not page.of_record or (live is not None and audience.has_under(live.mandate.kind))

    def _may_see(self, page: MountedPage) -> bool:
        """A page of a record has its part of home too: what it tells there needs no right to one."""
        account = self._account()
        return account is not None and page.plugged.audience.has(account)

    def _on_opened(self, record: OpenRecord) -> None:
        self._live = record
        for page in self._pages:
            if page.takes_documents and self._may_reach(page):
                page.make()  # made ahead as a rule: the rows ask it what it takes
        self._update()
        (patient_id, then), self._then = self._then, ("", "")
        wanted = next((page for page in self._pages if page.name == then and page.of_record), None)
        if patient_id == record.patient.id and wanted is not None and self._may_reach(wanted):
            self._shell.page_chosen.emit(then)
        in_turns(self, self._make_each(page for page in self._pages if self._may_reach(page)), self._ahead)

    def _on_record_hidden(self) -> None:
        self._live = None

    def _forget(self, *, of_record: bool = True) -> None:
        """The patient was left, or with ``of_record=False`` the whole session."""
        self._live, self._then = None, ("", "")
        for page in self._pages:
            if page.of_record or not of_record:
                page.forget()
        self._update()

    def _update(self) -> None:
        front = self._shell.page()
        for page in self._pages:
            page.show_state(in_front=page.name == front, readable=self._may_reach(page))
        for part in self._on_home:
            came, part.there = part.there, front == "home" and self._may_see(self._named(part.page))
            if part.there and not came:
                part.came()
        reachable = tuple(page.name for page in self._pages if self._may_reach(page))
        if reachable != self._reachable:
            self._reachable = reachable
            self.changed.emit()


def _mark(paper: PrintedPaper | PrintedOriginal) -> type[CopyMark]:
    return NoMark if isinstance(paper, PrintedOriginal) else CopyMark


def _paper(what: Printed) -> PrintedPaper | PrintedOriginal:
    if isinstance(what, PrintedPaper | PrintedOriginal):
        return what
    data = {"title": what.title, "paragraphs": what.notes, "columns": what.columns, "rows": what.rows}
    return PrintedPaper("tableau", current_language(), data)
