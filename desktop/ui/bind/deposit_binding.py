"""The deposit screen: a pile of documents, their files, the draft, confirmation, and what became of each."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from desktop.domain.deposit import Deposit, OutboxRow, OutboxState, PiledDocument
from desktop.domain.errors import Failure, Result
from desktop.domain.proposal import FileHints
from desktop.domain.record import Document
from desktop.domain.texts import failure_next_step, failure_text, text
from desktop.ports.clock import ClockPort
from desktop.ports.pdf import PdfPagesPort
from desktop.ports.store import SettingsPort
from desktop.services import draft_pile
from desktop.services.deposit import DepositForm, DepositService, new_unique_id, offered_categories
from desktop.services.record import OpenRecord
from desktop.services.session import Effect
from desktop.ui.bind import deposit_draft
from desktop.ui.bind.category_memory import CategoryMemory
from desktop.ui.bind.compare_binding import CompareBinding
from desktop.ui.bind.deposit_entry import PHASES, DepositEntry, EntryFiles, ReplacedDocument
from desktop.ui.bind.deposit_proposals import as_the_other, offered
from desktop.ui.bind.scan_binding import ScanBinding
from desktop.ui.desk.machine import Machine
from desktop.ui.desk.outbox_desk import OutboxDesk
from desktop.ui.desk.record_desk import RecordDesk
from desktop.ui.desk.session_desk import SessionDesk
from desktop.ui.preferences import Preferences
from desktop.ui.shell import Shell
from desktop.ui.tasks import Generation, Lane, Tasks
from desktop.ui.views.deposit import DepositView
from desktop.ui.views.deposit_model import DepositModel, DepositPhase, FilledForm, ScanLine

T = TypeVar("T")
DRAFT_MS = 800


class DepositBinding(QObject):
    """One form at a time, for the patient whose record is open; each document is confirmed on its own."""

    def __init__(
        self,
        *,
        view: DepositView,
        shell: Shell,
        tasks: Tasks,
        preferences: Preferences,
        machine: Machine,
        session: SessionDesk,
        record: RecordDesk,
        outbox: OutboxDesk,
        service: DepositService,
        pdf: PdfPagesPort,
        settings: SettingsPort,
        clock: ClockPort,
        today: Callable[[], date],
    ) -> None:
        """*clock* tells how long a scan stands still; *today* is the platform's where known."""
        super().__init__(record)
        self._view, self._shell, self._tasks = view, shell, tasks
        self._session, self._desk, self._outbox = session, record, outbox
        self._service, self._today = service, today
        self._record: OpenRecord | None = None
        self._model: DepositModel | None = None
        self._entries: list[DepositEntry] = []
        self._chosen = DepositEntry(0)
        self._numbers = itertools.count(1)
        self._opening = Generation()
        self._drafted = False
        self._loading = False
        self._all_sent = False
        self._unqueued: dict[str, Failure] = {}
        self._files = EntryFiles(tasks, service, self)
        self._compare = CompareBinding(tasks, pdf, view, self)
        self._scans = ScanBinding(tasks, preferences, clock, view.scans, self)
        self._categories = CategoryMemory(settings, tasks, self)
        self._draft_timer = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._draft_timer.timeout.connect(self.keep_draft)
        self._connect_view()
        record.opened.connect(lambda _: self._on_opened())
        outbox.row_changed.connect(self._on_row)
        outbox.progressed.connect(self._on_bytes)
        outbox.taking_back.connect(self._put_away)
        outbox.taken_back.connect(self._take_back)
        machine.on(Effect.KEEP_DRAFTS, self.keep_draft)
        machine.on(Effect.WIPE_DOCUMENTS, self._wipe)

    def _connect_view(self) -> None:
        view = self._view
        self._files.changed.connect(self._on_file)
        self._files.hinted.connect(self._on_hints)
        view.file_chosen.connect(self.choose_file)
        view.files_added.connect(self.add_files)
        view.image_pasted.connect(self._paste)
        view.scans.scan_taken.connect(self._take_scan)
        view.copy_asked.connect(lambda: self._files.make_copy(self._chosen))
        view.compare_asked.connect(lambda: self._compare.show(self._chosen))
        view.copy_accepted.connect(lambda: self._decide(accepted=True))
        view.copy_declined.connect(lambda: self._decide(accepted=False))
        view.form_changed.connect(self._on_form)
        view.line_chosen.connect(self._choose_line)
        view.line_removed.connect(self._remove_line)
        view.deposit_confirmed.connect(self._confirm)
        view.same_asked.connect(self._same_for_all)
        view.another_asked.connect(self._another)

    # -- the form ------------------------------------------------------------------------------------

    def open(self, replaces: Document | None = None, files: tuple[Path, ...] = ()) -> None:
        """« Déposer »: the kept form of this patient, or an empty one; with a new version of *replaces*, and
        with *files* that were dropped on the record.

        Nothing where no right lets anything be sent: nobody is led to a form that he cannot end.
        """
        record, session = self._desk.record, self._session.session
        if record is None or session is None or not offered_categories(session.account.profile, record):
            return
        self.keep_draft()
        self._record = record
        service = self._service
        self._start()
        self._loading = True
        self._run(Lane.STORE, lambda: service.draft(record), lambda kept: self._on_draft(kept, replaces))
        self._scans.start()
        self._shell.set_page("deposit")
        if files:
            self._view.take_dropped(files)

    def _on_opened(self) -> None:
        """After an unlock the form comes back from its draft."""
        self._categories.read()
        if self._shell.page() != "deposit":
            return
        if self._all_sent:  # all was sent before the lock: the record is where one goes on
            self._all_sent = False
            self._shell.set_page("record")
        else:
            self.open()

    def _put_away(self, patient_id: str) -> None:
        """A row of the outbox joins this patient's draft: what the form holds goes there first."""
        if self._record is not None and self._record.patient.id == patient_id:
            self.keep_draft()
            self._wipe()

    def _take_back(self, row: OutboxRow) -> None:
        record = self._desk.record
        if record is not None and record.patient.id == row.deposit.patient.id:
            self.open()

    def _start(self) -> None:
        record, session = self._record, self._session.session
        if record is None or session is None:
            return
        self._opening.bump()
        self._forget_entries()
        self._drafted = False
        today = self._today()
        categories = self._categories.first(offered_categories(session.account.profile, record))
        keeps = not session.vault.memory_only
        self._model = DepositModel(
            record.patient, record.mandate, session.account.name, today, categories, keeps=keeps
        )
        self._entries = [DepositEntry(next(self._numbers))]
        self._select(self._entries[0])

    def _on_draft(self, kept: tuple[PiledDocument, ...] | Failure, replaces: Document | None) -> None:
        if self._model is None:
            return
        if isinstance(kept, Failure):  # it stays on the disk, and nothing is written in its place
            self._on_kept(kept)
        else:
            self._loading = False
            if kept:
                self._restore(kept)
        if replaces is not None:
            self._add_version(replaces)

    def _restore(self, kept: tuple[PiledDocument, ...]) -> None:
        """Beside what was typed already; one that could not be queued is shown first and says why."""
        untouched = len(self._entries) == 1 and self._chosen.is_empty()
        if untouched:
            self._forget_entries()
        for document in kept:
            entry = deposit_draft.entry_of(document, next(self._numbers))
            self._entries.append(entry)
            if document.content:
                self._files.take(entry, document.file_name, document.content)
            entry.failure = self._unqueued.get(entry.unique_id)
        self._drafted = True
        if untouched:
            self._select(next((entry for entry in self._entries if entry.failure), self._entries[0]))
        else:
            self._show()
            self._draft_soon()

    def _add_version(self, former: Document) -> None:
        """A new version stands beside what was being written already, and is shown."""
        entry = next((e for e in self._entries if e.replaces and e.replaces.id == former.id), None)
        if entry is None:
            if len(self._entries) == 1 and self._chosen.is_empty():
                self._entries = []
            form = FilledForm(former.category, former.title, None, former.level)
            entry = DepositEntry(
                next(self._numbers), form, replaces=ReplacedDocument(former.id, former.title)
            )
            self._entries.append(entry)
        self._select(entry)

    def _on_form(self, form: FilledForm) -> None:
        self._chosen.form = form
        self._draft_soon()
        self._show_pile()

    def _draft_soon(self) -> None:
        """A large pile is written less often: 10 s for 100 MB."""
        size = sum(len(entry.original) for entry in self._entries)
        self._draft_timer.start(DRAFT_MS + size // 10_000)

    def keep_draft(self) -> None:
        """The user's text survives locks, crashes and time-outs; no question is asked."""
        self._draft_timer.stop()
        record = self._record
        if self._model is None or record is None:
            return
        service, documents = self._service, deposit_draft.drafted(self._entries)
        if documents and self._loading:
            self._store(lambda: service.keep_beside(record, documents))
        elif documents:
            self._drafted = True
            self._store(lambda: service.keep_draft(record.patient, documents))
        elif self._drafted and not self._loading:
            self._drafted = False
            self._store(lambda: service.drop_draft(record))

    def _store(self, work: Callable[[], Result[None]]) -> None:
        """Written whatever happens to the form meanwhile."""
        self._tasks.run(Lane.STORE, work, self._on_kept, owner=self)

    def _on_kept(self, outcome: Failure | None) -> None:
        """A full disk is told while the form is still there to be sent."""
        if isinstance(outcome, Failure) and self._model is not None:
            self._view.show_note(f"{failure_text(outcome)} {failure_next_step(outcome)}")

    def put_away(self) -> None:
        """The form is left as it is: what it holds is its draft."""
        self.keep_draft()
        self._compare.leave()
        self._scans.stop()

    def _wipe(self) -> None:
        """What was in the form is in the draft; nothing of it stays in memory."""
        self._draft_timer.stop()
        self._loading = False
        self._opening.bump()
        self._compare.leave()
        self._scans.stop()
        self._all_sent = bool(self._entries) and not any(entry.is_open() for entry in self._entries)
        self._forget_entries()
        self._model = None
        self._record = None
        self._view.forget()

    # -- the pile ------------------------------------------------------------------------------------

    def choose_file(self, path: Path) -> None:
        """A file for the document that is shown."""
        if self._model is not None and self._chosen.is_open():
            self._files.read(self._chosen, path)

    def add_files(self, paths: tuple[Path, ...]) -> None:
        """Each file becomes a document of its own; what is being filled in stays on the screen."""
        fresh = [(entry, path) for path in paths if (entry := self._added()) is not None]
        if len(fresh) < len(paths):
            self._view.show_note(text("deposit.pile_full", most=draft_pile.MOST))
        for entry, path in fresh:
            self._files.read(entry, path)
        if fresh and not self._chosen.is_open():
            self._select(fresh[0][0])
        self._show()

    def _paste(self, picture: QImage) -> None:
        """Pasted: into the document that is shown while it has no good file, else beside it."""
        entry = self._chosen if self._chosen.takes_a_file() else self._added()
        if entry is not None and self._model is not None:
            self._files.paste(entry, "image.png", picture)
            if not self._chosen.is_open():
                self._select(entry)
            self._show()

    def _take_scan(self, line: ScanLine) -> None:
        self._scans.take(line)
        if self._chosen.takes_a_file():
            self.choose_file(line.path)
            self._view.focus_first()
        else:
            self.add_files((line.path,))

    def _added(self) -> DepositEntry | None:
        if self._model is None or len(self._entries) >= draft_pile.MOST:
            return None
        entry = DepositEntry(next(self._numbers))
        self._entries.append(entry)
        return entry

    def _choose_line(self, number: int) -> None:
        entry = next((entry for entry in self._entries if entry.number == number), None)
        if entry is not None and entry is not self._chosen:
            self._select(entry)

    def _remove_line(self, number: int) -> None:
        place = next((n for n, entry in enumerate(self._entries) if entry.number == number), None)
        if place is None or len(self._entries) < 2 or not self._entries[place].is_open():
            return
        self._files.drop(self._entries.pop(place))
        self._select(self._entries[min(place, len(self._entries) - 1)])
        self._draft_soon()

    def _same_for_all(self) -> None:
        """« Même pour tous »: what this document was given, as a proposal for the others."""
        given = self._view.form()
        for entry in self._entries:
            if entry.is_open() and entry is not self._chosen:
                entry.form = as_the_other(entry.form, given)
        self._view.show_note(text("deposit.pile_same_done"))
        self._draft_soon()
        self._show_pile()

    def _select(self, entry: DepositEntry) -> None:
        if self._model is None:
            return
        self._compare.leave()
        self._chosen = entry
        self._model = self._shown()
        self._view.begin(self._model, entry.form)

    def _forget_entries(self) -> None:
        self._files.drop_all(self._entries)
        self._entries = []
        self._chosen = DepositEntry(0)

    # -- the file ------------------------------------------------------------------------------------

    def _on_file(self, entry: DepositEntry) -> None:
        if entry is self._chosen:
            self._show()
        else:
            self._show_pile()
        if entry.original:
            self._draft_soon()

    def _on_hints(self, entry: DepositEntry, hints: FileHints) -> None:
        if self._model is None or entry.file is None or not entry.is_open():
            return
        entry.form = offered(entry.form, entry.file.name, hints, self._model.patient, self._model.today)
        if entry is self._chosen:
            self._view.offer(entry.form)
        self._show_pile()

    def _decide(self, *, accepted: bool) -> None:
        self._compare.leave()
        self._files.decide(self._chosen, accepted=accepted)
        if accepted:
            self._view.focus_first()

    # -- sending -------------------------------------------------------------------------------------

    def _confirm(self, form: FilledForm) -> None:
        record, session, entry = self._record, self._session.session, self._chosen
        if record is None or session is None or self._model is None or not entry.is_open():
            return
        entry.form = form
        content, report = entry.to_send()
        filled = DepositForm(
            content, report, form.category, form.title, form.created, form.level, form.patient_objects,
            entry.replaces.id if entry.replaces else "", entry.unique_id,
        )  # fmt: skip
        service, account = self._service, session.account
        documents, loading = deposit_draft.drafted(self._entries), self._loading
        entry.phase, entry.failure, entry.given_up = DepositPhase.SENDING, None, False
        self._outbox.follow(entry.unique_id)
        entry.sent, entry.total = 0, len(content or b"")
        self._unqueued.pop(entry.unique_id, None)
        self._drafted = True
        self._show()

        def work() -> Result[Deposit]:
            confirm = service.confirm_beside if loading else service.confirm
            return confirm(filled, record, account, documents)

        def done(outcome: Deposit | Failure) -> None:
            self._on_confirmed(filled.unique_id, outcome)

        # Heard whatever becomes of the form meanwhile: nobody shall believe that it was queued.
        self._tasks.run(Lane.STORE, work, done, owner=self)

    def _on_confirmed(self, unique_id: str, outcome: Deposit | Failure) -> None:
        entry = next((entry for entry in self._entries if entry.unique_id == unique_id), None)
        if not isinstance(outcome, Failure):
            self._outbox.pump()
            self._categories.used(outcome.category)
            if entry is not None:
                entry.confirmed = outcome
                self._go_on(entry)
            return
        self._all_sent = False
        self._outbox.unfollow(unique_id)
        self._unqueued[unique_id] = outcome
        if entry is None:
            return
        entry.phase, entry.failure = DepositPhase.EDITING, outcome
        self._show()
        if self._shell.page() in ("record", "outbox"):  # left too early: the form says why
            self._select(entry)
            self._scans.start()
            self._shell.set_page("deposit")

    def _go_on(self, sent: DepositEntry) -> None:
        """To the next document of the pile that waits for the user; the last one stays on the screen."""
        waiting = [entry for entry in self._entries if entry.is_open()]
        if sent is self._chosen and waiting:
            after = [entry for entry in waiting if entry.number > sent.number]
            self._select((after or waiting)[0])
            self._view.focus_first()

    def _another(self) -> None:
        """« Déposer un autre document »: first those that wait in the pile, then an empty form.

        One whose confirmation may still fail is not forgotten for an empty form.
        """
        waiting = [entry for entry in self._entries if entry.is_open()]
        waiting = waiting or [entry for entry in self._entries if entry.confirmed is None]
        if waiting:
            self._select(waiting[0])
        else:
            self._start()

    def _on_row(self, row: OutboxRow) -> None:
        for entry in self._entries:
            confirmed = entry.confirmed
            if confirmed is not None and row.deposit.unique_id == confirmed.unique_id:
                entry.phase, entry.failure = PHASES[row.state], row.failure
                entry.given_up = row.state is OutboxState.GIVEN_UP
                if entry.is_open():  # corrected, it is another deposit
                    entry.confirmed, entry.unique_id = None, new_unique_id()
                    self._draft_soon()
                elif row.state is OutboxState.SENT:
                    entry.original = b""
                self._show()

    def _on_bytes(self, unique_id: str, done: int, total: int) -> None:
        for entry in self._entries:
            if entry.confirmed is not None and entry.confirmed.unique_id == unique_id:
                entry.sent, entry.total = done, total
                if entry is self._chosen:
                    self._show()

    # -- showing -------------------------------------------------------------------------------------

    def _shown(self) -> DepositModel:
        assert self._model is not None
        entry = self._chosen
        return replace(
            self._model,
            file=entry.file,
            phase=entry.phase,
            sent=entry.sent,
            total=entry.total,
            failure=entry.failure,
            given_up=entry.given_up,
            pile=tuple(one.line() for one in self._entries),
            chosen=entry.number,
            replaces=entry.replaces.title if entry.replaces else "",
        )

    def _show(self) -> None:
        if self._model is not None:
            self._model = self._shown()
            self._view.show_state(self._model)

    def _show_pile(self) -> None:
        if self._model is not None and len(self._entries) > 1:
            self._model = self._shown()
            self._view.pile.show_pile(self._model.pile, self._model.chosen)

    def _run(self, lane: Lane, work: Callable[[], T], done: Callable[[T | Failure], object]) -> None:
        self._tasks.run(lane, work, done, owner=self, generation=self._opening)
