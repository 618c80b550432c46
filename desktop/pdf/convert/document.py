"""The way of a PDF: made plain, fonts put in, written; only pages that still offend become pictures."""

import io
import logging
from dataclasses import dataclass, field

import pikepdf
import pypdfium2 as pdfium

from desktop.domain.deposit import Conversion
from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.check.decoding import damaged_parts
from desktop.pdf.check.verdict import examine
from desktop.pdf.convert import annotations, sanitize
from desktop.pdf.convert.affected_pages import Place, pages_using
from desktop.pdf.convert.bare_notes import draw_bare_notes
from desktop.pdf.convert.candidate import Approved, Obstacle, judged, write, write_conforming
from desktop.pdf.convert.cff_widths import tell_exact_widths
from desktop.pdf.convert.colours import convert_printing_colours
from desktop.pdf.convert.crop_boxes import fit_crop_boxes
from desktop.pdf.convert.damage import is_incomplete, was_repaired
from desktop.pdf.convert.drawn_fonts import CHANGE as DRAWN_FONTS
from desktop.pdf.convert.drawn_fonts import draw_fonts
from desktop.pdf.convert.fidelity import Comparison, compare
from desktop.pdf.convert.field_appearances import draw_field_values
from desktop.pdf.convert.field_values import ShownField, shows_values
from desktop.pdf.convert.font_repairs import repair_fonts
from desktop.pdf.convert.fonts import CHANGE as FONTS_PUT_IN
from desktop.pdf.convert.fonts import embed_fonts, lacks_fonts
from desktop.pdf.convert.hidden_layers import shown_only
from desktop.pdf.convert.layers import hidden_layers
from desktop.pdf.convert.rasterize import PageRasterizer, PageTooLarge
from desktop.pdf.convert.target import (
    FILES_LOST,
    PLAIN,
    Target,
    copy_files,
    drop_files,
    has_files,
    target_of,
    with_metadata,
)
from desktop.pdf.convert.tidy_contents import is_untidy, tidy_contents
from desktop.pdf.convert.widths import reconcile_widths

log = logging.getLogger("dsp.pdf")

MOST_PAGES = 2_000
ROUNDS = 6
FEW_UNDRAWN = 2  # letters of a page


class _FontsMissing(Exception):
    """Most letters of a page cannot be drawn: they have no font, here or in the file."""


_ANSWERED = (pikepdf.PdfError, pdfium.PdfiumError, PageTooLarge, _FontsMissing)


@dataclass(slots=True)
class _Work:
    """One document on its way."""

    original: bytes  # or, with a form or a hidden layer, what a reader shows of it
    pages: int
    fields: tuple[ShownField, ...] = ()
    changes: list[str] = field(default_factory=list)
    pictured: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)  # pictured because they came out otherwise
    tidied: set[int] = field(default_factory=set)  # pages whose contents were spelled anew
    damaged: frozenset[int] = frozenset()  # pages with a part that no reader can decode
    flattened: bool = False  # fields or notes became text of their pages
    lacks_fonts: bool = False
    fonts_drawn: bool = False  # it was tried
    embeds: bool = True  # fonts that are only named are put in where ours have their widths
    target: Target = PLAIN
    told: bool = False  # something happened that the user has to look at, whatever the pictures say


def convert_document(content: bytes) -> Result[Conversion]:
    """A conforming copy of a PDF; one that conforms already comes back as it is.

    FILE_LOCKED, FILE_SIGNED, FILE_HAS_FORM, FILE_PAGE_DAMAGED (a page of which nothing can be read),
    FILE_PORTFOLIO, FILE_UNREADABLE, FILE_UNSAFE, FILE_UNCONFIRMED.
    """
    examined = examine(content)
    if isinstance(examined, Failure):
        return examined
    report = examined.report
    if report.confirmed is not None:
        return Conversion(content, report, differs=False)
    if report.signed:
        return Failure.of(Code.FILE_SIGNED)
    if report.pages > MOST_PAGES:
        return Failure.of(Code.FILE_TOO_LONG, pages=report.pages, most=MOST_PAGES)
    try:
        return _converted(content, examined.damaged)
    except pikepdf.PasswordError:
        return Failure.of(Code.FILE_LOCKED)
    except (pikepdf.PdfError, pdfium.PdfiumError):
        return Failure.of(Code.FILE_UNREADABLE)
    except PageTooLarge:
        return Failure.of(Code.FILE_UNSAFE)
    except _FontsMissing:
        return Failure.of(Code.FILE_UNREADABLE)  # only who wrote it can show it


