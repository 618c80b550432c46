"""A file that lost a part is refused; one that only had to be put in order is told of."""

import re

import pikepdf
from pikepdf import Array, Dictionary, Stream

from desktop.pdf.check.reader_warnings import is_harmless

MOST_OBJECTS = 300_000
_REFERENCE = re.compile(rb"(\d+) (\d+) R\b")


def was_repaired(pdf: pikepdf.Pdf) -> bool:
    """True when qpdf had to guess where things are; it says so only once."""
    return any(not is_harmless(str(warning)) for warning in pdf.get_warnings())


def is_incomplete(pdf: pikepdf.Pdf, content: bytes, *, repaired: bool) -> bool:
    """True when a page, or something that a page draws, is not in the file any more."""
    if not repaired and content.rstrip(b"\0\r\n\t ").endswith(b"%%EOF"):
        return False
    return _counted(pdf) > len(pdf.pages) or any(_lacks_parts(page.obj) for page in pdf.pages)


def _counted(pdf: pikepdf.Pdf) -> int:
    """How many pages the tree promises."""
    tree = pdf.Root.get("/Pages")
    count = tree.get("/Count") if isinstance(tree, Dictionary) else None
    return int(count) if isinstance(count, int) else 0


def _lacks_parts(page: pikepdf.Object) -> bool:
    waiting: list[pikepdf.Object] = [page]
    seen: set[tuple[int, int]] = set()
    while waiting and len(seen) < MOST_OBJECTS:
        thing = waiting.pop()
        if thing.objgen in seen and thing.is_indirect:
            continue
        seen.add(thing.objgen)
        if isinstance(thing, Stream) and not _readable(thing):
            return True
        for value in _values(thing):
            if isinstance(value, Array | Dictionary | Stream):
                waiting.append(value)
        if _names_nothing(thing):
            return True
    return False


def _values(thing: pikepdf.Object) -> list[object]:
    if isinstance(thing, Array):
        return list(thing)
    return [value for key, value in thing.items() if key not in ("/Parent", "/P", "/Dest", "/A")]


def _names_nothing(thing: pikepdf.Object) -> bool:
    """A content, font or picture that is named and not there."""
    if not isinstance(thing, Dictionary):
        return False
    for key in ("/Contents", "/Resources", "/FontFile2", "/FontFile3", "/FontFile", "/SMask"):
        if key in thing.keys() and thing.get(key) is None:  # noqa: SIM118
            return True
    return False


def _readable(stream: pikepdf.Stream) -> bool:
    try:
        stream.get_raw_stream_buffer()
        if stream.get("/Subtype") != pikepdf.Name.Image:
            stream.read_bytes()
    except pikepdf.PdfError as problem:
        return "unfilterable" in str(problem)
    return True
