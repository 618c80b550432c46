"""XHTML of FHIR narratives: written from plain lines, read back to plain lines whatever it holds."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Final
from xml.sax.saxutils import escape

_BLOCKS: Final = frozenset(
    (
        *(
            "address",
            "article",
            "blockquote",
            "br",
            "caption",
            "div",
            "dd",
            "dl",
            "dt",
            "h1",
            "h2",
            "h3",
            "h4",
        ),
        *(
            "h5",
            "h6",
            "hr",
            "li",
            "ol",
            "p",
            "pre",
            "section",
            "table",
            "tbody",
            "tfoot",
            "thead",
            "tr",
            "ul",
        ),
    )
)
_CELLS: Final = frozenset(("td", "th"))
_UNSHOWN: Final = frozenset(("script", "style", "head", "title", "template", "noscript", "iframe", "object"))
_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES: Final = re.compile("[ \t\r\n]+")  # a hard space stays one
MOST_LINES: Final = 20_000


def div(lines: Iterable[str], language: str) -> str:
    """The lines as a list in the subset of XHTML that FHIR allows; ``lang`` stands twice (XHTML and XML)."""
    items = "".join(f"<li>{escape(_NO_XML.sub('', line))}</li>" for line in lines)
    tag = escape(language, {'"': "&quot;"})
    return f'<div xmlns="http://www.w3.org/1999/xhtml" lang="{tag}" xml:lang="{tag}"><ul>{items}</ul></div>'


def lines(xhtml: str) -> tuple[str, ...]:
    """What a person would read of *xhtml*, a line each: never markup, no script, links as their words.

    Anything may come in. Cells of a row stand on one line, parted by « · ».
    """
    reader = _Lines()
    reader.feed(xhtml)
    reader.close()
    reader.end_line()
    return tuple(reader.found[:MOST_LINES])


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._line: list[str] = []
        self._unshown: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = tag.rpartition(":")[2]
        if name in _UNSHOWN:
            self._unshown.append(name)
        elif name in _BLOCKS:
            self.end_line()
        elif name in _CELLS and any(part.strip() for part in self._line):
            self._line.append(" · ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag.rpartition(":")[2] in _BLOCKS:
            self.end_line()

    def handle_endtag(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if self._unshown:
            if name == self._unshown[-1]:
                self._unshown.pop()
        elif name in _BLOCKS:
            self.end_line()

    def handle_data(self, data: str) -> None:
        if not self._unshown:
            self._line.append(data)

    def end_line(self) -> None:
        words = _SPACES.sub(" ", "".join(self._line)).strip()
        self._line.clear()
        if words:
            self.found.append(words)
