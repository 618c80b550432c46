"""Killed anywhere on the way of a deposit: nothing is lost, nothing is sent twice (CF-058, CF-079)."""

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.card_image import SimulatedReader, save_readers
from tests.e2e.deposit_process import CONTENT, SECOND, TITLE, TITLES
from tests.simulator_fixture import ROOT, Simulator, running_simulator
from tests.waiting import LIMIT_S, until

# Where it dies → what the next start finds in the outbox.
STEPS = {
    "confirmed": "queued",
    "sending": "sending",
    "begun": "sending",
    "arrived": "sending",
    "verifying": "sending",
    "proved": "sending",
    "sent": "sent",
}


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    folder = tmp_path_factory.mktemp("platform")
    with running_simulator(folder, cards="weber") as running:
        running.control.wait_loaded()
        save_readers(folder / "reader.json", (SimulatedReader("Lecteur", "weber", 1),))
        yield running


def _start(simulator: Simulator, home: Path, step: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.e2e.deposit_process", str(home), str(simulator.folder)]
    command += [simulator.base_url, str(simulator.ca_file), step]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def _finish(simulator: Simulator, home: Path) -> dict[str, Any]:
    said, _ = _start(simulator, home, "finish").communicate(timeout=4 * LIMIT_S)
    told: dict[str, Any] = json.loads(said)
    return told


def _deposits(simulator: Simulator) -> dict[str, dict[str, Any]]:
    return {d["id"]: d for d in simulator.control.state()["deposits"]}


@pytest.mark.timeout(600)  # against a hang
@pytest.mark.parametrize("step", list(STEPS))
def test_cf079_killed_at_each_step(simulator: Simulator, tmp_path: Path, step: str) -> None:
    before = _deposits(simulator)
    child = _start(simulator, tmp_path, step)
    if step == "arrived":
        assert child.stdout is not None and child.stdout.readline() == "all bytes are out\n"
        until("the document on the platform", lambda: _deposits(simulator).keys() != before.keys())
        child.kill()
    child.communicate(timeout=4 * LIMIT_S)
    assert child.returncode == -signal.SIGKILL, f"{step}: ended with {child.returncode}"
    first, second = _finish(simulator, tmp_path), _finish(simulator, tmp_path)
    assert first["before"] == [STEPS[step]], "the row is there, once, in the state of the last write"
    (told,), (again,) = first["rows"], second["rows"]
    assert (told["state"], again["state"]) == ("sent", "sent")
    fresh = {name: d for name, d in _deposits(simulator).items() if name not in before}
    assert list(fresh) == [told["document"]] == [again["document"]], "one document, the proven one"
    (made,) = fresh.values()
    digest = hashlib.sha1(CONTENT, usedforsecurity=False).hexdigest()
    assert made["sha1"] == told["sha1"] == digest and made["size"] == len(CONTENT)
    assert made["unique_id"] == told["unique_id"] and made["title"] == told["title"] == TITLE
    acts = [t for t in simulator.control.state()["traces"] if t["document"] == made["id"]]
    assert [(t["action"], t["succeeded"]) for t in acts] == [("send", True)], "one trace of one act"


@pytest.mark.timeout(600)  # against a hang
@pytest.mark.parametrize("step", ["sending", "begun", "verifying", "proved", "sent"])
def test_cf079_killed_at_the_second_of_three(simulator: Simulator, tmp_path: Path, step: str) -> None:
    """The first was proven and written without a wait for the disk, the third was not begun."""
    before = _deposits(simulator)
    child = _start(simulator, tmp_path, SECOND + step)
    child.communicate(timeout=4 * LIMIT_S)
    assert child.returncode == -signal.SIGKILL, f"{step}: ended with {child.returncode}"
    first, second = _finish(simulator, tmp_path), _finish(simulator, tmp_path)
    assert first["before"] == ["sent", STEPS[step], "queued"]
    assert [(row["title"], row["state"]) for row in first["rows"]] == [(title, "sent") for title in TITLES]
    assert second["rows"] == first["rows"]
    fresh = {name: d for name, d in _deposits(simulator).items() if name not in before}
    assert sorted(d["title"] for d in fresh.values()) == sorted(TITLES), "each once"
    assert fresh.keys() == {row["document"] for row in first["rows"]}, "the proven ones"
    acts = [t for t in simulator.control.state()["traces"] if t["document"] in fresh]
    assert [(t["action"], t["succeeded"]) for t in acts] == 3 * [("send", True)], "nothing was sent again"
