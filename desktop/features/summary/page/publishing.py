"""The last steps: both documents are made, the card signs them, the platform takes them, and it is told."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from desktop.domain.account import Account
from desktop.domain.errors import Failure, Result
from desktop.domain.secret import Secret
from desktop.domain.signature import Signed
from desktop.features.summary.domain.draft import Draft
from desktop.features.summary.domain.publication import Progress, Stage
from desktop.features.summary.domain.summary import Summary
from desktop.features.summary.page.on_its_way import OnItsWay
from desktop.features.summary.service.issuing import Prepared, Replaced, composed, prepared, publication
from desktop.features.summary.service.publishing import Listed
from desktop.features.summary.view.model import Publishing, Step
from desktop.features.summary.view.publish_strip import PublishStrip
from desktop.kernel.workbench import Workbench
from desktop.services.record import OpenRecord
from desktop.ui.tasks import Lane

_DONE = {
    Stage.SIGNED: (Step.PREPARED, Step.SIGNED),
    Stage.SENT: (Step.PREPARED, Step.SIGNED, Step.SENT),
    Stage.HALF: (Step.PREPARED, Step.SIGNED, Step.SENT),
    Stage.PUBLISHED: tuple(Step),
    Stage.WITHOUT_DATA: (Step.PREPARED, Step.SIGNED, Step.SENT),
    Stage.REFUSED: (Step.PREPARED, Step.SIGNED),
    Stage.GIVEN_UP: (Step.PREPARED, Step.SIGNED),
}


@dataclass(frozen=True, slots=True)
class Version:
    """What is to be published: a draft of an open record, in the place of the version in force. ``pdf_of``:
    when that was created, where it is a PDF alone."""

    draft: Draft
    record: OpenRecord
    account: Account
    replaced: Replaced
    pdf_of: datetime | None = None


class PublishFlow:
    """One publication at a time. *changed* is called when there is another state to show, *over* when one of
    this patient has ended, also after the last step was left; it answers whether the lines stay in front.

    It sends nothing itself: what was signed goes on with :class:`OnItsWay`. It is its own
    :class:`desktop.ui.ask.Asks`.
    """

    def __init__(
        self,
        bench: Workbench,
        on_its_way: OnItsWay,
        strip: PublishStrip,
        changed: Callable[[], object],
        over: Callable[[Progress], bool],
        is_in_front: Callable[[], bool],
    ) -> None:
        """*is_in_front*: whether the user sees the page; what he did not see is told at the next look."""
        self._is_in_front = is_in_front
        self._bench, self._way = bench, on_its_way
        self._changed, self._over = changed, over
        self._asked = self._given_up = 0  # signatures, and up to which one « back to the lines » was chosen
        self._sent: set[str] = set()  # what has gone: who comes back while the card signs may sign it again
        self.empty()
        on_its_way.on_news(self._heard)
        strip.signed_with.connect(self._sign)
        strip.keypad_asked.connect(lambda: self._sign(None))
        strip.left.connect(self.leave)

    def empty(self) -> None:
        """Nothing of a patient stays; what was signed goes on in the store."""
        self._patient_id = ""
        self._forget()

    def _forget(self) -> None:
        self.state: Publishing | None = None
        self._version: Version | None = None
        self._made: Prepared | None = None

    @property
    def published(self) -> Summary | None:
        """What stands on the platform now, where it was signed on this page."""
        over = self.state is not None and bool(self.state.version)
        return self._made.summary if over and self._made is not None else None

    def start(self, version: Version) -> None:
        """Make both documents; a card that cannot sign is told before anything is typed.

        A former publication of this patient that has not ended goes on instead: else there would be two.
        """
        self._forget()
        outlook, base = self._bench.signing.outlook(), version.draft.base
        state = Publishing(outlook.pin, base.version if base else 0, keeps=self._bench.keeps())
        state = replace(state, pdf_of=version.pdf_of)
        self.state = replace(state, running=outlook.refusal is None, failure=outlook.refusal)
        if outlook.refusal is not None:
            self._changed()
            return
        self._version = version
        self._bench.signing.warm()
        pending = self._way.service.pending
        self._bench.ask(pending, lambda listed: self._make(version, listed), self, lane=Lane.STORE)
        self._changed()

    def _make(self, version: Version, pending: Listed) -> None:
        if self._version is not version:
            return
        on_its_way = [one for one in pending.publications if not one.stage.is_over]
        if self._resume(tuple(on_its_way), version.record.patient.id):
            return
        write_pdf, now = self._bench.write_pdf, self._bench.now()

        def work() -> Result[Prepared]:
            return prepared(composed(version.draft, version.record.patient, version.account, now), write_pdf)

        self._bench.ask(work, lambda made: self._prepared(version, made), self, lane=Lane.PDF)

    def go_on(self, patient_id: str) -> None:
        """What was signed for this patient and not told yet is shown, and goes on."""
        self._patient_id = patient_id

        def found(listed: Listed) -> None:
            self._resume(listed.publications, patient_id)

        self._bench.ask(self._way.service.pending, found, self, lane=Lane.STORE)

    def come_back(self) -> None:
        """The page was left while one was on its way: its end is told now."""

        def found(listed: Listed) -> None:
            there = (one for one in listed.publications if self.state is not None or one.stage.is_over)
            self._resume(tuple(there), self._patient_id)

        self._bench.ask(self._way.service.pending, found, self, lane=Lane.STORE)

    def leave(self) -> None:
        """Back to the lines; what is on its way goes on."""
        self._given_up = self._asked
        self._forget()
        self._changed()

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        if self.state is not None:
            self._show(running=waiting)

    def show_failure(self, failure: Failure) -> None:
        """Its own sentence; the draft stays."""
        if self.state is not None:
            self._show(failure=failure, pin=self._bench.signing.outlook().pin)

    def _prepared(self, version: Version, made: Prepared) -> None:
        if self._version is not version:  # left meanwhile, and perhaps begun anew
            return
        self._made = made
        self._show(done=(Step.PREPARED,))

    def _sign(self, pin: Secret | None) -> None:
        made, version = self._made, self._version
        if made is None or version is None:
            if pin is not None:
                pin.wipe()
            return
        self._show(failure=None)
        self._asked += 1
        asked = self._asked

        def signed_now(signed: Signed) -> None:
            if asked > self._given_up and made.summary.bundle not in self._sent:
                self._sent.add(made.summary.bundle)
                self._signed(version, made, signed)

        self._bench.signing.sign(made.to_sign, pin, signed_now, self)

    def _signed(self, version: Version, made: Prepared, signed: Signed) -> None:
        if self._bench.account() is None:
            return
        if self._made is made:
            self._show(done=(Step.PREPARED, Step.SIGNED), running=True)
        self._way.send(
            lambda: publication(made, signed, version.record, version.account, version.replaced),
            self._not_kept,
        )

    def _not_kept(self, failure: Failure) -> None:
        """The disk refused what was signed: nothing goes, and it can be signed again."""
        self._sent.clear()
        self._begin_to_show()
        self._show(done=(Step.PREPARED,) if self._made else (), running=False, failure=failure)

    def _resume(self, pending: tuple[Progress, ...], patient_id: str) -> bool:
        """Go on with the one of this patient; False where there is none."""
        mine = next((one for one in pending if one.patient.id == patient_id), None)
        if mine is None:
            return False
        self._begin_to_show()
        self._came(self._way.as_of_now(mine))
        if mine.stage is Stage.WITHOUT_DATA:
            self._way.again(mine)
        elif not mine.stage.is_over:
            self._way.wake()
        return True

    def _heard(self, progress: Progress) -> None:
        if progress.patient.id == self._patient_id:
            self._came(progress)

    def _came(self, progress: Progress) -> None:
        stage = progress.stage
        if stage.is_over:
            lines_stay = self._over(progress)
            if self._is_in_front():
                service = self._way.service
                self._bench.ask.keep(lambda: service.told(progress.id), lambda _: None)
            if lines_stay and self.state is None:
                return
            self._begin_to_show()
        version = progress.version if stage is Stage.PUBLISHED else 0
        self._show(
            done=_DONE[stage],
            failure=progress.failure,
            version=version,
            document_id=progress.document_id,
            running=progress.goes_on,
            unpublished=stage.is_unpublished,
            signed_at=progress.signed_at,
            can_print=self._made is not None,
        )

    def _begin_to_show(self) -> None:
        pin, keeps = self._bench.signing.outlook().pin, self._bench.keeps()
        self.state = self.state or Publishing(pin, keeps=keeps)

    def _show(self, **changes: object) -> None:
        if self.state is not None:
            self.state = replace(self.state, **changes)  # type: ignore[arg-type]
            self._changed()
