"""The work list in the window: read once a session and when the user asks, shown on its page and on home."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from desktop.domain.errors import Failure
from desktop.domain.texts import text
from desktop.features.worklist.cells import print_notes, printed_columns, printed_rows
from desktop.features.worklist.domain import Order, Wish
from desktop.features.worklist.port import WorklistPort
from desktop.features.worklist.service import (
    KeptTaste,
    Taste,
    Widths,
    Worklist,
    WorklistCopy,
    WorklistService,
)
from desktop.features.worklist.view.home import HomePanel
from desktop.features.worklist.view.screen import WorklistModel, WorklistView
from desktop.kernel.page import AtLock, nothing
from desktop.kernel.workbench import PrintedTable, Workbench
from desktop.ui.printing import PrintAsks, Printing
from desktop.ui.tasks import Lane

_SUMMARY = "summary"  # the page of a record on which the résumé patient is written


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is known before anybody is asked; None = nothing."""

    worklist: Worklist | None
    taste: Taste


def _kept(copy: WorklistCopy, taste: KeptTaste, now: datetime) -> _Kept:
    """A store that cannot be read tells nothing, and stops nothing: the platform is asked next."""
    worklist, liked = copy.last(now), taste.known()
    return _Kept(
        None if isinstance(worklist, Failure) else worklist,
        Taste(None, {}) if isinstance(liked, Failure) else liked,
    )


class _Unseen:
    """Looks into the store beside whatever the page does; a store that cannot be read tells nothing."""

    def show_waiting(self, *, waiting: bool) -> None:
        """Nothing waits for it."""

    def show_failure(self, failure: Failure) -> None:
        """Nothing is missed."""


def _not_kept(_failure: Failure) -> None:
    """A copy that could not be kept is missed only without the platform, where the page says so."""


class WorklistPage:
    """FeaturePage of the work list; it is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(self, bench: Workbench, port: WorklistPort) -> None:
        self._bench = bench
        self._service = WorklistService(port)
        self._copy = WorklistCopy(bench.rows, bench.rights)
        self._taste = KeptTaste(bench.rows)
        self._model = WorklistModel()
        self.view = WorklistView(bench.parent)
        self.view.refresh_asked.connect(self._read)
        self.view.print_asked.connect(self._print)
        self.view.wished.connect(self._on_wished)
        self.view.widths_changed.connect(self._on_widths)
        self.view.patient_chosen.connect(lambda patient: bench.open_patient(patient))
        self.view.summary_chosen.connect(lambda patient: bench.open_patient(patient, _SUMMARY))
        self._panel = HomePanel()
        self._panel.open_asked.connect(bench.come_in_front)
        self._panel.patient_chosen.connect(lambda patient: bench.open_patient(patient))
        self._panel.summary_chosen.connect(lambda patient: bench.open_patient(patient, _SUMMARY))
        self._panel.widths_changed.connect(self._on_widths)
        bench.on_home(self._panel, self.opened)
        bench.on_right_ended(self._look_who_is_gone)
        self.at_lock = AtLock(hide=self._empty, keep_drafts=nothing, wipe=self._empty, forget=self._forget)

    def opened(self) -> None:
        """Home or the page came in front: each reading is a trace, so it is not read again (CF-060).

        What is kept of the last one is shown at once, and asks nobody.
        """
        if self._is_received() or self._model.loading:
            return
        if self._model.worklist is not None:
            self._read()
        else:
            now = self._bench.now()
            work = partial(_kept, self._copy, self._taste, now)
            self._bench.ask(work, self._found, self, lane=Lane.STORE)

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._show(replace(self._model, loading=waiting))

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`; a former list stays, and says of when it is."""
        self._show(replace(self._model, failure=failure))

    def show_print(self, printing: Printing) -> None:
        """How far the print is."""
        self._show(replace(self._model, printing=printing))

    def _is_received(self) -> bool:
        worklist = self._model.worklist
        return worklist is not None and worklist.copied_for is None

    def _found(self, kept: _Kept) -> None:
        """The copy, where there is one; then the platform is asked all the same."""
        wish, taste = self._model.wish, kept.taste
        if taste.order is not None and wish.order is Order.URGENCY:
            wish = replace(wish, order=taste.order)
        self._show(replace(self._model, worklist=kept.worklist, wish=wish, widths=taste.widths))
        if kept.worklist is not None:
            self.view.focus_again()
        self._read()

    def _read(self) -> None:
        if not self._model.loading:
            self._show(replace(self._model, failure=None, printing=Printing.NOTHING, left=0))
            now, service = self._bench.now(), self._service
            self._bench.ask(lambda: service.read(now), self._arrived, self)

    def _arrived(self, worklist: Worklist) -> None:
        first = self._model.worklist is None
        self._show(replace(self._model, worklist=worklist, failure=None))
        self._bench.ask.keep(lambda: self._copy.keep(worklist), _not_kept)
        if first:  # later the user stands where he chose to
            self.view.focus_again()

    def _on_wished(self, wish: Wish) -> None:
        if wish.order is not self._model.wish.order:
            self._bench.ask.keep(lambda: self._taste.keep_order(wish.order), _not_kept)
        self._show(replace(self._model, wish=wish, printing=Printing.NOTHING))

    def _on_widths(self, widths: Widths) -> None:
        self._bench.ask.keep(lambda: self._taste.keep_widths(widths), _not_kept)
        self._show(replace(self._model, widths=widths))

    def _look_who_is_gone(self) -> None:
        """Whose right has ended leaves the screen with what was kept of him; nobody is asked (CF-066)."""
        if self._model.worklist is not None:
            self._bench.ask(self._copy.gone, self._take_out, _Unseen(), lane=Lane.STORE)

    def _take_out(self, gone: frozenset[str]) -> None:
        before = self._model.worklist
        if before is None or not gone:
            return
        after = before.without(gone)
        left = self._model.left + len(before.lines) - len(after.lines)
        self._show(replace(self._model, worklist=after, left=left))

    def _print(self) -> None:
        """What is shown, by its filter and order; nothing is read for it."""
        worklist, lines = self._model.worklist, self.view.shown()
        if worklist is not None and lines:
            notes = print_notes(worklist, self._model.wish, len(lines))
            rows = printed_rows(lines, worklist.today)
            table = PrintedTable(text("worklist.print_title"), notes, printed_columns(), rows)
            self._bench.print_list(table, PrintAsks(self), lambda: self.show_print(Printing.DONE))

    def _empty(self) -> None:
        """Nothing of a patient stays; filter and order come back with the screen, a name does not."""
        self._show(WorklistModel(wish=replace(self._model.wish, words=""), widths=self._model.widths))

    def _forget(self) -> None:
        self._show(WorklistModel())

    def _show(self, model: WorklistModel) -> None:
        before, self._model = self._model, model
        self.view.show_state(model)
        if any(one is not other for one, other in zip(_of_panel(before), _of_panel(model), strict=True)):
            self._panel.show_state(model)  # what is typed into the filter changes nothing at home


def _of_panel(model: WorklistModel) -> tuple[object, ...]:
    return (model.worklist, model.failure, model.widths)
