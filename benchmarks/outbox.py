"""A thousand small deposits, beside what requests alone needs for the same exchanges in the same run."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import requests

from desktop.domain.card_image import SimulatedReader, save_readers
from desktop.domain.deposit import OutboxState
from tests.force.practice import Doctor, Stage, doctor, good
from tests.simulator_fixture import running_simulator

DEPOSITS = 1_000
RUNS = 3
TARGET = 1.2


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """Medians over whole runs: all of the outbox's work, over the time inside requests."""
    whole, inside = list[float](), list[float]()
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(prefix="dsp-bench-") as folder:
            one = _one(Path(folder))
            whole.append(one[0])
            inside.append(one[1])
    ratio = statistics.median(w / i for w, i in zip(whole, inside, strict=True))
    each = statistics.median(whole) / DEPOSITS * 1000
    return [
        (f"{DEPOSITS} small deposits, against requests alone", f"≤ {TARGET} ×", f"{ratio:.2f} ×"),
        ("  each", "", f"{each:.1f} ms"),
    ]


def _one(folder: Path) -> tuple[float, float]:
    """Seconds in all, and of them inside requests."""
    with running_simulator(folder / "platform", cards="weber") as simulator:
        simulator.control.wait_loaded()
        save_readers(simulator.folder / "reader.json", (SimulatedReader("Lecteur", "weber", 1),))
        stage = Stage(simulator)
        simulator.control.intake()
        home = folder / "home"
        home.mkdir()
        with doctor(stage, home) as made:
            return _send(made)


def _send(made: Doctor) -> tuple[float, float]:
    for number in range(DEPOSITS):
        made.confirm(f"Lettre {number}")
    with _inside_requests() as spans:
        began = time.perf_counter()
        good(made.outbox.pump())
        whole = time.perf_counter() - began
    sent = sum(row.state is OutboxState.SENT for row in good(made.outbox.rows()))
    assert sent == DEPOSITS, f"{sent} were sent"
    return whole, sum(spans)


@contextmanager
def _inside_requests() -> Iterator[list[float]]:
    """Seconds inside requests meanwhile: from each call until its answer is read."""
    spans: list[float] = []
    call, read = requests.Session.request, requests.Response.iter_content

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
        patch.object(requests.Session, "request", request),
        patch.object(requests.Response, "iter_content", content),
    ):
        yield spans
