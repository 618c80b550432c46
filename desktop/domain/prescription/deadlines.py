"""Until when, how often, and how much: the rules of time and repetition of a line (domain §C.1, §C.4).

Calendar days of Luxembourg. The platform decides; this says beforehand what it
would say.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from desktop.domain.local_time import local_day
from desktop.domain.prescription.ordonnance import Line, Ordonnance, RenewalClass
from desktop.domain.prescription.standing import StandingLine
from desktop.domain.referent import add_months

NARCOTIC_DAYS: Final = 21
VALID_MONTHS: Final = 3
SUCCESSIVE_MONTHS: Final = 6
R_REPEATS: Final = 5
EARLY: Final = timedelta(days=7)


class DeliveryObstacle(StrEnum):
    """Why a line is not deliverable today."""

    EXPIRED = "expiree"
    NARCOTIC_EXPIRED = "stupefiant-expire"
    NO_REPEAT_LEFT = "renouvellements-epuises"
    RR_NOT_MENTIONED = "rr-sans-mention"
    R_TOO_LATE = "r-trois-mois"
    NOT_OPPOSABLE = "six-mois-depasses"


@dataclass(frozen=True, slots=True)
class Outlook:
    """``obstacle`` None: deliverable. NOT_OPPOSABLE may be passed over, outside the insurance (CF-104).

    ``remaining`` counts whole deliveries left; ``early_until``: before that day it is too early (a warning).
    ``paper_form``: the number of the secured form is asked (CF-103).
    """

    obstacle: DeliveryObstacle | None
    remaining: int
    early_until: date | None
    paper_form: bool


def valid_until(authored: date, written: date | None, renewal: RenewalClass) -> date:
    """The last day: as written, else three months; an S line never beyond 21 days (CF-102, CF-103)."""
    last = written or add_months(authored, VALID_MONTHS)
    return min(last, authored + timedelta(days=NARCOTIC_DAYS)) if renewal is RenewalClass.S else last


def repeats_of(line: Line) -> int:
    """Deliveries after the first (domain §C.4): as written, R without figure five, else none."""
    if line.renewal is RenewalClass.S:
        return 0
    if line.repeats is not None:
        return min(line.repeats, R_REPEATS) if line.renewal is RenewalClass.R else line.repeats
    return R_REPEATS if line.renewal is RenewalClass.R else 0


def outlook(ordonnance: Ordonnance, standing: StandingLine, today: date) -> Outlook:
    """What the rules say of delivering *standing* today."""
    line = standing.line
    remaining = max(0, 1 + repeats_of(line) - standing.deliveries)
    early = None
    if standing.deliveries and not standing.delivered and standing.last_delivery and line.days:
        early = local_day(standing.last_delivery) + timedelta(days=line.days) - EARLY
    narcotic = line.renewal is RenewalClass.S
    return Outlook(_obstacle(ordonnance, standing, remaining, today), remaining, early, narcotic)


def _obstacle(
    ordonnance: Ordonnance, standing: StandingLine, remaining: int, today: date
) -> DeliveryObstacle | None:
    line, written = standing.line, local_day(ordonnance.authored)
    if line.renewal is RenewalClass.S and today > written + timedelta(days=NARCOTIC_DAYS):
        return DeliveryObstacle.NARCOTIC_EXPIRED
    if standing.first_delivery is not None:
        if remaining == 0:
            unmentioned = line.renewal is RenewalClass.RR and line.repeats is None
            return DeliveryObstacle.RR_NOT_MENTIONED if unmentioned else DeliveryObstacle.NO_REPEAT_LEFT
        if (
            line.renewal is RenewalClass.R
            and line.repeats is None
            and today > add_months(written, VALID_MONTHS)
        ):
            return DeliveryObstacle.R_TOO_LATE
        if today > add_months(local_day(standing.first_delivery), SUCCESSIVE_MONTHS):
            return DeliveryObstacle.NOT_OPPOSABLE
        return None
    if today > ordonnance.valid_until:
        unmentioned = line.renewal is RenewalClass.R and line.repeats is None
        return DeliveryObstacle.R_TOO_LATE if unmentioned else DeliveryObstacle.EXPIRED
    return None
