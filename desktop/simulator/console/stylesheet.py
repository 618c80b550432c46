"""The console's colours, light and dark, close to the program's."""

LIGHT = {
    "window": "#f4f6f8", "surface": "#ffffff", "border": "#d6dde4", "text": "#16212c", "muted": "#526070",
    "accent": "#0c6478", "on_accent": "#ffffff", "hover": "#0a5364", "soft": "#dcecf1", "warning": "#855300",
    "warning_soft": "#fdf1d8", "disabled": "#8a96a3", "sunken": "#eaeef2",
}  # fmt: skip
DARK = {
    "window": "#11171c", "surface": "#1a2229", "border": "#2f3b46", "text": "#e8eef3", "muted": "#a3b2bf",
    "accent": "#62c4d9", "on_accent": "#06222a", "hover": "#84d3e4", "soft": "#17414d", "warning": "#f0b955",
    "warning_soft": "#3b2d10", "disabled": "#687785", "sunken": "#0b1014",
}  # fmt: skip

_SHEET = """
QWidget#console, QWidget#column { background: %(window)s; color: %(text)s; }
QScrollArea { border: none; background: %(window)s; }
QLabel { color: %(text)s; background: transparent; }
QLabel[tone="muted"] { color: %(muted)s; font-size: 12px; }
QLabel[tone="heading"] { font-size: 15px; font-weight: 600; }
QLabel[tone="name"] { font-weight: 600; }
QLabel[tone="flaw"] { color: %(warning)s; font-size: 12px; }
QLabel[tone="code"] { font-family: "Liberation Mono", "DejaVu Sans Mono", monospace; font-weight: 600; }
QLabel[tone="demo"] { background: %(warning_soft)s; color: %(warning)s; border-radius: 4px; padding: 2px 8px;
  font-weight: 700; font-size: 12px; }
QFrame[kind="panel"] { background: %(surface)s; border: 1px solid %(border)s; border-radius: 6px; }
QFrame[kind="panel"][inserted="true"] { border: 2px solid %(accent)s; }
QPushButton { background: %(surface)s; color: %(accent)s; border: 1px solid %(border)s; border-radius: 5px;
  padding: 4px 10px; min-height: 18px; }
QPushButton:hover { background: %(soft)s; }
QPushButton:focus { border: 2px solid %(accent)s; padding: 3px 9px; }
QPushButton:disabled { color: %(disabled)s; background: %(sunken)s; }
QPushButton[kind="primary"] { background: %(accent)s; color: %(on_accent)s; border-color: %(accent)s; }
QPushButton[kind="primary"]:hover { background: %(hover)s; }
QPushButton[kind="primary"]:disabled { background: %(sunken)s; color: %(disabled)s;
  border-color: %(border)s; }
QRadioButton { color: %(text)s; background: transparent; spacing: 6px; }
QRadioButton::indicator { width: 12px; height: 12px; border-radius: 7px; border: 1px solid %(muted)s;
  background: %(surface)s; }
QRadioButton::indicator:checked { background: %(accent)s; border: 1px solid %(accent)s; }
QRadioButton:focus { color: %(accent)s; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical { background: %(disabled)s; border-radius: 4px; min-height: 24px;
  margin: 1px 2px; }
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical { height: 0; }
QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical { background: transparent; }
"""


def stylesheet(*, dark: bool) -> str:
    """The whole sheet."""
    return _SHEET % (DARK if dark else LIGHT)
