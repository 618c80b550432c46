"""The editor in the window: a draft is read once, kept after each act, and goes with the record."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import uuid4

from PySide6.QtCore import QTimer

from desktop.domain.errors import Failure
from desktop.domain.local_time import local_day
from desktop.domain.record import Patient
from desktop.domain.texts import current_language, text
from desktop.features.summary.cells import Row, preview_rows, source_rows
from desktop.features.summary.domain import editing
from desktop.features.summary.domain.draft import Draft, Form
from desktop.features.summary.domain.wording import spoken
from desktop.features.summary.page.acts import DraftActs
from desktop.features.summary.port import SummaryPort
from desktop.features.summary.service.drafts import Drafts
from desktop.features.summary.service.searching import Hits, hits
from desktop.features.summary.view.editor import EditorView
from desktop.features.summary.view.model import EditorModel, Side
from desktop.kernel.page import AtLock
from desktop.kernel.workbench import PrintedTable, Workbench
from desktop.ui.printing import PrintAsks, Printing
from desktop.ui.tasks import Lane

KEEP_MS = 800  # as long as an act may be the memory's alone
CHILD_UNTIL = 15  # years: whose form asks for more, at first


class SummaryPage:
    """FeaturePage of the summary; it is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(self, bench: Workbench, port: SummaryPort) -> None:
        self._bench = bench
        self._drafts = Drafts(bench.rows)
        self._patient: Patient | None = None
        self._author = ""
        self._base = EditorModel()
        self.view = EditorView(bench.parent)
        self._acts = DraftActs(
            self.view, self._on_changed, self._show, bench.now, self._today, lambda: self._author
        )
        self._quiet = _Quiet(self.show_failure)
        self._timer = QTimer(self.view, singleShot=True, interval=KEEP_MS)
        self._timer.timeout.connect(self._keep_soon)
        self.view.lines.search.searched.connect(self._search)
        self.view.lines.source_asked.connect(lambda _: self._look_at(Side.SOURCE))
        self.view.lines.list.chosen.connect(lambda _: self._show())
        self.view.side_chosen.connect(self._look_at)
        self.view.check_asked.connect(self._check)
        self.view.section_asked.connect(self._go_to_first_left)
        self.view.print_asked.connect(self._print)
        self.at_lock = AtLock(hide=self._hide, keep_drafts=self._keep, wipe=self._empty, forget=self._empty)

    def opened(self) -> None:
        """The draft that goes on is read once; what was begun for another patient is in his."""
        record, account = self._bench.record(), self._bench.account()
        if record is None or account is None:
            return
        if self._patient is not None and self._patient.id == record.patient.id:
            self._show()
            return
        self._empty()
        self._patient, self._author = record.patient, account.name
        patient = record.patient
        drafts = self._drafts
        self._bench.ask(lambda: drafts.of(patient.id), self._begin, self, lane=Lane.STORE)
        self._bench.ask(lambda: hits(self._acts.section, ""), lambda _: None, self._quiet)  # reads the tables

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._base = replace(self._base, loading=waiting)
        self._show()

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`; what was written stays where it is."""
        self._base = replace(self._base, failure=failure)
        self._show()

    def show_print(self, printing: Printing) -> None:
        """How far the print is."""
        self._base = replace(self._base, printing=printing)
        self._show()

    def _begin(self, kept: Draft | None) -> None:
        patient = self._patient
        if patient is None:
            return
        self._acts.begin(kept or self._first_draft(patient))
        self._base = replace(self._base, saved_at=kept.saved_at if kept else None)
        self._show()
        self.view.focus_again()

    def _first_draft(self, patient: Patient) -> Draft:
        age = patient.age(self._today())
        form = Form.PAEDIATRIC if age is not None and age < CHILD_UNTIL else Form.ADULT
        return Draft(str(uuid4()), patient.id, form, current_language().value, None, ())

    def _on_changed(self) -> None:
        self._base = replace(self._base, checked=False, failure=None, printing=Printing.NOTHING)
        if not self._timer.isActive():
            self._timer.start()
        self._show()

    def _keep_soon(self) -> None:
        """While the page is there: when it was kept is said once it is on the disk."""
        work = self._keeping()
        if work is not None:
            self._bench.ask(work, self._kept, self._quiet, lane=Lane.STORE)

    def _keep(self) -> None:
        """At a lock, as the record closes, as the right ends: before the vault is closed (CF-093)."""
        if self._timer.isActive():
            work = self._keeping()
            if work is not None:
                self._bench.ask.keep(work, lambda _: None)

    def _keeping(self) -> Callable[[], Draft | Failure] | None:
        self._timer.stop()
        draft, patient, drafts = self._acts.to_keep(), self._patient, self._drafts
        if draft is None or patient is None:
            return None
        kept = replace(draft, saved_at=self._bench.now())
        return lambda: drafts.keep(patient, kept) or kept

    def _kept(self, draft: Draft) -> None:
        self._base = replace(self._base, saved_at=draft.saved_at)
        self._show()

    def _search(self, typed: str) -> None:
        self._acts.searched = typed
        section = self._acts.section
        self._on_changed()
        self._bench.ask(lambda: hits(section, typed), self._found, self._quiet)

    def _found(self, found: Hits) -> None:
        if (found.section, found.typed) == (self._acts.section, self._acts.searched):
            self._base = replace(self._base, hits=found)
            self._show()

    def _look_at(self, side: Side) -> None:
        self._base = replace(self._base, side=side)
        self._show()

    def _check(self) -> None:
        self._base = replace(self._base, checked=True)
        self._show()

    def _go_to_first_left(self) -> None:
        draft = self._acts.draft
        left = editing.decisions_left(draft) if draft else ()
        if left:
            self._acts.go_to(left[0])
            self.view.lines.focus_lines()

    def _print(self) -> None:
        """For the patient, in the language of the summary: what would be published, as it stands now."""
        draft = self._acts.draft
        if draft is None:
            return
        language = spoken(draft.language)
        rows, title = [], ""
        for row in preview_rows(draft):
            title = row.words if row.title else title
            if not row.title:
                rows.append((title, row.words))

        def say(key: str) -> str:
            return text(key, language=language)

        columns = (say("summary.edit_print_section"), say("summary.edit_print_words"))
        notes = (say("summary.edit_print_draft"),)
        table = PrintedTable(say("summary.edit_print_title"), notes, columns, tuple(rows))
        self._bench.print_copy(table, PrintAsks(self), lambda: self.show_print(Printing.DONE))

    def _hide(self) -> None:
        """Nothing is shown any more; what is not kept yet still is."""
        self.view.show_state(EditorModel())

    def _empty(self) -> None:
        self._timer.stop()
        self._patient = None
        self._acts.empty()
        self._base = EditorModel()
        self.view.show_state(self._base)

    def _today(self) -> date:
        return local_day(self._bench.now())

    def _show(self) -> None:
        self.view.show_state(self._model())

    def _model(self) -> EditorModel:
        draft, acts = self._acts.draft, self._acts
        if draft is None:
            return self._base
        return replace(
            self._base,
            draft=draft,
            section=acts.section,
            cursor=acts.cursor,
            today=self._today(),
            left=editing.decisions_left(draft),
            beside=self._beside(draft),
            written=acts.written,
            asking=acts.asking,
            at_stake=acts.at_stake(),
            searched=acts.searched,
        )

    def _beside(self, draft: Draft) -> tuple[Row, ...]:
        if self._base.side is Side.SOURCE:
            return source_rows(self.view.lines.line(), draft.base)
        return preview_rows(draft)


class _Quiet:
    """:class:`desktop.ui.ask.Asks` of what goes on while one works."""

    def __init__(self, failed: Callable[[Failure], object]) -> None:
        self._failed = failed

    def show_waiting(self, *, waiting: bool) -> None:
        """Nobody waits for it."""

    def show_failure(self, failure: Failure) -> None:
        """A full disk is told."""
        self._failed(failure)
