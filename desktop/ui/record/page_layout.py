"""Where pages, characters and hits stand on the screen; points are the page's, pixels the view's (pure)."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]

GAP = 16.0
MARGIN = 16.0
PX_PER_POINT = 96 / 72
ZOOM_MIN, ZOOM_MAX = 0.1, 5.0
FIT_MAX = 1.4  # on a wide screen a page that fills the width would be read like a poster


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """A page as it lies in the view (device-independent pixels)."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PageLayout:
    """All pages one below the other, or one alone; ``scale`` in pixels a point."""

    pages: tuple[PlacedPage, ...]
    width: float
    height: float
    scale: float
    rotation: int
    sizes: tuple[tuple[float, float], ...]
    tops: tuple[float, ...]

    def visible(self, top: float, bottom: float) -> tuple[PlacedPage, ...]:
        """The pages that touch a band of the view."""
        first = max(bisect_right(self.tops, top) - 1, 0)
        last = bisect_left(self.tops, bottom)
        return tuple(p for p in self.pages[first:last] if p.y + p.height > top)

    def at(self, x: float, y: float) -> PlacedPage | None:
        """The page under a point, else the nearest one."""
        if not self.pages:
            return None
        return min(
            self.pages, key=lambda p: max(p.y - y, y - p.y - p.height, 0) + max(p.x - x, x - p.x - p.width, 0)
        )

    def placed(self, page: int) -> PlacedPage | None:
        """Where *page* lies, None when it is not shown."""
        return next((p for p in self.pages if p.page == page), None)

    def to_view(self, page: PlacedPage, box: Box) -> Box:
        """A box of the page (points) in pixels of the view."""
        width, height = self.sizes[page.page]
        (x0, y0), (x1, y1) = (
            turn(x, y, width, height, self.rotation) for x, y in ((box[0], box[1]), (box[2], box[3]))
        )
        s = self.scale
        left, right = sorted((page.x + x0 * s, page.x + x1 * s))
        top, bottom = sorted((page.y + y0 * s, page.y + y1 * s))
        return left, top, right, bottom

    def to_page(self, page: PlacedPage, x: float, y: float) -> tuple[float, float]:
        """A point of the view in points of the page."""
        width, height = self.sizes[page.page]
        if self.rotation in (90, 270):
            width, height = height, width
        return turn((x - page.x) / self.scale, (y - page.y) / self.scale, width, height, -self.rotation % 360)


def turn(x: float, y: float, width: float, height: float, rotation: int) -> tuple[float, float]:
    """A point of a *width* × *height* sheet after turning it clockwise."""
    match rotation:
        case 90:
            return height - y, x
        case 180:
            return width - x, height - y
        case 270:
            return y, width - x
        case _:
            return x, y


def fit_width(sizes: Sequence[tuple[float, float]], rotation: int, width: float) -> float:
    """The zoom (1 = 100 %) that makes the widest page fill *width* pixels, at most 140 %."""
    widest = max((size[1] if rotation in (90, 270) else size[0] for size in sizes), default=595.0)
    return min(max((width - 2 * MARGIN) / (widest * PX_PER_POINT), ZOOM_MIN), FIT_MAX)


def fit_page(sizes: Sequence[tuple[float, float]], rotation: int, width: float, height: float) -> float:
    """The zoom that shows the largest page whole."""
    turned = rotation in (90, 270)
    shown = [size[::-1] if turned else size for size in sizes] or [(595.0, 842.0)]
    across, down = max(size[0] for size in shown), max(size[1] for size in shown)
    fitting = min((width - 2 * MARGIN) / across, (height - 2 * MARGIN) / down) / PX_PER_POINT
    return min(max(fitting, ZOOM_MIN), ZOOM_MAX)


def lay_out(
    sizes: Sequence[tuple[float, float]], *, zoom: float, rotation: int, width: float, only: int | None
) -> PageLayout:
    """Place the pages centred in a view *width* pixels wide; *only*: that page alone."""
    scale = zoom * PX_PER_POINT
    chosen = range(len(sizes)) if only is None else range(only, only + 1)
    turned = rotation in (90, 270)
    shown = [(page, (sizes[page][::-1] if turned else sizes[page])) for page in chosen]
    across = max([width, *(size[0] * scale + 2 * MARGIN for _, size in shown)])
    pages, y = [], MARGIN
    for page, (w, h) in shown:
        pages.append(PlacedPage(page, (across - w * scale) / 2, y, w * scale, h * scale))
        y += h * scale + GAP
    return PageLayout(
        tuple(pages), across, y - GAP + MARGIN if pages else 0.0, scale, rotation, tuple(sizes),
        tuple(p.y for p in pages),
    )  # fmt: skip


def nearest_character(boxes: Sequence[Box], x: float, y: float) -> int | None:
    """Index of the character at or nearest to a point; the own line wins over a nearer column."""
    best, best_distance = None, float("inf")
    for index, (left, top, right, bottom) in enumerate(boxes):
        if right <= left and bottom <= top:
            continue
        across = max(left - x, x - right, 0.0)
        down = max(top - y, y - bottom, 0.0)
        distance = across + 8 * down
        if distance < best_distance:
            best, best_distance = index, distance
            if distance == 0:
                break
    return best


def joined(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Characters of one line as one box, so that a selection has no seams."""
    lines: list[Box] = []
    for box in boxes:
        left, top, right, bottom = box
        if right <= left and bottom <= top:
            continue
        last = lines[-1] if lines else None
        if last is not None and min(bottom, last[3]) - max(top, last[1]) > 0 and left >= last[0] - 1:
            lines[-1] = (last[0], min(last[1], top), max(last[2], right), max(last[3], bottom))
        else:
            lines.append(box)
    return tuple(lines)
