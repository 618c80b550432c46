"""The last steps: both documents are made, the card signs them, the platform takes them, and it is told."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import QTimer

from desktop.domain.account import Account
from desktop.domain.errors import Failure, Result
from desktop.domain.secret import Secret
from desktop.domain.signature import Signed
from desktop.features.summary.domain.draft import Draft
from desktop.features.summary.domain.publication import Progress, Stage
from desktop.features.summary.domain.summary import Summary
from desktop.features.summary.port import SummaryPort
from desktop.features.summary.service.issuing import Prepared, Replaced, composed, prepared, publication
from desktop.features.summary.service.publishing import Publications
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
}


@dataclass(frozen=True, slots=True)
class Version:
    """What is to be published: a draft of an open record, in the place of the version in force."""

    draft: Draft
    record: OpenRecord
    account: Account
    replaced: Replaced


class PublishFlow:
    """One publication at a time. *changed* is called when there is another state to show, *published* once
    the platform has both documents, with the time of their signature.

    It is its own :class:`desktop.ui.ask.Asks`.
    """

    def __init__(
        self,
        bench: Workbench,
        port: SummaryPort,
        strip: PublishStrip,
        changed: Callable[[], object],
        published: Callable[[datetime], object],
    ) -> None:
        self._bench = bench
        self._publications = Publications(port, bench.rows, bench.now)
        self._changed, self._published = changed, published
        self._again = QTimer(strip, singleShot=True)
        self._again.timeout.connect(self._advance)
        self.empty()
        strip.signed_with.connect(self._sign)
        strip.keypad_asked.connect(lambda: self._sign(None))
        strip.left.connect(self.leave)

    def empty(self) -> None:
        """Nothing of a patient stays; what was signed goes on with the next opening of his record."""
        self._again.stop()
        self.state: Publishing | None = None
        self._version: Version | None = None
        self._made: Prepared | None = None
        self._progress: Progress | None = None

    @property
    def published(self) -> Summary | None:
        """What stands on the platform now, where it was signed on this page."""
        over = self.state is not None and bool(self.state.version)
        return self._made.summary if over and self._made is not None else None

    def start(self, version: Version) -> None:
        """Make both documents; a card that cannot sign is told before anything is typed.

        A former publication of this patient that has not ended goes on instead: else there would be two.
        """
        self.empty()
        outlook, base = self._bench.signing.outlook(), version.draft.base
        replaces = base.version if base else 0
        self.state = Publishing(outlook.pin, replaces, running=True, failure=outlook.refusal)
        if outlook.refusal is not None:
            self.state = replace(self.state, running=False)
            self._changed()
            return
        self._version = version
        self._bench.signing.warm()
        pending = self._publications.pending
        self._bench.ask(pending, lambda all_: self._make(version, all_), self, lane=Lane.STORE)
        self._changed()

    def _make(self, version: Version, pending: tuple[Progress, ...]) -> None:
        if self._version is not version:
            return
        on_its_way = [one for one in pending if not one.stage.is_over]
        if self._resume(tuple(on_its_way), version.record.patient.id):
            return
        write_pdf, now = self._bench.write_pdf, self._bench.now()

        def work() -> Result[Prepared]:
            return prepared(composed(version.draft, version.record.patient, version.account, now), write_pdf)

        self._bench.ask(work, lambda made: self._prepared(version, made), self, lane=Lane.PDF)

    def go_on(self, patient_id: str) -> None:
        """What was signed and not told yet, also by a program that was killed, goes on."""
        self._bench.ask(self._publications.pending, lambda all_: self._resume(all_, patient_id), self)

    def come_back(self, patient_id: str) -> None:
        """The page was left while a publication went on: what was told meanwhile was not heard."""
        if self._progress is not None and not self._progress.stage.is_over:
            self.go_on(patient_id)

    def leave(self) -> None:
        """Back to the lines; what is on its way goes on in the store."""
        self.empty()
        self._changed()

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        if self.state is not None:
            self._show(running=waiting or self._again.isActive())

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
        self._bench.signing.sign(made.to_sign, pin, lambda signed: self._signed(version, made, signed), self)

    def _signed(self, version: Version, made: Prepared, signed: Signed) -> None:
        if self._made is not made:  # left meanwhile: what was signed goes nowhere
            return
        publications = self._publications

        def work() -> Result[Progress]:
            signed_one = publication(made, signed, version.record, version.account, version.replaced)
            return publications.keep(signed_one)

        self._bench.ask(work, self._came, self, lane=Lane.STORE)

    def _resume(self, pending: tuple[Progress, ...], patient_id: str) -> bool:
        """Go on with the one of this patient; False where there is none."""
        mine = next((one for one in pending if one.patient.id == patient_id), None)
        if mine is None:
            return False
        self.state = Publishing(self._bench.signing.outlook().pin)
        if mine.stage is Stage.WITHOUT_DATA:
            self._bench.ask(lambda: self._publications.again(mine.id), self._came, self)
        else:
            self._came(mine)
        return True

    def _advance(self) -> None:
        progress, record = self._progress, self._bench.record()
        if progress is not None:
            mandate, publications = record.mandate if record else None, self._publications
            self._bench.ask(lambda: publications.advance(progress.id, mandate), self._came, self)

    def _came(self, progress: Progress) -> None:
        if self.state is None:  # left meanwhile: it is told at the next look
            return
        self._progress = progress
        over = progress.stage.is_over
        version = progress.version if progress.stage is Stage.PUBLISHED else 0
        waits = progress.goes_on and progress.wait > 0
        if waits:
            self._again.start(int(progress.wait * 1000) + 1)
        done = _DONE[progress.stage]
        self._show(
            done=done,
            failure=progress.failure,
            version=version,
            running=waits,
            signed_at=progress.signed_at,
            can_print=self._made is not None,
        )
        if progress.goes_on and not waits:
            self._advance()
        if over:
            publications = self._publications
            self._bench.ask.keep(lambda: publications.told(progress.id), lambda _: None)
        if version:
            self._published(progress.signed_at)

    def _show(self, **changes: object) -> None:
        if self.state is not None:
            self.state = replace(self.state, **changes)  # type: ignore[arg-type]
            self._changed()
