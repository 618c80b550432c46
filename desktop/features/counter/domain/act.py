"""One act at the counter: what was compared, scanned and decided of each line, before anything is sent.

A frozen value: each event gives the next one. Untouched lines need no act (domain §C.2).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from desktop.domain.prescription.box import BoxCode
from desktop.domain.prescription.deadlines import DeliveryObstacle, Outlook, outlook
from desktop.domain.prescription.lifecycle import OPEN, LineState
from desktop.domain.prescription.ordonnance import DISPENSED, Override, Product
from desktop.domain.prescription.standing import Dispense, StandingLine, StandingOrdonnance, Substitution
from desktop.domain.signature import SignatureFinding
from desktop.features.counter.domain.boxes import BoxFinding, BoxVerdict, SubstitutionCause
from desktop.features.counter.domain.delivery import Insurance

_HANDED_OUT = OPEN - {LineState.SUSPENDED}  # what is suspended is open, and nobody hands it over


class FoundBy(StrEnum):
    """How it was found; by matricule the person is shown first."""

    CODE = "code"
    IDENTIFIER = "identifier"
    MATRICULE = "matricule"


class Decision(StrEnum):
    """What is to become of a line. UNTOUCHED: nothing."""

    UNTOUCHED = "untouched"
    HAND_OVER = "hand-over"
    REFUSE = "refuse"
    FORBID = "forbid"


@dataclass(frozen=True, slots=True)
class ReadBox:
    """A box that was scanned for a line: its code, what it holds, and what is to be said of it."""

    code: BoxCode
    product: Product
    verdict: BoxVerdict


@dataclass(frozen=True, slots=True)
class Alert:
    """What the checks of medicines say of some lines, in the words of the screen; kept when it is passed over
    (CF-114). ``stops``: it asks for a reason."""

    rule: str
    stops: bool
    lines: tuple[int, ...]
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class LineWork:
    """One line and what was decided of it. ``quantity`` is what goes over the counter; the rest is owed
    where ``owing``. ``reason`` is that of a refusal. ``substitution`` and its ``cause`` are what was noted,
    :attr:`substituted` is what is told of it. ``portions``: how much of each batch, where there are several
    (:mod:`desktop.features.counter.domain.batches`)."""

    line: StandingLine
    outlook: Outlook
    decision: Decision = Decision.UNTOUCHED
    quantity: Decimal = Decimal(0)
    owing: bool = False
    boxes: tuple[ReadBox, ...] = ()
    portions: tuple[Decimal, ...] = ()
    reason: str = ""
    substitution: Substitution | None = None
    cause: SubstitutionCause | None = None
    paper_form: str = ""
    insurance: Insurance = Insurance.WITHIN
    overrides: tuple[Override, ...] = ()
    calls: tuple[str, ...] = ()

    @property
    def deliverable(self) -> bool:
        """Whether this counter may hand it over at all today."""
        passable = self.outlook.obstacle in (None, DeliveryObstacle.NOT_OPPOSABLE)
        return self.line.line.nature in DISPENSED and self.line.state in _HANDED_OUT and passable

    def held_elsewhere(self, now: datetime) -> bool:
        """Whether another counter is known to hold it at this moment (CF-076)."""
        lease = self.line.lease
        return lease is not None and not lease.token and lease.until > now

    @property
    def another_brand(self) -> bool:
        """Whether a box holds another brand than the prescribed one."""
        return any(BoxFinding.SUBSTITUTE in box.verdict.findings for box in self.boxes)

    @property
    def substituted(self) -> Substitution | None:
        """None where the prescribed brand goes over the counter after all, whatever was noted."""
        return self.substitution if self.another_brand else None

    @property
    def mine(self) -> bool:
        """Whether its lease is in our hands."""
        return self.line.lease is not None and bool(self.line.lease.token)


@dataclass(frozen=True, slots=True)
class CounterAct:
    """``compared``: the identity was compared with a paper (F7). ``signature`` None: not checked yet."""

    standing: StandingOrdonnance
    found_by: FoundBy
    lines: tuple[LineWork, ...]
    compared: bool = False
    signature: SignatureFinding | None = None
    receiver: str = ""
    alerts: tuple[Alert, ...] = ()

    @property
    def code(self) -> str:
        """Of its ordonnance."""
        return self.standing.ordonnance.code

    def work(self, number: int) -> LineWork | None:
        """The line of that number."""
        return next((one for one in self.lines if one.line.line.number == number), None)

    def with_work(self, work: LineWork) -> "CounterAct":
        """With *work* in the place of the same line's."""
        number = work.line.line.number
        lines = tuple(work if one.line.line.number == number else one for one in self.lines)
        return replace(self, lines=lines)

    def with_lines(
        self, told: tuple[StandingLine, ...], today: date, dispenses: tuple[Dispense, ...] | None = None
    ) -> "CounterAct":
        """As the platform tells them now; what was decided stays, but of a line that takes nothing any more.

        *dispenses*: all that is known to have been handed over, where it was told anew.
        """
        known = {line.line.identifier: line for line in told}
        ordonnance = self.standing.ordonnance
        lines = []
        for one in self.lines:
            line = _still_ours(one.line, known.get(one.line.line.identifier, one.line))
            now = replace(one, line=line, outlook=outlook(ordonnance, line, today))
            lines.append(now if now.deliverable else left_alone(now))
        known_dispenses = self.standing.dispenses if dispenses is None else dispenses
        now_told = tuple(one.line for one in lines)
        standing = replace(self.standing, lines=now_told, dispenses=known_dispenses)
        return replace(self, standing=standing, lines=tuple(lines))

    def ended_since(self, before: "CounterAct") -> tuple[LineWork, ...]:
        """Lines on which something was decided in *before*, and which take nothing any more (CF-109)."""
        decided = {one.line.line.number for one in before.touched()}
        return tuple(one for one in self.lines if not one.deliverable and one.line.line.number in decided)

    def unmet(self) -> tuple[Alert, ...]:
        """Alerts about lines that go over the counter, which nobody gave a reason for yet.

        A reason is one for exactly this alert: another of the same rule asks again (CF-114).
        """
        handed = {one.line.line.number: one for one in self.touched() if one.decision is Decision.HAND_OVER}
        return tuple(
            alert
            for alert in self.alerts
            if alert.stops
            and any(
                number in handed
                and (alert.rule, alert.words) not in {(o.rule, o.alert) for o in handed[number].overrides}
                for number in alert.lines
            )
        )

    def touched(self) -> tuple[LineWork, ...]:
        """Those of which something is to be said to the platform."""
        return tuple(one for one in self.lines if one.decision is not Decision.UNTOUCHED)


