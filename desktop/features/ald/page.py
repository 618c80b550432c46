"""ALD statements in the window: a form that keeps itself, sent once; and what is kept of all patients."""

from dataclasses import replace

from desktop.domain.errors import Failure
from desktop.domain.local_time import local_day
from desktop.domain.secret import Secret
from desktop.domain.signature import Signed, ToSign
from desktop.domain.texts import current_language
from desktop.features.ald.domain import AldCode, Draft, Form, Gap, Person, Sent, SignedForm, gaps
from desktop.features.ald.port import AldPort
from desktop.features.ald.service import AldService, Mine, Standing
from desktop.features.ald.view.mine import MineModel, MineView
from desktop.features.ald.view.statement import AldModel, AldView
from desktop.kernel.page import AtLock, nothing
from desktop.kernel.workbench import Workbench
from desktop.ui.tasks import Lane


class _Keeper:
    """Writes the draft after each change: the last words of those that came while one was being written."""

    def __init__(self, bench: Workbench, service: AldService, page: "AldPage") -> None:
        self._bench, self._service, self._page = bench, service, page
        self._draft: Draft | None = None
        self._queued = False

    def put(self, draft: Draft | None) -> None:
        """None: there is nothing to keep any more."""
        self._draft = draft
        if draft is not None and not self._queued:
            self._queued = True
            self._bench.ask.keep(self._write, self._page.show_failure)

    def _write(self) -> Failure | None:
        self._queued = False
        draft, self._draft = self._draft, None
        return self._service.keep(draft) if draft is not None else None


