#!/usr/bin/env bash
# Qt 6.11.3 by PySide6-Essentials 6.11.3 (CPython 3.11 to 3.13, glibc): under a style sheet, ended widgets leave bytes.
#
# Widgets are made, drawn once and deleted, again and again; the heap's bytes in use are counted (mallinfo2).
# One would guess: what a style sheet worked out for a widget goes when the widget ends.
# Seen: what it worked out for parts that it asks about but never styles itself (a text's viewport, the field within a
# date's, the frame behind a combo box) stays while the program lives. Labels and buttons lose nothing, and without a style
# sheet nothing does.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" &&
  "$folder/venv/bin/pip" install -q --disable-pip-version-check PySide6-Essentials==6.11.3 || exit 2
cat > "$folder/seen.py" <<'PYTHON'
import ctypes
import gc
import sys

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QComboBox, QDateEdit, QLabel, QPushButton, QTextEdit, QWidget

ROUNDS, WARM = 400, 100
NAMES = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
FIELDS = [(name, ctypes.c_size_t) for name in NAMES.split()]


class Mallinfo(ctypes.Structure):
    _fields_ = FIELDS


libc = ctypes.CDLL(None)
libc.mallinfo2.restype = Mallinfo


def round_of(kinds, window):
    page = QWidget(window)
    for kind in kinds:
        kind(page)
    page.show()
    page.ensurePolished()
    page.grab()
    page.hide()
    page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def left(kinds, sheet):
    app.setStyleSheet(sheet)
    window = QWidget()
    window.show()
    for _ in range(WARM):
        round_of(kinds, window)
    gc.collect()
    before = libc.mallinfo2().uordblks
    for _ in range(ROUNDS):
        round_of(kinds, window)
    gc.collect()
    return (libc.mallinfo2().uordblks - before) / ROUNDS / len(kinds)


app = QApplication(["seen", "-platform", "offscreen"])
KINDS = "QWidget QAbstractScrollArea QLineEdit QAbstractSpinBox QComboBox QFrame QTextEdit"
SHEET = "\n".join(f"{kind} {{ color: black; border: 1px solid grey; padding: 2px }}" for kind in KINDS.split())
parts, plain = [QTextEdit, QDateEdit, QComboBox], [QLabel, QPushButton]
seen = {
    "no style sheet, texts, dates and combos": left(parts, ""),
    "style sheet, labels and buttons": left(plain, SHEET),
    "style sheet, texts, dates and combos": left(parts, SHEET),
}
for what, size in seen.items():
    print(f"{what + ':':42}{size:8.0f} bytes a widget stay")
nothing, labels, held = seen.values()
sys.exit(0 if held > 100 and nothing < 40 and labels < 40 else 1)
PYTHON
"$folder/venv/bin/python" "$folder/seen.py"
