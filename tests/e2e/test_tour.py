"""Whole jobs on real windows, with the software card and over pcscd, virtual reader and OpenSC."""

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


REFERENT = {
    "worklist",
    "patient",
    "proposals",
    "accepted",
    "checked",
    "pin",
    "signed",
    "published",
    "colleague-reads",
}
PRESCRIBER = {
    "record-read",
    "line-1",
    "line-2",
    "line-3",
    "favourite",
    "override",
    "signed",
    "printed",
    "deposited",
}

PHARMACIST = {
    "scan-qr",
    "ordonnance",
    "scan-box-1",
    "scan-box-2",
    "partial",
    "delivered",
    "second-pharmacy",
    "the-rest",
    "undo",
}


def _played(folder: Path, card: str, who: str, scale: str = "1") -> set[str]:
    """The steps of a tour, each of them ok and with its picture; *scale* 2 is 200 %."""
    assert "DISPLAY" in os.environ, "needs a screen: run `python3 dev.py test tours`"
    command = [sys.executable, "-m", "tests.e2e.tour", "--out", str(folder), "--card", card, "--as", who]
    env = {**os.environ, "QT_SCALE_FACTOR": scale}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:] + _last_screen(folder)
    steps = json.loads((folder / "tour.json").read_text())
    assert all(step["ok"] for step in steps)
    assert len(list(folder.glob("[0-9]*.png"))) == len(steps)
    return {step["step"] for step in steps}


def _last_screen(folder: Path) -> str:
    """What stood in the window when the step gave up."""
    shown = folder / "screen.txt"
    return "\n" + shown.read_text()[-4000:] if shown.exists() else ""


@pytest.mark.timeout(1200)  # against a hang
@pytest.mark.parametrize("card", ["software", "reader"])
def test_tour(card: str, tmp_path: Path) -> None:
    assert _played(tmp_path, card, "medecin") >= STEPS
    assert json.loads((tmp_path / "platform.json").read_text())["deposits"]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("card", "scale"), [("software", "2"), ("reader", "1")])
def test_tour_of_the_medecin_referent(card: str, scale: str, tmp_path: Path) -> None:
    """He presses at most 40 keys for a patient about whom nothing changed; the tour itself counts them."""
    assert _played(tmp_path, card, "medecin-referent", scale) >= REFERENT


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("card", "scale"), [("software", "2"), ("reader", "1")])
def test_tour_of_the_prescriber(card: str, scale: str, tmp_path: Path) -> None:
    """The paper that the printer got is kept too; the tour itself reads its QR code as a scanner does."""
    assert _played(tmp_path, card, "prescripteur", scale) >= PRESCRIBER
    assert (tmp_path / "ordonnance.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.timeout(1200)
def test_tour_of_the_pharmacist(tmp_path: Path) -> None:
    """She presses at most 12 keys for an ordonnance of two lines, over the real reader; the second program,
    of the other pharmacy, plays with the software card."""
    assert _played(tmp_path, "reader", "pharmacien") >= PHARMACIST
