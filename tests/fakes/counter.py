"""The platform's side of the counter in memory: leases by token, deliveries once by their identifier."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.matricule import Matricule
from desktop.domain.prescription.identifier import OrdonnanceCode, OrdonnanceId
from desktop.domain.prescription.lifecycle import LineState
from desktop.domain.prescription.standing import (
    Dispense,
    DispenseState,
    Lease,
    StandingLine,
    StandingOrdonnance,
)
from desktop.features.counter.domain.codes import CounterCode
from desktop.features.counter.domain.delivery import Correction, Delivery, Insurance
from desktop.features.counter.port import CounterPort
from tests.fakes.clock import FakeClock

MINE = "Pharmacie du Cygne"


class FakeCounter(CounterPort):
    """``stands`` by code. ``failure`` is the next answer to any call; ``lost`` takes a delivery and answers
    nothing; while it ``lags`` what it took is not found. ``calls`` are names in their order."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.stands: dict[str, StandingOrdonnance] = {}
        self.access: dict[str, str] = {}
        self.dispenses: list[Dispense] = []
        self.deliveries: list[Delivery] = []
        self.corrections: list[Correction] = []
        self.failure: Failure | None = None
        self.refusal: Failure | None = None  # of the next delivery alone
        self.reserved_by: dict[str, Failure] = {}
        self.lost = False
        self.swallowed = False  # a lost sending that never arrived
        self.lags = False
        self.wait = timedelta(seconds=60)
        self.tries: dict[str, int] = {}
        self.calls: list[str] = []
        self._tokens = 0

    def by_code(self, code: OrdonnanceCode) -> Result[StandingOrdonnance]:
        self.calls.append("find")
        if self.failure is not None:
            return self.failure
        found = self.stands.get(code.identifier.value)
        right = found is not None and self.access.get(found.ordonnance.code) == code.access_code
        return found if found is not None and right else Failure(CounterCode.NOT_FOUND)

    def by_identifier(self, identifier: OrdonnanceId, born: date) -> Result[StandingOrdonnance]:
        self.calls.append("find")
        if self.failure is not None:
            return self.failure
        code = identifier.value
        found = self.stands.get(code)
        if self.tries.get(code, 0) >= 5:
            return Failure.of(CounterCode.BLOCKED, until="")
        if found is None or found.ordonnance.patient.born != born:
            self.tries[code] = self.tries.get(code, 0) + 1
            return Failure.of(CounterCode.SECOND_FACTOR, tries_left=5 - self.tries[code])
        return found

    def by_matricule(self, matricule: Matricule) -> Result[tuple[StandingOrdonnance, ...]]:
        self.calls.append("list")
        if self.failure is not None:
            return self.failure
        return tuple(
            one for one in self.stands.values() if one.ordonnance.patient.matricule == matricule.digits
        )

    def again(self, code: str, token: str) -> Result[StandingOrdonnance]:
        return self.failure or self.stands[code]

    def reserve(self, line: StandingLine, insurance: Insurance) -> Result[StandingLine]:
        self.calls.append(f"reserve {line.id}")
        if self.failure is not None:
            return self.failure
        if line.id in self.reserved_by:
            return self.reserved_by[line.id]
        now = self._clock.now()
        self._tokens += 1
        token = line.lease.token if line.lease and line.lease.token else f"token-{self._tokens}"
        lease = Lease(MINE, now + timedelta(minutes=10), now, token)
        return self._put(replace(self._line(line.id), lease=lease, state=LineState.RESERVED))

    def release(self, line: StandingLine) -> Result[StandingLine]:
        self.calls.append(f"release {line.id}")
        if self.failure is not None:
            return self.failure
        told = self._line(line.id)
        state = LineState.PARTIAL if told.delivered else LineState.ACTIVE
        held = told.state is LineState.RESERVED
        return self._put(replace(told, lease=None, state=state if held else told.state))

    def deliver(self, delivery: Delivery) -> Result[tuple[Dispense, ...]]:
        self.calls.append("deliver")
        self.deliveries.append(delivery)
        if self.failure is not None:
            return self.failure
        if self.refusal is not None:
            refusal, self.refusal = self.refusal, None
            return refusal
        tokens = dict(delivery.tokens)
        for one in delivery.dispenses:
            lease = self._line(one.line).lease
            if lease is None or lease.token != tokens.get(one.line) or lease.until <= self._clock.now():
                return Failure(CounterCode.LEASE_LOST)
        if not self.swallowed:
            self._take(delivery)
        return Failure(CounterCode.UNKNOWN) if self.lost else self._known(delivery.identifiers)

    def arrived(self, identifiers: tuple[str, ...]) -> Result[tuple[Dispense, ...]]:
        self.calls.append("arrived")
        if self.failure is not None:
            return self.failure
        return () if self.lags else self._known(identifiers)

    def day(self, since: datetime) -> Result[tuple[Dispense, ...]]:
        self.calls.append("day")
        if self.failure is not None:
            return self.failure
        return tuple(one for one in reversed(self.dispenses) if one.recorded >= since)

    def ordonnance_of(self, dispense: Dispense) -> Result[StandingOrdonnance]:
        self.calls.append("ordonnance of")
        if self.failure is not None:
            return self.failure
        found = next(one for one in self.stands.values() if dispense.line in {line.id for line in one.lines})
        ids = {line.id for line in found.lines}
        return replace(found, dispenses=tuple(d for d in self.dispenses if d.line in ids))

    def undo(
        self, dispense: Dispense, reason: str, box: str, correction: Correction | None
    ) -> Result[Dispense]:
        self.calls.append(f"undo {box}")
        if self.failure is not None:
            return self.failure
        others = {
            d.identifier for d in self.dispenses
            if d.report == dispense.report and d.state is DispenseState.HANDED_OVER
        } - {dispense.identifier}  # fmt: skip
        if bool(others) is (correction is None) or (correction and correction.replaces != dispense.report):
            return Failure(CounterCode.REPORT_DUE)
        if correction is not None:
            self.corrections.append(correction)
            new = f"report-{len(self.deliveries)}-{len(self.corrections)}"
            self.dispenses = [replace(d, report=new) if d.identifier in others else d for d in self.dispenses]
        undone = replace(dispense, state=DispenseState.UNDONE, reason=reason)
        self.dispenses = [undone if d.identifier == dispense.identifier else d for d in self.dispenses]
        return undone

    def settle(self) -> timedelta:
        return self.wait

    def put(self, standing: StandingOrdonnance, access: str) -> None:
        self.stands[standing.ordonnance.code] = standing
        self.access[standing.ordonnance.code] = access

    def _known(self, identifiers: tuple[str, ...]) -> tuple[Dispense, ...]:
        return tuple(one for one in self.dispenses if one.identifier in identifiers)

    def _take(self, delivery: Delivery) -> None:
        whose = f"{delivery.patient.family} {delivery.patient.given}"
        for number, one in enumerate(delivery.dispenses):
            report = f"report-{len(self.deliveries)}" if delivery.report is not None else ""
            id = f"d{len(self.dispenses) + number}"
            mine = replace(one, id=id, pharmacy=MINE, report=report)
            self.dispenses.append(replace(mine, patient=whose, ordonnance=delivery.code))
            told = self._line(one.line)
            delivered = told.delivered + one.quantity.value
            whole = told.line.quantity is not None and delivered >= told.line.quantity.value
            state = LineState.DELIVERED if whole else LineState.PARTIAL
            if one.state is DispenseState.REFUSED:
                state, delivered = LineState.ACTIVE, told.delivered
            self._put(replace(told, state=state, delivered=Decimal(delivered), lease=None))

    def _line(self, id: str) -> StandingLine:
        return next(line for one in self.stands.values() for line in one.lines if line.id == id)

    def _put(self, line: StandingLine) -> StandingLine:
        for code, one in self.stands.items():
            lines = tuple(line if old.id == line.id else old for old in one.lines)
            told = tuple(d for d in self.dispenses if d.line in {old.id for old in lines})
            self.stands[code] = replace(one, lines=lines, dispenses=told)
        return line


DOWN = Failure(Code.OFFLINE)
