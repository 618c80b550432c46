"""Writes the program's own documents: typst templates to tagged PDF/A-1a (CF-057).

Data goes in as JSON bytes and is read by the template; nothing of it is ever pasted into source. The same
data give the same bytes: the creation time is noon UTC of ``data["date"]`` (an ISO date or a ``date``).

typst keeps what it laid out, to be faster with the next one, and offers no way to forget it: names, numbers
and batches of all documents of a day. So each document is written in a child of its own that ends with it
(CF-017).

Shapes of ``data`` (all texts plain; ``date``/``datetime`` values allowed anywhere):

* every template: ``date``, ``author {name, profession?, organisation?, address?, phone?, ehealth_id?}``,
  optional ``patient {name, birth_date, matricule, sex?, address?}`` (``sex`` as in FHIR), ``place``, ``demo``
  (bool: prints the demo mark)
* ``lettre``: ``recipient {name, address?}``, ``subject``, ``paragraphs [text]``
* ``certificat``: ``kind`` (``incapacite`` | ``aptitude`` | ``libre``), ``from``, ``until``, ``paragraphs``
* ``rapport``: ``title``, ``sections [{title, paragraphs?, items?, table? {columns, rows}}]``
* ``resume-patient``: ``version``, ``identifier``, ``keywords [text]`` (in the metadata), ``second_title`` (of
  another language), ``copy`` (bool: marked as a copy, without room for a signature), ``sections [{title,
  second_title?, alarming?, state?, items? [{head, details, when, strong?}], lines? [text], note?}]``, each
  with a ``state`` (one line) or with items
* ``tableau``: ``title``, ``paragraphs``, ``columns [text]``, ``rows [[text]]``; landscape, unsigned: a copy
* ``acces``: nothing more; the leaflet « comment me donner accès »
* ``ordonnance``: ``code`` (in groups), ``qr`` (SVG as text), ``valid_until``, ``duplicate`` (bool),
  ``lines [{number, product, details?, dosage?, second_dosage?, second_language?, supply?, indication?, note?,
  flags? [text]}]``, the second dosage in the patient's language; room for a signature; what the author has no
  organisation, address or phone for gets a place to be filled in by hand
* ``dispensation``: ``code``, ``receiver?``, ``lines [{product, dosage?, details?, quantity, box [text],
  flags? [text]}]``, ``remarks? [text]``
* ``code``: ``title``, ``paragraphs``, ``picture`` (SVG as text) of a code to be scanned
* ``etiquette``: ``person`` (initials and birth year), ``lines [{product, dosage, batch?}]``; one label a page
* ``signature``: ``signer``, ``signer_id``, ``signed_at`` and ``until`` (texts), ``width`` and ``height`` in
  points: one page of that size, the visible signature
"""

import json
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from desktop.common.resource_files import resource
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.local_time import local_day
from desktop.domain.texts import Language, text
from desktop.pdf.child_client import PdfChild

TEMPLATES = (
    "lettre", "resume-patient", "certificat", "rapport", "tableau", "acces", "signature", "ordonnance",
    "dispensation", "etiquette", "code",
)  # fmt: skip

_LABELS = (
    "write.page",
    "write.demo_mark",
    "write.born",
    "write.born_female",
    "write.born_male",
    "write.matricule",
    "write.date",
    "write.place_and_date",
    "write.subject",
    "write.recipient",
    "write.author",
    "write.professional_id",
    "write.phone",
    "write.greeting",
    "write.closing",
    "write.certificate_title",
    "write.certificate_intro",
    "write.certificate_unfit",
    "write.certificate_fit",
    "write.certificate_purpose",
    "write.period",
    "write.summary_title",
    "write.summary_version",
    "write.summary_note",
    "write.summary_continued",
    "write.summary_continuation",
    "write.summary_copy",
    "write.leaflet_title",
    "write.leaflet_lead",
    "write.leaflet_what_title",
    "write.leaflet_what",
    "write.leaflet_code_title",
    "write.leaflet_code",
    "write.leaflet_lasts_title",
    "write.leaflet_lasts",
    "write.leaflet_standing_title",
    "write.leaflet_standing",
    "write.leaflet_see_title",
    "write.leaflet_see",
    "write.leaflet_free_title",
    "write.leaflet_free",
    "write.leaflet_help_title",
    "write.leaflet_help",
    "write.signed_by",
    "write.signed_at",
    "write.signed_until",
    "write.rx_title",
    "write.rx_duplicate",
    "write.rx_valid_until",
    "write.rx_electronic",
    "write.rx_how",
    "write.rx_qr_alt",
    "write.rx_organisation",
    "write.rx_address",
    "write.rx_phone",
    "write.dispense_title",
    "write.dispense_of",
    "write.dispense_product",
    "write.dispense_quantity",
    "write.dispense_box",
    "write.dispense_not_verified",
    "write.label_title",
)

