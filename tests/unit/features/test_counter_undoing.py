"""Undoing one delivery of several: the others keep a report, written of what stands (CF-077, CF-116)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.prescription.ordonnance import Override, Product
from desktop.domain.prescription.standing import Context, Dispense, DispenseState, Substitution
from desktop.domain.texts import Language
from desktop.features.counter.domain.act import handed_over, with_box
from desktop.features.counter.domain.codes import CounterCode
from desktop.features.counter.service.confirming import confirm
from desktop.features.counter.service.delivering import Deliveries
from desktop.features.counter.service.undoing import corrected_data, undo
from tests.fakes import FakeKept
from tests.fakes.counter import MINE, FakeCounter
from tests.samples.counter import CODE, PHARMACIST
from tests.samples.practice import NOW
from tests.unit.features.test_counter_act import MATCH
from tests.unit.features.test_counter_service import clock, held, port, rows

__all__ = ["clock", "port", "rows"]
PDF = b"%PDF-1.4 report"


class Writer:
    """Remembers what it was to write."""

    def __init__(self) -> None:
        self.written: list[Mapping[str, object]] = []
        self.answer: Result[bytes] = PDF

    def __call__(self, template: str, language: str, data: Mapping[str, object]) -> Result[bytes]:
        assert (template, language) == ("dispensation", "fr")
        self.written.append(data)
        return self.answer


@pytest.fixture
def writer() -> Iterator[Writer]:
    yield Writer()


@pytest.fixture
def both(port: FakeCounter, rows: FakeKept, writer: Writer) -> tuple[Dispense, ...]:
    """Both lines in one report: the first whole, of the second 30 of 90."""
    act = held(port)
    act = act.with_work(with_box(act.lines[0], MATCH))
    act = act.with_work(handed_over(act.lines[1], Decimal(30)))
    ids = iter(("urn:uuid:d1", "urn:uuid:d2"))
    made = confirm(act, PHARMACIST, MINE, NOW, writer, Deliveries(port, rows), ids.__next__)
    assert not isinstance(made, Failure)
    writer.written.clear()
    return made


def test_the_other_line_s_report_comes_with_the_undoing(
    port: FakeCounter, both: tuple[Dispense, ...], writer: Writer
) -> None:
    undone = undo(port, both[1], "mauvaise boîte", "back", PHARMACIST, NOW, writer)
    assert not isinstance(undone, Failure) and undone.state is DispenseState.UNDONE
    [correction], [data] = port.corrections, writer.written
    assert correction.replaces == both[0].report and correction.report.pdf == PDF
    lines = data["lines"]
    assert isinstance(lines, list)
    [line] = lines
    assert line["product"] == both[0].product.label and line["quantity"] == "180 comprimés"
    assert line["box"] == ["Lot A12C", "Péremption 31.03.2028"] and line["flags"] == []
    remarks = data["remarks"]
    assert isinstance(remarks, list)
    assert "ce rapport remplace le précédent" in remarks[0] and "Sandra Thill" in remarks[1]
    assert "77" not in str(data["lines"]), "no serial number (domain §C.7)"


def test_what_is_left_of_a_part_is_said_as_it_was(
    port: FakeCounter, both: tuple[Dispense, ...], writer: Writer
) -> None:
    assert not isinstance(undo(port, both[0], "mauvaise boîte", "kept", PHARMACIST, NOW, writer), Failure)
    [data] = writer.written
    assert data["lines"][0]["flags"] == ["remise partielle, reste 60"]  # type: ignore[index]


def test_the_last_one_needs_none_and_a_colleague_s_correction_is_seen(
    port: FakeCounter, both: tuple[Dispense, ...], writer: Writer
) -> None:
    """Of a day that was read before the colleague undid the other one."""
    undo(port, both[0], "mauvaise boîte", "back", PHARMACIST, NOW, writer)
    last = undo(port, both[1], "mauvaise boîte", "back", PHARMACIST, NOW, writer)
    assert not isinstance(last, Failure) and len(port.corrections) == 1


def test_a_report_that_cannot_be_written_undoes_nothing(
    port: FakeCounter, both: tuple[Dispense, ...], writer: Writer
) -> None:
    writer.answer = Failure(Code.PLATFORM_ERROR)
    answer = undo(port, both[0], "mauvaise boîte", "back", PHARMACIST, NOW, writer)
    assert answer == Failure(Code.PLATFORM_ERROR)
    assert all(one.state is DispenseState.HANDED_OVER for one in port.dispenses)


def test_two_at_once_are_told_apart(port: FakeCounter, both: tuple[Dispense, ...], writer: Writer) -> None:
    """The colleague's undoing comes between the look at what stands and the act."""
    look, standing = port.ordonnance_of, port.ordonnance_of(both[0])
    undo(port, both[1], "mauvaise boîte", "back", PHARMACIST, NOW, writer)
    port.ordonnance_of = lambda dispense: standing  # type: ignore[method-assign]
    answer = undo(port, both[0], "mauvaise boîte", "back", PHARMACIST, NOW, writer)
    assert isinstance(answer, Failure) and answer.code is CounterCode.REPORT_DUE
    port.ordonnance_of = look  # type: ignore[method-assign]
    again = undo(port, both[0], "mauvaise boîte", "back", PHARMACIST, NOW, writer)
    assert not isinstance(again, Failure)


def test_substitution_narcotic_and_alert_stay_in_the_report(
    port: FakeCounter, both: tuple[Dispense, ...]
) -> None:
    """CF-103, CF-105, CF-111, CF-114."""
    override = Override("R1", "Interaction", "test", "surveillée", "Sandra Thill", NOW)
    rich = replace(
        both[0], substitution=Substitution("G", "rupture", patient_informed=True), paper_form="2026-1",
        overrides=(override,), receiver="Mme Thill", calls=("rappel à 9 h",), contexts=(Context.OWING,),
        quantity=replace(both[0].quantity, value=Decimal(100)),
    )  # fmt: skip
    free = replace(port.stands[CODE].lines[0].line, product=Product("Potion"))
    told = replace(port.stands[CODE], dispenses=(rich,))
    told = replace(told, lines=(replace(told.lines[0], line=free), told.lines[1]))
    data = corrected_data(told, (rich,), PHARMACIST, NOW)
    assert data["receiver"] == "Remis à Mme Thill, mandataire."
    flags = [flag.replace("\u00a0", " ") for flag in data["lines"][0]["flags"]]  # type: ignore[index]
    assert flags == [
        "non codé", "à devoir : 80", "substitution de Potion : rupture", "patient informé de la substitution",
        "ordonnance sécurisée n° 2026-1", "alerte passée outre (Interaction) : surveillée",
    ]  # fmt: skip
    assert "rappel à 9 h" in data["remarks"][-1]  # type: ignore[index]


def test_every_corrected_report_is_pdf_a(
    port: FakeCounter, both: tuple[Dispense, ...], tmp_path: Path
) -> None:
    from desktop.domain.deposit import Verdict
    from desktop.pdf.check import check
    from desktop.pdf.write import DocumentWriter

    data = corrected_data(replace(port.stands[CODE], dispenses=both), both[:1], PHARMACIST, NOW)
    written = DocumentWriter().write("dispensation", Language.FR.value, data)
    assert not isinstance(written, Failure), written
    report = check(written)
    assert not isinstance(report, Failure) and report.verdict is Verdict.CONFORMING, report
