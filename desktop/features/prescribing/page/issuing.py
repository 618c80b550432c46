"""The last steps: both documents are made, the card signs them, the platform takes them, and it is told."""

from collections.abc import Callable
from dataclasses import replace

from desktop.domain.errors import Failure, Result
from desktop.domain.publication import Progress, Publication
from desktop.domain.secret import Secret
from desktop.domain.signature import Signed
from desktop.features.prescribing.domain.draft import RxDraft
from desktop.features.prescribing.page.untold import Untold
from desktop.features.prescribing.port import PrescribingPort
from desktop.features.prescribing.service.issuing import RxPrepared, prepared, publication
from desktop.features.prescribing.service.papers import RxPapers
from desktop.features.prescribing.service.publishing import RxPublications
from desktop.features.prescribing.view.model import Issuing
from desktop.kernel.on_its_way import OnItsWay
from desktop.kernel.workbench import Workbench
from desktop.services.kept_publications import ListedPublications
from desktop.services.record import OpenRecord
from desktop.ui.tasks import Lane


class IssueFlow:
    """One ordonnance at a time; *changed* is called when there is another state to show, *over* with the
    progress of one that ended. It is its own :class:`desktop.ui.ask.Asks`."""

    def __init__(
        self,
        bench: Workbench,
        port: PrescribingPort,
        changed: Callable[[], object],
        over: Callable[[Progress[frozenset[str]]], object],
        is_in_front: Callable[[], bool],
    ) -> None:
        """*is_in_front*: whether the user sees the page; what he did not see is told at the next look."""
        self._bench, self._port, self._changed, self._over = bench, port, changed, over
        self._is_in_front = is_in_front
        self.papers = RxPapers(bench.rows)
        service = RxPublications(port, bench.rows, bench.now, bench.keeps)
        self._way: OnItsWay[frozenset[str]] = OnItsWay(bench, service)
        self._way.on_news(self._heard)
        self.untold = Untold(bench, self._way)
        self._asked = self._given_up = 0  # signatures, and up to which one « back to the lines » was chosen
        self._sent: set[str] = set()  # what has gone: who comes back while the card signs may sign it again
        self.empty()

    def empty(self) -> None:
        """Nothing of a patient stays; what was signed goes on in the store."""
        self._patient_id = ""
        self._forget()

    def locked(self) -> None:
        """A lock or a logout: a session that keeps nothing leaves behind what is not proven."""
        self._way.locked()
        self.empty()
        self.untold.empty()

    def _forget(self) -> None:
        self.state: Issuing | None = None
        self._made: RxPrepared | None = None
        self._record: OpenRecord | None = None

    def leave(self) -> None:
        """Back to the lines; what is on its way goes on."""
        self._given_up = self._asked
        self._forget()
        self._changed()

    def go_on(self, patient_id: str) -> None:
        """What was signed for this patient and not told yet is shown, and goes on."""
        self._patient_id = patient_id
        self._bench.ask(self._way.service.pending, self._found, self, lane=Lane.STORE)

    def come_back(self, patient_id: str) -> None:
        """The page was left: what ended meanwhile is told now, but no PIN that is asked for is taken away."""
        if self.state is None or self.state.stage is not None:
            self.go_on(patient_id)

    def start(self, draft: RxDraft, record: OpenRecord) -> None:
        """Make both documents; a card that cannot sign is told before anything is typed.

        A former ordonnance of this patient that has not ended goes on instead: else there would be two.
        """
        account, outlook = self._bench.account(), self._bench.signing.outlook()
        if account is None:
            return
        self._forget()
        self._patient_id, self._record = record.patient.id, record
        self.state = Issuing(keeps=self._bench.keeps())
        if outlook.refusal is not None:
            self._forget()
            self.show_failure(outlook.refusal)
            return
        self._bench.signing.warm()
        port, write, now = self._port, self._bench.write_pdf, self._bench.now()

        def work() -> Result[RxPrepared]:
            return prepared(draft, record.patient, account, now, port, write)

        def make(listed: ListedPublications[frozenset[str]]) -> None:
            if self._record is not record or self._goes_on(listed):  # left meanwhile, or there is one
                return
            self._bench.ask(work, lambda made: self._ready(record, made), self, lane=Lane.PDF)

        self._changed()
        self._bench.ask(self._way.service.pending, make, self, lane=Lane.STORE)

    def sign(self, pin: Secret | None) -> None:
        """With the card of the session; None: the PIN is typed on the reader."""
        made, record = self._made, self._record
        if made is None or record is None or self.state is None or self.state.stage is not None:
            if pin is not None:
                pin.wipe()
            return
        self._show(failure=None)
        self._asked += 1
        asked = self._asked

        def signed_now(signed: Signed) -> None:
            if asked > self._given_up and made.bundle_id not in self._sent:
                self._sent.add(made.bundle_id)
                self._signed(record, made, signed)

        self._bench.signing.sign(made.to_sign, pin, signed_now, self)

    def show_waiting(self, *, waiting: bool) -> None:
        """See :class:`desktop.ui.ask.Asks`."""
        if self.state is not None:
            self._show(running=waiting)

    def show_failure(self, failure: Failure) -> None:
        """Its own sentence; the draft stays."""
        pin = self._bench.signing.outlook().pin if self._made is not None else None
        self.state = self.state or Issuing(running=False, keeps=self._bench.keeps())
        self._show(failure=failure, pin=pin, ready=self._made is not None, running=False)

    def _ready(self, record: OpenRecord, made: RxPrepared) -> None:
        if self._record is not record or self.state is None:  # left meanwhile
            return
        self._made = made
        self._show(pin=self._bench.signing.outlook().pin, ready=True, running=False)

    def _signed(self, record: OpenRecord, made: RxPrepared, signed: Signed) -> None:
        account = self._bench.account()
        if account is None:
            return
        papers = self.papers

        def kept() -> Result[Publication]:
            """The paper is on the disk before anything of it leaves."""
            sent, paper = publication(made, signed, record, account)
            failure = papers.keep(paper)
            return failure if isinstance(failure, Failure) else sent

        if self._made is made:
            self._show(pin=None, ready=False, running=True)
        self._way.send(kept, self._not_kept)

    def _not_kept(self, failure: Failure) -> None:
        """The disk refused what was signed: nothing goes, and it can be signed again."""
        self._sent.clear()
        self.show_failure(failure)

    def _found(self, listed: ListedPublications[frozenset[str]]) -> None:
        if self._goes_on(listed):
            return
        mine = [one for one in listed.publications if one.patient.id == self._patient_id]
        if mine:
            self._came(self._way.as_of_now(mine[-1]))

    def _goes_on(self, listed: ListedPublications[frozenset[str]]) -> bool:
        """One of this patient's that has not ended is shown, and goes on."""
        going = [one for one in listed.publications if one.patient.id == self._patient_id]
        going = [one for one in going if not one.stage.is_over]
        if going:
            self._came(self._way.as_of_now(going[-1]))
            self._way.wake()
        return bool(going)

    def _heard(self, progress: Progress[frozenset[str]]) -> None:
        if progress.patient.id == self._patient_id:
            self._came(progress)

    def _came(self, progress: Progress[frozenset[str]]) -> None:
        self.state = self.state or Issuing(keeps=self._bench.keeps())
        self._show(
            pin=None,
            stage=progress.stage,
            code=progress.known_as,
            failure=progress.failure,
            running=progress.goes_on,
        )
        if progress.stage.is_over:
            if self._is_in_front():
                service = self._way.service
                self._bench.ask.keep(lambda: service.told(progress.id), lambda _: None)
            self._over(progress)

    def printed(self) -> None:
        """The original has left on paper."""
        if self.state is not None:
            self._show(printed=True)

    def _show(self, **changes: object) -> None:
        if self.state is not None:
            self.state = replace(self.state, **changes)  # type: ignore[arg-type]
            self._changed()