class AldPage:
    """FeaturePage of one patient's statement; it is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(self, bench: Workbench, port: AldPort) -> None:
        self._bench = bench
        self._service = AldService(port, bench.rows)
        self._keeper = _Keeper(bench, self._service, self)
        self._model = AldModel()
        self._content = b""
        self._asked = self._given_up = 0  # signatures, and up to which one « not yet » was chosen
        self._is_out = False  # sent, and nobody heard how it ended
        self.view = AldView(bench.parent)
        self.view.refresh_asked.connect(self._read)
        self.view.changed.connect(self._on_changed)
        self.view.check_asked.connect(self._check)
        self.view.sign.signed_with.connect(self._sign)
        self.view.sign.keypad_asked.connect(lambda: self._sign(None))
        self.view.sign.left.connect(self._leave)
        self.view.settle_asked.connect(self._settle)
        self.view.throw_asked.connect(self._throw_away)
        self.at_lock = AtLock(hide=self._hide, keep_drafts=nothing, wipe=self._empty, forget=self._empty)

    def opened(self) -> None:
        """Read when it is first looked at: each reading is a trace (CF-060, CF-062)."""
        record, standing, draft = self._bench.record(), self._model.standing, self._draft()
        here = record is not None and standing is not None
        if not (here and record and standing and standing.person.patient_id == record.patient.id):
            self._read()
        elif self._is_out and draft is not None:  # the page was left while it was on its way
            self._with_draft(replace(draft, sending=draft.sending or self._bench.now()))
            self._settle()

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self._show(replace(self._model, loading=waiting, sending=self._model.sending and waiting))

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`; the words stay."""
        pin = self._bench.signing.outlook().pin if self._model.signing is not None else None
        self._show(replace(self._model, failure=failure, signing=pin))
        draft = self._draft()
        self._is_out = self._is_out and failure.code is AldCode.UNKNOWN
        if failure.code is AldCode.UNKNOWN and draft is not None:
            self._with_draft(replace(draft, sending=draft.sending or self._bench.now()))
        elif failure.code is AldCode.NOT_ARRIVED and draft is not None:
            self._with_draft(replace(draft, sending=None))

    def _read(self) -> None:
        record = self._bench.record()
        if record is None or self._model.loading:
            return
        patient, now, service = record.patient, self._bench.now(), self._service
        person = Person(patient.id, patient.name, patient.birth_date, patient.sex)
        self._show(replace(self._model, failure=None, offline=record.offline))
        if record.offline:
            self._bench.ask(lambda: service.kept_draft(person, now), self._arrived, self, lane=Lane.STORE)
        else:
            validated = local_day(record.mandate.start)  # rights follow the validation (domain §B.3)
            self._bench.ask(lambda: service.read(person, validated, now), self._arrived, self)

    def _arrived(self, standing: Standing) -> None:
        """What was written while it was on its way stays: it is in the store, or goes there now."""
        before = self._model.standing
        typed = before.draft if before is not None and before.begun else None
        found = standing.draft
        if typed and found and not (standing.begun and found.saved >= typed.saved):
            standing = replace(standing, draft=typed, begun=True)
        self._show(replace(self._model, standing=standing, failure=None, gaps=(), signing=None))
        if before is None:
            self.view.focus_again()

    def _on_changed(self, form: Form) -> None:
        draft, standing = self._draft(), self._model.standing
        if draft is None or standing is None or self._model.locked:
            return
        changed = replace(draft, form=form, saved=self._bench.now())
        found = self._missing(changed) if self._model.gaps else ()
        shown = replace(standing, draft=changed, begun=True)
        self._show(replace(self._model, standing=shown, gaps=found, signing=None, failure=None))
        self._keeper.put(changed)

    def _check(self) -> None:
        """What is missing is named; what is whole is made ready for the card."""
        draft = self._draft()
        if draft is None or self._model.locked or self._model.loading:
            return
        missing = self._missing(draft)
        self._show(replace(self._model, gaps=missing, signing=None, failure=None))
        if missing:
            self.view.focus_gap()
        elif not self._model.offline:
            outlook = self._bench.signing.outlook()
            if outlook.refusal is not None:
                self.show_failure(outlook.refusal)
                return
            now, service = self._bench.now(), self._service
            self._bench.ask(lambda: service.compose(draft, now), self._composed, self)

    def _composed(self, content: bytes) -> None:
        self._content = content
        self._show(replace(self._model, signing=self._bench.signing.outlook().pin))

    def _leave(self) -> None:
        self._given_up = self._asked
        self._show(replace(self._model, signing=None, failure=None))
        self.view.focus_first()

    def _sign(self, pin: Secret | None) -> None:
        draft, content = self._draft(), self._content
        if draft is None or self._model.signing is None or self._model.sending:
            if pin is not None:
                pin.wipe()
            return
        self._show(replace(self._model, failure=None, sending=True))
        document = ToSign(b"", content, None, current_language())
        self._asked += 1
        asked = self._asked

        def signed_now(signed: Signed) -> None:
            if asked > self._given_up:
                self._signed(draft, content, signed)

        self._bench.signing.sign(document, pin, signed_now, self)

    def _signed(self, draft: Draft, content: bytes, signed: Signed) -> None:
        """Who typed his PIN has confirmed: it goes, whatever page is in front; « not yet » stops it."""
        if self._bench.account() is None:
            return
        form = SignedForm(content, signed.jws, signed.at)
        now, service = self._bench.now(), self._service
        if self._draft() is not None:
            self._keeper.put(None)  # sending keeps it itself
            self._is_out = True
            self._show(replace(self._model, sending=True, signing=None))
        self._bench.ask.through(
            lambda: service.send(draft, form, now), self._sent, self, self._failed_unseen, lane=Lane.NET
        )

    def _failed_unseen(self, failure: Failure) -> None:
        """Another page is in front."""
        self._bench.tell(failure)
        if self._is_out:
            self.show_failure(failure)

    def _settle(self) -> None:
        draft = self._draft()
        if draft is not None and draft.sending is not None and not self._model.loading:
            self._show(replace(self._model, failure=None))
            self._bench.ask(lambda: self._service.ask(draft), self._sent, self)

    def _sent(self, sent: Sent) -> None:
        """It stands in the list from now on, and waits."""
        self._is_out = False
        standing = self._model.standing
        if (
            standing is None
            or standing.draft is None
            or standing.draft.form.identifier != sent.form.identifier
        ):
            return  # another patient is before the eyes
        statements = (sent, *(standing.statements or ()))
        after = replace(standing, statements=statements, draft=None, begun=False, waiting=sent)
        self._show(replace(self._model, standing=after, failure=None, signing=None, sending=False))
        self.view.focus_again()

    def _throw_away(self) -> None:
        """What the next form begins with comes back, from the platform's list."""
        draft = self._draft()
        if draft is not None and not self._model.locked:
            self._keeper.put(None)
            self._show(AldModel(offline=self._model.offline))
            self._bench.ask(lambda: self._service.throw_away(draft), self._thrown, self, lane=Lane.STORE)

    def _thrown(self, _: None) -> None:
        self._read()

    def _missing(self, draft: Draft) -> tuple[Gap, ...]:
        return gaps(draft.form.items, draft.person.born, local_day(self._bench.now()))

    def _draft(self) -> Draft | None:
        return self._model.standing.draft if self._model.standing is not None else None

    def _with_draft(self, draft: Draft) -> None:
        standing = self._model.standing
        if standing is not None:
            self._show(replace(self._model, standing=replace(standing, draft=draft, begun=True)))

    def _hide(self) -> None:
        """A session that keeps nothing leaves behind what has no answer."""
        draft = self._draft()
        unknown = self._is_out or (draft is not None and draft.sending is not None)
        if unknown and self._bench.account() is None and not self._bench.keeps():
            self._bench.leave_behind(1)
        self._empty()

    def _empty(self) -> None:
        """The words are in the store since they were typed."""
        self._content, self._is_out = b"", False
        self._show(AldModel())

    def _show(self, model: AldModel) -> None:
        self._model = model
        self.view.show_state(model)


class MyStatementsPage:
    """FeaturePage: all drafts and what was sent from here; it is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(self, bench: Workbench, port: AldPort) -> None:
        self._bench = bench
        self._service = AldService(port, bench.rows)
        self.view = MineView(bench.parent)
        self.view.refresh_asked.connect(self.opened)
        self.at_lock = AtLock(hide=self._empty, keep_drafts=nothing, wipe=self._empty, forget=self._empty)

    def opened(self) -> None:
        """Read from the store; nobody is asked."""
        self._bench.ask(self._service.mine, self._arrived, self, lane=Lane.STORE)

    def show_waiting(self, *, waiting: bool) -> None:
        """The store answers at once."""

    def show_failure(self, failure: Failure) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        self.view.show_state(MineModel(failure=failure))

    def _arrived(self, mine: Mine) -> None:
        self.view.show_state(MineModel(mine))
        self.view.focus_again()

    def _empty(self) -> None:
        self.view.show_state(MineModel())
