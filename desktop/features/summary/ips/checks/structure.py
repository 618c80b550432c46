"""Shape of resources and data types: elements, cardinality, types, required codes, invariants of base R4.

The tables are HL7's own definitions, as far as a summary uses them (``resources/data/fhir-r4.json``); what
they do not name is a fault.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from desktop.common.json_tree import each, words
from desktop.features.summary.ips import codes
from desktop.features.summary.ips.checks.definitions import definitions
from desktop.features.summary.ips.checks.fault import Found, Named, Place
from desktop.features.summary.ips.checks.invariants import INVARIANTS
from desktop.features.summary.ips.checks.primitives import TESTS


@dataclass(slots=True)
class Member:
    """An element under one of its names in JSON. ``choice`` is the name that it shares with others, or ""."""

    test: Callable[[object], bool] | None  # of a primitive
    kind: "Kind | None" = None  # of anything else; None for a resource of any type
    many: bool = False
    codes: frozenset[str] | None = None
    concept: frozenset[tuple[str, str]] | None = None
    targets: frozenset[str] = frozenset()
    choice: str = ""


@dataclass(slots=True)
class Kind:
    """A resource, a data type, or a part of one. Of each tuple in ``required`` one name must be there."""

    name: str
    members: dict[str, Member] = field(default_factory=dict)
    required: list[tuple[str, ...]] = field(default_factory=list)
    invariants: tuple[tuple[str, Callable[[dict[str, Any]], bool]], ...] = ()


@cache
def kinds() -> dict[str, Kind]:
    """All of them, by name; read once."""
    content = definitions()
    made = {name: Kind(name, invariants=INVARIANTS.get(name, ())) for name in content["types"]}
    for name, kind in made.items():
        if "." not in name:
            kind.members["resourceType"] = Member(lambda value: type(value) is str)
        for element, (least, most, types, targets, binding) in content["types"][name].items():
            allowed: dict[str, list[str]] = content["bindings"].get(binding, {})
            names = []
            for one in types:
                if one not in TESTS and one not in made and one != "Resource":
                    continue
                choice = element.removesuffix("[x]") if element.endswith("[x]") else ""
                shown = f"{choice}{one[0].upper()}{one[1:]}" if choice else element
                names.append(shown)
                kind.members[shown] = Member(
                    TESTS.get(one),
                    made.get(one),
                    most != 1,
                    frozenset(c for held in allowed.values() for c in held)
                    if allowed and one == "code"
                    else None,
                    frozenset((s, c) for s, held in allowed.items() for c in held)
                    if allowed and one == "CodeableConcept"
                    else None,
                    frozenset(targets) if one == "Reference" else frozenset(),
                    choice,
                )
            if least:
                kind.required.append((*names, *(f"_{one}" for one in names)))
    return made


@cache
def _element() -> Kind:
    """What stands beside a primitive, under ``_name``."""
    members = {name: kinds()["Extension"].members[name] for name in ("id", "extension")}
    return Kind("Element", members)


def walk(value: object, place: Place, found: Found) -> None:
    """Checks a resource with all that is in it, and gathers its references."""
    name = value.get("resourceType") if isinstance(value, dict) else None
    kind = kinds().get(name) if isinstance(name, str) and name[:1].isupper() and "." not in name else None
    if kind is None or not isinstance(value, dict):
        found.fault("resource-type", place)
        return
    _object(value, kind, place, found)


def part(value: object, name: str, place: Place, found: Found) -> None:
    """Checks one part of a resource (« Bundle.entry »)."""
    _object(value, kinds()[name], place, found)


def _object(value: object, kind: Kind, place: Place, found: Found) -> None:
    if type(value) is not dict:
        found.fault("type", place)
        return
    if not value:
        found.fault("ele-1", place)
        return
    members = kind.members
    chosen: dict[str, str] = {}
    for name, item in value.items():
        member = members.get(name)
        if member is None:
            member = members.get(name[1:]) if name[:1] == "_" else None
            if member is None or member.test is None:
                found.fault("unknown-element", (place, name))
                continue
            _beside(item, value.get(name[1:]), member, (place, name), found)
        elif member.many:
            if name == "extension":
                _anchored(item, kind, (place, name), found)
            _many(item, value.get(f"_{name}"), member, (place, name), found)
        elif member.test is None:
            _one(item, member, (place, name), found)
        elif not member.test(item):
            found.fault("type", (place, name))
        elif member.codes is not None and item not in member.codes:
            found.fault("binding", (place, name))
        if member.choice:
            bare = name.lstrip("_")
            if chosen.setdefault(member.choice, bare) != bare:
                found.fault("cardinality", (place, name))
    for names in kind.required:
        for name in names:
            if name in value:
                break
        else:
            found.fault("cardinality", (place, names[0]))
    for rule, holds in kind.invariants:
        try:
            good = holds(value)
        except (TypeError, AttributeError, KeyError, IndexError):  # a wrong type inside has its own fault
            good = True
        if not good:
            found.fault(rule, place)


_ANCHORS: Final = {codes.VERSION_NUMBER: "Composition", codes.TRANSLATION: "Element"}


def _anchored(extensions: object, kind: Kind, place: Place, found: Found) -> None:
    """Where HL7's extensions may stand; « Element » is beside a primitive."""
    for extension in extensions if type(extensions) is list else ():
        if type(extension) is dict and _ANCHORS.get(words(extension, "url"), kind.name) != kind.name:
            found.fault("extension-place", place)


def _many(items: object, beside: object, member: Member, place: Place, found: Found) -> None:
    if type(items) is not list:
        found.fault("type", place)
        return
    if not items:
        found.fault("empty-list", place)
    for number, item in enumerate(items):
        if item is None and type(beside) is list and number < len(beside) and beside[number]:
            continue
        _one(item, member, (place, number), found)


def _one(item: object, member: Member, place: Place, found: Found) -> None:
    test = member.test
    if test is not None:
        if not test(item):
            found.fault("type", place)
        elif member.codes is not None and item not in member.codes:
            found.fault("binding", place)
        return
    kind = member.kind
    if kind is None:
        walk(item, place, found)
        return
    _object(item, kind, place, found)
    if type(item) is not dict:
        return
    if kind.name == "Reference":
        _reference(item, member, place, found)
    elif member.concept is not None:
        codings = each(item, "coding")
        if not any((words(one, "system"), words(one, "code")) in member.concept for one in codings):
            found.fault("binding", place)


def _reference(item: dict[str, Any], member: Member, place: Place, found: Found) -> None:
    target = item.get("reference")
    if type(target) is str:
        found.references.append(Named(found.entry, target, member.targets, place))


def _beside(item: object, value: object, member: Member, place: Place, found: Found) -> None:
    """What stands beside a primitive: for a list a list of the same length, null where there is nothing."""
    if member.many:
        same = (
            type(item) is list
            and item
            and (value is None or (type(value) is list and len(value) == len(item)))
        )
        if not same or type(item) is not list:
            found.fault("type", place)
            return
        pairs = list(zip(item, value if type(value) is list else [None] * len(item), strict=True))
    else:
        pairs = [(item, value)]
    for number, (one, primitive) in enumerate(pairs):
        if one is None and member.many:
            continue
        here: Place = (place, number) if member.many else place
        _object(one, _element(), here, found)
        if type(one) is dict and primitive is None and "extension" not in one:
            found.fault("ele-1", here)
