"""The confirmation of an act: its report is written, then all of it is sent once. Call it in a worker."""

from collections.abc import Callable, Mapping
from datetime import datetime

from desktop.domain.account import Account
from desktop.domain.errors import Failure, Result
from desktop.domain.prescription.standing import Dispense
from desktop.features.counter.domain.act import CounterAct
from desktop.features.counter.service.composing import delivery
from desktop.features.counter.service.delivering import Deliveries
from desktop.features.counter.service.papers import handed, report, report_data

Write = Callable[[str, str, Mapping[str, object]], Result[bytes]]


def confirm(
    act: CounterAct,
    account: Account,
    pharmacy: str,
    now: datetime,
    write: Write,
    deliveries: Deliveries,
    new_id: Callable[[], str],
) -> Result[tuple[Dispense, ...]]:
    """What stands now; *new_id* names each delivery.

    UNKNOWN: :meth:`Deliveries.ask` tells; any other failure: nothing stands (CF-107).
    """
    written = None
    if handed(act):
        language = act.standing.ordonnance.language
        pdf = write("dispensation", language.value, report_data(act, account, pharmacy, now, language))
        if isinstance(pdf, Failure):
            return pdf
        written = report(pdf, account, language, now)
    return deliveries.send(delivery(act, account, pharmacy, now, written, new_id), act)
