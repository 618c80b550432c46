"""No way through the window makes PySide6 build classes that nobody asked for.

It builds a class when it is asked for, and every kind of widget (a turn of 35 to 100 ms, 5 MB) when it meets
a widget that Qt made for itself.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_window_meets_no_object_of_qts_own() -> None:
    inner = "tests/ui/desk/classes_met.py"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", inner]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-3000:]
