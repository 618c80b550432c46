"""CF-017 from outside: what of a session stays in a process that gave it up, its workers alive.

Tokens, DPoP key, the patient's matricule, a document and its title.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from desktop.system import environment
from tests.process_memory import copies
from tests.simulator_fixture import ROOT, running_simulator
from tests.unit.sync.contents_holder import MASK

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_cf017_nothing_of_a_session_stays(tmp_path: Path) -> None:
    with running_simulator(tmp_path / "s", cards="weber") as simulator:
        patients = simulator.control.wait_loaded()["patients"]
        matricule = next(p["matricule"] for p in patients if p["id"] == "p-1")
        given = {
            "base": simulator.base_url,
            "ca": str(simulator.ca_file),
            "folder": str(simulator.folder),
            "masked": bytes(b ^ MASK for b in matricule.encode()).hex(),
        }
        command = [sys.executable, "-m", "tests.unit.sync.contents_holder", json.dumps(given)]
        env = environment.begun_with(os.environ)
        with subprocess.Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, env=env) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            told = json.loads(child.stdout.readline())
            secrets = {name: bytes(b ^ MASK for b in bytes.fromhex(s)) for name, s in told.items()}
            held = {name: copies(child.pid, secret) for name, secret in secrets.items()}
            child.stdin.write(b"\n")
            child.stdin.flush()
            assert child.stdout.readline() == b"given up\n"
            left = {name: copies(child.pid, secret) for name, secret in secrets.items()}
            child.stdin.write(b"\n")
    assert all(held.values()), held  # the positive control
    assert not any(left.values()), left
