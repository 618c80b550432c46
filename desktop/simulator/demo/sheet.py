"""A flowing A4 sheet: paragraphs, tables and headings that break pages by themselves.

Coordinates are points from the top left; the bottom 62 points belong to the footer.
"""

from collections.abc import Sequence

from desktop.simulator.demo.pdf_file import Face, PdfPage, face_name, font

Colour = tuple[float, float, float]
WIDTH, HEIGHT = 595.28, 841.89
LEFT, RIGHT, BOTTOM = 56.0, 539.0, 776.0
BLACK: Colour = (0.1, 0.1, 0.12)
GREY: Colour = (0.42, 0.44, 0.47)
PALE: Colour = (0.94, 0.95, 0.96)
RED: Colour = (0.72, 0.11, 0.13)


class Sheet:
    """Collects drawing operators page by page; ``y`` is the flow's cursor."""

    def __init__(self, accent: Colour, body: Face = Face.REGULAR, strong: Face = Face.BOLD) -> None:
        self.accent = accent
        self.body = body
        self.strong = strong
        self.y = 60.0
        self.running = ""
        self._pages: list[list[str]] = [[]]
        self._faces: list[set[Face]] = [set()]

    # -- drawing at a place -------------------------------------------------------------------

    def at(
        self,
        x: float,
        y: float,
        content: str,
        size: float = 9.5,
        face: Face | None = None,
        colour: Colour = BLACK,
    ) -> None:
        """One line of text whose baseline stands at *y*."""
        face = face or self.body
        if not content:
            return
        self._faces[-1].add(face)
        r, g, b = colour
        self._pages[-1].append(
            f"{r:g} {g:g} {b:g} rg BT /{face_name(face)} {size:g} Tf {x:.2f} {HEIGHT - y:.2f} Td"
            f" <{font(face).encode(content)}> Tj ET"
        )

    def ending_at(
        self,
        x: float,
        y: float,
        content: str,
        size: float = 9.5,
        face: Face | None = None,
        colour: Colour = BLACK,
    ) -> None:
        """The same, right aligned at *x*."""
        used = face or self.body
        self.at(x - font(used).width(content, size), y, content, size, used, colour)

    def centred(
        self, y: float, content: str, size: float = 9.5, face: Face | None = None, colour: Colour = BLACK
    ) -> None:
        """The same, in the middle of the page."""
        used = face or self.body
        self.at((WIDTH - font(used).width(content, size)) / 2, y, content, size, used, colour)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, width: float = 0.6, colour: Colour = GREY
    ) -> None:
        """A straight line."""
        r, g, b = colour
        self._pages[-1].append(
            f"{r:g} {g:g} {b:g} RG {width:g} w {x1:.2f} {HEIGHT - y1:.2f} m {x2:.2f} {HEIGHT - y2:.2f} l S"
        )

    def curve(
        self, points: Sequence[tuple[float, float]], width: float = 0.8, colour: Colour = BLACK
    ) -> None:
        """Connected line segments."""
        r, g, b = colour
        steps = " ".join(f"{x:.1f} {HEIGHT - y:.1f} {'l' if i else 'm'}" for i, (x, y) in enumerate(points))
        self._pages[-1].append(f"{r:g} {g:g} {b:g} RG {width:g} w {steps} S")

    def box(
        self, x: float, y: float, w: float, h: float, fill: Colour | None = None, edge: Colour | None = None
    ) -> None:
        """A rectangle whose top left corner is at x, y."""
        place = f"{x:.2f} {HEIGHT - y - h:.2f} {w:.2f} {h:.2f} re"
        if fill:
            self._pages[-1].append(f"{fill[0]:g} {fill[1]:g} {fill[2]:g} rg {place} f")
        if edge:
            self._pages[-1].append(f"{edge[0]:g} {edge[1]:g} {edge[2]:g} RG 0.6 w {place} S")

    # -- flow ---------------------------------------------------------------------------------

    def need(self, height: float) -> None:
        """Start a new page when less than *height* is left."""
        if self.y + height > BOTTOM:
            self._pages.append([])
            self._faces.append(set())
            self.at(LEFT, 44, self.running, 8.5, self.body, GREY)
            self.line(LEFT, 50, RIGHT, 50)
            self.y = 72.0

    def gap(self, height: float = 8) -> None:
        """Vertical space."""
        self.y += height

    def wrap(self, content: str, width: float, size: float, face: Face | None = None) -> list[str]:
        """Break *content* into lines of at most *width* points."""
        metric = font(face or self.body)
        space = metric.width(" ", size)
        lines, line, used = [], "", 0.0
        for word in content.split():
            length = metric.width(word, size)
            if line and used + space + length > width:
                lines.append(line)
                line, used = word, length
            else:
                line, used = (f"{line} {word}", used + space + length) if line else (word, length)
        return [*lines, line] if line else lines

    def paragraph(
        self,
        content: str,
        size: float = 9.8,
        face: Face | None = None,
        indent: float = 0,
        colour: Colour = BLACK,
    ) -> None:
        """Wrapped text over the whole width."""
        for line in self.wrap(content, RIGHT - LEFT - indent, size, face):
            self.need(size * 1.4)
            self.at(LEFT + indent, self.y, line, size, face, colour)
            self.y += size * 1.4
        self.y += 3

    def bullet(self, content: str, size: float = 9.8) -> None:
        """One item of a list."""
        self.need(size * 1.4)
        self.at(LEFT + 4, self.y, "•", size)
        self.paragraph(content, size, indent=16)

    def title(self, content: str, size: float = 15) -> None:
        """The document's title, in the sender's colour."""
        for line in self.wrap(content, RIGHT - LEFT, size, self.strong):
            self.at(LEFT, self.y, line, size, self.strong, self.accent)
            self.y += size * 1.3
        self.y += 4

    def heading(self, content: str) -> None:
        """A section's heading."""
        self.need(44)
        self.y += 5
        self.at(LEFT, self.y, content, 10.2, self.strong, self.accent)
        self.line(LEFT, self.y + 4, RIGHT, self.y + 4, 0.5, self.accent)
        self.y += 18

    def table(
        self,
        edges: Sequence[float],
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        bold: int | None = None,
    ) -> None:
        """Rows over columns that start at *edges* (points from the left margin); cells wrap."""
        self._band(edges, head)
        stops = [*edges[1:], RIGHT - LEFT]
        for number, row in enumerate(rows):
            cells = [
                self.wrap(cell, stop - edge - 6, 9.2, self.strong if column == bold else None)
                for column, (cell, edge, stop) in enumerate(zip(row, edges, stops, strict=True))
            ]
            height = 12.2 * max(1, *(len(c) for c in cells)) + 3.4
            if self.y + height > BOTTOM:
                self.need(height)
                self._band(edges, head)
            if number % 2:
                self.box(LEFT, self.y - 9.8, RIGHT - LEFT, height, fill=PALE)
            for column, (lines, edge) in enumerate(zip(cells, edges, strict=True)):
                for i, line in enumerate(lines):
                    self.at(
                        LEFT + edge + 3, self.y + 12.2 * i, line, 9.2, self.strong if column == bold else None
                    )
            self.y += height
        self.y += 5

    def _band(self, edges: Sequence[float], head: Sequence[str]) -> None:
        self.need(40)
        self.line(LEFT, self.y + 4, RIGHT, self.y + 4, 0.8, self.accent)
        for label, edge in zip(head, edges, strict=True):
            self.at(LEFT + edge + 3, self.y, label, 8.6, self.strong, self.accent)
        self.y += 17

    def pairs(self, rows: Sequence[tuple[str, str]], width: float = 128) -> None:
        """Label and value, one a line."""
        for label, value in rows:
            self.need(14)
            self.at(LEFT, self.y, label, 9.2, self.body, GREY)
            lines = self.wrap(value, RIGHT - LEFT - width, 9.8)
            for i, line in enumerate(lines):
                self.at(LEFT + width, self.y + 13.4 * i, line, 9.8)
            self.y += 13.4 * max(1, len(lines))
        self.y += 4

    def finish(self, footer: str, mark: str) -> list[PdfPage]:
        """Close the sheet: footer, page numbers, and the mark that nobody can overlook."""
        count = len(self._pages)
        saved = self._pages, self._faces
        pages = []
        for i, (operators, faces) in enumerate(zip(*saved, strict=True), start=1):
            self._pages, self._faces = [operators], [faces]
            self.line(LEFT, 792, RIGHT, 792, 0.5)
            self.at(LEFT, 803, footer, 7.4, Face.REGULAR, GREY)
            self.ending_at(RIGHT, 803, f"page {i} / {count}", 7.4, Face.REGULAR, GREY)
            self.centred(818, mark, 8.4, Face.BOLD, RED)
            pages.append(PdfPage("\n".join(operators), frozenset(faces)))
        return pages
