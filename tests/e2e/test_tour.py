"""The whole main job on real windows, with the software card and over pcscd, virtual reader and OpenSC."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STEPS = {
    "start", "card", "wrong-pin", "pin", "search", "identity", "wrong-code", "code", "record", "filter",
    "open-document", "refused-file", "deposit-form", "confirm", "deposited", "card-removed", "unlock",
    "logout",
}  # fmt: skip


@pytest.mark.timeout(1200)  # against a hang
@pytest.mark.parametrize("card", ["software", "reader"])
def test_tour(card: str, tmp_path: Path) -> None:
    assert "DISPLAY" in os.environ, "needs a screen: run `python3 dev.py test tours`"
    command = [sys.executable, "-m", "tests.e2e.tour", "--out", str(tmp_path), "--card", card]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    steps = json.loads((tmp_path / "tour.json").read_text())
    assert {step["step"] for step in steps} >= STEPS
    assert all(step["ok"] for step in steps)
    assert len(list(tmp_path.glob("[0-9]*.png"))) == len(steps)
    assert json.loads((tmp_path / "platform.json").read_text())["deposits"]
