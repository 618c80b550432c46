"""XHTML of FHIR narratives: written from plain lines, read back to plain lines whatever it holds.

lxml is loaded by the first who reads: 4 MB of the window's process, of which most of its users read none.
"""

import re
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Final

from desktop.features.summary.domain.reading import OddityKind

if TYPE_CHECKING:
    from lxml import etree  # type: ignore[import-untyped]

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
_LINK: Final = re.compile(r"<a\s[^>]{0,2000}href", re.IGNORECASE)
_SCRIPT: Final = re.compile(r"<(?:script|iframe|object|embed|form)\b|\son[a-z]{3,20}\s*=", re.IGNORECASE)
MOST_LINES: Final = 20_000
LONGEST: Final = 5_000_000


def div(lines: Iterable[str], language: str) -> str:
    """The lines as a list in the subset of XHTML that FHIR allows; ``lang`` stands twice (XHTML and XML)."""
    items = "".join(f"<li>{escape(_NO_XML.sub('', line), quote=False)}</li>" for line in lines)
    tag = escape(language)
    return f'<div xmlns="http://www.w3.org/1999/xhtml" lang="{tag}" xml:lang="{tag}"><ul>{items}</ul></div>'


def lines(xhtml: str) -> tuple[str, ...]:
    """What a person would read of *xhtml*, a line each: never markup, no script, links as their words.

    Anything may come in; nothing is fetched. Cells of a row stand on one line, parted by « · ».
    """
    from lxml import etree

    parser = etree.HTMLParser(recover=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(_NO_XML.sub("", xhtml[:LONGEST]), parser)
    except (etree.XMLSyntaxError, ValueError):  # nothing in it
        return ()
    return () if root is None else text_lines(root)


def inert(xhtml: str) -> tuple[OddityKind, ...]:
    """What of *xhtml* does nothing here: links, scripts and what else would act by itself."""
    found = ((OddityKind.LINK, _LINK), (OddityKind.SCRIPT, _SCRIPT))
    return tuple(kind for kind, pattern in found if pattern.search(xhtml[:LONGEST]))


def text_lines(root: "etree._Element") -> tuple[str, ...]:
    """The lines of an element of HTML, or of a CDA narrative, as a person would read them."""
    from lxml import etree

    found: list[str] = []
    line: list[str] = []

    def end_line() -> None:
        words = _SPACES.sub(" ", "".join(line)).strip(" ")
        line.clear()
        if words.strip():
            found.append(words)

    unshown = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""
        if name in _UNSHOWN:
            unshown += 1 if event == "start" else -1
        if name in _BLOCKS:
            end_line()
        elif name in _CELLS and event == "start" and any(part.strip() for part in line):
            line.append(" · ")
        text = element.text if event == "start" else element.tail if element is not root else None
        if text and not unshown:
            line.append(text)
    end_line()
    return tuple(found[:MOST_LINES])
