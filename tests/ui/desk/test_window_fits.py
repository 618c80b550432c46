"""Every page fits every screen at every scale, in every language and in one with longer words.

A scale is a process of its own, as Qt reads it once. What a failure looked like is drawn into the folder
``DSP_PICTURES`` where that is set.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("scale", ["1", "1.25", "1.5", "2"])
def test_every_page_fits_at_this_scale(scale: str) -> None:
    inner = "tests/ui/desk/window_fits.py"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", inner]
    environment = {**os.environ, "QT_SCALE_FACTOR": scale, "DSP_SCALE": scale, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-6000:]
