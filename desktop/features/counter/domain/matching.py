"""To which line of the ordonnance a scanned box belongs."""

from datetime import date

from desktop.domain.drugs.data import WithdrawnBatch
from desktop.domain.prescription.box import BoxCode
from desktop.domain.prescription.ordonnance import Product
from desktop.features.counter.domain.act import CounterAct, LineWork
from desktop.features.counter.domain.boxes import BoxFinding, BoxVerdict, judge

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


def line_for(
    act: CounterAct,
    box: BoxCode,
    product: Product | None,
    current: int,
    withdrawal: WithdrawnBatch | None,
    today: date,
) -> tuple[LineWork, BoxVerdict] | None:
    """The line that *box* fits best, and what is to be said of it there; None where nothing is deliverable.

    Among equals the one without a box yet, then the *current* one; a line in free text takes a box only while
    it is the current one: nobody can tell otherwise what was meant (CF-111).
    """
    judged = [
        (work, judge(box, product, work.line.line, withdrawal, today))
        for work in act.lines
        if work.deliverable
    ]
    coded = [one for one in judged if one[0].line.line.product.coded or one[0].line.line.number == current]
    return min(coded or judged, key=lambda one: _rank(one[0], one[1], current), default=None)


def _rank(work: LineWork, verdict: BoxVerdict, current: int) -> tuple[int, bool, bool]:
    likeness = min(
        (_BEST_FIRST.index(found) for found in verdict.findings if found in _BEST_FIRST),
        default=len(_BEST_FIRST),
    )
    return likeness, bool(work.boxes), work.line.line.number != current
