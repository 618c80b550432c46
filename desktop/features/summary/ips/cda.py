"""A patient summary of MyHealth@EU as CDA, read to the same values: level 3 and level 1.

Level 3 has sections with entries; level 1 has a PDF inside, which is handed on as it is. No stylesheet runs,
no entity is resolved, nothing is fetched. The words of each section are kept beside its entries, because
nothing proves that these say all of it.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from desktop.domain.errors import Failure, Result
from desktop.features.summary.domain.entries import Entry, Remark
from desktop.features.summary.domain.reading import Oddity, OddityKind, Reading, ReadingCode
from desktop.features.summary.domain.sections import RULES, SECTIONS, EntryKind, SectionState
from desktop.features.summary.domain.summary import Subject, Summary, SummarySection, Writer
from desktop.features.summary.domain.wording import partial_negation, section_title, spoken
from desktop.features.summary.ips import codes, narrative
from desktop.features.summary.ips.cda_entries import (
    Element,
    Words,
    all_of,
    denied,
    first,
    inside,
    read_entries,
    words,
)
from desktop.features.summary.ips.read import in_order

MOST_BYTES: Final = 60_000_000
MOST_MARKS: Final = 400_000  # tags and attributes; a summary has some ten thousand, a PDF inside has none
_MATRICULE: Final = codes.MATRICULE.removeprefix("urn:oid:")
_EHEALTH_ID: Final = codes.EHEALTH_ID.removeprefix("urn:oid:")
_KEYS: Final = {rule.loinc: rule.key for rule in SECTIONS}
_SEXES: Final = {"F": "female", "M": "male", "UN": "other"}
_ENCODINGS: Final = frozenset(("utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"))
_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding=[\"']([A-Za-z0-9._-]{1,40})[\"']")
_PROLOG: Final = re.compile(r"\s*<\?xml[^>]{0,300}\?>")
_CONTENT: Final = ("text", "entry", "code")
_STAMP: Final = re.compile(r"(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:\.\d+)?([+-]\d{4})?")
_UNDATED: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CdaDocument:
    """``pdf`` is the page image of level 1, b"" for level 3."""

    reading: Reading
    pdf: bytes = field(repr=False)


def read_cda(content: bytes) -> Result[CdaDocument]:
    """The document in *content*. UNREADABLE: no XML, or with a DTD; NOT_A_SUMMARY: no ClinicalDocument."""
    root = _parsed(content)
    if root is None:
        return Failure.of(ReadingCode.UNREADABLE)
    if _local(root) != "ClinicalDocument":
        return Failure.of(ReadingCode.NOT_A_SUMMARY)
    oddities: list[Oddity] = []
    summary = _head(root, oddities)
    body = first(root, "component", "structuredBody")
    sections = [_section(one, summary.language, oddities) for one in _flat(body)]
    pdf = _pdf(first(root, "component", "nonXMLBody", "text"))
    if not sections:
        oddities.append(Oddity(OddityKind.UNFORMATTED, summary_title(root)))
    return CdaDocument(Reading(_with(summary, sections), tuple(oddities)), pdf)


def summary_title(root: Element) -> str:
    """The document's own title."""
    return words(first(root, "title")) or "CDA"


