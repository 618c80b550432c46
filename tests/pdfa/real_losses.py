"""What a copy has lost without a word, by readers that did not make it: poppler for words, counting else."""

import io
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
from pikepdf import Array, Dictionary, Name

from desktop.domain.deposit import Conversion
from desktop.services.deposit import must_be_compared

LEAST_LETTERS = 0.95
SECONDS = 60
_ACTIONS = {"pdfa.change_action", "pdfa.change_javascript"}


def silent_losses(original: bytes, copy: Conversion) -> tuple[str, ...]:
    """Of page, link, bookmark, attachment, title, words and figures: what is gone and not told of."""
    try:
        with pikepdf.open(io.BytesIO(original)) as before, pikepdf.open(io.BytesIO(copy.content)) as after:
            lost = set(_lost_parts(before, after, set(copy.changes)))
    except pikepdf.PdfError:
        return ()
    if not must_be_compared(copy):
        lost |= set(_lost_words(_words(original), _words(copy.content)))
    return tuple(sorted(lost))


def _lost_parts(before: pikepdf.Pdf, after: pikepdf.Pdf, told: set[str]) -> Iterator[str]:
    if len(after.pages) != len(before.pages):
        yield "page"
    if _links(after) < _links(before) and not told & {"pdfa.change_links", *_ACTIONS}:
        yield "link"
    marked = "/Outlines" in before.Root and "/First" in before.Root.Outlines
    if marked and "/Outlines" not in after.Root and "pdfa.change_bookmarks" not in told:
        yield "bookmark"
    if len(before.attachments) > len(after.attachments) and "pdfa.change_attachment" not in told:
        yield "attachment"
    title = before.docinfo.get("/Title")
    if title is not None and str(title).strip() and not str(after.docinfo.get("/Title", "")).strip():
        yield "title"


def _links(pdf: pikepdf.Pdf) -> int:
    count = 0
    for page in pdf.pages:
        notes = page.obj.get("/Annots")
        for note in notes if isinstance(notes, Array) else ():
            if isinstance(note, Dictionary) and note.get("/Subtype") == Name.Link:
                count += "/A" in note or "/Dest" in note
    return count


def _words(content: bytes) -> str:
    """As poppler reads it; empty where it cannot, or is not installed."""
    if shutil.which("pdftotext") is None:
        return ""
    with TemporaryDirectory(prefix="real-pdfs-") as folder:
        path = Path(folder, "a.pdf")
        path.write_bytes(content)
        command = ["pdftotext", "-enc", "UTF-8", str(path), "-"]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return ""
    return done.stdout.decode("utf-8", "replace")


def _lost_words(before: str, after: str) -> Iterator[str]:
    """No figure and no sign before one may go; of letters a few, which readers group otherwise."""
    if Counter(re.findall(r"[0-9≤≥±µ]", before)) - Counter(re.findall(r"[0-9≤≥±µ]", after)):
        yield "figure"
    first, second = Counter(filter(str.isalpha, before)), Counter(filter(str.isalpha, after))
    if first.total() and (first & second).total() < LEAST_LETTERS * first.total():
        yield "words"
