"""What a PDF says of itself: its title, when it was made, the text of its first page. In the work child."""

import re
from html import unescape

import pypdfium2 as pdfium

from desktop.domain.proposal import FileHints

MOST_TEXT = 6_000
_MOST_WORDS = 500  # of a title; a hostile one may have megabytes
_HEADER_WITHIN = 1024
# PDF/A lets only the XMP packet speak, and leaves it in clear (ISO 19005-1 §6.7.2).
_MOST_PACKET = 64 * 1024
_TITLE = re.compile(rb"<dc:title>\s*<rdf:Alt>\s*<rdf:li[^>]{0,80}>([^<]{1,2000})<")
_MADE = re.compile(rb"xmp:CreateDate(?:>|=[\"'])(\d{4})-(\d\d)-(\d\d)")


def hints(content: bytes) -> FileHints:
    """Nothing of what is no PDF, or one that cannot be read: a proposal is never worth an error."""
    if b"%PDF-" not in content[:_HEADER_WITHIN]:
        return FileHints()
    try:
        pdf = pdfium.PdfDocument(content)
    except pdfium.PdfiumError:
        return FileHints()
    try:
        told = pdf.get_metadata_dict(skip_empty=True)
        title, made = _packet(content)
        title, made = told.get("Title", "") or title, told.get("CreationDate", "") or made
        return FileHints(title[:_MOST_WORDS], made[:40], _page(pdf))
    finally:
        pdf.close()


def _packet(content: bytes) -> tuple[str, str]:
    """Title and day of a PDF/A that has them in its packet only."""
    start = content.find(b"pdfaid:part")
    begin = content.rfind(b"<x:xmpmeta", 0, start) if start >= 0 else -1
    if begin < 0:
        return "", ""
    packet = content[begin : content.find(b"</x:xmpmeta>", begin)][:_MOST_PACKET]
    title, made = _TITLE.search(packet), _MADE.search(packet)
    words = unescape(title[1].decode("utf-8", "replace")) if title else ""
    return words, f"D:{b''.join(made.groups()).decode()}" if made else ""


def _page(pdf: pdfium.PdfDocument) -> str:
    try:
        page = pdf[0]
        text = page.get_textpage()
        return text.get_text_range(0, min(text.count_chars(), MOST_TEXT)) if text.count_chars() > 0 else ""
    except pdfium.PdfiumError:
        return ""
