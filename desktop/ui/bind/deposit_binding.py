"""The deposit screen: file, verdict, safe copy, draft, confirmation, and what became of it."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from desktop.domain.deposit import (
    CheckReport,
    Conversion,
    Deposit,
    Draft,
    OutboxRow,
    OutboxState,
    Verdict,
)
from desktop.domain.errors import Code, Failure
from desktop.domain.record import Document
from desktop.services.deposit import MAX_BYTES, DepositForm, offered_categories
from desktop.services.record import LOCAL_TIME, OpenRecord
from desktop.services.session import Effect
from desktop.ui.bind.context import Context
from desktop.ui.tasks import Generation, Lane
from desktop.ui.views.deposit import DepositView
from desktop.ui.views.deposit_model import DepositModel, DepositPhase, FilledForm
from desktop.ui.views.verdict_box import FileModel

DRAFT_MS = 800
PICTURE_PX = 520
_PHASES = {
    OutboxState.QUEUED: DepositPhase.SENDING,
    OutboxState.SENDING: DepositPhase.SENDING,
    OutboxState.VERIFYING: DepositPhase.VERIFYING,
    OutboxState.SENT: DepositPhase.DEPOSITED,
    OutboxState.HELD: DepositPhase.WAITING,
    OutboxState.RETRYABLE: DepositPhase.WAITING,
    OutboxState.UNKNOWN: DepositPhase.UNKNOWN,
    OutboxState.TERMINAL: DepositPhase.EDITING,
}


class DepositBinding(QObject):
    """One form at a time, for the patient whose record is open."""

    def __init__(self, context: Context, view: DepositView) -> None:
        super().__init__(context.desks.record)
        self._context = context
        self._view = view
        self._record: OpenRecord | None = None
        self._model: DepositModel | None = None
        self._form = FilledForm()
        self._original = b""
        self._file = Generation()
        self._confirmed: Deposit | None = None
        self._replaces: Document | None = None
        self._draft_timer = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._draft_timer.timeout.connect(self.keep_draft)
        view.file_chosen.connect(self.choose_file)
        view.image_pasted.connect(lambda content: self._take("image.png", bytes(content)))
        view.copy_asked.connect(self._make_copy)
        view.copy_accepted.connect(lambda: self._use_copy(accepted=True))
        view.copy_declined.connect(lambda: self._use_copy(accepted=False))
        view.form_changed.connect(self._on_form)
        view.deposit_confirmed.connect(self._confirm)
        view.another_asked.connect(lambda: self._start(None))
        view.record_asked.connect(self._back_to_record)
        view.back_asked.connect(self._back_to_record)
        context.desks.record.opened.connect(lambda _: self._on_opened())
        context.desks.outbox.row_changed.connect(self._on_row)
        context.desks.outbox.progressed.connect(self._on_bytes)
        context.desks.machine.on(Effect.KEEP_DRAFTS, self.keep_draft)
        context.desks.machine.on(Effect.WIPE_DOCUMENTS, self._wipe)

    # -- the form ------------------------------------------------------------------------------------

    def open(self, replaces: Document | None = None) -> None:
        """« Déposer »: the kept form of this patient, or an empty one; or a new version of *replaces*."""
        record = self._context.desks.record.record
        if record is None:
            return
        self._record = record
        self._replaces = replaces
        service = self._context.services.deposit
        if replaces is not None:
            self._start(FilledForm(replaces.category, replaces.title, None, replaces.level))
        else:
            self._start(None)
            self._run(Lane.STORE, lambda: service.draft(record), self._on_draft)
        self._context.place.shell.set_page("deposit")

    def _on_opened(self) -> None:
        """After an unlock the form comes back from its draft."""
        if self._context.place.shell.page() != "deposit":
            return
        if self._confirmed is not None:  # it was sent before the lock: the record is where one goes on
            self._confirmed = None
            self._context.place.shell.set_page("record")
        else:
            self.open()

    def _start(self, form: FilledForm | None) -> None:
        record, session = self._record, self._context.desks.session.session
        if record is None or session is None:
            return
        self._file.bump()
        self._original = b""
        self._confirmed = None
        self._form = form or FilledForm()
        today = self._context.services.record.now().astimezone(LOCAL_TIME).date()
        categories = offered_categories(session.account.profile, record)
        self._model = DepositModel(record.patient, record.mandate, session.account.name, today, categories)
        self._view.begin(self._model, form)

    def _on_draft(self, kept: tuple[Draft, bytes | None] | Failure | None) -> None:
        if kept is None or isinstance(kept, Failure) or self._form != FilledForm() or self._original:
            return
        draft, content = kept
        self._start(FilledForm(draft.category, draft.title, draft.created, draft.level))
        if content:
            self._take(draft.file_name, content)

    def _on_form(self, form: FilledForm) -> None:
        self._form = form
        self._draft_timer.start()

    def keep_draft(self) -> None:
        """The user's text survives locks, crashes and time-outs; no question is asked."""
        self._draft_timer.stop()
        model, record = self._model, self._record
        if model is None or record is None or self._confirmed is not None:
            return
        if self._form == FilledForm() and not self._original:
            return
        form, content = self._form, self._original
        name = model.file.name if model.file else ""
        saved = self._context.services.ports.clock.now()
        draft = Draft(record.patient, form.category, form.title, form.created, form.level, name, saved)
        service = self._context.services.deposit
        self._context.place.tasks.run(
            Lane.STORE, lambda: service.keep_draft(draft, content or None), lambda _: None, owner=self
        )

    def _back_to_record(self) -> None:
        self.keep_draft()
        self._context.place.shell.set_page("record")

    def _wipe(self) -> None:
        """What was in the form is in the draft; nothing of it stays in memory."""
        self._draft_timer.stop()
        self._file.bump()
        self._original = b""
        self._model = None
        self._record = None
        self._form = FilledForm()

    # -- the file ------------------------------------------------------------------------------------

    def choose_file(self, path: Path) -> None:
        """Read a file that was chosen or dropped; its source may vanish afterwards."""
        self._update(file=FileModel(path.name, 0, checking=True), failure=None)
        self._file.bump()

        def read() -> bytes | Failure:
            try:
                size = path.stat().st_size
                if size > MAX_BYTES:
                    limit = MAX_BYTES // 2**20
                    return Failure.of(Code.FILE_TOO_LARGE, megabytes=-(-size // 2**20), limit=limit)
                return path.read_bytes()
            except OSError:
                return Failure.of(Code.FILE_UNREADABLE, name=path.name)

        def arrived(content: bytes | Failure) -> None:
            if isinstance(content, Failure):
                self._refuse(path.name, 0, content)
            else:
                self._take(path.name, content)

        self._run(Lane.PDF, read, arrived)

    def _take(self, name: str, content: bytes) -> None:
        self._file.bump()
        self._original = content
        self._update(file=FileModel(name, len(content), checking=True), failure=None)
        self._draft_timer.start()
        service = self._context.services.deposit

        def checked(report: CheckReport | Failure) -> None:
            if isinstance(report, Failure):
                self._refuse(name, len(content), report)
            else:
                unsure = report.verdict is not Verdict.CONFORMING
                self._update(file=FileModel(name, len(content), report=report, convertible=unsure))

        self._run(Lane.PDF, lambda: service.check(content), checked)

    def _refuse(self, name: str, size: int, failure: Failure) -> None:
        """A file that is no PDF may still be a picture or a letter that can be converted."""
        known = name.lower().endswith(
            (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp", ".docx", ".odt")
        )
        convertible = failure.code is Code.FILE_NOT_PDF and known
        self._update(file=FileModel(name, size, failure=failure, convertible=convertible))
        if convertible:
            self._make_copy()

    def _make_copy(self) -> None:
        model = self._model
        if model is None or model.file is None or not self._original:
            return
        name, content = model.file.name, self._original
        self._update(file=replace(model.file, converting=True, failure=None))
        service = self._context.services.deposit

        def made(copy: Conversion | Failure) -> None:
            file = self._model.file if self._model else None
            if file is None:
                return
            if isinstance(copy, Failure):
                self._update(file=replace(file, converting=False, failure=copy, convertible=False))
                return
            self._update(file=replace(file, converting=False, conversion=copy, using_copy=not copy.differs))
            self._compare(copy)

        self._run(Lane.PDF, lambda: service.safe_copy(content, name), made)

    def _use_copy(self, *, accepted: bool) -> None:
        file = self._model.file if self._model else None
        if file is not None and file.conversion is not None:
            chosen = replace(file, using_copy=accepted, conversion=file.conversion if accepted else None)
            self._update(file=chosen)

    def _compare(self, copy: Conversion) -> None:
        """Before and after side by side when anything visible may have changed."""
        original, pdf = self._original, self._context.services.ports.pdf
        page = copy.pictured_pages[0] - 1 if copy.pictured_pages else 0

        def pictures() -> tuple[QImage | None, QImage | None]:
            return _picture(pdf, original, page), _picture(pdf, copy.content, page)

        def arrived(pair: tuple[QImage | None, QImage | None] | Failure) -> None:
            if not isinstance(pair, Failure) and pair[0] is not None and pair[1] is not None:
                self._view.verdict.comparison.show_pages(pair[0], pair[1])

        if copy.differs:
            self._run(Lane.PDF, pictures, arrived)

    # -- sending -------------------------------------------------------------------------------------

    def _confirm(self, form: FilledForm) -> None:
        record, session, model = self._record, self._context.desks.session.session, self._model
        if record is None or session is None or model is None:
            return
        self._form = form
        file = model.file
        using = file.conversion if file is not None and file.using_copy else None
        content = using.content if using is not None else self._original or None
        report = using.report if using is not None else file.report if file is not None else None
        filled = DepositForm(
            content,
            report,
            form.category,
            form.title,
            form.created,
            form.level,
            form.patient_objects,
            self._replaces,
        )
        service = self._context.services.deposit
        account = session.account
        self._update(phase=DepositPhase.SENDING, failure=None, sent=0, total=len(content or b""))

        def queued(deposit: Deposit | Failure) -> None:
            if isinstance(deposit, Failure):
                self._update(phase=DepositPhase.EDITING, failure=deposit)
                return
            self._confirmed = deposit
            self._draft_timer.stop()
            self._context.desks.outbox.pump()

        self._run(Lane.STORE, lambda: service.confirm(filled, record, account), queued)

    def _on_row(self, row: OutboxRow) -> None:
        confirmed = self._confirmed
        if confirmed is None or row.deposit.unique_id != confirmed.unique_id:
            return
        self._update(phase=_PHASES[row.state], failure=row.failure)
        if row.state is OutboxState.TERMINAL:
            self._confirmed = None

    def _on_bytes(self, unique_id: str, done: int, total: int) -> None:
        if self._confirmed is not None and unique_id == self._confirmed.unique_id:
            self._update(sent=done, total=total)

    def _update(self, **changes: object) -> None:
        if self._model is not None:
            self._model = replace(self._model, **changes)  # type: ignore[arg-type]
            self._view.show_state(self._model)

    def _run(self, lane: Lane, work: object, done: object) -> None:
        self._context.place.tasks.run(
            lane,
            work,  # type: ignore[arg-type]
            done,  # type: ignore[arg-type]
            owner=self,
            generation=self._file,
        )


def _picture(pdf: object, content: bytes, page: int) -> QImage | None:
    opened = pdf.open(content)  # type: ignore[attr-defined]
    if isinstance(opened, Failure):
        return QImage.fromData(content) if not content.startswith(b"%PDF") else None
    image = pdf.page_image(opened, min(page, len(opened.page_sizes) - 1), PICTURE_PX, 0)  # type: ignore[attr-defined]
    pdf.release(opened)  # type: ignore[attr-defined]
    if isinstance(image, Failure):
        return None
    made = QImage(image.pixels, image.width, image.height, image.stride, QImage.Format.Format_RGBX8888)
    return made.copy()
