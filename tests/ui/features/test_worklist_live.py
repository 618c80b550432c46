"""The work list in the window over the simulated platform: what its opening leaves, and for whom it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from desktop.domain.local_time import local_day
from desktop.features.worklist.domain import Choice, Order, Wish
from desktop.features.worklist.feature import WORKLIST
from desktop.features.worklist.view.screen import WorklistView
from desktop.pdf.write import DocumentWriter
from desktop.ui.dates import day
from tests.fakes import FakeKept
from tests.samples.practice import ACCOUNT
from tests.simulator_fixture import Simulator, running_simulator
from tests.ui.desk.conftest import Bench
from tests.ui.printing import dialogs, print_into
from tests.unit.sync.live.doctor import MATRICULES, Doctor, good

REFERENT, SUBSTITUTE = "kieffer", "biver"  # of one practice


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    folder = tmp_path_factory.mktemp("worklists")
    with running_simulator(folder, cards=f"{REFERENT},{SUBSTITUTE}") as running:
        MATRICULES.update({p["id"]: p["matricule"] for p in running.control.wait_loaded()["patients"]})
        yield running


@dataclass
class Room:
    """The window of one doctor, whose work list comes from the platform."""

    bench: Bench
    doctor: Doctor
    card: str
    before: int

    def traces(self) -> list[tuple[str, str]]:
        """Action and patient of each trace in his name since he logged in."""
        found: list[dict[str, Any]] = self.doctor.simulator.control.state()["traces"]
        mine = (t for t in found[self.before :] if t["practitioner"] == f"ps-{self.card}")
        return [(t["action"], t["patient"]) for t in mine]

    def open(self) -> WorklistView:
        """By the tab, after the login that shows home."""
        self.bench.log_in()
        self.bench.click("tab-worklist")
        self.bench.settle()
        return self.bench.find_a(WorklistView, "worklist-view")


@pytest.fixture
def room(make_bench: Callable[..., Bench], simulator: Simulator) -> Iterator[Callable[[str], Room]]:
    made: list[Room] = []

    def make(card: str) -> Room:
        doctor = Doctor(simulator, card).log_in()
        kit = doctor.platform.kit(WORKLIST.wire_calls, WORKLIST.refusals)
        bench = make_bench(plug=lambda it: (WORKLIST.plug(kit, FakeKept(WORKLIST.kept, it.vault)),))
        made.append(Room(bench, doctor, card, len(simulator.control.state()["traces"])))
        return made[-1]

    yield make
    for dialog in dialogs():
        dialog.close()
    for one in made:
        one.doctor.leave()


def test_cf060_an_opening_is_one_trace_in_his_name_and_none_of_a_patient(
    room: Callable[[str], Room],
) -> None:
    """CF-062: home, page, filter, order, a way home and back ask for nothing more."""
    desk = room(REFERENT)
    view = desk.open()
    assert [shown.told.patient.id for shown in view.shown()] == ["p-2"]
    view.wished.emit(Wish(Choice.ALL, Order.SUMMARY, "schmit"))
    view.focus_first()
    QTest.keyClick(view.table, Qt.Key.Key_Down)
    desk.bench.shell.back_asked.emit()
    desk.bench.settle()
    assert desk.bench.shell.page() == "home"
    desk.bench.click("tab-worklist")
    desk.bench.settle()
    assert desk.traces() == [("mr-worklist", "")]
    view.refresh_asked.emit()
    desk.bench.settle()
    assert desk.traces() == 2 * [("mr-worklist", "")], "what the user asks for again is an access again"
    good(desk.doctor.platform.open_record(desk.doctor.patient(2), None))
    assert "p-2" in {patient for _, patient in desk.traces()}, "the same look finds one of a patient"


def test_cf067_cf068_its_print_is_no_access_and_says_nothing_of_a_document(
    room: Callable[[str], Room], tmp_path: Path
) -> None:
    """Days and states on paper, marked as a copy by whom and when; no title of the record, no file."""
    desk = room(REFERENT)
    view = desk.open()
    desk.bench.click("worklist-print")
    desk.bench.settle()
    ((template, language, data),) = desk.bench.fakes.writer.written
    sheet = DocumentWriter().write(template, language, data)
    assert isinstance(sheet, bytes)
    words = words_of(sheet)
    shown = view.shown()[0].told.patient
    assert shown.name in words and shown.matricule.digits not in words.replace(" ", "")
    print_into(desk.bench, tmp_path / "print.pdf")
    foot = words_of((tmp_path / "print.pdf").read_bytes())
    assert f"copie du DSP · {ACCOUNT.name} · {day(local_day(desk.bench.clock.now()))}" in foot
    assert desk.traces() == [("mr-worklist", "")]
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "print.pdf"]
    assert not [path for path in written if shown.family.encode() in path.read_bytes()]
    patient = desk.doctor.patient(2)
    good(desk.doctor.platform.open_record(patient, None))
    titles = {document.title for document in desk.doctor.listed(patient)}
    headings = {"Résumé patient", "Prestations"}  # that there is one, and of which day
    assert titles > headings and not [title for title in titles - headings if title in words]


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    found = " ".join(document[0].get_textpage().get_text_range().split())
    document.close()
    return found


def test_cf100_a_substitute_sees_an_empty_list_and_no_tool(room: Callable[[str], Room]) -> None:
    """Of the referent's own practice: nothing on home, nothing to open or print; one trace as for all."""
    desk = room(SUBSTITUTE)
    view = desk.open()
    assert view.shown() == ()
    empty = desk.bench.find_a(QLabel, "worklist-empty")
    assert empty.isVisible() and empty.text().startswith("Aucun patient déclaré.")
    assert not view.table.isVisible()
    for name in ("worklist-open", "worklist-print"):
        assert not desk.bench.find_a(QAbstractButton, name).isEnabled()
    assert not desk.bench.find_a(QWidget, "worklist-home").isVisible()
    assert desk.traces() == [("mr-worklist", "")]
    desk.bench.shell.back_asked.emit()
    desk.bench.settle()
    assert desk.bench.shell.page() == "home"
    assert not desk.bench.find_a(QWidget, "worklist-home").isVisible()
