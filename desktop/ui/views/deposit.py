"""« Déposer un document »: file, document, verification on one page; one confirmation each (CF-050)."""

from collections.abc import Iterator

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from desktop.domain.texts import text
from desktop.ui.theme import GRID
from desktop.ui.views.base import ScrollPage, SteppedView, megabytes
from desktop.ui.views.compare import CompareView
from desktop.ui.views.deposit_model import DepositModel, DepositPhase, FilledForm
from desktop.ui.views.deposit_summary import DepositSummary
from desktop.ui.views.document_form import DocumentForm
from desktop.ui.views.drop_zone import DropZone, files_of
from desktop.ui.views.pile_list import PileList
from desktop.ui.views.scan_offer import ScanOffer
from desktop.ui.views.verdict_box import VerdictBox
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.buttons import quiet_button
from desktop.ui.widgets.panel import Panel, fold, row
from desktop.ui.widgets.text import heading, muted


class DepositView(SteppedView):
    """Signals: ``file_chosen(Path)`` for the document that is shown, ``files_added(tuple[Path, ...])`` for
    documents beside it, ``image_pasted(QImage)``, ``copy_asked``, ``compare_asked``, ``copy_accepted``,
    ``copy_declined``, ``form_changed(FilledForm)`` (for the draft), ``deposit_confirmed(FilledForm)``,
    ``line_chosen(int)``, ``line_removed(int)`` of the pile, ``same_asked``, ``another_asked``.
    """

    NAME = "deposit-view"
    file_chosen = Signal(object)
    files_added = Signal(object)
    image_pasted = Signal(object)
    copy_asked = Signal()
    compare_asked = Signal()
    copy_accepted = Signal()
    copy_declined = Signal()
    form_changed = Signal(object)
    deposit_confirmed = Signal(object)
    line_chosen = Signal(int)
    line_removed = Signal(int)
    same_asked = Signal()
    another_asked = Signal()

    def _make(self) -> Iterator[None]:
        self._model: DepositModel | None = None
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        page = QWidget(self)
        self._pages.addWidget(page)
        self._forms = ScrollPage(page)
        here = self._forms.widget()
        self._drop = DropZone("deposit-drop-zone", here)
        self.verdict = VerdictBox("deposit-verdict-box", here)
        yield
        self.scans = ScanOffer("deposit-scans", here)
        self.pile = PileList("deposit-pile", page)
        yield
        self.document = DocumentForm("deposit-document", here)
        yield
        self._compare: CompareView | None = None
        self._title, self._category = self.document.title, self.document.category
        self._date = self.document.date
        self._summary = DepositSummary("deposit-summary", page)
        self._arrange(page)
        self._connect()
        self.setAcceptDrops(True)  # a file may be dropped anywhere on the form

    # -- content

    def begin(self, model: DepositModel, form: FilledForm | None = None) -> None:
        """Show a form for ``model.patient``, empty, from a kept draft, or another one of the pile."""
        self._model = None
        self.document.begin(model.categories, model.today, form or FilledForm())
        self.show_state(model)

    def offer(self, form: FilledForm) -> None:
        """Show what *form* holds as proposals; nothing is told as a change."""
        self.document.offer(form)
        if self._model is not None:
            self._summary.show_summary(self._model, self.form())

    def show_state(self, model: DepositModel) -> None:
        """Show *model*; the patient cannot change under the form (ValueError: a bug)."""
        if self._model is not None and self._model.patient.id != model.patient.id:
            raise ValueError("another patient under a running deposit form")
        self._model = model
        self.refresh()

    def refresh(self) -> None:
        model = self._model
        if model is None:
            return
        file = model.file
        size = f"   ·   {megabytes(file.size)}" if file is not None and file.size else ""
        self._drop.show_file(file.name + size if file is not None else "")
        self.verdict.show_file(file)
        self.pile.show_pile(model.pile, model.chosen)
        editing = model.phase is DepositPhase.EDITING
        self._drop.set_locked(locked=not editing)
        self.scans.fold(folded=file is not None and not file.is_hopeless())
        self.scans.set_locked(locked=not editing)
        self.document.set_editable(editable=editing)
        self._summary.show_summary(model, self.form())

    def form(self) -> FilledForm:
        """What is entered now."""
        return self.document.form()

    def forget(self) -> None:
        """Nothing of the patient or his documents stays in any widget (CF-014)."""
        self._model = None
        self.leave_comparison()
        self.document.forget()
        self._drop.show_file("")
        self.verdict.show_file(None)
        self.pile.show_pile((), 0)
        self._summary.forget()
        self.show_note("")

    def show_note(self, words: str) -> None:
        """One quiet sentence under the file."""
        self._note.setText(words)
        self._note.setVisible(bool(words))
        if words:
            announce(self, words)

    # -- comparing

    @property
    def compare(self) -> CompareView:
        """Original and copy; made when first looked at, few documents need it."""
        if self._compare is None:
            self._compare = CompareView("deposit-compare-view")
            self._compare.accepted.connect(self.copy_accepted)
            self._compare.declined.connect(self.copy_declined)
            self._compare.left.connect(self.leave_comparison)
            self._pages.addWidget(self._compare)
        return self._compare

    def show_comparison(self) -> None:
        """Original and copy take the whole screen; the patient's banner stays."""
        self._pages.setCurrentWidget(self.compare)
        self.compare.setFocus()

    def leave_comparison(self) -> None:
        """Back to the form."""
        if self.is_comparing():
            self.compare.clear()
            self._pages.setCurrentIndex(0)
            self.verdict.focus_decision()

    def is_comparing(self) -> bool:
        """True while original and copy are shown."""
        return self._compare is not None and self._pages.currentWidget() is self._compare

    # -- keys

    def primary(self) -> QPushButton | None:
        return self.compare.accept if self.is_comparing() else self._summary.button

    def focus_first(self) -> None:
        if self._model is not None and self._model.file is not None:
            self._category.setFocus()
        else:
            self._drop.focus_first()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._drop.paste()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._is_filled_in():
            self._drop.dragEnterEvent(event)
        elif not self.is_comparing() and files_of(event.mimeData()):
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop.dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Also on a document that is on its way, or there already: the next one stands beside it."""
        if self._is_filled_in():
            self._drop.dropEvent(event)
        elif not self.is_comparing() and (paths := files_of(event.mimeData())):
            event.acceptProposedAction()
            self.files_added.emit(paths)

    def _is_filled_in(self) -> bool:
        editing = self._model is None or self._model.phase is DepositPhase.EDITING
        return editing and not self.is_comparing()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.is_whole:
            fold(self, self._sides)

    # -- making

    def _arrange(self, page: QWidget) -> None:
        forms = self._forms.body
        forms.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        forms.setSpacing(GRID + 4)
        forms.addLayout(self._header())
        forms.addWidget(self._file_panel())
        forms.addWidget(self.document)
        forms.addStretch(1)
        layout = self._sides = QHBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        beside = QVBoxLayout()
        beside.setContentsMargins(2 * GRID, 2 * GRID, 0, 2 * GRID)
        beside.addWidget(self.pile)
        layout.addLayout(beside)
        layout.addWidget(self._forms, 3)
        side = QVBoxLayout()
        side.setContentsMargins(0, 2 * GRID, 2 * GRID, 2 * GRID)
        side.addWidget(self._summary)
        side.addStretch(1)
        layout.addLayout(side, 2)

    def _header(self) -> QHBoxLayout:
        title = heading("")
        title.setObjectName("deposit-heading")
        self.bind(title.setText, lambda: text("deposit.heading"))
        back = quiet_button("", "deposit-back", self.back_asked.emit)
        self.bind_named(back, lambda: text("deposit.back"))
        return row(title, None, back)

    def _file_panel(self) -> Panel:
        panel = Panel(margin=2 * GRID)
        panel.body.setSpacing(GRID + 4)
        title = heading("")
        self.bind(title.setText, lambda: text("deposit.step_file"))
        self._note = muted("")
        self._note.setObjectName("deposit-note")
        self._note.hide()
        for widget in (title, self._drop, self._note, self.verdict, self.scans):
            panel.body.addWidget(widget)
        return panel

    def _connect(self) -> None:
        self._drop.files_chosen.connect(self._on_chosen)
        self._drop.files_dropped.connect(self.take_dropped)
        self._drop.image_pasted.connect(self.image_pasted)
        self._drop.nothing_to_paste.connect(lambda: self.show_note(text("deposit.nothing_to_paste")))
        self.verdict.copy_asked.connect(self.copy_asked)
        self.verdict.compare_asked.connect(self.compare_asked)
        self.verdict.copy_declined.connect(self.copy_declined)
        self.pile.chosen.connect(self.line_chosen)
        self.pile.removed.connect(self.line_removed)
        self.pile.same_asked.connect(self.same_asked)
        self.pile.files_added.connect(self.files_added)
        self._summary.confirmed.connect(self._confirm)
        self._summary.another_asked.connect(self.another_asked)
        self._summary.record_asked.connect(self.back_asked)
        self.document.changed.connect(self._changed)

    def _on_chosen(self, paths: object) -> None:
        """The dialog's first file is the shown document's; the others become documents of their own."""
        assert isinstance(paths, tuple)
        self._note.hide()
        if paths:
            self.file_chosen.emit(paths[0])
        if paths[1:]:
            self.files_added.emit(paths[1:])

    def take_dropped(self, paths: object) -> None:
        """A drop never takes the place of a good file: it stands beside it."""
        assert isinstance(paths, tuple)
        model = self._model
        file = model.file if model is not None else None
        if file is None or file.is_hopeless():
            self._on_chosen(paths)
        else:
            self._note.hide()
            self.files_added.emit(paths)

    def _changed(self) -> None:
        if self._model is None:
            return
        form = self.form()
        self._summary.show_summary(self._model, form)
        self.form_changed.emit(form)

    def _confirm(self) -> None:
        model, form = self._model, self.form()
        if model is None or form.patient_objects:
            return
        missing = self.document.complain(model.today)
        ready = model.file is not None and model.file.is_ready()
        self._summary.say_file_missing(missing=not ready)
        if not ready:
            self._drop.focus_first()
        elif missing is not None:
            missing.setFocus()
        else:
            self.deposit_confirmed.emit(form)
