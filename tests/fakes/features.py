"""The program's features over ports in memory."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.publication import is_judged
from desktop.domain.referent import StatementState
from desktop.domain.trace import Trace
from desktop.features.accesses.feature import ACCESSES
from desktop.features.accesses.port import AccessesPort
from desktop.features.ald.domain import AldCode, Form, Sent, SignedForm
from desktop.features.ald.feature import ALD
from desktop.features.ald.port import AldPort
from desktop.features.counter.feature import COUNTER
from desktop.features.declaration.domain import Consent, DeclarationCode, Told
from desktop.features.declaration.feature import DECLARATION
from desktop.features.declaration.port import DeclarationPort
from desktop.features.history.feature import HISTORY_FEATURE
from desktop.features.history.port import HistoryPort
from desktop.features.lab_trends.domain.values import LabValue
from desktop.features.lab_trends.feature import LAB_TRENDS
from desktop.features.lab_trends.port import LabTrendsPort
from desktop.features.prescribing.feature import PRESCRIBING
from desktop.features.prestations.domain import Performed
from desktop.features.prestations.feature import PRESTATIONS
from desktop.features.prestations.port import PrestationsPort
from desktop.features.summary.feature import SUMMARY
from desktop.features.worklist.feature import WORKLIST
from desktop.features.worklist.port import Listed, WorklistPort
from desktop.kernel.page import Plugged
from tests.fakes.clock import FakeClock
from tests.fakes.counter import FakeCounter
from tests.fakes.gate import Gate
from tests.fakes.kept import FakeKept
from tests.fakes.platform import FakePlatform
from tests.fakes.prescribing import FakePrescribing
from tests.fakes.store import FakeVault
from tests.fakes.summary import FakeSummary


class FakeAccesses(AccessesPort):
    """The traces of the platform in memory."""

    def __init__(self, platform: FakePlatform) -> None:
        self._platform = platform

    def my_traces(self, since: datetime) -> Result[tuple[Trace, ...]]:
        return self._platform.traces_of_me(since)


class FakeLabTrends(LabTrendsPort):
    """Laboratory values in memory; ``asked`` are the patients, ``failure`` is the next answer."""

    def __init__(self) -> None:
        self.told: dict[str, tuple[LabValue, ...]] = {}
        self.failure: Failure | None = None
        self.asked: list[str] = []

    def values(self, patient_id: str) -> Result[tuple[LabValue, ...]]:
        self.asked.append(patient_id)
        return self.failure or self.told.get(patient_id, ())


class FakeAld(AldPort):
    """ALD statements in memory. ``stands`` is what the platform has, ``sendings`` are the calls of send.

    ``failure`` is the next answer to any call, but a refusal of what was sent refuses no look-up; ``lost``
    takes a sending and answers nothing; while it ``lags`` what it took is not found. ``gate`` holds calls
    while it is shut.
    """

    def __init__(self) -> None:
        self.stands: tuple[Sent, ...] = ()
        self.failure: Failure | None = None
        self.lost = False
        self.lags = False
        self.wait = timedelta(seconds=60)
        self.sendings: list[Form] = []
        self.signatures: list[bytes] = []
        self._composed: dict[bytes, Form] = {}
        self.readings: list[str] = []
        self.gate = Gate()
        self.held = False

    def statements(self, patient_id: str) -> Result[tuple[Sent, ...]]:
        self.readings.append(patient_id)
        if self.held and not self.gate.passes():
            return Failure.of(Code.CANCELLED)
        return self.failure or self.stands

    def compose(self, patient_id: str, form: Form, at: datetime) -> bytes:
        content = f"{patient_id} {form}".encode()
        self._composed[content] = form
        return content

    def send(self, patient_id: str, signed: SignedForm) -> Result[Sent]:
        form = self._composed[signed.content]
        self.sendings.append(form)
        self.signatures.append(signed.jws)
        if self.held and not self.gate.passes():
            return Failure.of(Code.CANCELLED)
        if self.failure is not None:
            return self.failure
        sent = Sent(form, StatementState.SENT, signed.at)
        self.stands = (sent, *self.stands)
        return Failure.of(AldCode.UNKNOWN) if self.lost else sent

    def find(self, identifier: str) -> Result[Sent | None]:
        if self.failure is not None and not is_judged(self.failure.code):
            return self.failure
        return (
            None
            if self.lags
            else next((sent for sent in self.stands if sent.form.identifier == identifier), None)
        )

    def settle(self) -> timedelta:
        return self.wait


class FakePrestations(PrestationsPort):
    """Lines by the document's unique id; ``readings`` are the calls. ``gate`` holds them while it is shut."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[Performed, ...]] = {}
        self.failure: Failure | None = None
        self.readings: list[tuple[str, str]] = []
        self.gate = Gate()
        self.held = False

    def lines(self, patient_id: str, unique_id: str) -> Result[tuple[Performed, ...] | None]:
        self.readings.append((patient_id, unique_id))
        if self.held and not self.gate.passes():
            return Failure.of(Code.CANCELLED)
        return self.failure or self.of.get(unique_id)


