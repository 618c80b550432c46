"""The parts of FHIR R4 that the client reads, as tolerant structs: every element may be missing.

:func:`shaped` also survives elements of a wrong type: what does not fit is left out, the rest is kept.
"""

import json
import math
import re
from typing import Any, TypeVar

import msgspec

from desktop.common.built_types import built


class Struct(msgspec.Struct, rename="camel", gc=False):
    """Base: FHIR's camel case names, unknown elements ignored."""


class Coding(Struct):
    """A code of a system."""

    system: str = ""
    code: str = ""
    display: str = ""


class Concept(Struct):
    """A CodeableConcept."""

    coding: list[Coding] = []
    text: str = ""


class Identifier(Struct):
    """A business identifier."""

    system: str = ""
    value: str = ""


class Reference(Struct):
    """A reference and how it reads."""

    reference: str = ""
    display: str = ""
    identifier: Identifier | None = None


class Period(Struct):
    """Start and end as FHIR dateTimes."""

    start: str = ""
    end: str = ""


class Extension(Struct):
    """An extension with the value types that the client knows."""

    url: str = ""
    value_string: str = ""
    value_code: str = ""
    value_date: str = ""
    value_date_time: str = ""
    value_instant: str = ""
    value_reference: Reference | None = None
    extension: list["Extension"] = []

    def value(self) -> str:
        """The value as text."""
        named = self.value_reference.display if self.value_reference else ""
        return (
            self.value_string or self.value_code or self.value_date
            or self.value_date_time or self.value_instant or named
        )  # fmt: skip


class Meta(Struct):
    """Version and moment of registration."""

    version_id: str = ""
    last_updated: str = ""


class HumanName(Struct):
    """A name; ``text`` where it is not split."""

    family: str = ""
    given: list[str] = []
    text: str = ""
    use: str = ""


class Address(Struct):
    """A postal address."""

    text: str = ""
    line: list[str] = []
    postal_code: str = ""
    city: str = ""


class PatientResource(Struct):
    """Patient."""

    id: str = ""
    identifier: list[Identifier] = []
    name: list[HumanName] = []
    birth_date: str = ""
    gender: str = ""
    address: list[Address] = []
    extension: list[Extension] = []


class Provision(Struct):
    """Consent.provision: its period, and the highest confidentiality that it opens."""

    period: Period | None = None
    security_label: list[Coding] = []


class Consent(Struct):
    """Consent: a mandate."""

    id: str = ""
    status: str = ""
    category: list[Concept] = []
    patient: Reference | None = None
    provision: Provision | None = None
    extension: list[Extension] = []


class Attachment(Struct):
    """The content of a document; ``size`` may come as any number."""

    content_type: str = ""
    language: str = ""
    url: str = ""
    size: int | float | None = None
    hash: str = ""
    title: str = ""
    creation: str = ""


class DocumentContent(Struct):
    """DocumentReference.content."""

    attachment: Attachment | None = None


class RelatesTo(Struct):
    """A link to another version."""

    code: str = ""
    target: Reference | None = None


class DocumentContext(Struct):
    """Care context of a document."""

    encounter: list[Reference] = []
    facility_type: Concept | None = None


class Contained(Struct):
    """A contained author, organisation or role."""

    resource_type: str = ""
    id: str = ""
    identifier: list[Identifier] = []
    name: Any = None
    practitioner: Reference | None = None
    organization: Reference | None = None


class DocumentReference(Struct):
    """DocumentReference."""

    id: str = ""
    meta: Meta | None = None
    contained: list[Contained] = []
    extension: list[Extension] = []
    master_identifier: Identifier | None = None
    status: str = ""
    type: Concept | None = None
    subject: Reference | None = None
    date: str = ""
    author: list[Reference] = []
    relates_to: list[RelatesTo] = []
    description: str = ""
    security_label: list[Concept] = []
    content: list[DocumentContent] = []
    context: DocumentContext | None = None


class Encounter(Struct):
    """Encounter: a care episode. ``class`` is renamed because it is a Python word."""

    id: str = ""
    kind: Coding | None = msgspec.field(default=None, name="class")
    period: Period | None = None
    service_provider: Reference | None = None
    reason_code: list[Concept] = []
    extension: list[Extension] = []


class Search(Struct):
    """Bundle.entry.search."""

    mode: str = ""


class Response(Struct):
    """Bundle.entry.response."""

    status: str = ""
    location: str = ""
    outcome: msgspec.Raw = msgspec.Raw(b"")


class BundleEntry(Struct):
    """Bundle.entry; the resource stays raw until its type is known."""

    full_url: str = ""
    resource: msgspec.Raw = msgspec.Raw(b"")
    search: Search | None = None
    response: Response | None = None


class Link(Struct):
    """Bundle.link."""

    relation: str = ""
    url: str = ""


class Bundle(Struct):
    """A searchset or a transaction response."""

    resource_type: str = ""
    total: int | float | None = None
    link: list[Link] = []
    entry: list[BundleEntry] = []


class Typed(Struct):
    """Only which resource it is."""

    resource_type: str = ""
    id: str = ""


T = TypeVar("T")
_COMPLAINT = re.compile(r"got `(\w+)`.* - at `\$(.*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(?:\.\.\.|\d+)\]")
_NUMBER = (int, float)
_TYPES: dict[str, type | tuple[type, ...]] = {
    "null": type(None), "bool": bool, "int": _NUMBER, "float": _NUMBER, "str": str, "array": list,
    "object": dict,
}  # fmt: skip
_PRUNINGS = 40


def shaped(raw: bytes | msgspec.Raw, kind: type[T]) -> T | None:
    """Read *raw* as *kind*; elements that do not fit are dropped. None when it is no JSON object."""
    try:
        return msgspec.json.decode(raw, type=built(kind))
    except (msgspec.ValidationError, RecursionError):
        return _pruned(raw, kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _pruned(raw: bytes | msgspec.Raw, kind: type[T]) -> T | None:
    """Drop what the decoder complains of, one place at a time."""
    try:
        tree: Any = json.loads(bytes(raw), parse_int=_number, parse_float=_number, parse_constant=_number)
    except (ValueError, RecursionError):
        return None
    for _ in range(_PRUNINGS if isinstance(tree, dict) else 0):  # what is no object is not read
        try:
            return msgspec.json.decode(msgspec.json.encode(tree), type=built(kind))
        except msgspec.ValidationError as error:
            found = _COMPLAINT.search(str(error))
            steps = _STEP.findall(found[2]) if found else []
            if found is None or not steps:
                return None
            _prune(tree, [name or None for name in steps], _TYPES.get(found[1], object))
        except (RecursionError, UnicodeError):
            return None
    return None


def _number(written: str) -> int | float | None:
    """A number that every decoder takes; anything larger is as good as nothing."""
    value = float(written)
    if not math.isfinite(value) or abs(value) >= 2**53:
        return None
    return int(value) if value.is_integer() else value


def _prune(tree: Any, steps: list[str | None], odd: type | tuple[type, ...]) -> None:
    """Take away what has the *odd* type at the end of *steps*; None = some item of a list."""
    step, rest = steps[0], steps[1:]
    if isinstance(tree, list) and step is None:
        if not rest:
            tree[:] = [item for item in tree if not isinstance(item, odd)]
        for item in tree if rest else ():
            _prune(item, rest, odd)
    elif isinstance(tree, dict) and step is not None and step in tree:
        if rest:
            _prune(tree[step], rest, odd)
        elif isinstance(tree[step], odd):
            del tree[step]
