"""Where a line stands now: what was done to it, and what the clock has done since."""

from datetime import datetime
from decimal import Decimal

from desktop.domain.local_time import local_day
from desktop.simulator.prescription.deadlines import ENDED, Course, Term, obstacle, times_in_all
from desktop.simulator.prescription.rules import rule_for
from desktop.simulator.prescription.tables import LineTable
from desktop.simulator.world import World


def leased(world: World, line: LineTable, now: datetime) -> bool:
    """A lease runs for its time, and no longer than the session that took it (CF-109)."""
    session = world.sessions.all.get(line.lease_session)
    in_time = line.lease_until is not None and now < line.lease_until
    return in_time and session is not None and now < session.ends


def state_of(world: World, line: LineTable, now: datetime) -> str:
    """The state that is told."""
    if leased(world, line, now) and rule_for("reserver", "pharmacie", line.state):
        return "reservee"
    return "expiree" if _ended(line, now) and rule_for("expirer", "horloge", line.state) else line.state


def obstacle_of(line: LineTable, now: datetime) -> str:
    """Why it may not be delivered today; "" = it may."""
    return obstacle(term(line), _course(line), local_day(now))


def term(line: LineTable) -> Term:
    """What was written."""
    return Term(line.written, line.until, line.renewal, line.repeats)


def deliveries(line: LineTable) -> int:
    """Whole ones."""
    return int(Decimal(line.handed_over) // Decimal(line.quantity)) if line.quantity else 0


def delivered(line: LineTable) -> Decimal:
    """Of the current delivery; of a line that has no further one, the whole of the last."""
    if not line.quantity:
        return Decimal(0)
    part = Decimal(line.handed_over) % Decimal(line.quantity)
    return Decimal(line.quantity) if _is_over(line) else part


def left(line: LineTable) -> Decimal:
    """What may still be handed over of the current delivery."""
    return Decimal(line.quantity or 0) - delivered(line)


def hand_over(line: LineTable, quantity: Decimal, now: datetime) -> str:
    """Count *quantity* and say which act of the table that was."""
    line.handed_over = str(Decimal(line.handed_over) + quantity)
    line.first, line.last = line.first or now, now
    if Decimal(line.handed_over) % Decimal(line.quantity):
        return "delivrer-partie"
    return "delivrer" if _is_over(line) else "delivrer-renouvelable"


def end_lease(line: LineTable) -> None:
    """Nobody holds it any more."""
    line.lease_pharmacy = line.lease_session = line.lease_token = ""
    line.lease_since = line.lease_until = None
    line.outside_insurance = False


def _is_over(line: LineTable) -> bool:
    return bool(line.quantity) and deliveries(line) >= times_in_all(term(line))


def _ended(line: LineTable, now: datetime) -> bool:
    return obstacle_of(line, now) in ENDED


def _course(line: LineTable) -> Course:
    return Course(deliveries(line), local_day(line.first) if line.first else None)