class FakeDeclaration(DeclarationPort):
    """One declaration in memory; ``notices`` are the acts.

    ``refused`` answers a reading, ``failure`` a notice; ``lost`` takes a notice and answers nothing.
    """

    def __init__(self) -> None:
        self.told: Told | None = None
        self.today = date(2026, 1, 1)
        self.refused: Failure | None = None
        self.failure: Failure | None = None
        self.lost = False
        self.readings: list[str] = []
        self.notices: list[Consent] = []

    def declaration(self, patient_id: str) -> Result[Told | None]:
        self.readings.append(patient_id)
        return self.refused or self.told

    def give_notice(self, patient_id: str, id: str, consent: Consent) -> Result[Told]:
        self.notices.append(consent)
        if self.failure is not None:
            return self.failure
        assert self.told is not None
        self.told = replace(self.told, declaration=replace(self.told.declaration, notice_on=self.today))
        return Failure.of(DeclarationCode.UNKNOWN) if self.lost else self.told


class FakeHistory(HistoryPort):
    """The traces of records in memory; ``readings`` are the calls. ``gate`` holds them while it is shut."""

    def __init__(self) -> None:
        self.traces: tuple[Trace, ...] = ()
        self.failure: Failure | None = None
        self.readings: list[tuple[str, datetime]] = []
        self.gate = Gate()
        self.held = False

    def history(self, patient_id: str, since: datetime) -> Result[tuple[Trace, ...]]:
        self.readings.append((patient_id, since))
        if self.held and not self.gate.passes():
            return Failure.of(Code.CANCELLED)
        if self.failure is not None:
            return self.failure
        return tuple(t for t in self.traces if t.patient_id == patient_id and t.when >= since)


class FakeWorklist(WorklistPort):
    """Declared patients in memory; ``readings`` counts the calls. ``gate`` holds them while it is shut."""

    def __init__(self) -> None:
        self.listed = Listed(())
        self.failure: Failure | None = None
        self.readings = 0
        self.gate = Gate()
        self.held = False

    def mine(self) -> Result[Listed]:
        self.readings += 1
        if self.held and not self.gate.passes():
            return Failure.of(Code.CANCELLED)
        return self.failure or self.listed


def plugged(platform: FakePlatform, vault: FakeVault) -> tuple[Plugged, ...]:
    """All of them, over *platform* and *vault*."""
    return (
        LAB_TRENDS.over(FakeLabTrends(), FakeKept(LAB_TRENDS.kept, vault)),
        ACCESSES.over(FakeAccesses(platform), FakeKept(ACCESSES.kept, vault)),
        HISTORY_FEATURE.over(FakeHistory(), FakeKept(HISTORY_FEATURE.kept, vault)),
        SUMMARY.over(FakeSummary(), FakeKept(SUMMARY.kept, vault)),
        PRESCRIBING.over(FakePrescribing(), FakeKept(PRESCRIBING.kept, vault)),
        WORKLIST.over(FakeWorklist(), FakeKept(WORKLIST.kept, vault)),
        ALD.over(FakeAld(), FakeKept(ALD.kept, vault)),
        PRESTATIONS.over(FakePrestations(), FakeKept(PRESTATIONS.kept, vault)),
        DECLARATION.over(FakeDeclaration(), FakeKept(DECLARATION.kept, vault)),
        COUNTER.over(FakeCounter(FakeClock()), FakeKept(COUNTER.kept, vault)),
    )
