"""What the patient reads on the box and on the report, and what is asked of a device at the counter."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from desktop.domain.errors import Failure
from desktop.domain.prescription.ordonnance import Line, Nature, Posology, Product
from desktop.domain.texts import Language
from desktop.features.counter.domain.act import CounterAct, FoundBy, begun, handed_over
from desktop.features.counter.feature import COUNTER
from desktop.features.counter.service.analysis import alerts
from desktop.features.counter.service.papers import label_data, report_data
from desktop.kernel.feature import add_words
from tests.samples.counter import METFORMIN, PHARMACIST, line, standing, standing_line
from tests.samples.practice import NOW

add_words((COUNTER,))
TWICE = Posology("1-0-1", (Decimal(1), Decimal(0), Decimal(1), Decimal(0)), Decimal(2))


def handed(made: Line) -> CounterAct:
    act = begun(standing(standing_line(made)), FoundBy.CODE, date(2026, 11, 30))
    return act.with_work(handed_over(act.lines[0], Decimal(180)))


def dosage(data: Mapping[str, object]) -> str:
    lines = data["lines"]
    assert isinstance(lines, list)
    [row] = lines
    return str(row["dosage"])


def test_the_posology_is_in_words_on_label_and_report() -> None:
    """The code of the prescriber beside it; what was not understood stays as he typed it."""
    act = handed(line(1, METFORMIN, 180, posology=TWICE))
    assert dosage(label_data(act, PHARMACIST, "Pharmacie", NOW)) == "1 le matin, 1 le soir (1-0-1)"
    written = report_data(act, PHARMACIST, "Pharmacie", NOW, Language.DE)
    assert dosage(written) == "1 morgens, 1 abends (1-0-1)"
    act = handed(line(1, METFORMIN, 180, posology=replace(TWICE, text="selon INR", rhythm=(), per_day=None)))
    assert dosage(label_data(act, PHARMACIST, "Pharmacie", NOW)) == "selon INR"


def test_nobody_asks_for_the_posology_of_a_device() -> None:
    strips = line(1, Product("Bandelettes de glycémie"), 100, nature=Nature.DEVICE, posology=None)
    assert alerts(standing(standing_line(strips)), date(2026, 11, 30)) == ()
    both = (standing_line(strips), standing_line(line(2, METFORMIN, 180)))
    found = alerts(standing(*both), date(2026, 11, 30))
    assert not isinstance(found, Failure) and {one.lines for one in found} == {(2,)}
