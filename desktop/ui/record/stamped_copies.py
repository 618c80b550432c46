"""Printed and saved copies: every page carries who, when and « copie du DSP » (CF-068)."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QLineF, QMarginsF, QRectF, Qt
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter

from desktop.common.foreign_files import NotRegularError, write_file
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.texts import current_language, text
from desktop.ports.pdf import CopyWords, OpenedPdf, PdfCopiesPort, PdfCopy, PdfPagesPort
from desktop.ui.dates import moment
from desktop.ui.record.page_source import to_image
from desktop.ui.record.print_dialog import PaperChoice
from desktop.ui.theme import body_font

DPI = 200
_GRID = 1200  # dots an inch on which the letters of the foot are set: on 200 they stand apart
_MARGIN_MM = 8.0
_FOOTER_MM = 9.0


@dataclass(frozen=True, slots=True)
class CopyMark:
    """What stands at the foot of each page."""

    professional: str
    when: datetime
    demo: bool

    def words(self, page: int, pages: int) -> str:
        """« Copie du DSP · Dr Weber · 17.11.2026 09:12 · page 1 sur 4 »."""
        line = text("viewer.footer", who=self.professional, when=moment(self.when), page=page, pages=pages)
        return f"{text('viewer.footer_demo')} · {line}" if self.demo else line


@dataclass(frozen=True, slots=True)
class SavedCopy:
    """``cover``: the sheet beside a signed document, None for one whose pages carry the mark."""

    cover: Path | None = None

    def told(self) -> str:
        """What the user reads of it."""
        return (
            text("viewer.saved") if self.cover is None else text("viewer.saved_signed", name=self.cover.name)
        )


class NoMark(CopyMark):
    """Of an original that a page made itself: nothing stands at the foot."""

    def words(self, page: int, pages: int) -> str:
        return ""


def saved_copy(pdf: PdfCopiesPort, opened: OpenedPdf, mark: CopyMark, target: Path) -> Result[SavedCopy]:
    """Write a PDF/A with its text and the mark to *target*; a signed one as it is, with a sheet beside it.

    Through memory: no temporary file. Where no such copy can be made of a document, its pages are pictures.
    Runs in a worker. DISK_FULL when the disk takes no more.
    """
    copy = pdf.copy(opened, _words(mark, len(opened.page_sizes), target.name))
    if isinstance(copy, Failure):
        if copy.code is Code.CANCELLED:
            return copy
        pictures = _as_pdf(pdf, opened, mark)
        if isinstance(pictures, Failure):
            return pictures
        copy = PdfCopy(pictures)
    beside = target.with_name(f"{text('viewer.cover_name', name=target.stem)}.pdf") if copy.cover else None
    try:
        if beside is not None:
            write_file(beside, copy.cover)
        write_file(target, copy.content)
    except NotRegularError:
        return Failure.of(Code.FILE_NO_FILE, name=target.name)
    except OSError:
        return Failure.of(Code.DISK_FULL)
    return SavedCopy(beside)


def _words(mark: CopyMark, pages: int, name: str) -> CopyWords:
    who = text("viewer.cover_who", who=mark.professional, when=moment(mark.when))
    demo = (text("viewer.footer_demo"),) if mark.demo else ()
    return CopyWords(
        current_language().value,
        tuple(mark.words(page + 1, pages) for page in range(pages)),
        text("viewer.cover_title"),
        (*demo, who, text("viewer.cover_text", name=name), text("viewer.purpose")),
    )


def printed_copy(pdf: PdfCopiesPort, opened: OpenedPdf, mark: CopyMark, choice: PaperChoice) -> Result[None]:
    """Page pictures with the mark on paper, through memory. Runs in a worker."""
    content = _as_pdf(pdf, opened, mark, choice.pages)
    return content if isinstance(content, Failure) else pdf.print_on(choice.order, content)


def _as_pdf(
    pdf: PdfPagesPort, opened: OpenedPdf, mark: CopyMark, pages: tuple[int, ...] | None = None
) -> Result[bytes]:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_GRID)
    writer.setCreator("DSP Desktop")
    outcome = paint_copy(writer, pdf, opened, mark, pages)
    return outcome if isinstance(outcome, Failure) else bytes(buffer.data().data())


def paint_copy(
    device: QPagedPaintDevice,
    pdf: PdfPagesPort,
    opened: OpenedPdf,
    mark: CopyMark,
    pages: tuple[int, ...] | None = None,
) -> Result[None]:
    """Paint *pages* (0-based; None: all) on *device* (printer or PDF), each with the mark and its own number.

    Runs in a worker, one page in memory at a time. CANCELLED when no page is asked for.
    """
    count = len(opened.page_sizes)
    wanted = tuple(range(count)) if pages is None else tuple(page for page in pages if page < count)
    if not wanted:
        return Failure.of(Code.CANCELLED)
    painter = QPainter()
    for page in wanted:
        width, height = opened.page_sizes[page]
        turned = QPageLayout.Orientation.Landscape if width > height else QPageLayout.Orientation.Portrait
        margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
        device.setPageLayout(
            QPageLayout(QPageSize(QPageSize.PageSizeId.A4), turned, margins, QPageLayout.Unit.Millimeter)
        )
        if page == wanted[0]:
            if not painter.begin(device):
                return Failure.of(Code.RENDER_FAILED, page=page + 1)
        elif not device.newPage():
            painter.end()
            return Failure.of(Code.RENDER_FAILED, page=page + 1)
        across = painter.viewport().width()
        down = painter.viewport().height()
        per_mm = painter.device().logicalDpiY() / 25.4
        room = QRectF(0, 0, across, down - _FOOTER_MM * per_mm)
        scale = min(room.width() / width, room.height() / height)
        picture = pdf.page_image(opened, page, max(round(width * scale * DPI / _dpi(painter)), 16), 0)
        if isinstance(picture, Failure):
            painter.end()
            return picture
        box = QRectF((across - width * scale) / 2, 0, width * scale, height * scale)
        painter.drawImage(box, to_image(picture))
        _paint_foot(painter, mark.words(page + 1, count), across, down, per_mm)
    painter.end()
    return None


def _dpi(painter: QPainter) -> int:
    return max(painter.device().logicalDpiX(), 1)


def _paint_foot(painter: QPainter, words: str, across: float, down: float, per_mm: float) -> None:
    if not words:
        return
    font = body_font()
    font.setPixelSize(round(3.2 * per_mm))
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.black)
    foot = QRectF(0, down - _FOOTER_MM * per_mm, across, _FOOTER_MM * per_mm)
    painter.drawLine(QLineF(0, foot.top() + per_mm, across, foot.top() + per_mm))
    painter.drawText(foot, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter, words)
