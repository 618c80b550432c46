"""A line of « Historique du jour » in words."""

from desktop.domain.local_time import hour_words
from desktop.domain.prescription.identifier import OrdonnanceId, parse_identifier
from desktop.domain.prescription.quantities import quantity_words
from desktop.domain.prescription.standing import Dispense, DispenseState
from desktop.domain.texts import text

COLUMNS = (
    "counter.day_time",
    "counter.day_patient",
    "counter.day_ordonnance",
    "counter.day_line",
    "counter.day_state",
    "counter.day_by",
)
_STATES = {
    DispenseState.HANDED_OVER: "counter.day_handed",
    DispenseState.UNDONE: "counter.day_undone",
    DispenseState.REFUSED: "counter.day_refused",
    DispenseState.PREPARED: "counter.day_prepared",
}
_NONE = "-"


def day_row(one: Dispense) -> tuple[str, ...]:
    """Heure, patient, ordonnance, ligne (product, quantity, batch), état, par: one for each of COLUMNS."""
    state = text(_STATES[one.state])
    if one.outside_insurance:
        state = f"{state}, {text('counter.paper_outside')}"  # at the patient's own cost (CF-104)
    return (
        hour_words(one.handed_over or one.recorded),
        one.patient or _NONE,
        _code(one) or _NONE,
        ", ".join(filter(None, (one.product.label, _quantity(one), _batch(one)))),
        f"{state} : {one.reason}" if one.reason else state,
        one.pharmacist,
    )


def day_line(one: Dispense) -> str:
    """The whole line: what the columns have no room for."""
    return " · ".join(words for words in day_row(one) if words != _NONE)


def _code(one: Dispense) -> str:
    read = parse_identifier(one.ordonnance)
    return read.grouped() if isinstance(read, OrdonnanceId) else one.ordonnance


def _quantity(one: Dispense) -> str:
    return quantity_words(one.quantity) if one.quantity.value else ""


def _batch(one: Dispense) -> str:
    return text("counter.day_batch", batch=one.batch) if one.batch else ""
