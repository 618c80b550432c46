"""Colours by role: contrast of every pair, in both schemes; one stylesheet; fonts; icons."""

import re
import subprocess
import sys

import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontInfo, QIcon, QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.ui.icons import Glyph, icon, outline
from desktop.ui.stylesheet import stylesheet
from desktop.ui.theme import (
    BODY_PX,
    CONTRASTS,
    HEADING_PX,
    Role,
    Scheme,
    apply_theme,
    body_font,
    color,
    contrast,
    heading_font,
    hex_of,
)
from desktop.ui.widgets.text import set_tone

PICTURES = {"check": "c", "arrow_up": "u", "arrow_down": "d"}


def kinds_and_tones() -> list[tuple[type[QWidget], str, str]]:
    """Every tone that the style sheet knows, of which kind of which class."""
    classes = {kind.__name__: kind for kind in (QLabel, QFrame, QPushButton, QToolButton, QLineEdit)}
    sheet = stylesheet(dict.fromkeys((role.name.lower() for role in Role), "#000000") | PICTURES)
    found = re.findall(r'(\w+)(?:\[kind="(\w+)"\])?\[tone="(\w+)"\]', sheet)
    return sorted({(classes[name], *rest) for name, *rest in found if name in classes}, key=str)


@pytest.mark.parametrize(("of", "kind", "tone"), kinds_and_tones())
def test_a_tone_that_comes_and_goes_looks_as_one_that_was_there(
    qapp: QApplication, qtbot: QtBot, of: type[QWidget], kind: str, tone: str
) -> None:
    apply_theme(qapp, Scheme.LIGHT)
    plain, toned, changed = (of() for _ in range(3))
    for widget in (plain, toned, changed):
        qtbot.addWidget(widget)
        widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        widget.setProperty("kind", kind)
        if isinstance(widget, (QLabel, QPushButton, QToolButton)):
            widget.setText("Àé")
        widget.resize(200, 60)
    set_tone(toned, tone)
    for widget in (plain, toned, changed):
        widget.show()
    assert look(toned) != look(plain)
    set_tone(changed, tone)
    assert look(changed) == look(toned)
    set_tone(changed, "")
    assert look(changed) == look(plain)


def look(widget: QWidget) -> tuple[QImage, QSize]:
    """Its picture, and how much room it asks for."""
    return widget.grab().toImage(), widget.sizeHint()


def test_contrast_knows_its_ends() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize(("fore", "back", "ratio"), CONTRASTS)
def test_every_pair_has_its_contrast(fore: Role, back: Role, ratio: float, scheme: Scheme) -> None:
    assert contrast(hex_of(fore, scheme), hex_of(back, scheme)) >= ratio


def test_the_sheet_uses_every_placeholder_and_names_no_colour_itself() -> None:
    colors = {role.name.lower(): "ROLE" for role in Role}
    sheet = stylesheet(colors | PICTURES)
    assert "$" not in sheet
    assert re.findall(r"[:\s]#[0-9a-fA-F]{3}", sheet) == []


def test_apply_switches_there_and_back(qapp: QApplication) -> None:
    for scheme in (Scheme.DARK, Scheme.LIGHT):
        apply_theme(qapp, scheme)
        assert qapp.palette().color(QPalette.ColorRole.Window).name() == hex_of(Role.WINDOW, scheme)
        assert color(Role.TEXT).name() == hex_of(Role.TEXT, scheme)
        assert hex_of(Role.ACCENT, scheme) in qapp.styleSheet()


class _Styled(QLabel):
    """Counts how often it is told to look again."""

    told = 0

    def changeEvent(self, event: QEvent) -> None:
        self.told += event.type() is QEvent.Type.StyleChange
        super().changeEvent(event)


def test_a_switch_styles_each_widget_once_however_deep_it_stands(qapp: QApplication, qtbot: QtBot) -> None:
    """Once as the former sheet goes and once as the new one comes; else once for each widget around it."""
    apply_theme(qapp, Scheme.LIGHT)
    window = inner = QFrame()
    for _ in range(10):
        inner = QFrame(inner)
    label = _Styled("Dossier", inner)
    qtbot.addWidget(window)
    window.show()
    label.told = 0
    apply_theme(qapp, Scheme.DARK)
    assert 1 <= label.told <= 2
    label.told = 0
    apply_theme(qapp, Scheme.DARK)
    assert label.told == 0, "it is dark already"


def test_a_switched_window_looks_as_one_that_began_so(qapp: QApplication, qtbot: QtBot) -> None:
    def window() -> QWidget:
        made = QFrame()
        made.setProperty("kind", "panel")
        layout = QVBoxLayout(made)
        for part in (
            QLabel("Dossier"),
            QPushButton("Ouvrir"),
            QLineEdit("1923"),
            QCheckBox("Lu"),
            QComboBox(),
        ):
            layout.addWidget(part)
        link, primary = QLabel("Aide"), QPushButton("Confirmer")
        for part, kind in ((link, "muted"), (primary, "primary")):
            part.setProperty("kind", kind)
            layout.addWidget(part)
        qtbot.addWidget(made)
        made.resize(300, 300)
        made.show()
        return made

    apply_theme(qapp, Scheme.LIGHT)
    switched = window()
    light = switched.grab().toImage()
    apply_theme(qapp, Scheme.DARK)
    begun = window()
    assert switched.grab().toImage() == begun.grab().toImage() != light
    apply_theme(qapp, Scheme.LIGHT)
    assert switched.grab().toImage() == light


def test_bundled_font_is_used_in_two_sizes(qapp: QApplication) -> None:
    apply_theme(qapp, Scheme.LIGHT)
    assert QFontInfo(body_font()).family() == "Source Sans Pro"
    assert QFontInfo(body_font()).pixelSize() == BODY_PX
    assert QFontInfo(heading_font()).pixelSize() == HEADING_PX


@pytest.mark.parametrize("glyph", Glyph)
def test_every_icon_has_a_picture(qapp: QApplication, glyph: Glyph) -> None:
    box = outline(glyph).boundingRect()
    assert 0.2 < max(box.width(), box.height()) <= 1
    image = icon(glyph, Role.ACCENT).pixmap(QSize(24, 24)).toImage()
    assert any(image.pixelColor(x, y).alpha() > 100 for x in range(24) for y in range(24))


def test_a_disabled_icon_is_paler(qapp: QApplication) -> None:
    def ink(mode: QIcon.Mode) -> set[str]:
        image = icon(Glyph.CLOSE, Role.ACCENT).pixmap(QSize(24, 24), mode).toImage()
        return {
            image.pixelColor(x, y).name() for x in range(24) for y in range(24)
            if image.pixelColor(x, y).alpha() == 255
        }  # fmt: skip

    assert ink(QIcon.Mode.Normal) != ink(QIcon.Mode.Disabled)


def test_theme_and_record_screen_load_no_heavy_module() -> None:
    """Start-up: printing, QtAwesome and the adapters come only when they are needed."""
    code = (
        "import sys, desktop.ui.theme, desktop.ui.record.record_view as r; "
        "heavy = {'qtawesome', 'PySide6.QtPrintSupport', 'PySide6.QtSvg', 'requests', 'pikepdf',"
        " 'cryptography', 'keyring', 'pypdfium2', 'PIL'}; print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
