"""The summary's editor over the simulated platform: what filling it leaves in the patient's record."""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.domain.catalog import category as loinc_of
from desktop.domain.publication import Publication, Stands
from desktop.domain.record import Document, Mandate, Patient
from desktop.features.summary.domain.entries import Allergy
from desktop.features.summary.domain.publication import CATEGORY, CODES, REFUSALS
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.features.summary.domain.summary import Subject, Summary, SummarySection, Writer
from desktop.features.summary.feature import SUMMARY
from desktop.features.summary.ips.write import write
from desktop.features.summary.port import CALLS, LOOK_UP, LOOK_UP_OWN, PUBLISH, ROW, SUPERSEDE
from desktop.features.summary.view.editor import EditorView
from desktop.features.summary.wire import SummaryWire
from desktop.sync.signed_pair import PairCalls, SignedPairWire
from tests.answers import present
from tests.fakes import FakeKept
from tests.samples import signed
from tests.samples.drafts import NOW
from tests.samples.practice import ACCOUNT
from tests.samples.summary import publication
from tests.simulator_fixture import Simulator, running_simulator
from tests.ui.desk.conftest import Bench
from tests.unit.sync.live.doctor import MATRICULES, Doctor, deposit, good

PLAIN = "urn:test:lines"  # a format of data that no feature of the platform judges
BESIDE = {"imagerie": "Noix", "allergies-intolerances": "Latex", "vaccinations": "Iode"}


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("filled"), cards="kieffer") as running:
        MATRICULES.update({p["id"]: p["matricule"] for p in running.control.wait_loaded()["patients"]})
        yield running


class Desk:
    """Dr Kieffer before his patient: a version in force, and three documents that could bring lines."""

    def __init__(self, make_bench: Callable[..., Bench], simulator: Simulator) -> None:
        self.doctor = Doctor(simulator, "kieffer").log_in()
        self.patient: Patient = self.doctor.patient(2)
        self._mandate: Mandate = good(self.doctor.platform.open_record(self.patient, None))
        kit = self.doctor.platform.kit(CALLS, REFUSALS)
        calls = PairCalls(PUBLISH, ROW, LOOK_UP, LOOK_UP_OWN, SUPERSEDE)
        self._publish(SummaryWire(kit), self._version())
        plain = SignedPairWire(kit, calls, PLAIN, CODES)
        self.ids = {category: self._publish(plain, self._paper(category)) for category in BESIDE}
        self.bench = make_bench(plug=lambda it: (SUMMARY.plug(kit, FakeKept(SUMMARY.kept, it.vault)),))
        platform = self.bench.platform
        platform.people = (self.patient,)
        platform.mandates[self.patient.id] = self._mandate
        self.listed = self.doctor.listed(self.patient)
        platform.records[self.patient.id] = self.listed
        self._before = len(self.doctor.simulator.control.state()["traces"])

    def traces(self) -> list[tuple[str, str]]:
        """Action and document of all that was done in the record since the desk stands."""
        found: list[dict[str, Any]] = self.doctor.simulator.control.state()["traces"]
        return [
            (t["action"], t["document"]) for t in found[self._before :] if t["patient"] == self.patient.id
        ]

    def data_of(self, document_id: str) -> Document:
        (found,) = (d for d in self.listed if d.transforms == document_id)
        return found

    def open(self) -> EditorView:
        self.bench.log_in()
        self.bench.open_record(self.patient)
        self.bench.click("tab-summary")
        self.bench.settle()
        assert self.bench.shell.page() == "summary"
        return self.bench.find_a(EditorView, "summary-editor")

    def choose(self, view: EditorView, document_id: str) -> None:
        """By the keys, among what could bring lines."""
        self.bench.click("summary-side-source")
        view._side.setFocus()
        QTest.keyClick(view._side, Qt.Key.Key_Home)
        for _ in view._side.rows:
            if view._side.current() != f"document:{document_id}":
                QTest.keyClick(view._side, Qt.Key.Key_Down)
        assert view._side.current() == f"document:{document_id}"
        QTest.keyClick(view._side, Qt.Key.Key_Return)
        self.bench.settle()

    def _version(self) -> Publication:
        stands = self.doctor.simulator.control.state()["features"]["summary"][self.patient.id]
        made = deposit(
            self.patient, self._mandate, title="Résumé patient", category=CATEGORY, replaces=stands["pdf"],
            author_id="ps-kieffer",
        )  # fmt: skip
        sent = publication(made, urn(), self.doctor.pdf, former_data=stands["data"])
        return _with(sent, signed.bundle(sent.bundle, self.doctor.signature_key))

    def _paper(self, category: str) -> Publication:
        made = deposit(self.patient, self._mandate, title=category, category=category, author_id="ps-kieffer")
        sent = publication(made, urn(), self.doctor.pdf)
        document, data = replace(sent.document, category=category), replace(sent.data, category=category)
        sent = replace(sent, document=document, data=data)
        bundle = json.loads(write(self._summary(BESIDE[category], sent.data.unique_id), category))
        bundle["entry"][0]["resource"]["type"]["coding"][0]["code"] = loinc_of(category).loinc
        return _with(sent, json.dumps(bundle).encode())

    def _summary(self, allergy: str, bundle: str) -> Summary:
        who = self.patient
        subject = Subject(who.id, who.matricule.digits, who.family, who.given, who.birth_date, "male")
        author = Writer(ACCOUNT.name, ACCOUNT.ehealth_id, ACCOUNT.profession)
        sections = (
            SummarySection(SectionKey.ALLERGIES, SectionState.LINES, (Allergy(text=allergy),)),
            SummarySection(SectionKey.PROBLEMS, SectionState.UNAVAILABLE),
            SummarySection(SectionKey.MEDICATION, SectionState.UNAVAILABLE),
        )
        return Summary(urn(), bundle, 1, "", subject, author, NOW, "fr", sections)

    def _publish(self, wire: SignedPairWire, sent: Publication) -> str:
        standing = good(wire.publish(sent))
        assert standing.stands is Stands.BOTH
        return present(standing.document).id


def urn() -> str:
    return f"urn:uuid:{uuid.uuid4()}"


def _with(sent: Publication, bundle: bytes) -> Publication:
    sha1 = hashlib.sha1(bundle, usedforsecurity=False).hexdigest()
    return replace(sent, data=replace(sent.data, size=len(bundle), sha1=sha1), bundle=bundle)


@pytest.fixture
def desk(make_bench: Callable[..., Bench], simulator: Simulator) -> Iterator[Desk]:
    made = Desk(make_bench, simulator)
    yield made
    made.doctor.leave()


def test_cf060_cf062_each_chosen_document_is_one_traced_read_and_no_other_is_read(desk: Desk) -> None:
    """Two of three, the other one and the version in force are named only; the record itself is no read."""
    view = desk.open()
    assert desk.traces() == []
    chosen = [desk.ids["imagerie"], desk.ids["vaccinations"]]
    for document_id in chosen:
        desk.choose(view, document_id)
    desk.bench.shell.back_asked.emit()
    desk.bench.settle()
    desk.bench.click("tab-summary")
    desk.bench.settle()
    assert desk.traces() == [("read", desk.data_of(document_id).id) for document_id in chosen]
    words = " ".join(row.words for row in view.lines.list.rows)
    assert "Noix" in words and "Latex" not in words
