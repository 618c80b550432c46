"""Look of the program: colours by role in one table, two type sizes, an 8 px grid, one stylesheet.

Widgets never name a colour: they carry a property (``kind``, ``tone``) that the stylesheet knows, or
paint with :func:`color`. Every pair in :data:`CONTRASTS` is proved by a unit test (4.5:1, 3:1).
"""

from enum import Enum, StrEnum
from functools import cache

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from desktop.common.resource_files import resource
from desktop.ui.application import STYLE, STYLED
from desktop.ui.stylesheet import stylesheet

GRID = 8
BODY_PX = 15
HEADING_PX = 21
ROW_HEIGHT = 40
CONTROL_HEIGHT = 36
RADIUS = 6


class Scheme(StrEnum):
    """Light or dark."""

    LIGHT = "light"
    DARK = "dark"


class Role(Enum):
    """What a colour is for: (light, dark)."""

    WINDOW = ("#f4f6f8", "#11171c")
    SURFACE = ("#ffffff", "#1a2229")
    SUNKEN = ("#eaeef2", "#0b1014")
    HOVER = ("#f0f4f7", "#222c35")
    BORDER = ("#d6dde4", "#2f3b46")
    BORDER_STRONG = ("#77869a", "#748698")
    TEXT = ("#16212c", "#e8eef3")
    MUTED = ("#526070", "#a3b2bf")
    DISABLED = ("#8a96a3", "#687785")
    ACCENT = ("#0c6478", "#62c4d9")
    ACCENT_HOVER = ("#0a5364", "#84d3e4")
    ACCENT_PRESSED = ("#084352", "#a3dfec")
    ACCENT_SOFT = ("#dcecf1", "#17414d")
    ON_ACCENT = ("#ffffff", "#06222a")
    WARNING = ("#855300", "#f0b955")
    WARNING_SOFT = ("#fdf1d8", "#3b2d10")
    DANGER = ("#b0261c", "#ff958b")
    DANGER_HOVER = ("#8f1d15", "#ffb0a8")
    DANGER_SOFT = ("#fce9e7", "#452021")
    ON_DANGER = ("#ffffff", "#3a0705")
    MARK = ("#2b7f95", "#4fb0c5")
    SPAN = ("#a9bac8", "#455866")
    HIGHLIGHT = ("#ffd451", "#a87b00")
    PAGE = ("#ffffff", "#ffffff")
    SHADOW = ("#c3ccd5", "#05080a")


TEXT_RATIO = 4.5
GRAPHIC_RATIO = 3.0
CONTRASTS: tuple[tuple[Role, Role, float], ...] = (
    *((fore, back, TEXT_RATIO) for fore in (Role.TEXT, Role.MUTED, Role.ACCENT, Role.WARNING, Role.DANGER)
      for back in (Role.WINDOW, Role.SURFACE, Role.SUNKEN, Role.HOVER)),
    (Role.TEXT, Role.ACCENT_SOFT, TEXT_RATIO),
    (Role.ACCENT, Role.ACCENT_SOFT, TEXT_RATIO),
    (Role.MUTED, Role.ACCENT_SOFT, TEXT_RATIO),
    (Role.TEXT, Role.WARNING_SOFT, TEXT_RATIO),
    (Role.WARNING, Role.WARNING_SOFT, TEXT_RATIO),
    (Role.TEXT, Role.DANGER_SOFT, TEXT_RATIO),
    (Role.DANGER, Role.DANGER_SOFT, TEXT_RATIO),
    (Role.ON_ACCENT, Role.ACCENT, TEXT_RATIO),
    (Role.ON_ACCENT, Role.ACCENT_HOVER, TEXT_RATIO),
    (Role.ON_ACCENT, Role.ACCENT_PRESSED, TEXT_RATIO),
    (Role.ON_DANGER, Role.DANGER, TEXT_RATIO),
    (Role.ON_DANGER, Role.DANGER_HOVER, TEXT_RATIO),
    *((Role.BORDER_STRONG, back, GRAPHIC_RATIO) for back in (Role.WINDOW, Role.SURFACE, Role.SUNKEN)),
    (Role.ON_ACCENT, Role.MARK, TEXT_RATIO),
    (Role.MARK, Role.SURFACE, GRAPHIC_RATIO),
    (Role.MARK, Role.WINDOW, GRAPHIC_RATIO),
    (Role.ACCENT, Role.SURFACE, GRAPHIC_RATIO),
)  # fmt: skip

