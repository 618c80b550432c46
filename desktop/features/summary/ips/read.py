"""A FHIR document as a summary: ours without any loss, those of others as far as they can be read (CF-094).

IPS 2.0 and 1.1 and the European Patient Summary are read, and what imperfect senders make of them. No input
raises; what cannot be read is named and hides nothing else.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from desktop.common import json_text
from desktop.common.json_tree import Json, at, each, extension, node, words
from desktop.domain.errors import Failure, Result
from desktop.features.summary.domain.entries import Entry, Remark
from desktop.features.summary.domain.reading import Oddity, OddityKind, Reading, ReadingCode
from desktop.features.summary.domain.sections import SECTIONS, SectionState
from desktop.features.summary.domain.summary import Subject, Summary, SummarySection, Writer
from desktop.features.summary.domain.wording import partial_negation, section_lines, section_title, spoken
from desktop.features.summary.ips import absent_codes, codes, narrative
from desktop.features.summary.ips.entries_read import read as read_entries
from desktop.features.summary.ips.source import BeingRead, concept, person_name

_KEYS: Final = {rule.loinc: rule.key for rule in SECTIONS}
_ORDER: Final = {rule.key: number for number, rule in enumerate(SECTIONS)}
_UNDATED: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STATES: Final = {reason: state for state, reason in codes.EMPTY.items()}
MOST_SECTIONS: Final = 500
MOST_REFERENCES: Final = 5_000
MOST_ELEMENTS: Final = 200_000  # in all, and in all that references name: one may be named again and again
_MOST_COMMAS: Final = 400_000  # seen before anything is parsed


class _TooLargeError(Exception):
    """More is named than anybody would show."""


def read(content: bytes) -> Result[Reading]:
    """The summary in *content*, a Bundle in JSON. UNREADABLE: no JSON; NOT_A_SUMMARY: no Composition.

    TOO_LARGE: more elements than a page could show, so that no document holds a worker for seconds; ours
    have some thousand.
    """
    if content.count(b",") > _MOST_COMMAS:
        return Failure.of(ReadingCode.TOO_LARGE)
    try:
        bundle = json_text.parse(content)
    except ValueError:
        return Failure.of(ReadingCode.UNREADABLE)
    if elements(bundle) > MOST_ELEMENTS:
        return Failure.of(ReadingCode.TOO_LARGE)
    document = _Document(bundle)
    if not document.composition:
        return Failure.of(ReadingCode.NOT_A_SUMMARY)
    try:
        return document.reading()
    except _TooLargeError:
        return Failure.of(ReadingCode.TOO_LARGE)


def elements(value: object) -> int:
    """How many values stand in *value*, itself counted."""
    count, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        count += 1
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return count


class _Document:
    def __init__(self, bundle: object) -> None:
        self._bundle = bundle
        self._by_reference: dict[str, Json] = {}
        self._oddities: list[Oddity] = []
        self._followed = self._named_elements = 0
        self._elements: dict[int, int] = {}
        resources = [node(entry, "resource") for entry in each(bundle, "entry")]
        for entry, resource in zip(each(bundle, "entry"), resources, strict=True):
            kind, own = words(resource, "resourceType"), words(resource, "id")
            for reference in (words(entry, "fullUrl"), f"{kind}/{own}" if own else ""):
                if reference:
                    self._by_reference.setdefault(reference, resource)
        found = (one for one in resources if one.get("resourceType") == "Composition")
        self.composition = next(found, {})

    def reading(self) -> Reading:
        """Everything, in the order in which it is read."""
        composition = self.composition
        language = words(composition, "language") or words(self._bundle, "language")
        if words(composition, "status") not in ("final", "amended"):
            self._odd(OddityKind.NOT_FINAL, what=words(composition, "status"))
        version = words(extension(composition, codes.VERSION_NUMBER), "valueString")
        summary = Summary(
            identifier=words(composition, "identifier", "value"),
            bundle=words(self._bundle, "identifier", "value"),
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 1,
            replaces=_replaced(composition),
            subject=self._subject(),
            author=self._author(),
            written_at=self._written_at(),
            language=language,
            sections=(),
        )
        sections = [self._section(one, summary) for one in _flat(composition)]
        return Reading(replace(summary, sections=in_order(sections)), tuple(self._oddities))

    def _section(self, given: Json, summary: Summary) -> SummarySection:
        loinc = next(
            (words(c, "code") for c in each(given, "code", "coding") if c.get("system") == codes.LOINC), ""
        )
        key = _KEYS.get(loinc)
        title = words(given, "title") or concept(given.get("code"))[0]
        language = spoken(summary.language)
        if key is None:
            self._odd(OddityKind.UNKNOWN_SECTION, title)
        where = title or (section_title(key, language) if key else "")
        entries: list[Entry] = []
        unread: list[str] = []
        state = _STATES.get(words(given, "emptyReason", "coding", 0, "code"), SectionState.UNAVAILABLE)
        said_state = SectionState.LINES if "emptyReason" not in given else state
        absences: list[SectionState] = []
        for reference in each(given, "entry"):
            resource = self._find(reference)
            absence = absent_codes.of(resource)
            if isinstance(absence, SectionState):
                absences.append(absence)
                continue
            read = (
                [Remark(text=partial_negation(absence, language))]
                if absence
                else read_entries(BeingRead(resource, self._finder(resource)))
                if resource
                else []
            )
            entries += read
            if not read:
                unread.append(_name(resource, reference))
        for name in unread:
            self._odd(OddityKind.UNREAD, where, name)
        for kind in narrative.inert(words(given, "text", "div")):
            self._odd(kind, where)
        if entries and (absences or said_state is not SectionState.LINES):
            self._odd(OddityKind.CONTRADICTION, where)
        if absences and not entries:
            said_state = absences[0]
        elif entries:
            said_state = SectionState.LINES
        section = SummarySection(
            key=key,
            state=said_state,
            entries=tuple(entries),
            title="" if key else title,
            loinc="" if key else loinc,
            note=words(extension(given, codes.NOTE), "valueString"),
            unread=tuple(unread),
        )
        return replace(section, narrative=_beyond(at(given, "text", "div"), section, summary))

    def _find(self, reference: object) -> Json:
        """What *reference* names, {} for nothing, and for all that comes after the most that are followed."""
        self._followed += 1
        if self._followed > MOST_REFERENCES:
            return {}
        found = self._by_reference.get(words(reference, "reference"), {})
        if id(found) not in self._elements:
            self._elements[id(found)] = elements(found)
        self._named_elements += self._elements[id(found)]
        if self._named_elements > 2 * MOST_ELEMENTS:
            raise _TooLargeError
        return found

    def _finder(self, resource: Json) -> Callable[[object], Json]:
        """What a reference of *resource* names: in the document, or contained in the resource."""
        contained = {f"#{words(one, 'id')}": one for one in each(resource, "contained")}
        return lambda reference: contained.get(words(reference, "reference")) or self._find(reference)

    def _subject(self) -> Subject:
        person = self._find(node(self.composition, "subject"))
        if person.get("resourceType") != "Patient":
            found = (e.get("resource") for e in each(self._bundle, "entry"))
            person = next((one for one in map(node, found) if one.get("resourceType") == "Patient"), {})
        if not person:
            self._odd(OddityKind.NO_PATIENT)
        name = next((n for n in each(person, "name") if n.get("use") == "official"), node(person, "name", 0))
        given = " ".join(words(g) for g in _texts(name.get("given")))
        identifiers = {words(i, "system"): words(i, "value") for i in reversed(each(person, "identifier"))}
        return Subject(
            id=words(person, "id"),
            matricule=identifiers.get(codes.MATRICULE, ""),
            family=words(name, "family") or ("" if given else words(name, "text")),
            given=given,
            birth_date=_date(words(person, "birthDate")),
            sex=words(person, "gender"),
            address=_address(node(person, "address", 0)),
        )

    def _author(self) -> Writer:
        author = self._find(at(self.composition, "author", 0))
        person = self._find(author.get("practitioner")) or author
        house = self._find(self.composition.get("custodian")) or self._find(author.get("organization"))
        ids = {words(i, "system"): words(i, "value") for i in reversed(each(person, "identifier"))}
        name = words(person, "name") if isinstance(person.get("name"), str) else person_name(person)
        return Writer(
            name=name or words(self.composition, "author", 0, "display"),
            ehealth_id=ids.get(codes.EHEALTH_ID, ""),
            profession=concept(node(author, "code", 0))[0]
            or concept(at(person, "qualification", 0, "code"))[0],
            organisation=words(house, "name"),
        )

    def _written_at(self) -> datetime:
        for iso in (words(self.composition, "date"), words(self._bundle, "timestamp")):
            moment = _moment(iso)
            if moment:
                return moment
        self._odd(OddityKind.NO_DATE)
        return _UNDATED

    def _odd(self, kind: OddityKind, where: str = "", what: str = "") -> None:
        self._oddities.append(Oddity(kind, where, what))


def in_order(sections: Iterable[SummarySection]) -> tuple[SummarySection, ...]:
    """As they are read: alerts, allergies, problems, treatment first, what nobody knows last."""
    return tuple(sorted(sections, key=lambda one: _ORDER[one.key] if one.key else len(_ORDER)))


def _beyond(xhtml: object, section: SummarySection, summary: Summary) -> tuple[str, ...]:
    """The lines of a narrative that are not what we say ourselves of the section (CF-089)."""
    told = narrative.lines(xhtml) if isinstance(xhtml, str) else ()
    own = narrative.lines(narrative.div(section_lines(section, summary, spoken(summary.language)), ""))
    own = own or ("–",)
    return told[: -len(own)] if told[-len(own) :] == own else told


def _flat(composition: Json) -> Iterator[Json]:
    """All sections, also those that IPS forbids inside others; each once, as many as a summary may have."""
    waiting = list(reversed(each(composition, "section")))
    for _ in range(MOST_SECTIONS):
        if not waiting:
            return
        section = waiting.pop()
        yield section
        waiting += reversed(each(section, "section"))


def _replaced(composition: Json) -> str:
    for relation in each(composition, "relatesTo"):
        if relation.get("code") == "replaces":
            return words(relation, "targetIdentifier", "value") or words(
                relation, "targetReference", "reference"
            )
    return ""


def _name(resource: Json, reference: Json) -> str:
    """What cannot be read, as the document calls it."""
    kind = words(resource, "resourceType")
    return words(reference, "display") or kind or words(reference, "reference") or "–"


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _address(address: Json) -> str:
    parts = (*_texts(address.get("line")), f"{words(address, 'postalCode')} {words(address, 'city')}".strip())
    return words(address, "text") or ", ".join(p for p in (*parts, words(address, "country")) if p)


def _date(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def _moment(iso: str) -> datetime | None:
    """An aware moment; a day alone is its beginning in UTC."""
    try:
        moment = datetime.fromisoformat(iso)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