def _parsed(content: bytes) -> Element | None:
    """The root. It is decoded here, so that no encoding hides a DTD, whose entities grow without end."""
    if len(content) > MOST_BYTES:
        return None
    declared = _DECLARED.match(content.lstrip()[:300])
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    encoding = "utf-16" if wide else declared[1].decode().lower() if declared else "utf-8"
    if not wide and encoding not in _ENCODINGS:
        return None
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError:
        return None
    if "<!DOCTYPE" in text or text.count("<") + text.count("=") > MOST_MARKS:
        return None
    from lxml import etree  # type: ignore[import-untyped]  # by who reads one: 4 MB of the window's process

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )  # huge_tree: a PDF of 7.5 MB is one text of more than 10,000,000 characters
    try:
        return etree.fromstring(_PROLOG.sub("", text, count=1).encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _local(element: Element) -> str:
    """Its name without the namespace."""
    return str(element.tag).rpartition("}")[2]


def _head(root: Element, oddities: list[Oddity]) -> Summary:
    person = first(root, "recordTarget", "patientRole")
    if person is None:
        oddities.append(Oddity(OddityKind.NO_PATIENT))
    written = _moment(first(root, "effectiveTime"))
    if written is None:
        oddities.append(Oddity(OddityKind.NO_DATE))
    number = first(root, "versionNumber")
    version = number.get("value", "") if number is not None else ""
    language = first(root, "languageCode")
    former = first(root, "relatedDocument")
    return Summary(
        identifier=_id(first(root, "setId")) or _id(first(root, "id")),
        bundle=_id(first(root, "id")),
        version=int(version) if version.isascii() and version.isdigit() and 0 < len(version) < 9 else 1,
        replaces=_id(first(former, "parentDocument", "id")) if former is not None else "",
        subject=_subject(person),
        author=_author(first(root, "author", "assignedAuthor")),
        written_at=written or _UNDATED,
        language=language.get("code", "") if language is not None else "",
        sections=(),
    )


def _with(summary: Summary, sections: list[SummarySection]) -> Summary:
    return replace(summary, sections=in_order(sections))


def _section(section: Element, language: str, oddities: list[Oddity]) -> SummarySection:
    code = first(section, "code")
    loinc = code.get("code", "") if code is not None else ""
    key = _KEYS.get(loinc)
    title = words(first(section, "title")) or (code.get("displayName", "") if code is not None else "")
    where = title or (section_title(key, spoken(language)) if key else "")
    if key is None:
        oddities.append(Oddity(OddityKind.UNKNOWN_SECTION, where))
    told = Words(first(section, "text"))
    kind = RULES[key].kind if key else EntryKind.REMARK
    entries: list[Entry] = []
    unread: list[str] = []
    absences: list[SectionState] = []
    for entry in all_of(section, "entry"):
        denial = denied(entry)
        if isinstance(denial, SectionState):
            absences.append(denial)
        elif isinstance(denial, str):
            entries.append(Remark(text=partial_negation(denial, spoken(language))))
        else:
            found = read_entries(entry, kind, told)
            entries += found
            if not found:
                unread.append(next((_local(one) for one in entry), "entry"))
    oddities += [Oddity(OddityKind.UNREAD, where, name) for name in unread]
    if absences and entries:
        oddities.append(Oddity(OddityKind.CONTRADICTION, where))
    text = first(section, "text")
    lines = narrative.text_lines(text) if text is not None else ()
    return SummarySection(
        key=key,
        state=_state(section, entries, absences, lines),
        entries=tuple(entries),
        title="" if key else title,
        loinc="" if key else loinc,
        narrative=lines,
        unread=tuple(unread),
    )


def _state(
    section: Element, entries: list[Entry], absences: list[SectionState], lines: tuple[str, ...]
) -> SectionState:
    if entries:
        return SectionState.LINES
    if absences:
        return absences[0]
    if lines:
        return SectionState.LINES
    return SectionState.NOT_ASKED if section.get("nullFlavor") == "NASK" else SectionState.UNAVAILABLE


def _flat(body: Element | None) -> list[Element]:
    """All sections, also those inside others; not those that only hold others."""
    return [one for one in inside(body, "section") if any(first(one, name) is not None for name in _CONTENT)]


def _subject(person: Element | None) -> Subject:
    ids = {one.get("root", ""): one.get("extension", "") for one in all_of(person, "id")}
    patient = first(person, "patient")
    name, sex = first(patient, "name"), first(patient, "administrativeGenderCode")
    address = first(person, "addr")
    born = first(patient, "birthTime")
    return Subject(
        id="",
        matricule=ids.get(_MATRICULE, ""),
        family=" ".join(filter(None, (words(one) for one in all_of(name, "family")))),
        given=" ".join(filter(None, (words(one) for one in all_of(name, "given")))),
        birth_date=_date(born.get("value", "")) if born is not None else None,
        sex=_SEXES.get(sex.get("code", ""), "unknown") if sex is not None else "",
        address=", ".join(filter(None, (words(part) for part in address))) if address is not None else "",
    )


def _author(author: Element | None) -> Writer:
    ids = {one.get("root", ""): one.get("extension", "") for one in all_of(author, "id")}
    role = first(author, "code")
    return Writer(
        name=words(first(author, "assignedPerson", "name")),
        ehealth_id=ids.get(_EHEALTH_ID, ""),
        profession=role.get("displayName", "") if role is not None else "",
        organisation=words(first(author, "representedOrganization", "name")),
    )


def _pdf(text: Element | None) -> bytes:
    """The PDF of level 1, b"" where there is none."""
    if text is None or text.get("representation") != "B64":
        return b""
    try:
        found = base64.b64decode("".join(text.itertext()))
    except (binascii.Error, ValueError):
        return b""
    return found if found.startswith(b"%PDF-") else b""


def _id(element: Element | None) -> str:
    """An identifier of HL7 version 3: an OID, with an extension or alone."""
    if element is None:
        return ""
    root, extension = element.get("root", ""), element.get("extension", "")
    return f"{root}^{extension}" if extension else f"urn:oid:{root}" if root else ""


def _date(stamp: str) -> date | None:
    try:
        return date(int(stamp[:4]), int(stamp[4:6]), int(stamp[6:8]))
    except ValueError:
        return None


def _moment(element: Element | None) -> datetime | None:
    """A time stamp of HL7 (20261121093000+0100), aware; without a zone it is taken as UTC."""
    match = _STAMP.fullmatch(element.get("value", "")) if element is not None else None
    if match is None:
        return None
    parts = [
        int(part) if part else least
        for part, least in zip(match.groups()[:6], (1, 1, 1, 0, 0, 0), strict=True)
    ]
    try:
        moment = datetime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], tzinfo=UTC)
        zone = match[7]
        if zone:
            offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
            moment = moment - offset if zone[0] == "+" else moment + offset
    except (ValueError, OverflowError):
        return None
    return moment
