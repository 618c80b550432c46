"""The one stylesheet, generated from the colours by role of :mod:`desktop.ui.theme`."""

from collections.abc import Mapping
from string import Template

_SHEET = Template("""
* { outline: none; }
QWidget#page, QStackedWidget, QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }
QMainWindow, QDialog { background: $window; }
QLabel { background: transparent; color: $text; }
QLabel[kind="heading"] { font-size: 21px; font-weight: 600; }
QLabel[kind="strong"] { font-weight: 600; }
QLabel[kind="muted"], QLabel[kind="overline"] { color: $muted; }
QLabel[tone="accent"] { color: $accent; }
QLabel[tone="warning"] { color: $warning; }
QLabel[tone="danger"] { color: $danger; }
QLabel[kind="strong"]:focus { border: 2px solid $accent; border-radius: 4px; }
QLabel[kind="link"]:focus { border: 2px solid $accent; border-radius: 4px; }
QToolTip { background: $text; color: $surface; border: 0; padding: 6px 8px; }

QFrame[kind="panel"] { background: $surface; border: 1px solid $border; border-radius: 8px; }
QFrame[kind="band"] { background: $surface; border: 0; border-bottom: 1px solid $border; }
QFrame[kind="bar"] { background: $surface; border: 0; border-top: 1px solid $border; }
QFrame[kind="demo"] { background: $warning_soft; border: 0; }
QFrame[kind="rule"] { background: $border; border: 0; max-height: 1px; min-height: 1px; }
QFrame[kind="message"] { border-radius: 6px; border: 1px solid $border; background: $sunken; }
QFrame[kind="message"][tone="accent"] { background: $accent_soft; border-color: $accent; }
QFrame[kind="message"][tone="warning"] { background: $warning_soft; border-color: $warning; }
QFrame[kind="message"][tone="danger"] { background: $danger_soft; border-color: $danger; }

QLabel[kind="badge"] { border-radius: 4px; padding: 2px 8px; background: $sunken; color: $muted; }
QLabel[kind="badge"][tone="accent"] { background: $accent_soft; color: $accent; }
QLabel[kind="badge"][tone="warning"] { background: $warning_soft; color: $warning; }
QLabel[kind="badge"][tone="danger"] { background: $danger_soft; color: $danger; }

QPushButton, QToolButton {
  min-height: 20px; padding: 7px 16px; border-radius: 6px; border: 1px solid $border_strong;
  background: $surface; color: $text;
}
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:pressed, QToolButton:pressed { background: $sunken; }
QPushButton:focus, QToolButton:focus { border: 2px solid $accent; padding: 6px 15px; }
QPushButton:disabled, QToolButton:disabled { color: $disabled; border-color: $border; background: $window; }
QPushButton[kind="primary"] {
  background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600;
}
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_pressed; border-color: $accent_pressed; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $sunken; color: $muted; border-color: $border; }
QPushButton[kind="danger"] {
  background: $danger; color: $on_danger; border: 1px solid $danger; font-weight: 600;
}
QPushButton[kind="danger"]:hover { background: $danger_hover; border-color: $danger_hover; }
QPushButton[kind="danger"]:focus { border: 2px solid $text; }
QPushButton[kind="quiet"], QToolButton[kind="quiet"] {
  background: transparent; border: 1px solid transparent; color: $accent; padding: 7px 10px;
}
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover { background: $accent_soft; }
QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus {
  border: 2px solid $accent; padding: 6px 9px;
}
QPushButton[kind="quiet"]:disabled, QToolButton[kind="quiet"]:disabled {
  color: $disabled; background: transparent;
}
QPushButton[kind="quiet"]:checked, QToolButton[kind="quiet"]:checked {
  background: $accent_soft; color: $accent;
}
QToolButton[kind="fold"] {
  background: transparent; border: 1px solid transparent; font-weight: 600; padding: 3px 7px;
  text-align: left;
}
QToolButton[kind="fold"]:hover { background: $hover; }
QToolButton[kind="fold"]:focus { border: 2px solid $accent; padding: 2px 6px; }
QToolButton[kind="fold"][tone="warning"] { color: $warning; }
QPushButton[kind="link"] {
  background: transparent; border: 1px solid transparent; color: $accent; padding: 3px 1px; text-align: left;
  text-decoration: underline;
}
QPushButton[kind="link"]:hover { color: $accent_hover; }
QPushButton[kind="link"]:focus { border: 2px solid $accent; padding: 2px 0px; }
QPushButton[kind="link"][tone="warning"] { color: $warning; }
QPushButton[kind="tab"] {
  background: transparent; border: 0; border-bottom: 3px solid transparent; border-radius: 0;
  padding: 9px 12px 6px 12px; color: $muted;
}
QPushButton[kind="tab"]:hover { color: $text; }
QPushButton[kind="tab"]:checked { color: $accent; border-bottom: 3px solid $accent; font-weight: 600; }
QPushButton[kind="tab"]:focus { border: 2px solid $accent; border-radius: 6px; padding: 7px 10px 7px 10px; }
QPushButton[kind="tab"][tone="tight"] { padding: 9px 6px 6px 6px; }
QPushButton[kind="tab"][tone="tight"]:focus { padding: 7px 4px 7px 4px; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QDateEdit, QSpinBox {
  background: $surface; color: $text; border: 1px solid $border_strong; border-radius: 6px;
  padding: 7px 11px; min-height: 21px; selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QDateEdit:focus, QSpinBox:focus {
  border: 2px solid $accent; padding: 6px 10px;
}
QLineEdit[tone="danger"], QComboBox[tone="danger"], QDateEdit[tone="danger"], QPlainTextEdit[tone="danger"] {
  border: 2px solid $danger; padding: 6px 10px;
}
#print-dialog QSpinBox::up-button, #print-dialog QSpinBox::down-button { border: 0; width: 0; height: 0; }
QLineEdit > QToolButton, QLineEdit > QToolButton:hover { border: 0; padding: 0; background: transparent; }
QLineEdit:read-only, QPlainTextEdit:read-only { background: $window; }
QLineEdit:disabled, QComboBox:disabled, QDateEdit:disabled {
  background: $window; color: $disabled; border-color: $border;
}
QComboBox::drop-down, QDateEdit::drop-down { border: 0; width: 28px; }
QComboBox::down-arrow, QDateEdit::down-arrow { image: url($arrow_down); width: 12px; height: 12px; }
QComboBox QAbstractItemView {
  background: $surface; color: $text; border: 1px solid $border_strong; padding: 4px;
  selection-background-color: $accent_soft; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: 32px; padding: 0 8px; }

QCheckBox, QRadioButton {
  color: $text; spacing: 8px; padding: 4px; border: 2px solid transparent; border-radius: 6px;
}
QCheckBox:focus, QRadioButton:focus { border: 2px solid $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $disabled; }
QCheckBox::indicator, QRadioButton::indicator, QTableView::indicator, QListWidget::indicator {
  width: 18px; height: 18px; border: 1px solid $border_strong; background: $surface;
}
QCheckBox::indicator, QTableView::indicator, QListWidget::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 10px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { background: $accent_soft; }
QCheckBox::indicator:checked, QTableView::indicator:checked, QListWidget::indicator:checked {
  background: $accent; border-color: $accent; image: url($check);
}
QRadioButton::indicator:checked { border: 6px solid $accent; width: 8px; height: 8px; background: $surface; }

/* Border and padding together are 4 px, with the focus and without: contents keep their place, and their
   square corners stay within the round ones of the frame. */
QListView, QTreeView, QTableView, QTableWidget, QListWidget {
  background: $surface; alternate-background-color: $window; color: $text; border: 1px solid $border;
  border-radius: 6px; padding: 3px; gridline-color: $border; selection-background-color: $accent_soft;
  selection-color: $text;
}
QListView:focus, QTreeView:focus, QTableView:focus, QTableWidget:focus, QListWidget:focus {
  border: 2px solid $accent; padding: 2px;
}
QListWidget#viewer-thumbnails {
  background: $sunken; border: 2px solid $sunken; border-radius: 0; padding: 0;
}
QListWidget#viewer-thumbnails:focus { border: 2px solid $accent; }
QTableView::item, QTreeView::item, QListView::item { padding: 0 8px; border: 0; }
QTableWidget::item { padding: 4px 8px; }
QTableView::item:hover, QListView::item:hover, QTreeView::item:hover { background: $hover; }
QTableView::item:selected, QListView::item:selected, QTreeView::item:selected {
  background: $accent_soft; color: $text;
}
QHeaderView { background: transparent; border: 0; }
QHeaderView::section {
  background: $surface; color: $muted; border: 0; border-bottom: 1px solid $border;
  padding: 8px 11px; font-weight: 400;
}
QHeaderView::section:hover { color: $text; }
QHeaderView::down-arrow, QHeaderView::up-arrow {
  width: 10px; height: 10px; subcontrol-position: center right;
}
QHeaderView::up-arrow { image: url($arrow_up); }
QHeaderView::down-arrow { image: url($arrow_down); }
QTableCornerButton::section { background: $surface; border: 0; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $border_strong; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar {
  background: $sunken; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; color: transparent;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QMenu { background: $surface; color: $text; border: 1px solid $border_strong; padding: 4px; }
QMenu::item { padding: 8px 24px 8px 16px; border-radius: 4px; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $border; }
QTabWidget::pane { border: 0; }
QCalendarWidget QWidget { alternate-background-color: $window; }

QAbstractButton[kind="row"] { background: transparent; border: 2px solid transparent; border-radius: 6px; }
QAbstractButton[kind="row"]:hover { background: $hover; }
QAbstractButton[kind="row"]:focus { border: 2px solid $accent; }
""")


def stylesheet(colors: Mapping[str, str]) -> str:
    """The sheet for colours by role name, and the files ``check``, ``arrow_up``, ``arrow_down``."""
    return _SHEET.substitute(colors)
