"""The page: a draft that keeps itself, checked at each line, signed once, followed afterwards."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

from desktop.domain.drugs.findings import DrugFinding
from desktop.domain.drugs.of_record import SummaryFacts
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.local_time import local_day
from desktop.domain.prescription.lifecycle import LineAct
from desktop.domain.prescription.ordonnance import Line, Nature
from desktop.domain.prescription.standing import StandingLine, StandingOrdonnance
from desktop.domain.publication import Progress
from desktop.domain.record import Document, MandateKind
from desktop.domain.texts import Language
from desktop.features.prescribing.domain.draft import RxDraft, copied, new_draft
from desktop.features.prescribing.domain.favourites import Favourite, line_of_favourite
from desktop.features.prescribing.domain.filling import line_of, typed_again, understood
from desktop.features.prescribing.domain.obstacles import (
    Obstacle,
    ObstacleKind,
    obstacles,
    pass_over,
    still_meant,
)
from desktop.features.prescribing.page.favourites import FavouriteFlow
from desktop.features.prescribing.page.issuing import IssueFlow
from desktop.features.prescribing.port import PrescribingPort
from desktop.features.prescribing.service.drafts import FoundRxDraft, RxDrafts
from desktop.features.prescribing.service.issuing import LANGUAGE, TEMPLATE, day_of
from desktop.features.prescribing.service.of_record import newest_summary
from desktop.features.prescribing.service.papers import RxPaper
from desktop.features.prescribing.service.tools import RxTools, tools
from desktop.features.prescribing.view.model import LookedAt, RxModel, RxSide
from desktop.features.prescribing.view.ordonnance import RxView
from desktop.kernel.page import AtLock, nothing
from desktop.kernel.workbench import PrintedOriginal, PrintedPaper, Workbench
from desktop.ui.printing import PrintAsks, Printing
from desktop.ui.tasks import Lane

FOLLOWED: Final = timedelta(days=400)
"""How far back one's own are looked for: a year of renewals and what led to it."""


class _Keeper:
    """Writes the draft after each change: the last words of those that came while one was being written."""

    def __init__(self, bench: Workbench, drafts: RxDrafts, failed: Callable[[Failure], object]) -> None:
        self._bench, self._drafts, self._failed = bench, drafts, failed
        self._draft: RxDraft | None = None
        self._queued = False

    def put(self, draft: RxDraft | None) -> None:
        """None: there is nothing to keep any more."""
        self._draft = draft
        if draft is not None and not self._queued:
            self._queued = True
            self._bench.ask.keep(self._write, self._failed)

    def _write(self) -> Result[None]:
        self._queued = False
        draft, self._draft = self._draft, None
        return self._drafts.keep(draft) if draft is not None else None


