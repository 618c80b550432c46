"""The editor in the window: a draft is read once, kept after each act, and goes with the record."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

from PySide6.QtCore import QTimer

from desktop.domain.account import Account
from desktop.domain.errors import Failure, Result
from desktop.domain.local_time import local_day
from desktop.domain.record import Patient
from desktop.domain.texts import Language, current_language
from desktop.features.summary.domain import editing
from desktop.features.summary.domain.afterwards import goes_on, is_later, without_data
from desktop.features.summary.domain.candidates import Candidate
from desktop.features.summary.domain.check import problems_of
from desktop.features.summary.domain.draft import Draft, Form
from desktop.features.summary.domain.publication import CATEGORY, Progress, Stage
from desktop.features.summary.domain.summary import Summary
from desktop.features.summary.page.acts import DraftActs
from desktop.features.summary.page.beside import Beside
from desktop.features.summary.page.checking import Checked, checked
from desktop.features.summary.page.handover import Offered, handover
from desktop.features.summary.page.on_its_way import on_its_way
from desktop.features.summary.page.publishing import PublishFlow, Version
from desktop.features.summary.port import SummaryPort
from desktop.features.summary.service.drafts import Drafts
from desktop.features.summary.service.issuing import CopyData, Replaced, composed, patient_copy
from desktop.features.summary.service.memories import Memories
from desktop.features.summary.service.opening import Opened, Terminology, opened
from desktop.features.summary.service.searching import Hits, hits
from desktop.features.summary.service.sourcing import EditorCode, ReadSource, Sources, Sourcing, taken
from desktop.features.summary.view.editor import EditorView
from desktop.features.summary.view.model import EditorModel, Side
from desktop.kernel.page import AtLock
from desktop.kernel.workbench import PrintedPaper, Workbench
from desktop.ui.printing import PrintAsks, Printing
from desktop.ui.tasks import Generation, Lane
from desktop.ui.turns import in_turns

KEEP_MS = 800  # as long as an act may be the memory's alone
CHILD_UNTIL = 15  # years: whose form asks for more, at first


class SummaryPage:
    """FeaturePage of the summary; it is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(self, bench: Workbench, port: SummaryPort, view: EditorView) -> None:
        self._bench = bench
        self._drafts, self._memories = Drafts(bench.rows), Memories(bench.rows)
        self._sourcing = Sourcing(port, bench.known)
        self._patient: Patient | None = None
        self._account: Account | None = None
        self._tables: Terminology | None = None
        self._base = EditorModel()
        self._hits: Hits | None = None
        self._offered: Offered | None = None
        self._written_at: datetime | None = None
        self.view = view
        in_turns(view, view.make_forms(), Generation())
        self._acts = DraftActs(view, self._on_changed, self._show, bench.now, self._today, self._author)
        self._beside = Beside()
        self._flow = PublishFlow(
            bench, on_its_way(bench, port), view.publish, self._show, self._on_over, view.isVisible
        )
        self._quiet = _Quiet(self.show_failure)
        self._timer = QTimer(view, singleShot=True, interval=KEEP_MS)
        self._timer.timeout.connect(self._keep_soon)
        view.lines.search.searched.connect(self._search)
        view.lines.source_asked.connect(lambda _: self._look_at(Side.SOURCE))
        view.lines.list.chosen.connect(lambda _: self._show())
        view.side_chosen.connect(self._look_at)
        view.side_entered.connect(self._read)
        view.unchanged_kept.connect(self._keep_unchanged)
        view.check_asked.connect(self._check)
        view.section_asked.connect(self._go_to_first_left)
        view.review_asked.connect(self._review)
        view.signing_asked.connect(self._sign)
        view.warnings_left.connect(self._leave_warnings)
        view.print_asked.connect(self._print)
        view.publish.left.connect(self._go_on)
        view.end.left.connect(self._go_back)
        view.end.read_asked.connect(self._read_published)
        bench.on_listed(self._list_came)
        handover(port).on_offered(self._on_offered)
        self.at_lock = AtLock(hide=self._hide, keep_drafts=self._keep, wipe=self._empty, forget=self._empty)

    def opened(self) -> None:
        """The draft that goes on is read once; what was begun for another patient is in his."""
        record, account = self._bench.record(), self._bench.account()
        if record is None or account is None:
            return
        if self._holds(record.patient):
            self._show()
            self._flow.come_back()
            return
        self._empty()
        self.view.focus_again()
        self._patient, self._account = record.patient, account
        patient_id, kept = record.patient.id, (self._drafts, self._memories, self._sourcing)
        self._bench.ask(lambda: opened(patient_id, *kept), self._begin, self, lane=Lane.STORE)
        self._flow.go_on(patient_id)

    def _holds(self, patient: Patient) -> bool:
        """Whether something of this patient is here; what was being read as the page was left is not."""
        same = self._patient is not None and self._patient.id == patient.id
        return same and self._acts.draft is not None

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._say(loading=waiting)

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`; what was written stays where it is."""
        self._say(failure=failure)

    def show_print(self, printing: Printing) -> None:
        """How far the print is."""
        self._say(printing=printing)

    def _begin(self, begun: Opened) -> None:
        patient, kept = self._patient, begun.draft
        if patient is None:
            return
        self._tables = begun.tables
        draft = kept or self._first_draft(patient)
        tables = begun.tables
        self._beside.begin(begun.sources, begun.memory, tables.known, tables.search.heads, draft)
        self._acts.begin(draft, tables.line)
        self._written_at = draft.saved_at
        self._say(saved_at=kept.saved_at if kept else None, unreadable=begun.unreadable)
        self._arrive()
        self._take_offered()

    def _arrive(self) -> None:
        """Something that was awaited is here. Enter that came before it reads the version in force: it would
        have, once that stood under the cursor."""
        entered, draft = self.view.arrive(), self._acts.draft
        unread = self._beside.unread_version(draft) if draft else None
        if entered and unread is not None and self._beside.side is Side.SOURCE:
            self._read_document(unread.document.id)

    def _first_draft(self, patient: Patient) -> Draft:
        age = patient.age(self._today())
        form = Form.PAEDIATRIC if age is not None and age < CHILD_UNTIL else Form.ADULT
        return Draft(str(uuid4()), patient.id, form, current_language().value, None, ())

    def _on_changed(self) -> None:
        """Another content than that which was made ready to be signed: back to the lines."""
        self._written_at = self._bench.now()
        if self._flow.state is not None:
            self._flow.leave()
        if not self._timer.isActive():
            self._timer.start()
        self._base = replace(self._base, goes_on_from=0, unpublished=None)
        self._say(checked=False, failure=None, printing=Printing.NOTHING)

    def _keep_soon(self) -> None:
        """While the page is there: when it was kept is said once it is on the disk."""
        work = self._keeping()
        if work is not None:
            self._bench.ask(work, self._kept, self._quiet, lane=Lane.STORE)

    def _kept(self, draft: Draft) -> None:
        self._say(saved_at=draft.saved_at)

    def _keep(self) -> None:
        """At a lock, as the record closes, as the right ends: before the vault is closed (CF-093)."""
        work = self._keeping() if self._timer.isActive() else None
        if work is not None:
            self._bench.ask.keep(work, lambda _: None)

    def _keeping(self) -> Callable[[], Result[Draft]] | None:
        self._timer.stop()
        draft, patient, drafts = self._acts.to_keep(), self._patient, self._drafts
        if draft is None or patient is None:
            return None
        kept = replace(draft, saved_at=self._bench.now())
        return lambda: drafts.keep(patient, kept) or kept

    def _search(self, typed: str) -> None:
        self._acts.searched = typed
        section = self._acts.section
        self._on_changed()
        self._bench.ask(lambda: hits(section, typed), self._found, self._quiet)

    def _found(self, found: Hits) -> None:
        if (found.section, found.typed) == (self._acts.section, self._acts.searched):
            self._hits = found
            self._show()

    def _look_at(self, side: Side) -> None:
        self._beside.side = side
        self._show()

    def _read(self, row_id: str) -> None:
        """The one read that the doctor chose (CF-062)."""
        self._read_document(self._beside.document(row_id))

    def _read_document(self, document_id: str) -> None:
        sources, patient = self._beside.sources, self._patient
        if sources.pdf is not None and document_id == sources.pdf.id:
            self._bench.open_document(document_id)
            return
        candidate = sources.named(document_id)
        if candidate is not None and patient is not None and not self._base.loading:
            part, sourcing = self._beside.sources.part_of(candidate), self._sourcing
            self._say(failure=None)
            self._bench.ask(lambda: sourcing.read(candidate, part, patient), self._propose, self)

    def _propose(self, read: ReadSource) -> None:
        today = self._today()
        self._acts.do(lambda draft: self._beside.proposed(draft, read, today))
        self._acts.go_to_first_open()
        self.view.focus_again()

    def _on_offered(self, offered: Offered) -> None:
        """A summary that the doctor reads already: it costs no second access (CF-062)."""
        self._bench.come_in_front()
        self._offered = offered
        self._take_offered()

    def _take_offered(self) -> None:
        """Once there is a draft beside which its lines can be proposed."""
        offered, patient = self._offered, self._patient
        if offered is None or patient is None or self._acts.draft is None:
            return
        self._offered, sources = None, self._beside.sources
        document = offered.document
        candidate = sources.named(document.id) or Candidate(document, document, ())
        read = taken(offered.reading.summary, candidate.source, sources.part_of(candidate), patient)
        if isinstance(read, Failure):
            self.show_failure(read)
        else:
            self._propose(read)

    def _keep_unchanged(self) -> None:
        now, former = self._bench.now(), self._beside.former
        self._acts.do(lambda draft: editing.keep_unchanged(draft, now, former))

    def _check(self) -> None:
        """What is left is said, then what should be seen; where nothing is, the last step begins."""
        self._say(checked=True, failure=None, unpublished=None)
        model = self._model()
        if not model.left and not model.warnings:
            self._sign()

    def _review(self) -> None:
        """To the line that the first of the warnings is about; to the sources for a version nobody read."""
        first = self._checked(self._acts.draft).first if self._acts.draft else None
        self._leave_warnings()
        if first is not None:
            self._acts.go_to(first.section, first.row)
            self.view.lines.focus_lines()
        else:
            self.view.look_at_sources()

    def _leave_warnings(self) -> None:
        self._say(checked=False)
        self.view.lines.focus_lines()

    def _sign(self) -> None:
        record, account, draft = self._bench.record(), self._account, self._acts.draft
        self._say(checked=False)
        if record is None or account is None or draft is None:
            return
        if record.offline:
            self._say(failure=Failure.of(EditorCode.OFFLINE))
            return
        self._keep_soon()
        former, pdf, foreign = self._beside.sources.former, self._beside.sources.pdf, self._beside.pdf(draft)
        replaced = Replaced(former.document.id, former.data.id) if former else Replaced(pdf.id if pdf else "")
        self._flow.start(Version(draft, record, account, replaced, foreign.created if foreign else None))

    def _on_over(self, progress: Progress) -> bool:
        """A publication of this patient has ended; whether the lines stay in front.

        The draft has done its work. What was written after the signature was not published, and stays, on
        the version that is in force now (CF-093).
        """
        if progress.stage is not Stage.PUBLISHED:
            unpublished = progress.stage.is_unpublished
            self._stand_on_pdf(progress)
            if self._flow.state is None and unpublished:
                self._say(unpublished=progress.failure)
            elif self._flow.state is None:
                self._say(failure=progress.failure)
            return True
        self._bench.published()
        if self._acts.draft is None:
            return False
        if is_later(self._written_at, progress.signed_at):
            self._go_on_from(progress)
            return True
        self._timer.stop()
        self._acts.empty()
        self._patient = None  # the next look at it begins anew
        self._show()
        return False

    def _stand_on_pdf(self, progress: Progress) -> None:
        """The PDF alone was taken: it is in force, and the next version is the one after it."""
        now, before = progress.in_force, self._acts.draft
        if progress.stage is Stage.WITHOUT_DATA and now is not None:
            self._acts.in_every_step(lambda draft: without_data(draft, now))
            if self._acts.draft != before:  # the store's own draft stands on it already
                self._bench.published()

    def _go_on_from(self, progress: Progress) -> None:
        now, known = progress.in_force, self._beside.known
        if now is not None:  # else the store's own draft stands on it already
            self._acts.in_every_step(lambda draft: goes_on(draft, now, known))
            self._beside.in_force(now)
            self._timer.start()
        self._say(goes_on_from=progress.version)

    def _go_on(self) -> None:
        """The last step was left: back to the lines; after a publication, to the next draft."""
        if self._patient is None:
            self.opened()
        else:
            self.view.lines.focus_lines()

    def _go_back(self) -> None:
        """To the record; the next look at the page begins with what is in force then."""
        self._flow.leave()
        self._bench.go_back()

    def _read_published(self) -> None:
        """The one read that the doctor asks for (CF-062): as his colleagues see it."""
        if self._flow.state is not None and self._flow.state.document_id:
            document_id = self._flow.state.document_id
            self._flow.leave()
            self._bench.open_document(document_id)

    def _list_came(self) -> None:
        """The record's list names documents that it did not know."""
        patient, sourcing = self._patient, self._sourcing
        if patient is not None:  # after the draft, should that be on its way: one lane
            self._bench.ask(lambda: sourcing.of(patient.id), self._name_sources, self._quiet, lane=Lane.STORE)

    def _name_sources(self, sources: Sources) -> None:
        if self._acts.draft is not None:
            self._beside.listed(sources, self._acts.draft)
            self._show()
            self._arrive()

    def _go_to_first_left(self) -> None:
        left = self._model().left
        if left:
            self._acts.go_to(left[0])
            self.view.lines.focus_lines()

    def _print(self, language: Language) -> None:
        """For the patient, in his language, marked as a copy: what would be published (CF-068)."""
        draft, summary, bench = self._acts.draft, self._flow.published, self._bench
        if summary is None:
            if draft is None:
                return
            if self._model().left:  # there is no document yet
                self._say(checked=True, failure=None)
                return
            summary = self._composed(draft)
        bench.ask(lambda: patient_copy(summary, language), self._print_paper, self._quiet)

    def _print_paper(self, copy: CopyData) -> None:
        paper = PrintedPaper(CATEGORY, copy.language, copy.data)
        self._bench.print_copy(paper, PrintAsks(self), lambda: self.show_print(Printing.DONE))

    def _hide(self) -> None:
        """Nothing is shown any more; what is not kept yet still is."""
        self.view.show_state(EditorModel())

    def _empty(self) -> None:
        self._timer.stop()
        self._patient, self._account, self._hits, self._offered = None, None, None, None
        self._acts.empty()
        self._beside.empty()
        self._flow.empty()
        self._base = EditorModel()
        self.view.show_state(self._base)

    def _today(self) -> date:
        return local_day(self._bench.now())

    def _author(self) -> str:
        return self._account.name if self._account else ""

    def _say(self, **changes: object) -> None:
        self._base = replace(self._base, **changes)  # type: ignore[arg-type]
        self._show()

    def _show(self) -> None:
        self.view.show_state(self._model())

    def _model(self) -> EditorModel:
        draft, acts = self._acts.draft, self._acts
        model = replace(self._base, publishing=self._flow.state, keeps=self._bench.keeps())
        if draft is None or self._tables is None:
            return model
        found = self._checked(draft)
        return replace(
            model,
            draft=draft,
            section=acts.section,
            cursor=acts.cursor,
            today=self._today(),
            left=found.left,
            undecided=found.undecided,
            reasons=found.reasons,
            warnings=found.warnings,
            unread=self._beside.unread_version(draft),
            pdf=self._beside.pdf(draft),
            awaits_list=self._awaits_list(draft),
            side=self._beside.side,
            beside=self._beside.rows(draft, self.view.lines.line(), self._composed),
            written=acts.written,
            asking=acts.asking,
            at_stake=acts.at_stake(),
            searched=acts.searched,
            hits=self._hits,
        )

    def _awaits_list(self, draft: Draft) -> bool:
        record, sources = self._bench.record(), self._beside.sources
        on_its_way = record is not None and not record.offline and not sources.listed
        return on_its_way and sources.former is None and not draft.sections

    def _checked(self, draft: Draft) -> Checked:
        tables, unread = self._tables, self._beside.unread_version(draft)
        assert tables is not None
        issues = problems_of(draft, self._today(), tables.search, tables.known)
        return checked(draft, issues, unread, self._beside.pdf(draft), current_language())

    def _composed(self, draft: Draft) -> Summary:
        patient, account = self._patient, self._account
        assert patient is not None and account is not None
        return composed(draft, patient, account, self._bench.now())


class _Quiet:
    """:class:`desktop.ui.ask.Asks` of what goes on while one works."""

    def __init__(self, failed: Callable[[Failure], object]) -> None:
        self._failed = failed

    def show_waiting(self, *, waiting: bool) -> None:
        """Nobody waits for it."""

    def show_failure(self, failure: Failure) -> None:
        """A full disk is told."""
        self._failed(failure)
