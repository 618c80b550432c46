"""A FHIR resource being read, and the data types of FHIR in plain words; nothing raises."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar

from desktop.common.json_tree import Json, each, extension, node, words
from desktop.features.summary.domain import entries as e
from desktop.features.summary.ips import codes

_Known = TypeVar("_Known", bound=StrEnum)
_DAY: Final = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?(?=T|$)")


@dataclass(slots=True)
class BeingRead:
    """A resource being read: ``find`` gives what a reference of it names, {} for nothing."""

    resource: Json
    find: Callable[[object], Json]
    kept: list[str] = field(default_factory=list)

    def note(self) -> str:
        """Notes of the resource, then what had no other place."""
        own = words(extension(self.resource, codes.NOTE), "valueString")
        written = [words(note, "text") for note in each(self.resource, "note")]
        return "; ".join(part for part in (own, *written, *self.kept) if part)

    def day(self, name: str) -> tuple[e.PartialDate | None, e.PartialDate | None]:
        """Start and end of ``name[x]``; what is no date is kept in words."""
        given = self.resource
        single = (
            words(given, f"{name}DateTime") or words(given, f"{name}Instant") or words(given, f"{name}Date")
        )
        period = node(given, f"{name}Period")
        for form in ("String", "Age", "Range"):
            shown = plain_value(given.get(f"{name}{form}"))
            if shown:
                self.kept.append(shown)
        return self.partial(single or words(period, "start")), self.partial(words(period, "end"))

    def partial(self, iso: str) -> e.PartialDate | None:
        """The day of a dateTime in its own time zone."""
        if not iso:
            return None
        found = _DAY.match(iso)
        try:
            if found:
                return e.PartialDate(found[0])
        except ValueError:
            pass
        self.kept.append(iso)
        return None

    def status(self, name: str, known: dict[str, _Known], usual: _Known) -> _Known:
        """A coded status; one that we do not know is kept in words."""
        code = words(self.resource, name, "coding", 0, "code") or words(self.resource, name)
        if code and code not in known:
            self.kept.append(code)
        return known.get(code, usual)


def concept(value: object) -> tuple[str, tuple[e.Coding, ...]]:
    """Words and codes of a CodeableConcept. Without words of its own: a display, else the raw code."""
    codings = tuple(coding(item) for item in each(value, "coding"))
    codings = tuple(item for item in codings if item.code or item.display)
    shown = words(value, "text") or next((c.display for c in codings if c.display), "")
    return shown or next((c.code for c in codings if c.code), ""), codings


def coding(value: object) -> e.Coding:
    """One code; the language of its display where a translation with the same words tells it."""
    display = words(value, "display")
    language = ""
    for item in each(value, "_display", "extension"):
        parts = {words(part, "url"): part for part in each(item, "extension")}
        content = parts.get("content", {})
        if item.get("url") == codes.TRANSLATION and display in (
            words(content, "valueString"),
            words(content, "valueMarkdown"),
        ):
            language = words(parts.get("lang", {}), "valueCode")
    return e.Coding(words(value, "system"), words(value, "code"), display, language)


def plain_value(value: object) -> str:
    """Any data type of FHIR in one line of plain words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return words(value)
    if isinstance(value, list):
        return ", ".join(part for part in map(plain_value, value) if part)
    if not isinstance(value, dict):
        return ""
    if "numerator" in value or "denominator" in value:
        parts = (plain_value(value.get("numerator")), plain_value(value.get("denominator")))
        return " / ".join(part for part in parts if part and part != "1")
    if "low" in value or "high" in value:
        return " – ".join(
            part for part in (plain_value(value.get("low")), plain_value(value.get("high"))) if part
        )
    if "value" in value:
        number, unit = words(value, "value"), words(value, "unit") or words(value, "code")
        return " ".join(part for part in (words(value, "comparator"), number, unit) if part)
    if "start" in value or "end" in value:
        return " – ".join(part for part in (words(value, "start"), words(value, "end")) if part)
    return concept(value)[0] or words(value, "display")


def who(source: BeingRead, reference: object) -> str:
    found = source.find(reference)
    person = source.find(found.get("practitioner")) or found
    name = person.get("name")
    return words(reference, "display") or (words(name) if isinstance(name, str) else person_name(person))


def person_name(person: Json) -> str:
    """The first name of a person as it is said."""
    name = node(person, "name", 0)
    parts = (*(words(g) for g in name.get("given") or () if isinstance(g, str)), words(name, "family"))
    return words(name, "text") or " ".join(part for part in parts if part)