class OrdonnancePage:
    """FeaturePage of one patient's ordonnances; it is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(self, bench: Workbench, port: PrescribingPort, view: RxView) -> None:
        self._bench, self._port = bench, port
        self._drafts = RxDrafts(bench.rows)
        self._keeper = _Keeper(bench, self._drafts, self.show_failure)
        self._tools: RxTools | None = None
        self._model = RxModel()
        self.view = view
        self._flow = IssueFlow(bench, port, self._refresh, self._over, self.view.isVisible)
        self._favourites = FavouriteFlow(bench, self._favourites_changed, self)
        self._connect()
        bench.on_listed(self._look_for_summary)
        self.at_lock = AtLock(hide=self._hide, keep_drafts=nothing, wipe=self._wipe, forget=self._empty)

    def _connect(self) -> None:
        view = self.view
        view.typed.connect(self._typed)
        view.add_asked.connect(self._add)
        view.edit_asked.connect(self._edit)
        view.withdraw_asked.connect(self._withdraw)
        view.chosen.connect(self._choose)
        view.until_typed.connect(self._until)
        view.check_asked.connect(self._check)
        view.side_asked.connect(self._turn)
        view.again_asked.connect(self._again)
        view.second_chosen.connect(self._second)
        view.former_kept.connect(self._keep_former)
        view.favourites_asked.connect(self._open_favourites)
        view.favourite_asked.connect(self._turn_favourite)
        view.favourites.taken.connect(self._take_favourite)
        view.favourites.removed.connect(self._favourites.forget)
        view.favourites.closed.connect(self._close_favourites)
        view.parts.changed.connect(self._line_changed)
        view.act.added.connect(self._add_act)
        view.checks.record_asked.connect(self._read_record)
        view.checks.withdrawn.connect(self._withdraw)
        view.checks.passed.connect(self._pass_over)
        view.issue.sign.signed_with.connect(self._flow.sign)
        view.issue.sign.keypad_asked.connect(lambda: self._flow.sign(None))
        view.issue.sign.left.connect(self._leave)
        view.issue.left.connect(self._leave)
        view.issue.print_asked.connect(self._print_issued)
        view.mine.act_asked.connect(self._act)
        view.mine.renew_asked.connect(self._renew)
        view.mine.replace_asked.connect(self._replace)
        view.mine.print_asked.connect(self._print)

    def opened(self) -> None:
        """The draft goes on; nothing of the record is read for it (CF-062)."""
        record, draft = self._bench.record(), self._model.draft
        if record is None:
            return
        self._show(replace(self._model, offline=record.offline))
        if draft is None or draft.patient_id != record.patient.id:
            patient_id = record.patient.id
            self._bench.ask(lambda: self._begun(patient_id), self._arrived, self, lane=Lane.STORE)
        else:
            self._flow.come_back(draft.patient_id)

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._show(replace(self._model, loading=waiting))

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`; the lines stay."""
        self._show(replace(self._model, failure=failure))

    def show_print(self, printing: Printing) -> None:
        """How far the print is."""
        self._show(replace(self._model, printing=printing))

    # -- the draft

    def _begun(self, patient_id: str) -> Result[tuple[FoundRxDraft, RxDraft, RxTools, tuple[Favourite, ...]]]:
        found, loaded, kept = self._drafts.found(patient_id), tools(), self._favourites.kept.all()
        if isinstance(found, Failure):
            return found
        if isinstance(loaded, Failure):
            return loaded
        if isinstance(kept, Failure):
            return kept
        return found, found.draft or new_draft(patient_id), loaded, kept

    def _arrived(self, begun: tuple[FoundRxDraft, RxDraft, RxTools, tuple[Favourite, ...]]) -> None:
        record, account, (found, draft, loaded, kept) = self._bench.record(), self._bench.account(), begun
        if record is None or record.patient.id != draft.patient_id:
            return
        self._tools = loaded
        practice = account.practice if account is not None else None
        model = RxModel(draft, offline=record.offline, practice=practice, favourites=kept)
        self._show(self._checked(replace(model, unreadable=found.unreadable)))
        self._flow.go_on(draft.patient_id)
        self._look_for_summary()
        self.view.focus_again()

    def _look_for_summary(self) -> None:
        """Which summary there is; the list says it, and nothing is read (CF-062)."""
        draft, known = self._model.draft, self._bench.known
        if draft is not None:
            patient_id = draft.patient_id
            self._bench.ask(
                lambda: newest_summary(known, patient_id), self._summary_known, self, lane=Lane.STORE
            )

    def _summary_known(self, summary: Document | None) -> None:
        draft, before = self._model.draft, self._model.summary
        if draft is None or (summary is not None and summary.patient_id != draft.patient_id):
            return
        same = before is not None and summary is not None and before.id == summary.id
        facts = self._model.facts if same else None
        self._show(self._checked(replace(self._model, summary=summary, facts=facts)))

    def _read_record(self) -> None:
        """The one traced read, when it is asked for."""
        summary, port, today = self._model.summary, self._port, local_day(self._bench.now())
        if summary is not None:
            self._show(replace(self._model, failure=None))
            self._bench.ask(
                lambda: port.record_facts(summary, today),
                lambda facts: self._record_read(summary, facts),
                self,
            )

    def _record_read(self, summary: Document, facts: SummaryFacts) -> None:
        if self._model.summary is not None and self._model.summary.id == summary.id:
            self._show(self._checked(replace(self._model, facts=facts)))

    def _typed(self, words: str) -> None:
        draft = self._model.draft
        if draft is not None:
            self._put(replace(draft, typed=words))

    def _add(self) -> None:
        """Enter: only when nothing is missing and every word was understood."""
        model, draft = self._model, self._model.draft
        if draft is None or model.said is None or not model.said.complete:
            return
        before = draft.line(model.editing)
        line = self._classed(line_of(model.said, before))
        self._model = replace(model, editing=0, selected=0)
        self._put(replace(draft.with_line(line), typed=""))

    def _add_act(self, line: Line) -> None:
        draft = self._model.draft
        if draft is not None:
            self._put(draft.with_line(line))
            self.view.focus_first()

    def _classed(self, line: Line) -> Line:
        return self._tools.classed(line) if self._tools is not None else line

    def _edit(self, number: int) -> None:
        """A medicine goes back into the field, an act or a device into its form."""
        draft = self._model.draft
        line = draft.line(number) if draft is not None else None
        if draft is None or line is None:
            return
        if line.nature is not Nature.MEDICATION:
            self.view.begin_act(line)
            return
        self._model = replace(self._model, editing=number)
        self._put(replace(draft, typed=typed_again(line)))
        self.view.set_field(typed_again(line))

    def _withdraw(self, number: int) -> None:
        draft = self._model.draft
        if draft is not None:
            self._model = replace(self._model, editing=0, selected=0)
            self._put(draft.without(number))
            self.view.focus_first()

    def _choose(self, number: int) -> None:
        self._show(replace(self._model, selected=number))

    def _line_changed(self, line: Line) -> None:
        draft = self._model.draft
        if draft is not None and any(one.identifier == line.identifier for one in draft.lines):
            self._put(draft.with_line(line))

    def _until(self, words: str) -> None:
        """What is no day is said, and is not taken for « 3 mois » in silence."""
        draft, day = self._model.draft, day_of(words)
        if draft is None:
            return
        if day is None and words.strip():
            self._show(replace(self._model, gaps=(Obstacle(ObstacleKind.NO_DAY),)))
            self.view.until.setFocus()
        elif day != draft.until:
            self._put(replace(draft, until=day))

    def _second(self, language: Language | None) -> None:
        draft = self._model.draft
        if draft is not None:
            self._put(replace(draft, second=language))

    def _keep_former(self) -> None:
        """The lines stay; the ordonnance that they come from is not to be replaced."""
        draft = self._model.draft
        if draft is not None:
            self._put(replace(draft, replaces=""))
            self.view.focus_first()

    # -- favourites

    def _open_favourites(self) -> None:
        self._show(replace(self._model, choosing=True))

    def _close_favourites(self) -> None:
        self._show(replace(self._model, choosing=False))
        self.view.focus_first()

    def _turn_favourite(self) -> None:
        line = self._model.at_hand
        if line is not None:
            self._favourites.turn(line, self._model.favourites)

    def _favourites_changed(self, kept: tuple[Favourite, ...]) -> None:
        if self._model.draft is not None:
            self._show(replace(self._model, favourites=kept))

    def _take_favourite(self, favourite: Favourite) -> None:
        """A new line of it, checked as any."""
        draft = self._model.draft
        if draft is not None:
            self._model = replace(self._model, choosing=False)
            self._put(draft.with_line(self._classed(line_of_favourite(favourite))))
            self.view.focus_first()

    def _pass_over(self, finding: DrugFinding, reason: str) -> None:
        draft, account = self._model.draft, self._bench.account()
        if draft is not None and account is not None:
            self._put(pass_over(draft, finding, reason, account.name, self._bench.now()))
            self.view.focus_first()

    def _put(self, draft: RxDraft) -> None:
        """Another state of the draft: checked, shown, and on the disk behind it."""
        draft = replace(draft, saved_at=self._bench.now())
        model = self._checked(replace(self._model, draft=draft, gaps=(), failure=None))
        self._keeper.put(model.draft)
        self._show(model)

    def _checked(self, model: RxModel) -> RxModel:
        draft, loaded = model.draft, self._tools
        if draft is None or loaded is None:
            return model
        said = understood(draft.typed, loaded.reader) if draft.typed.strip() else None
        model, today = replace(model, said=said), local_day(self._bench.now())
        if model.looked_at == LookedAt(draft.lines, model.facts, today):
            return model  # a letter was typed: no line is another
        findings = loaded.findings(draft.lines, model.facts, today)
        kept = still_meant(draft, findings)
        return replace(
            model, draft=kept, findings=findings, standing=loaded.standing(today),
            classes=tuple(map(loaded.listed, kept.lines)),
            looked_at=LookedAt(kept.lines, model.facts, today),
        )  # fmt: skip

    # -- signing

    def _check(self) -> None:
        """F9: the first thing that is missing, with the keyboard on it, else the PIN is asked."""
        model, record, draft = self._model, self._bench.record(), self._model.draft
        if record is None or draft is None or record.offline:
            return
        if record.mandate.kind is MandateKind.AUTEUR:  # his own documents, and no right to add one
            self.show_failure(Failure.of(Code.NO_MANDATE))
            return
        gaps = obstacles(draft, model.findings, local_day(self._bench.now()))
        if self.view.until.text().strip() and day_of(self.view.until.text()) is None:
            gaps = (*gaps, Obstacle(ObstacleKind.NO_DAY))
        selected = (gaps[0].line if gaps else 0) or model.selected
        self._show(replace(model, gaps=gaps, selected=selected, failure=None))
        if gaps:
            self.view.focus_missing(gaps[0].kind)
        else:
            self._flow.start(draft, record)

    def _over(self, progress: Progress[frozenset[str]]) -> None:
        draft, issued = self._model.draft, progress.in_force
        if issued is not None and draft is not None:
            rest = draft.after(issued)
            self._keeper.put(rest if not rest.is_empty else None)
            self._model = replace(self._model, editing=0, selected=0, mine=None)
            self._show(self._checked(replace(self._model, draft=rest)))
            self._bench.published()

    def _leave(self) -> None:
        self._flow.leave()
        self.view.focus_first()

    # -- what was issued

    def _turn(self, side: RxSide) -> None:
        self._show(replace(self._model, side=side, failure=None, gaps=()))
        if side is RxSide.MINE and self._model.mine is None:
            self._again()
        self.view.focus_first()

    def _again(self) -> None:
        """F5: how they stand now."""
        draft, record = self._model.draft, self._bench.record()
        if draft is None or record is None or record.offline or self._model.loading:
            return
        patient_id, since, port = draft.patient_id, self._bench.now() - FOLLOWED, self._port
        papers = self._flow.papers

        def work() -> Result[tuple[tuple[StandingOrdonnance, ...], frozenset[str]]]:
            mine = port.mine(patient_id, since)
            if isinstance(mine, Failure):
                return mine
            codes = papers.codes(patient_id)
            return mine, frozenset[str]() if isinstance(codes, Failure) else codes

        self._bench.ask(work, self._listed, self)

    def _listed(self, found: tuple[tuple[StandingOrdonnance, ...], frozenset[str]]) -> None:
        first = self._model.mine is None
        self._show(replace(self._model, mine=found[0], printable=found[1]))
        if first and self._model.side is RxSide.MINE:
            self.view.focus_again()

    def _act(self, standing: StandingLine, act: LineAct, reason: str) -> None:
        port = self._port
        self._show(replace(self._model, failure=None))
        self._bench.ask(lambda: port.act(standing, act, reason), self._acted, self, unseen=self._bench.tell)

    def _acted(self, standing: StandingLine) -> None:
        mine = tuple(
            replace(one, lines=tuple(standing if line.id == standing.id else line for line in one.lines))
            for one in self._model.mine or ()
        )
        self._show(replace(self._model, mine=mine))

    def _renew(self, lines: tuple[StandingLine, ...]) -> None:
        """The ticked lines, written again as new ones."""
        draft = self._model.draft
        if draft is None:
            return
        for standing in lines:
            draft = draft.with_line(self._classed(copied(standing.line)))
        self._model = replace(self._model, side=RxSide.WRITING)
        self._put(draft)
        self.view.focus_first()

    def _replace(self, standing: StandingOrdonnance) -> None:
        """All lines of a former one, which is cancelled when this one is issued, or stopped."""
        draft = self._model.draft
        if draft is None:
            return
        for line in standing.ordonnance.lines:
            draft = draft.with_line(self._classed(copied(line)))
        self._model = replace(self._model, side=RxSide.WRITING)
        self._put(replace(draft, replaces=standing.ordonnance.code))
        self.view.focus_first()

    def _print_issued(self) -> None:
        if self._flow.state is not None and self._flow.state.code:
            self._print(self._flow.state.code)

    def _print(self, code: str) -> None:
        """The signed original once; what follows says « duplicata »."""
        papers = self._flow.papers
        self._show(replace(self._model, failure=None))
        self._bench.ask(lambda: papers.of(code), self._print_paper, self, lane=Lane.STORE)

    def _print_paper(self, paper: RxPaper) -> None:
        what = (
            PrintedPaper(TEMPLATE, LANGUAGE, {**paper.data, "duplicate": True})
            if paper.printed
            else PrintedOriginal(paper.pdf)
        )
        self._bench.print_copy(what, PrintAsks(self), lambda: self._printed(paper))

    def _printed(self, paper: RxPaper) -> None:
        papers = self._flow.papers
        self._bench.ask.keep(lambda: papers.printed(paper.code), self.show_failure)
        self.show_print(Printing.DONE)
        if self._flow.state is not None and self._flow.state.code == paper.code:
            self._flow.printed()

    # -- going

    def _hide(self) -> None:
        self.view.show_state(RxModel())

    def _wipe(self) -> None:
        self._flow.locked()
        self._empty()

    def _empty(self) -> None:
        """The words are in the store since they were typed."""
        self._flow.empty()
        self._show(RxModel())

    def _refresh(self) -> None:
        self._show(self._model)

    def _show(self, model: RxModel) -> None:
        self._model = replace(model, issuing=self._flow.state)
        self.view.show_state(self._model)
