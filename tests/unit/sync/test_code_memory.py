"""CF-002 from outside: the whole memory of a process that sent a presence code is searched for it."""

import json
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.process_memory import copies
from tests.simulator_fixture import ROOT, running_simulator
from tests.unit.sync.code_holder import LENGTH, MASK

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def test_code_is_gone_from_the_process(tmp_path: Path) -> None:
    """CF-002."""
    code = secrets.token_hex(LENGTH // 2)
    with running_simulator(tmp_path / "s", cards="weber") as simulator:
        patients = simulator.control.wait_loaded()["patients"]
        simulator.control.act("code", patient="p-1", code=code)
        given = {
            "base": simulator.base_url,
            "ca": str(simulator.ca_file),
            "folder": str(simulator.folder),
            "matricule": next(p["matricule"] for p in patients if p["id"] == "p-1"),
        }
        command = [sys.executable, "-m", "tests.unit.sync.code_holder", json.dumps(given)]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(bytes(b ^ MASK for b in code.encode()))
            child.stdin.flush()
            assert child.stdout.readline() == b"opened\n"
            assert copies(child.pid, code.encode(), code[:-4].encode(), code[4:].encode()) == 0
            child.stdin.write(b".")
            child.stdin.flush()
            assert child.stdout.readline() == b"planted\n"
            assert copies(child.pid, b"positive-" + b"control") > 0
            child.stdin.write(b".")
