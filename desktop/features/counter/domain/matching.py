"""To which line of the ordonnance a scanned box belongs."""

from datetime import datetime

from desktop.domain.drugs.data import WithdrawnBatch
from desktop.domain.local_time import local_day
from desktop.domain.prescription.box import BoxCode
from desktop.domain.prescription.ordonnance import DISPENSED, Product
from desktop.features.counter.domain.act import CounterAct, LineWork
from desktop.features.counter.domain.boxes import BoxFinding, BoxVerdict, SubstitutionCause, judge

_BEST_FIRST = (
    BoxFinding.MATCHES,
    BoxFinding.SUBSTITUTE,
    BoxFinding.NOT_SUBSTITUTABLE,
    BoxFinding.OUTSIDE_GROUP,
    BoxFinding.OTHER_FORM,
    BoxFinding.OTHER_STRENGTH,
    BoxFinding.UNCODED_LINE,
    BoxFinding.OTHER_SUBSTANCE,
    BoxFinding.UNKNOWN_PRODUCT,
)
_OTHER = _BEST_FIRST.index(BoxFinding.UNCODED_LINE)  # from here on it is not the line's substance

Judged = tuple[LineWork, BoxVerdict]


def line_for(
    act: CounterAct,
    box: BoxCode,
    product: Product | None,
    current: int,
    withdrawal: WithdrawnBatch | None,
    now: datetime,
) -> Judged | None:
    """The line that *box* fits best, and what is to be said of it there; None where it fits nothing.

    Among equals the one that nobody else holds and without a box yet, then the *current* one; a line in free
    text takes a box only while it is the current one: nobody can tell otherwise what was meant (CF-111). A
    line that is delivered or ended comes after those that are open: it is answered only for a box of its own
    substance, so that the box is not called another's.
    """
    today = local_day(now)
    judged = [
        (work, _judged(work, judge(box, product, work.line.line, withdrawal, today)))
        for work in act.lines
        if work.line.line.nature in DISPENSED
    ]
    still_open = [one for one in judged if one[0].deliverable]
    coded = [
        one for one in still_open if one[0].line.line.product.coded or one[0].line.line.number == current
    ]
    best = min(coded or still_open, key=lambda one: _rank(one, current, now), default=None)
    ended = (one for one in judged if not one[0].deliverable and _likeness(one[1]) < _OTHER)
    closed = min(ended, key=lambda one: _likeness(one[1]), default=None)
    if closed is not None and (best is None or _likeness(closed[1]) < _likeness(best[1])):
        return closed[0], closed[1].because(BoxFinding.LINE_CLOSED)
    if best is not None and best[0].held_elsewhere(now) and not best[1].stops:
        return best[0], best[1].because(BoxFinding.HELD_ELSEWHERE)
    return best


def _judged(work: LineWork, verdict: BoxVerdict) -> BoxVerdict:
    return verdict.agreed() if work.cause is SubstitutionCause.SHORTAGE else verdict


def _rank(one: Judged, current: int, now: datetime) -> tuple[int, bool, bool, bool]:
    work, verdict = one
    return (
        _likeness(verdict),
        work.held_elsewhere(now),
        bool(work.boxes),
        work.line.line.number != current,
    )


def _likeness(verdict: BoxVerdict) -> int:
    """0: the same; the higher, the less it is what was prescribed."""
    found = (_BEST_FIRST.index(one) for one in verdict.findings if one in _BEST_FIRST)
    return min(found, default=len(_BEST_FIRST))
