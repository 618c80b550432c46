"""What was typed leaves a field's memory: searched from outside, in a process of its own (CF-017)."""

import re
import subprocess
import sys
from subprocess import PIPE

import pytest

from tests.process_memory import writable
from tests.simulator_fixture import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
FIRST, SECOND = "Zqxw7", "Kvj93Pt"  # the whole word stands in no source, argument or buffer
PROGRAM = """
import sys
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from desktop.ui.widgets.typed import forget_typed
app = QApplication([])
field = QLineEdit()
field.setMaxLength(120)
heard = []
for letter in sys.argv[1] + sys.argv[2]:
    QTest.keyClick(field, letter)
print("typed", flush=True), sys.stdin.readline()
field.textChanged.connect(heard.append)
if sys.argv[3] == "forget":
    forget_typed(field)
    assert not field.text() and not field.isUndoAvailable() and not heard
else:
    field.setText("")
print("emptied", flush=True), sys.stdin.readline()
"""
# Qt's list for « undo »: 16 bytes a key, its letter in two of them.
KEYS = re.compile(b".{14}".join(letter.encode("utf-16-le") for letter in FIRST + SECOND), re.DOTALL)


def _found(process: "subprocess.Popen[str]", moment: str) -> int:
    assert process.stdout is not None and process.stdin is not None
    assert process.stdout.readline().strip() == moment
    found = sum(len(KEYS.findall(block)) for block in writable(process.pid))
    process.stdin.write("go on\n")
    process.stdin.flush()
    return found


@pytest.mark.parametrize(("how", "left"), [("forget", 0), ("setText", 1)])
def test_cf017_no_key_stays_for_undo(how: str, left: int) -> None:
    """Qt's own way of emptying is the control: the keys are found there."""
    command = [sys.executable, "-c", PROGRAM, FIRST, SECOND, how, "-platform", "offscreen"]
    with subprocess.Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert _found(process, "typed") == 1
        assert _found(process, "emptied") == left