def _converted(content: bytes, damaged: frozenset[int] | None) -> Result[Conversion]:
    """By its parts; a file with something so odd in it that a library stops becomes pictures as a whole."""
    try:
        return _convert(content, damaged)
    except (*_ANSWERED, MemoryError, RecursionError):
        raise
    except Exception as problem:  # noqa: BLE001 - foreign bytes may break any library in any way
        log.info("%s while copying: pictures only", type(problem).__name__)
    try:
        return _only_pictures(content)
    except (*_ANSWERED, MemoryError, RecursionError):
        raise
    except Exception as problem:  # noqa: BLE001 - the same
        log.info("%s while drawing", type(problem).__name__)
        return Failure.of(Code.FILE_UNREADABLE)


def _only_pictures(content: bytes) -> Result[Conversion]:
    with pikepdf.open(io.BytesIO(content)) as pdf, PageRasterizer(content) as pictures:
        damaged = _damaged(pdf)
        work = _Work(content, len(pdf.pages), damaged=damaged, told=True, lacks_fonts=True)
        if has_files(pdf):
            _add(work.changes, FILES_LOST)
        copy = _all_pictures(pdf, pictures, work)
        if isinstance(copy, Failure):
            return copy
        comparison = compare(work.original, copy.content)
        return _conversion(work, comparison, copy, pictures)


def _damaged(pdf: pikepdf.Pdf) -> frozenset[int]:
    return frozenset(part.page for part in damaged_parts(pdf))


def _convert(content: bytes, damaged: frozenset[int] | None) -> Result[Conversion]:
    """Where fonts of ours, put in for missing ones, look otherwise, these are drawn as they looked."""
    moved: set[int] = set()
    copy = _attempt(content, damaged, moved, embeds=True)
    if isinstance(copy, Failure) or not moved or FONTS_PUT_IN not in copy.changes:
        return copy
    other = _attempt(content, damaged, set(), embeds=False)
    if isinstance(other, Failure) or len(other.pictured_pages) >= len(copy.pictured_pages):
        return copy
    return other