def _let_go(line: StandingLine) -> StandingLine:
    begun_before = line.delivered or line.deliveries
    state = LineState.PARTIAL if begun_before else LineState.ACTIVE
    return replace(line, lease=None, state=state if line.state is LineState.RESERVED else line.state)


def _still_ours(before: StandingLine, told: StandingLine) -> StandingLine:
    """A token is told once, when it is given: a lease of the same pharmacy keeps it."""
    mine, now = before.lease, told.lease
    if mine is None or now is None or now.token or mine.pharmacy != now.pharmacy:
        return told
    return replace(told, lease=replace(now, token=mine.token))


def begun(standing: StandingOrdonnance, found_by: FoundBy, today: date) -> CounterAct:
    """Nothing decided yet."""
    lines = tuple(LineWork(line, outlook(standing.ordonnance, line, today)) for line in standing.lines)
    return CounterAct(standing, found_by, lines)


def handed_over(work: LineWork, quantity: Decimal) -> LineWork:
    """*quantity* of it goes over the counter; what is missing is owed only once that is said."""
    whole = work.line.left is not None and quantity >= work.line.left
    owing = work.owing and not whole
    return replace(work, decision=Decision.HAND_OVER, quantity=quantity, reason="", owing=owing)


def owed(work: LineWork) -> LineWork:
    """« À devoir »: the rest stays open, and the patient comes again for it."""
    return replace(work, owing=not work.owing) if work.decision is Decision.HAND_OVER else work


def left_alone(work: LineWork) -> LineWork:
    """As if nobody had touched it; what was noted of calls stays."""
    return LineWork(work.line, work.outlook, calls=work.calls)


def overridden(act: CounterAct, alert: Alert, reason: str, by: str, at: datetime) -> CounterAct:
    """*alert* is passed over on each of its lines (CF-114)."""
    override = Override(alert.rule, alert.words, alert.source, reason, by, at)
    for number in alert.lines:
        work = act.work(number)
        if work is not None:
            act = act.with_work(replace(work, overrides=(*work.overrides, override)))
    return act


def released(act: CounterAct) -> CounterAct:
    """No lease of ours is left: each line is what it was before."""
    lines = tuple(replace(one, line=_let_go(one.line)) if one.mine else one for one in act.lines)
    return replace(act, lines=lines, standing=replace(act.standing, lines=tuple(w.line for w in lines)))


def with_box(work: LineWork, box: ReadBox) -> LineWork:
    """A box that matches: the whole rest, where nobody said another quantity."""
    left = work.line.left
    again = work.decision is Decision.HAND_OVER
    quantity = (work.quantity if again else Decimal(0)) or left or Decimal(1)
    return replace(work, decision=Decision.HAND_OVER, boxes=(*work.boxes, box), quantity=quantity, reason="")


def as_prescribed(act: CounterAct) -> CounterAct:
    """« Tout comme prescrit »: each line whose box matched, whole (CF-112)."""
    lines = tuple(
        replace(one, quantity=one.line.left or one.quantity, owing=False)
        if one.boxes and all(box.verdict.matches for box in one.boxes)
        else one
        for one in act.lines
    )
    return replace(act, lines=lines)


def refused(work: LineWork, reason: str, decision: Decision) -> LineWork:
    """Refused, for this pharmacy or for all (*decision* REFUSE or FORBID)."""
    nothing = replace(work, quantity=Decimal(0), owing=False, boxes=(), portions=())
    return replace(nothing, decision=decision, reason=reason)


def holdable(act: CounterAct, now: datetime) -> tuple[LineWork, ...]:
    """What may be asked for again: all but what another pharmacy is known to hold at this moment (CF-109)."""
    return tuple(one for one in act.lines if one.deliverable and not one.held_elsewhere(now))


def reservable(act: CounterAct) -> tuple[StandingLine, ...]:
    """What is reserved when the ordonnance is opened: all that may be handed over here today (CF-076)."""
    return tuple(
        one.line for one in act.lines
        if one.deliverable and one.line.state in (LineState.ACTIVE, LineState.PARTIAL)
    )  # fmt: skip
