"""PDF/A-1: the document information dictionary says the same as XMP (ISO 19005-1, 6.7.3)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from pikepdf import Dictionary, Object, String

from desktop.pdf.check.finding import Finding, certain, unsure
from desktop.pdf.check.rdf import Form, Node, Packet
from desktop.pdf.check.xmp_schemas import DC, PDF, XMP

_TEXTS = {
    "/Title": (DC, "title"),
    "/Author": (DC, "creator"),
    "/Subject": (DC, "description"),
    "/Keywords": (PDF, "Keywords"),
    "/Creator": (XMP, "CreatorTool"),
    "/Producer": (PDF, "Producer"),
}
_DATES = {"/CreationDate": (XMP, "CreateDate"), "/ModDate": (XMP, "ModifyDate")}
_PDF_DATE = re.compile(
    r"D:(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:(Z)(?:00'?00'?|'?)|([+-])(\d{2})'(\d{2})'?)",
    re.ASCII,
)
_XMP_DATE = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.0+)?(?:(Z)|([+-])(\d{2}):(\d{2}))", re.ASCII
)
_FIRST_YEAR = 1583  # before it, calendars differ


def check_agreement(info: Object | None, packet: Packet) -> Iterator[Finding]:
    """Contradictions are certain; what cannot be compared is not."""
    if not isinstance(info, Dictionary):
        return
    for key, (uri, name) in _TEXTS.items():
        value = info.get(key)
        if value is None:
            continue
        if not isinstance(value, String):
            yield unsure("metadata_mismatch", f"{key} is no text", "6.7.3")
            continue
        if not _reads_alike(bytes(value)):
            yield unsure(
                "metadata_mismatch", f"{key} is in an encoding that readers take differently", "6.7.3"
            )
            continue
        yield from _check_text(key, str(value), packet.find(uri, name))
    for key, (uri, name) in _DATES.items():
        value = info.get(key)
        if value is not None:
            yield from _check_date(key, value, packet.find(uri, name))


def _reads_alike(raw: bytes) -> bool:
    """False for marks that PDF 1.4 does not know, half letters and bytes without a letter."""
    if not raw.startswith(b"\xfe\xff"):
        return not raw.startswith(b"\xff\xfe") and b"\xad" not in raw
    try:
        raw.decode("utf-16")
    except UnicodeDecodeError:
        return False
    return True


def _check_text(key: str, value: str, node: Node | None) -> Iterator[Finding]:
    if node is None:
        yield certain("metadata_mismatch", "6.7.3", f"{key} is not in XMP")
        return
    other = _text_of(node, key)
    if other is None:
        yield unsure("metadata_mismatch", f"{key} in XMP has an unusual form", "6.7.3")
    elif other != value:
        alike = other.strip("\x00 \r\n\t") == value.strip("\x00 \r\n\t")
        yield (unsure if alike else _differs)("metadata_mismatch", f"{key} differs", "6.7.3")


def _differs(family: str, detail: str, clause: str) -> Finding:
    return certain(family, clause, detail)


def _text_of(node: Node, key: str) -> str | None:
    if key in ("/Title", "/Subject"):
        defaults = [child.value for child in node.children if child.language == "x-default"]
        return defaults[0] if node.form is Form.ALT and len(defaults) == 1 else None
    if key == "/Author":
        if node.form is not Form.SEQ:
            return None
        return node.children[0].value if len(node.children) == 1 else "\x00several"
    return node.value if node.form is Form.SIMPLE else None


def _check_date(key: str, value: Object, node: Node | None) -> Iterator[Finding]:
    if node is None or not isinstance(value, String):
        yield unsure("metadata_mismatch", f"{key} is not in XMP", "6.7.3")
        return
    if not bytes(value).isascii():
        yield unsure("metadata_mismatch", f"{key} is in another encoding", "6.7.3")
        return
    left, right = _moment(_PDF_DATE, str(value)), _moment(_XMP_DATE, node.value)
    if left is None or right is None or left.year < _FIRST_YEAR:
        yield unsure("metadata_mismatch", f"{key} cannot be compared", "6.7.3")
    elif left != right:
        yield certain("metadata_mismatch", "6.7.3", f"{key} differs")


def _moment(pattern: re.Pattern[str], written: str) -> datetime | None:
    match = pattern.fullmatch(written)
    if match is None:
        return None
    year, month, day, hour, minute, second, utc, sign, hours, minutes = match.groups()
    try:
        zone = UTC
        if not utc:
            away = timedelta(hours=int(hours), minutes=int(minutes or 0))
            zone = timezone(away if sign == "+" else -away)
        return datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=zone)
    except ValueError:
        return None