_scheme = Scheme.LIGHT


def hex_of(role: Role, scheme: Scheme) -> str:
    """``#rrggbb`` of *role* in *scheme*."""
    return role.value[0 if scheme is Scheme.LIGHT else 1]


def current_scheme() -> Scheme:
    """The scheme in force."""
    return _scheme


def color(role: Role) -> QColor:
    """The colour of *role* in the scheme in force, for widgets that paint themselves."""
    return QColor(hex_of(role, _scheme))


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio (1 to 21) of two ``#rrggbb`` colours."""
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(value: str) -> float:
    parts = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def system_scheme() -> Scheme:
    """What the desktop prefers (light where it does not say)."""
    dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    return Scheme.DARK if dark else Scheme.LIGHT


def apply_theme(app: QApplication, scheme: Scheme) -> None:
    """Set style, font, palette and stylesheet of the whole program; may be called again to switch.

    Nothing where the scheme is in force already, as when a desktop tells its own twice.
    """
    global _scheme
    _scheme = scheme
    if not app.property(STYLED):
        # Under a stylesheet the style no longer tells its name, hence the mark.
        app.setStyle(STYLE)
        app.setProperty(STYLED, True)
    colors = {role.name.lower(): hex_of(role, scheme) for role in Role}
    pictures = {
        name.replace("-", "_"): resource("icons", f"{name}-{scheme.value}.svg").as_posix()
        for name in ("check", "arrow-up", "arrow-down")
    }
    sheet = stylesheet(colors | pictures)
    if app.styleSheet() == sheet:
        return
    # Where a sheet takes another's place, Qt styles a widget once for itself and once more for each that it
    # stands in; where there was none, once: 100 ms for the whole window, not 350.
    app.setStyleSheet("")
    app.setFont(body_font())
    app.setPalette(palette(scheme))
    app.setStyleSheet(sheet)


def restyle(widget: QWidget) -> None:
    """Make the stylesheet look again at *widget* after one of its properties changed.

    Nothing where it has not looked yet. By the event, not by the style itself: that would make PySide6 build
    its class and twenty enumerations, 8 ms in the middle of the start.
    """
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.Polish))
        widget.update()


@cache
def _bundled_family() -> str:
    family = ""
    for file in sorted(resource("fonts").glob("ui/*.?tf")):
        number = QFontDatabase.addApplicationFont(str(file))
        families = QFontDatabase.applicationFontFamilies(number)
        family = family or (families[0] if families else "")
    return family


def body_font() -> QFont:
    """The one text size (:data:`BODY_PX`)."""
    font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))
    if _bundled_family():
        font.setFamily(_bundled_family())
    font.setPixelSize(BODY_PX)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def strong_font() -> QFont:
    """The text size in the headings' weight."""
    font = body_font()
    font.setWeight(QFont.Weight.DemiBold)
    return font


def heading_font() -> QFont:
    """The one heading size and weight."""
    font = strong_font()
    font.setPixelSize(HEADING_PX)
    return font


def palette(scheme: Scheme) -> QPalette:
    """The palette that widgets outside the stylesheet (and native dialogs' parts) use."""

    def of(role: Role) -> QColor:
        return QColor(hex_of(role, scheme))

    result = QPalette()
    part = QPalette.ColorRole
    for target, role in (
        (part.Window, Role.WINDOW),
        (part.WindowText, Role.TEXT),
        (part.Base, Role.SURFACE),
        (part.AlternateBase, Role.WINDOW),
        (part.Text, Role.TEXT),
        (part.Button, Role.SURFACE),
        (part.ButtonText, Role.TEXT),
        (part.BrightText, Role.DANGER),
        (part.Highlight, Role.ACCENT),
        (part.HighlightedText, Role.ON_ACCENT),
        (part.ToolTipBase, Role.TEXT),
        (part.ToolTipText, Role.SURFACE),
        (part.PlaceholderText, Role.MUTED),
        (part.Link, Role.ACCENT),
        (part.LinkVisited, Role.ACCENT),
        (part.Light, Role.SURFACE),
        (part.Midlight, Role.HOVER),
        (part.Mid, Role.BORDER),
        (part.Dark, Role.BORDER_STRONG),
        (part.Shadow, Role.SHADOW),
        (part.Accent, Role.ACCENT),
    ):
        result.setColor(target, of(role))
    for target in (part.WindowText, part.Text, part.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, target, of(Role.DISABLED))
    return result
