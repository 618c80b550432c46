"""The work list of 2,000 declared patients: from the key to rows that are painted, beside the bare parse."""

import json
import sys
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import msgspec
from PySide6.QtWidgets import QApplication

from desktop.common.resource_files import resource
from desktop.domain.errors import Failure, Result
from desktop.domain.record import Patient
from desktop.features.worklist.feature import WORKLIST
from desktop.features.worklist.service import Worklist, WorklistService
from desktop.features.worklist.view.screen import WorklistModel, WorklistView
from desktop.features.worklist.wire import PAGE, WorklistWire
from desktop.kernel.feature import add_words
from desktop.ports.wire_call import WireCall
from desktop.sync import fhir_read
from desktop.sync.fhir_shapes import PatientResource, shaped
from desktop.sync.profile import load_profile
from desktop.sync.wire_kit import WireKit
from desktop.ui.theme import Scheme, apply_theme

PATIENTS, TIMES = 2000, 7
T = TypeVar("T")
_DAY = date(2026, 6, 10)
_URL = "https://dsp.example/fhir/StructureDefinition/"


class _Answers(WireKit):
    """The bytes of all pages, as they came from the network."""

    def __init__(self, pages: list[bytes]) -> None:
        self.pages = pages
        self._systems = load_profile(resource("profiles", "demo.toml")).systems

    def search(
        self, call: WireCall, fields: Mapping[str, str], shape: type[T], patient_id: str = "", **_: object
    ) -> Result[tuple[T, ...]]:
        read = (shaped(page, shape) for page in self.pages)
        return tuple(page for page in read if page is not None)

    def patient(self, raw: PatientResource) -> Patient | None:
        return fhir_read.patient(raw, self._systems)


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """Medians of :data:`TIMES`; the network is not counted, since it is not ours."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    apply_theme(application, Scheme.LIGHT)
    add_words((WORKLIST,))
    pages = _pages()
    service = WorklistService(WorklistWire(_Answers(pages)))
    view = WorklistView()
    view.resize(1366, 532)
    view.show()
    now = datetime(_DAY.year, _DAY.month, _DAY.day, 10, tzinfo=UTC)
    read = _read(service, now)
    view.refresh_asked.connect(lambda: view.show_state(WorklistModel(_read(service, now))))
    shown, parsed, turns = list[float](), list[float](), list[float]()
    for _ in range(TIMES):
        view.show_state(WorklistModel())
        application.processEvents()
        began = time.perf_counter()
        view.refresh_asked.emit()
        view.table.viewport().repaint()
        shown.append((time.perf_counter() - began) * 1000)
        assert len(view.shown()) == PATIENTS
        view.show_state(WorklistModel())
        began = time.perf_counter()
        view.show_state(WorklistModel(read))
        turns.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        for page in pages:
            json.loads(page)
        parsed.append((time.perf_counter() - began) * 1000)
    size = sum(map(len, pages)) / 1e6
    view.close()
    return [
        (f"work list, {PATIENTS} patients from the key to shown", "≤ 300 ms", f"{median(shown):.0f} ms"),
        ("of it the turn of the window", "≤ 50 ms", f"{median(turns):.0f} ms"),
        (f"bare json.loads of the same {size:.1f} MB", "", f"{median(parsed):.0f} ms"),
    ]


def _read(service: WorklistService, now: datetime) -> Worklist:
    found = service.read(now)
    assert not isinstance(found, Failure)
    return found


def _pages() -> list[bytes]:
    step = int(PAGE)
    return [
        msgspec.json.encode(
            {
                "resourceType": "Group", "quantity": PATIENTS,
                "contained": [_patient(n) for n in range(first, first + step)],
                "member": [_member(n) for n in range(first, first + step)],
            }
        )
        for first in range(0, PATIENTS, step)
    ]  # fmt: skip


def _patient(number: int) -> dict[str, Any]:
    return {
        "resourceType": "Patient", "id": f"pat-{number}", "gender": "female", "birthDate": "1947-11-03",
        "identifier": [{"system": "urn:oid:1.3.182.4.4", "value": f"17471103{number:05d}"}],
        "name": [{"use": "official", "family": f"Müller {number * 7919 % PATIENTS}", "given": ["Anne"]}],
        "extension": [{"url": f"{_URL}dsp-state", "valueCode": "active"}],
    }  # fmt: skip


def _member(number: int) -> dict[str, Any]:
    def ago(days: int) -> str:
        return (_DAY - timedelta(days=days)).isoformat()

    def part(name: str, **parts: str | int) -> dict[str, Any]:
        kinds = {True: "valueInteger", False: "valueDate"}
        inner = [{"url": key, kinds[isinstance(value, int)]: value} for key, value in parts.items()]
        return {"url": _URL + name, "extension": inner}

    statement = part("mr-ald-statement", accepted=ago(number * 31 % 760))
    statement["extension"].append({"url": "state", "valueCode": "a-faire"})
    return {
        "entity": {"reference": f"#pat-{number}"},
        "extension": [
            part("mr-declaration", notified=ago(1500), validated=ago(1480), effective=ago(1470)),
            part("mr-summary", versions=number % 4 + 1, last=ago(number * 13 % 420)),
            part("mr-prestations", count=1, last=ago(number % 500)),
            part("mr-annonces", count=int(number % 50 == 0)),
            statement,
            {"url": f"{_URL}mr-new-documents", "valueInteger": number % 5},
            {"url": f"{_URL}mr-duplicates", "valueInteger": 0},
        ],
    }
