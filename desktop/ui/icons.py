"""Icons as tinted outlines from the Phosphor font that QtAwesome carries (MIT), sharp at any scale.

The font file is read without importing QtAwesome, which would register eleven fonts at start-up.
An icon takes its colour at paint time, so that a change of scheme needs nothing more than a repaint.
"""

from enum import Enum
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPainterPath, QPixmap, QRawFont, QTransform

from desktop.ui.theme import Role, color

_SIZE = 256.0


class Glyph(Enum):
    """The pictures that the program uses, by their code point in the font."""

    SEARCH = 0xF20A
    ZOOM_IN = 0xF20B + 1
    ZOOM_OUT = 0xF20B
    FILE = 0xF170
    FILE_PLUS = 0xF16D
    FILES = 0xF16E
    CLOSE = 0xF36D
    PLUS = 0xF27F
    MINUS = 0xF21A
    LOCK = 0xF205
    UNLOCK = 0xF206
    USER = 0xF346
    USER_CIRCLE = 0xF347
    USERS = 0xF351
    ROTATE = 0xF020
    LEFT = 0xF0C3
    RIGHT = 0xF0C4
    UP = 0xF0C5
    DOWN = 0xF0C2
    PRINTER = 0xF288
    COPY = 0xF114
    WARNING = 0xF35C
    DANGER = 0xF35D
    CHECK = 0xF0E7
    DONE = 0xF0E8
    CLOCK = 0xF0F9
    CALENDAR = 0xF0AC
    HIDDEN = 0xF15E
    CLOUD = 0xF0FE
    CLOUD_CHECK = 0xF101
    CLOUD_OFF = 0xF106
    UPLOAD = 0xF100
    CARD = 0xF1DC
    SEND = 0xF25C
    SETTINGS = 0xF19C
    LIST = 0xF1FA
    GRID = 0xF1B7
    SAVE = 0xF14C
    FILTER = 0xF196
    INFO = 0xF1E0
    COLUMNS = 0xF10E
    TEXT = 0xF312 + 2
    HELP = 0xF293
    LOGOUT = 0xF2C7
    TRASH = 0xF334
    PILL = 0xF277
    HOUSE = 0xF1DA


def _font_file() -> Path | None:
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        return None
    return next(iter(sorted((Path(spec.origin).parent / "fonts").glob("phosphor-*.ttf"))), None)


@cache
def _font() -> QRawFont | None:
    file = _font_file()
    font = QRawFont(str(file), _SIZE) if file else QRawFont()
    return font if font.isValid() else None


@cache
def outline(glyph: Glyph) -> QPainterPath:
    """The glyph within a square of side 1; empty where the font is missing."""
    font = _font()
    path = QPainterPath()
    if font is not None:
        numbers = font.glyphIndexesForString(chr(glyph.value))
        if numbers:
            path = font.pathForGlyph(numbers[0])
    box = path.boundingRect()
    # The glyphs of this font are drawn on an em square; centring by it keeps their relative sizes.
    move = QTransform.fromTranslate(-box.center().x() / _SIZE + 0.5, -box.center().y() / _SIZE + 0.5)
    return (QTransform.fromScale(1 / _SIZE, 1 / _SIZE) * move).map(path)


def paint_glyph(painter: QPainter, rect: QRect, glyph: Glyph, role: Role) -> None:
    """Paint *glyph* in the colour of *role* into the square in the middle of *rect*."""
    side = min(rect.width(), rect.height())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center().x() + 0.5 - side / 2, rect.center().y() + 0.5 - side / 2)
    painter.scale(side, side)
    painter.fillPath(outline(glyph), color(role))
    painter.restore()


class _Engine(QIconEngine):
    def __init__(self, glyph: Glyph, role: Role) -> None:
        super().__init__()
        self._glyph, self._role = glyph, role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        role = Role.DISABLED if mode is QIcon.Mode.Disabled else self._role
        paint_glyph(painter, rect, self._glyph, role)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _Engine(self._glyph, self._role)


def icon(glyph: Glyph, role: Role = Role.MUTED) -> QIcon:
    """An icon of *glyph*; it never stands alone: give its widget a word or an accessible name."""
    return QIcon(_Engine(glyph, role))