_MISSING_GLYPH = "\u25a1"
# What the body font has for certain: asking it takes as long as writing a document.
SURELY_SHOWN = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x180)))) | frozenset("\n\t–—‘’“”„…•€≤≥−")
_DEADLINE_S = 30.0  # an ordonnance takes 0.1 s, a list of all patients 2 s


class DocumentWriter:
    """Implements :class:`desktop.ports.pdf.DocumentWriterPort`; safe to call from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self._working: set[PdfChild] = set()

    def write(self, template: str, language: str, data: Mapping[str, object]) -> Result[bytes]:
        """Render *template* in *language* (``fr``, ``de``, ``lb``, ``en``).

        Raises ValueError for an unknown template or language, TypeError for data that are none (bugs);
        UNEXPECTED when typst refuses, CANCELLED at the program's end.
        """
        if template not in TEMPLATES:
            raise ValueError(f"no such template: {template}")
        chosen, plain = Language(language), _plain(data)
        content = json.dumps(
            {"language": language, "labels": _labels(chosen), "data": plain}, ensure_ascii=False
        )
        with self._lock:
            if self._closed:
                return Failure.of(Code.CANCELLED)
            child = PdfChild("write")
            self._working.add(child)
        try:
            made = child.call(
                bytes, "write", template, content, _noon(plain.get("date")), seconds=_DEADLINE_S
            )
        finally:
            child.close()
            with self._lock:
                self._working.discard(child)
        if isinstance(made, Failure) and made.code is not Code.CANCELLED:
            return Failure.of(Code.UNEXPECTED)
        return made

    def close(self) -> None:
        """End what is being written, for good."""
        with self._lock:
            self._closed = True
            doomed = tuple(self._working)
        for child in doomed:
            child.close()


def compiled(template: str, content: str, created: int) -> Result[bytes]:
    """In the child: a template over its *content* (JSON), *created* at that second; UNEXPECTED."""
    import typst

    shown = "".join(map(_drawable, content))
    try:
        made = typst.compile(
            resource("templates", f"{template}.typ"),
            root=resource("templates"),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["a-1a"],
            timestamp=created,
            sys_inputs={"data": shown},
        )
    except typst.TypstError:
        return Failure.of(Code.UNEXPECTED)
    return bytes(made)


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[resource("fonts")],
    )


@cache
def shown_characters() -> frozenset[str]:
    """What the body font can show; a character outside becomes a visible box, never a failed letter."""
    from fontTools.ttLib import TTFont

    with TTFont(resource("fonts", "LiberationSans-Regular.ttf"), lazy=True) as font:
        return frozenset(chr(code) for code in font.getBestCmap())


@cache
def _labels(language: Language) -> dict[str, str]:
    return {key.removeprefix("write."): text(key, language=language) for key in _LABELS}


def _noon(day: object) -> int:
    """Seconds of noon UTC of an ISO day; of the first day of 2000 when there is none."""
    chosen = date.fromisoformat(day[:10]) if isinstance(day, str) and day else date(2000, 1, 1)
    return int(datetime.combine(chosen, time(12), UTC).timestamp())


def _plain(value: object) -> Any:
    """JSON values only: dates as ISO days, texts without control characters."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return local_day(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return "".join(filter(_is_no_control, value))
    if value is None or isinstance(value, (bool, int, float)):
        return value
    raise TypeError(f"not for a document: {type(value).__name__}")


def _is_no_control(character: str) -> bool:
    return character in "\n\t" or (character >= " " and character != "\u007f")


def _drawable(character: str) -> str:
    shown = character in SURELY_SHOWN or character in shown_characters()
    return character if shown else _MISSING_GLYPH
