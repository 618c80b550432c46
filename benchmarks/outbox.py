"""A thousand small deposits, beside a bare client on requests with the same exchanges in the same run.

The peer keeps nothing: for each document it reads the file, asks for its mandates, takes a patient's token,
publishes and reads back. It shares no code with the program.
"""

import base64
import hashlib
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests
from requests.adapters import HTTPAdapter

from desktop.domain.card_image import SimulatedReader, save_readers
from desktop.domain.deposit import OutboxState
from desktop.domain.record import Patient
from tests.force.practice import CONTENT, Doctor, Stage, good
from tests.simulator_fixture import Simulator, running_simulator
from tests.unit.simulator.raw_client import RawClient, card, transaction

DEPOSITS = 1_000
TURN = 100  # the two take turns: what slows the machine or the platform meets both
RUNS = 3
TARGET = 1.2


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds: all of the outbox's work, of it inside requests, and the bare client's."""

    ours: float
    inside: float
    bare: float


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """Medians over whole runs."""
    runs = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(prefix="dsp-bench-") as folder:
            runs.append(_one(Path(folder)))
    ratio = statistics.median(run.ours / run.bare for run in runs)
    inside = statistics.median(run.ours / run.inside for run in runs)
    each = statistics.median(run.ours for run in runs) / DEPOSITS * 1000
    bare = statistics.median(run.bare for run in runs) / DEPOSITS * 1000
    return [
        (f"{DEPOSITS} small deposits, against a bare client on requests", f"≤ {TARGET} ×", f"{ratio:.2f} ×"),
        ("  each, and the bare client's", "", f"{each:.1f} / {bare:.1f} ms"),
        ("  against the time inside requests in the program itself", "", f"{inside:.2f} ×"),
    ]


def _one(folder: Path) -> Run:
    with running_simulator(folder / "platform", cards="weber") as simulator:
        simulator.control.wait_loaded()
        save_readers(simulator.folder / "reader.json", (SimulatedReader("Lecteur", "weber", 1),))
        stage = Stage(simulator)
        simulator.control.intake()
        home = folder / "home"
        home.mkdir()
        with closing(Doctor(stage, home)) as made:
            peer = _Peer(simulator, made.opened().patient, folder)
            turns = [(_send(made, turn), peer.send(turn)) for turn in range(DEPOSITS // TURN)]
            peer.close()
    ours, inside = (sum(times) for times in zip(*(own for own, _ in turns), strict=True))
    return Run(ours, inside, sum(bare for _, bare in turns))


def _send(made: Doctor, turn: int) -> tuple[float, float]:
    """Seconds in all, and of them inside requests."""
    for number in range(TURN):
        made.confirm(f"Lettre {turn}-{number}")
    with _inside_requests() as spans:
        began = time.perf_counter()
        good(made.outbox.pump())
        whole = time.perf_counter() - began
    sent = sum(row.state is OutboxState.SENT for row in good(made.outbox.rows()))
    assert sent == (turn + 1) * TURN, f"{sent} were sent"
    return whole, sum(spans)


class _Peer:
    """A script that somebody could write on a day with requests and the contract."""

    def __init__(self, simulator: Simulator, patient: Patient, folder: Path) -> None:
        self._client = RawClient(simulator.base_url, simulator.ca_file)
        answer = self._client.login(card(simulator.folder, "weber"))
        assert answer.ok, answer.text
        self._me = str(self._client.who["fhirUser"]).rpartition("/")[2]
        self._patient, self._file = patient, folder / "letter.pdf"

    def send(self, turn: int) -> float:
        """Seconds for one turn; each document is read from the disk."""
        spent = 0.0
        for number in range(TURN):
            self._file.write_bytes(CONTENT + f"Lettre {turn}-{number}".encode())
            began = time.perf_counter()
            self._deposit()
            spent += time.perf_counter() - began
        return spent

    def close(self) -> None:
        """End the session's connections."""
        self._client.close()

    def _deposit(self) -> None:
        client, patient = self._client, f"Patient/{self._patient.id}"
        fields = {"patient": patient, "actor": f"Practitioner/{self._me}", "status": "active"}
        assert client.call("GET", "/Consent", params=fields).json()["entry"], "no mandate runs"
        token = client.open(self._patient.matricule.digits)
        content = self._file.read_bytes()
        bundle = transaction(self._patient.id, self._me, content, category="rapport-medical")
        answer = client.call("POST", "/", token, json=bundle)
        places = [entry["response"]["location"] for entry in answer.json()["entry"]]
        place = next(place for place in places if place.startswith("DocumentReference/"))
        stands = client.call("GET", "/" + place.partition("/_history")[0], token).json()
        digest = base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()
        assert stands["content"][0]["attachment"]["hash"] == digest


@contextmanager
def _inside_requests() -> Iterator[list[float]]:
    """Seconds inside requests meanwhile: from each call until its answer is read."""
    spans: list[float] = []
    call, read = HTTPAdapter.send, requests.Response.iter_content

    def request(*given: Any, **options: Any) -> requests.Response:
        began = time.perf_counter()
        try:
            return call(*given, **options)
        finally:
            spans.append(time.perf_counter() - began)

    def content(*given: Any, **options: Any) -> Iterator[Any]:
        pieces = read(*given, **options)
        while True:
            began = time.perf_counter()
            piece = next(pieces, None)
            spans.append(time.perf_counter() - began)
            if piece is None:
                return
            yield piece

    with (
        patch.object(HTTPAdapter, "send", request),
        patch.object(requests.Response, "iter_content", content),
    ):
        yield spans
