"""What Qt's own parts keep of contents is given up: searched from outside, in another process (CF-017)."""

import os
import re
import subprocess
import sys
from subprocess import PIPE

import pytest

from tests.process_memory import spellings, writable
from tests.simulator_fixture import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
FIRST, SECOND = "Zqxw7", "Kvj93Pt"  # the whole word stands in no source, argument or buffer
PROGRAM = """
import sys
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget
from desktop.ui.desk.kept_by_qt import forget_kept
app = QApplication([])
page = QWidget()
layout = QVBoxLayout(page)
rows, field, spoken = QListView(), QLineEdit(), QLineEdit("stays")
words = QLabel("a label: " + sys.argv[2] + sys.argv[1], focusPolicy=Qt.FocusPolicy.TabFocus)
for part in (rows, field, spoken, words):
    layout.addWidget(part)
model = QStandardItemModel()
rows.setModel(model)
model.appendRow(QStandardItem(sys.argv[1] + sys.argv[2]))
page.show()
page.grab()
for letter in sys.argv[2] + sys.argv[1]:
    QTest.keyClick(field, letter)
print("shown", flush=True), sys.stdin.readline()
model.clear()
field.clear()
words.hide()
words.setText("")
rows.setFocus()
page.grab()
if sys.argv[3] == "forget":
    assert len(list(forget_kept(page, lambda: iter(())))) > 1
assert not field.text() and spoken.text() == "stays"
print("emptied", flush=True), sys.stdin.readline()
"""
ROW, WORDS = spellings(FIRST + SECOND)[1], spellings("label: " + SECOND + FIRST)[1]  # UTF-16, as Qt has it
KEYS = re.compile(b".{14}".join(letter.encode("utf-16-le") for letter in SECOND + FIRST), re.DOTALL)


def _found(process: "subprocess.Popen[str]", moment: str) -> tuple[bool, bool, bool]:
    """Whether the row's words stand there, what was typed, key by key, and what the label said."""
    assert process.stdout is not None and process.stdin is not None
    assert process.stdout.readline().strip() == moment
    blocks = list(writable(process.pid))
    process.stdin.write("go on\n")
    process.stdin.flush()
    row, words = (any(wanted in block for block in blocks) for wanted in (ROW, WORDS))
    return row, any(KEYS.search(block) for block in blocks), words


@pytest.mark.parametrize(
    ("how", "left"), [("forget", (False, False, False)), ("nothing", (True, True, True))]
)
def test_cf017_neither_the_last_row_nor_the_keys_nor_a_labels_words_stay(
    how: str, left: tuple[bool, bool, bool]
) -> None:
    """Emptying them alone is the control: Qt keeps all of it (measured)."""
    command = [sys.executable, "-c", PROGRAM, FIRST, SECOND, how, "-platform", "offscreen"]
    # Freed blocks are overwritten, as where the program runs.
    env = {**os.environ, "MALLOC_PERTURB_": "90", "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert _found(process, "shown") == (True, True, True)
        assert _found(process, "emptied") == left