def _attempt(
    content: bytes, known: frozenset[int] | None, moved: set[int], *, embeds: bool
) -> Result[Conversion]:
    """*known* are the damaged pages, where the check saw them; *moved* takes those that looked otherwise."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        repaired = was_repaired(pdf)
        if is_incomplete(pdf, content, repaired=repaired):
            return Failure.of(Code.FILE_UNREADABLE)
        if "/Collection" in pdf.Root:
            return Failure.of(Code.FILE_PORTFOLIO)
        if sanitize.is_drawn_by_program(pdf):
            return Failure.of(Code.FILE_HAS_FORM)
        damaged = _damaged(pdf) if known is None else known
        shown = shown_only(content) if hidden_layers(pdf) and not damaged else None
        told = shown is not None or repaired
        work = _Work(shown or content, len(pdf.pages), moved=moved, damaged=damaged, told=told, embeds=embeds)
        if repaired:
            work.changes.append("pdfa.change_repaired")
        if shown is None:
            return _convert_parts(pdf, work)
    with pikepdf.open(io.BytesIO(shown)) as pdf:
        return _convert_parts(pdf, work)


def _convert_parts(pdf: pikepdf.Pdf, work: _Work) -> Result[Conversion]:
    work.target = target_of(pdf)
    work.told = draw_bare_notes(pdf, work.original) or work.told
    fields, undrawn = draw_field_values(pdf)
    work.fields = tuple(fields)
    cropped = fit_crop_boxes(pdf)
    if fields or cropped:
        work.original = _saved(pdf)
    work.changes += undrawn
    work.told = work.told or bool(undrawn) or sanitize.has_filled_form(pdf)
    layered = _pages_with_hidden_layers(pdf)
    linked = annotations.has_drawn_links(pdf)
    work.changes += sanitize.sanitize(pdf, work.target)
    work.target = with_metadata(work.target, pdf)
    work.flattened = linked or sanitize.FORM_CHANGE in work.changes
    work.changes += convert_printing_colours(pdf)
    repair_fonts(pdf)
    tell_exact_widths(pdf)
    if work.embeds:
        work.changes += embed_fonts(pdf)
    work.lacks_fonts = lacks_fonts(pdf)
    with PageRasterizer(work.original, _readable(pdf, work)) as pictures:
        _picture(pdf, pictures, work, layered)
        copy = _until_conforming(pdf, pictures, work)
        if isinstance(copy, Failure):
            return copy
        return _compared(pdf, pictures, work, copy)


def _readable(pdf: pikepdf.Pdf, work: _Work) -> bytes | None:
    """The document whose words stand behind pictures, when its fields and notes have some of their own."""
    if not annotations.has_free_text(pdf):
        return _saved(pdf) if work.flattened else None
    with pikepdf.open(io.BytesIO(_saved(pdf))) as copy:
        annotations.flatten_free_text(copy)
        return _saved(copy)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def _pages_with_hidden_layers(pdf: pikepdf.Pdf) -> set[int]:
    """They are drawn as they are shown: what is hidden must not come out of hiding."""
    hidden = hidden_layers(pdf)
    return set().union(*pages_using(pdf, hidden).values()) if hidden else set()


def _until_conforming(pdf: pikepdf.Pdf, pictures: PageRasterizer, work: _Work) -> Result[Approved]:
    """Write, ask, remedy; again until nobody objects."""
    for step in range(ROUNDS):
        written = write(pdf, work.target)
        found = judged(written)
        if isinstance(found, Approved):
            return found
        _remedy(pdf, pictures, work, found, written, step - bool(work.tidied))
    return _all_pictures(pdf, pictures, work)


def _remedy(
    pdf: pikepdf.Pdf, pictures: PageRasterizer, work: _Work, found: list[Obstacle], copy: bytes, step: int
) -> None:
    with pikepdf.open(io.BytesIO(copy)) as written:
        reached = pages_using(written, {obstacle.place for obstacle in found if obstacle.place})
    pages: set[int] = set()
    untidy: set[int] = set()
    every = set(range(work.pages))
    loose = False
    for obstacle in found:
        places = reached.get(obstacle.place, set()) if obstacle.place else set()
        pages |= places
        if is_untidy(obstacle.family, obstacle.detail):
            untidy |= places or (every if obstacle.family == "content" else set())
        loose = loose or not places
    if work.target.keeps_files and (step > 1 or any(o.family == "embedded_file" for o in found)):
        _without_files(pdf, work)
        return
    log.debug("round %d: pages %s loose %s: %s", step, sorted(pages), loose, found[:8])
    if not untidy <= work.pictured and not work.tidied:
        work.tidied = untidy
        tidy_contents(pdf, untidy - work.pictured)
        return
    if step == 0 and pages and _flatten_notes(pdf, pictures, work, pages):
        return
    if step <= 1 and _agreed(pdf, found):
        return
    if _fonts_drawn(pdf, work, found, copy, reached):
        return
    if loose:
        stripped = sanitize.strip_catalog(pdf, work.target)
        work.changes += [change for change in stripped if change not in work.changes]
    fresh = pages - work.pictured
    if not fresh and step > 1:
        fresh = every - work.pictured
    _picture(pdf, pictures, work, fresh)


def _fonts_drawn(
    pdf: pikepdf.Pdf, work: _Work, found: list[Obstacle], copy: bytes, reached: dict[Place, set[int]]
) -> bool:
    """Fonts are drawn anew, once, where nothing else keeps their pages from conforming."""
    if work.fonts_drawn:
        return False
    work.fonts_drawn = True
    lost = set(work.pictured)
    fonts: dict[Place, set[int]] = {}
    for obstacle in found:
        pages = reached.get(obstacle.place, set()) if obstacle.place else set()
        if obstacle.place and obstacle.family.startswith("font"):
            fonts[obstacle.place] = pages
        else:
            lost |= pages
    wanted = {place for place, pages in fonts.items() if not pages <= lost}
    with pikepdf.open(io.BytesIO(copy)) as written:
        drawn = bool(wanted) and draw_fonts(pdf, written, wanted)
    if drawn:
        _add(work.changes, DRAWN_FONTS)
    return drawn


def _flatten_notes(pdf: pikepdf.Pdf, pictures: PageRasterizer, work: _Work, pages: set[int]) -> bool:
    """Comments and marks become part of their pages; False when there were none.

    A page with a note that only PDFium draws becomes what PDFium draws.
    """
    bare = annotations.pages_without_appearance(pdf, pages)
    _picture(pdf, pictures, work, bare)
    _tell_notes(pdf, work, pages - bare)
    return annotations.flatten_markup(pdf, pages - bare) or bool(bare)


def _tell_notes(pdf: pikepdf.Pdf, work: _Work, pages: set[int]) -> None:
    """A note that is no note any more is looked at by the user, whatever the pictures say."""
    told = annotations.told_of(pdf, pages)
    if told:
        work.changes += [change for change in told if change not in work.changes]
        work.told = work.flattened = True


def _agreed(pdf: pikepdf.Pdf, found: list[Obstacle]) -> bool:
    """True when fonts were brought to the widths that the document counts on."""
    return any(obstacle.family == "font_widths" for obstacle in found) and reconcile_widths(pdf)


def _picture(pdf: pikepdf.Pdf, pictures: PageRasterizer, work: _Work, pages: set[int]) -> None:
    _tell_notes(pdf, work, pages)
    for number in sorted(pages):
        if pictures.replace(pdf, number):
            _add(work.changes, "pdfa.change_page_size")
        _ask_for_fonts(pictures, work, number)
    work.pictured |= pages
    if len(work.pictured) == work.pages:
        sanitize.drop_structure(pdf)


def _ask_for_fonts(pictures: PageRasterizer, work: _Work, number: int) -> None:
    """Raises _FontsMissing, at the first page: a long document is not drawn to be refused."""
    missing, letters = pictures.undrawn.get(number, (0, 0))
    if work.lacks_fonts and missing > letters / 2:
        raise _FontsMissing


def _all_pictures(pdf: pikepdf.Pdf, pictures: PageRasterizer, work: _Work) -> Result[Approved]:
    """The last resort: a new document of pictures, with nothing of the old one but title, look and words."""
    with pikepdf.new() as fresh:
        for _ in range(work.pages):
            fresh.add_blank_page()  # takes its size with the picture
        sanitize.keep_title(pdf, fresh)
        _tell_notes(pdf, work, set(range(work.pages)))
        for change in sanitize.told_of_pictures(pdf):
            _add(work.changes, change)
        for number in range(work.pages):
            if pictures.replace(fresh, number, whole=True):
                _add(work.changes, "pdfa.change_page_size")
            _ask_for_fonts(pictures, work, number)
        work.pictured = set(range(work.pages))
        if work.target.keeps_files:
            copy_files(pdf, fresh)
            copy = write_conforming(fresh, work.target)
            if isinstance(copy, Approved):
                return copy
            _without_files(fresh, work)
        return write_conforming(fresh)


def _without_files(pdf: pikepdf.Pdf, work: _Work) -> None:
    """Files that no checker takes are told of, and the copy is one without any."""
    _add(work.changes, drop_files(pdf))
    work.target = PLAIN


def _compared(pdf: pikepdf.Pdf, pictures: PageRasterizer, work: _Work, copy: Approved) -> Result[Conversion]:
    """Pages that came out otherwise than they were become pictures; then the last word."""
    comparison = compare(work.original, copy.content, may_gain_text=work.flattened)
    changed = comparison.changed - work.pictured
    if changed:
        work.moved |= changed
        _picture(pdf, pictures, work, changed)
        again = _until_conforming(pdf, pictures, work)
        if isinstance(again, Failure):
            return again
        copy = again
        comparison = compare(work.original, copy.content, may_gain_text=work.flattened)
    return _conversion(work, comparison, copy, pictures)


def _conversion(
    work: _Work, comparison: Comparison, copy: Approved, pictures: PageRasterizer
) -> Result[Conversion]:
    suspects = work.pictured if work.lacks_fonts else ()
    undrawn = [pictures.undrawn.get(number, (0, 0)) for number in suspects]
    if any(missing > FEW_UNDRAWN for missing, _ in undrawn):
        _add(work.changes, "pdfa.change_undrawn")
        work.told = True
    if not shows_values(copy.content, work.fields):
        _add(work.changes, "pdfa.change_field_value")
        work.told = True
    lost = work.damaged & comparison.empty
    if lost:
        return Failure.of(Code.FILE_PAGE_DAMAGED, pages=", ".join(str(number + 1) for number in sorted(lost)))
    if comparison.other_count or comparison.blank or (len(comparison.empty) == work.pages and work.told):
        return Failure.of(Code.FILE_UNREADABLE)
    return Conversion(
        copy.content,
        copy.report,
        differs=bool(work.told or work.damaged or comparison.changed or comparison.unknown),
        pictured_pages=tuple(sorted(number + 1 for number in work.pictured)),
        changes=tuple(dict.fromkeys(work.changes)),
        damaged_pages=tuple(sorted(number + 1 for number in work.damaged)),
    )


def _add(changes: list[str], change: str) -> None:
    if change not in changes:
        changes.append(change)
