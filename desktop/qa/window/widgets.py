"""Small pieces of the window, and its colours (those of the demo console, and a few more)."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from desktop.common.resource_files import resource
from desktop.simulator.console.stylesheet import DARK, LIGHT, stylesheet

_MORE = """
QWidget#simulator { background: %(window)s; color: %(text)s; }
QFrame[kind="band"] { background: %(warning_soft)s; border: none; border-bottom: 2px solid %(warning)s; }
QFrame[kind="band"] QLabel { color: %(warning)s; font-weight: 700; font-size: 13px; }
QLabel[tone="good"] { color: %(good)s; font-weight: 600; }
QLabel[tone="bad"] { color: %(bad)s; font-weight: 600; }
QLabel[tone="mono"] { font-family: "Liberation Mono", "DejaVu Sans Mono", monospace; font-size: 12px; }
QComboBox, QSpinBox { background: %(surface)s; color: %(text)s; border: 1px solid %(muted)s;
  border-radius: 5px; padding: 3px 8px; min-height: 20px; }
QComboBox:focus, QSpinBox:focus { border: 2px solid %(accent)s; padding: 2px 7px; }
QComboBox:disabled, QSpinBox:disabled { color: %(disabled)s; background: %(sunken)s; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow, QSpinBox::down-arrow { image: url("%(down)s"); width: 10px; height: 10px; }
QSpinBox::up-arrow { image: url("%(up)s"); width: 10px; height: 10px; }
QSpinBox::up-button, QSpinBox::down-button { border: none; background: transparent; width: 20px; }
QComboBox QAbstractItemView { background: %(surface)s; color: %(text)s;
  selection-background-color: %(soft)s; selection-color: %(text)s; }
QCheckBox { color: %(text)s; background: transparent; spacing: 7px; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid %(muted)s; border-radius: 3px;
  background: %(surface)s; }
QCheckBox::indicator:checked { background: %(accent)s; border: 1px solid %(accent)s;
  image: url("%(check)s"); }
QCheckBox:focus { color: %(accent)s; }
QCheckBox:disabled { color: %(disabled)s; }
QListWidget { background: %(surface)s; color: %(text)s; border: 1px solid %(border)s; border-radius: 6px;
  outline: none; padding: 2px; }
QListWidget::item { padding: 5px 8px; border-radius: 4px; }
QListWidget::item:selected { background: %(soft)s; color: %(text)s; }
QListWidget:focus { border: 2px solid %(accent)s; padding: 1px; }
QPlainTextEdit { background: %(surface)s; color: %(text)s; border: 1px solid %(border)s;
  border-radius: 6px; padding: 6px; }
QPlainTextEdit:focus { border: 2px solid %(accent)s; padding: 5px; }
QSplitter::handle { background: transparent; }
"""
_SIGNS_LIGHT = {"good": "#1b6b3a", "bad": "#a3231b"}
_SIGNS_DARK = {"good": "#6fd19a", "bad": "#ff9a8f"}


def sheet(*, dark: bool) -> str:
    """The whole sheet."""
    colours = {**DARK, **_SIGNS_DARK} if dark else {**LIGHT, **_SIGNS_LIGHT}
    scheme = "dark" if dark else "light"
    names = {"down": "arrow-down", "up": "arrow-up", "check": "check"}
    pictures = {name: resource("icons", f"{icon}-{scheme}.svg").as_posix() for name, icon in names.items()}
    return stylesheet(dark=dark) + _MORE % {**colours, **pictures}


def label(words: str, tone: str = "", name: str = "", *, wrap: bool = False) -> QLabel:
    """A text; *tone*: "", muted, heading, name, flaw, code, good, bad, mono."""
    made = QLabel(words)
    made.setProperty("tone", tone)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if name:
        made.setObjectName(name)
    return made


def set_tone(shown: QLabel, tone: str) -> None:
    """Another colour for a label."""
    if shown.property("tone") != tone:
        shown.setProperty("tone", tone)
        shown.style().unpolish(shown)
        shown.style().polish(shown)


def button(words: str, name: str, act: Callable[[], object], *, primary: bool = False) -> QPushButton:
    """A button that acts at once."""
    made = QPushButton(words)
    made.setObjectName(name)
    if primary:
        made.setProperty("kind", "primary")
    made.clicked.connect(lambda: act())
    return made


def panel(*titles: QWidget) -> tuple[QFrame, QVBoxLayout]:
    """A framed part of the window, with what stands first in it."""
    frame = QFrame()
    frame.setProperty("kind", "panel")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(12, 10, 12, 12)
    layout.setSpacing(8)
    for title in titles:
        layout.addWidget(title)
    return frame, layout


def line(*parts: QWidget | QLayout | None) -> QHBoxLayout:
    """Side by side; None = free room."""
    layout = QHBoxLayout()
    layout.setSpacing(8)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)
    return layout
