"""Shape of resources and data types: elements, cardinality, types, required codes, invariants of base R4.

The tables are HL7's own definitions, as far as a summary uses them (``resources/data/fhir-r4.json``); what
they do not name is a fault. What the names of an object alone decide (unknown and missing elements, which
test its values need) is decided once for each set of names and kept as a :class:`Plan`; the walk only tests
values. A plan holds names of the standard and nothing of a patient.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from desktop.common.json_tree import each, words
from desktop.features.summary.ips import codes
from desktop.features.summary.ips.checks.definitions import definitions
from desktop.features.summary.ips.checks.fault import Found, Named, Place
from desktop.features.summary.ips.checks.invariants import INVARIANTS, OF_NAMES, Rule
from desktop.features.summary.ips.checks.primitives import TESTS

Good = Callable[[object], bool]
Check = Callable[[object, Place, Found], None]
MOST_PLANS: Final = 500
"""Of one kind; a document that has more sets of names than any real one has them made anew each time."""


@dataclass(frozen=True, slots=True)
class Member:
    """An element under one of its names in JSON. ``choice`` is the name that it shares with others, or "".

    ``good`` is the test of one primitive, None for anything else; ``check`` gathers the faults of one value
    (of a primitive: of one that is not good).
    """

    good: Good | None
    check: Check
    many: bool = False
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Rest:
    """What is seldom to be done with an object.

    ``paired`` are lists of primitives with something beside them; ``amiss`` what the names alone make wrong,
    with the name ("": the object itself).
    """

    paired: tuple[tuple[str, Member], ...]
    amiss: tuple[tuple[str, str], ...]

    def check(self, value: dict[str, Any], place: Place, found: Found) -> None:
        """Gathers the faults."""
        for name, member in self.paired:
            _paired(value, name, member, place, found)
        for rule, name in self.amiss:
            found.fault(rule, (place, name) if name else place)


Plan = tuple[tuple[tuple[str, Good | None, Check], ...], Rest | None, tuple[Rule, ...]]
"""What is to be done with an object of one set of names: in their order what tells a good value (None: only
the check does) and the check; then the rest, if there is any; then what is asked of the values together."""


@dataclass(slots=True)
class Kind:
    """A resource, a data type, or a part of one. Of each tuple in ``required`` one name must be there."""

    name: str
    members: dict[str, Member] = field(default_factory=dict)
    required: list[tuple[str, ...]] = field(default_factory=list)
    plans: dict[tuple[str, ...], Plan] = field(default_factory=dict)

    def check(self, value: object, place: Place, found: Found) -> None:
        """Gathers the faults and the references of *value*."""
        if type(value) is not dict:
            found.fault("type", place)
            return
        if not value:
            found.fault("ele-1", place)
            return
        steps, rest, rules = self.plans.get(tuple(value)) or _plan(self, tuple(value))
        for name, good, check in steps:
            if good is None or not good(value[name]):
                check(value[name], (place, name), found)
        if rest is not None:
            rest.check(value, place, found)
        for rule, holds in rules:
            try:
                if holds(value):
                    continue
            except (TypeError, AttributeError, KeyError, IndexError):  # a wrong type inside has its own fault
                continue
            found.fault(rule, place)


@cache
def kinds() -> dict[str, Kind]:
    """All of them, by name; read once."""
    content = definitions()
    made = {name: Kind(name) for name in content["types"]}
    for name, kind in made.items():
        if "." not in name:
            kind.members["resourceType"] = Member(*_primitive(lambda value: type(value) is str, None))
        for element, (least, most, types, targets, binding) in content["types"][name].items():
            allowed: dict[str, list[str]] = content["bindings"].get(binding, {})
            names = []
            for one in types:
                if one not in TESTS and one not in made and one != "Resource":
                    continue
                good, check = (
                    _primitive(TESTS[one], _codes(allowed) if one == "code" else None)
                    if one in TESTS
                    else (None, _of_kind(made.get(one), frozenset(targets), allowed))
                )
                choice = element.removesuffix("[x]") if element.endswith("[x]") else ""
                names.append(f"{choice}{one[0].upper()}{one[1:]}" if choice else element)
                kind.members[names[-1]] = Member(good, check, most != 1, choice)
            if least:
                kind.required.append((*names, *(f"_{one}" for one in names)))
    return made


def walk(value: object, place: Place, found: Found) -> None:
    """Checks a resource with all that is in it, and gathers its references."""
    name = value.get("resourceType") if isinstance(value, dict) else None
    kind = kinds().get(name) if isinstance(name, str) and name[:1].isupper() and "." not in name else None
    if kind is None:
        found.fault("resource-type", place)
        return
    kind.check(value, place, found)


def part(value: object, name: str, place: Place, found: Found) -> None:
    """Checks one part of a resource (« Bundle.entry »)."""
    kinds()[name].check(value, place, found)


def _codes(allowed: dict[str, list[str]]) -> frozenset[str] | None:
    return frozenset(code for held in allowed.values() for code in held) or None


def _primitive(test: Good, allowed: frozenset[str] | None) -> tuple[Good, Check]:
    def why(item: object, place: Place, found: Found) -> None:
        found.fault("binding" if allowed and test(item) else "type", place)

    return (lambda item: type(item) is str and item in allowed) if allowed else test, why


def _of_kind(kind: Kind | None, targets: frozenset[str], allowed: dict[str, list[str]]) -> Check:
    """The check of one value of *kind*, None for a resource of any type."""
    if kind is None:
        return walk
    inside = kind.check
    if kind.name == "Reference":
        is_string = TESTS["string"]

        def refers(item: object, place: Place, found: Found) -> None:
            target = item.get("reference") if type(item) is dict else None
            if type(item) is not dict or len(item) > 1 or not is_string(target):
                inside(item, place, found)
            if type(target) is str:
                found.references.append(Named(found.entry, target, targets, place))

        return refers
    pairs = frozenset((system, code) for system, held in allowed.items() for code in held)
    if kind.name != "CodeableConcept" or not pairs:
        return inside

    def bound(item: object, place: Place, found: Found) -> None:
        inside(item, place, found)
        if type(item) is dict and not any(
            (words(one, "system"), words(one, "code")) in pairs for one in each(item, "coding")
        ):
            found.fault("binding", place)

    return bound


@cache
def _element() -> Kind:
    """What stands beside a primitive, under ``_name``."""
    members = {name: kinds()["Extension"].members[name] for name in ("id", "extension")}
    return Kind("Element", members)


def _plan(kind: Kind, names: tuple[str, ...]) -> Plan:
    """Made, and kept where all *names* are of the standard."""
    steps: list[tuple[str, Good | None, Check]] = []
    paired: dict[str, Member] = {}
    amiss: list[tuple[str, str]] = []
    chosen: dict[str, str] = {}
    unknown = False
    for name in names:
        member = kind.members.get(name)
        bare = name if member else name[1:]
        beside = kind.members.get(bare) if name[:1] == "_" else None
        told = member or beside
        if told is None or (member is None and told.good is None):
            unknown = True
            steps.append((name, None, _unknown))
            continue
        if told.many and told.good and (member is None or f"_{name}" in names):
            paired[bare] = told
            steps.append((name, _later, _unknown))
        elif member is None:
            steps.append((name, None, _beside if bare in names else _instead))
        else:
            steps.append((name, None if member.many else member.good, _step(kind, name, member)))
        if told.choice and chosen.setdefault(told.choice, bare) != bare:
            amiss.append(("cardinality", name))
    amiss += [("cardinality", of[0]) for of in kind.required if not any(name in names for name in of)]
    amiss += [(rule, "") for rule, holds in OF_NAMES.get(kind.name, ()) if not holds(names)]
    rest = Rest(tuple(paired.items()), tuple(amiss)) if paired or amiss else None
    plan = (tuple(steps), rest, INVARIANTS.get(kind.name, ()))
    if not unknown and len(kind.plans) < MOST_PLANS:
        kind.plans[names] = plan
    return plan


def _step(kind: Kind, name: str, member: Member) -> Check:
    if not member.many:
        return member.check
    good, one = member.good, member.check

    def many(items: object, place: Place, found: Found) -> None:
        if type(items) is not list:
            found.fault("type", place)
            return
        if not items:
            found.fault("empty-list", place)
        for number, item in enumerate(items):
            if good is None or not good(item):
                one(item, (place, number), found)

    def anchored(items: object, place: Place, found: Found) -> None:
        for item in items if type(items) is list else ():
            url = item.get("url") if type(item) is dict else None
            if type(url) is str and _ANCHORS.get(url, kind.name) != kind.name:
                found.fault("extension-place", place)
        many(items, place, found)

    return anchored if name == "extension" else many


_ANCHORS: Final = {codes.VERSION_NUMBER: "Composition", codes.TRANSLATION: "Element"}
"""Where HL7's extensions may stand; « Element » is beside a primitive."""


def _unknown(item: object, place: Place, found: Found) -> None:
    found.fault("unknown-element", place)


def _later(item: object) -> bool:
    """Of a list with something beside it: both are looked at together (:func:`_paired`)."""
    return True


def _beside(item: object, place: Place, found: Found) -> None:
    """What stands beside a primitive."""
    _element().check(item, place, found)


def _instead(item: object, place: Place, found: Found) -> None:
    """What stands there in place of a primitive: it says why there is none."""
    _element().check(item, place, found)
    if type(item) is dict and "extension" not in item:
        found.fault("ele-1", place)


def _paired(value: dict[str, Any], name: str, member: Member, place: Place, found: Found) -> None:
    """A list of primitives and, of the same length, what stands beside each; null where there is nothing."""
    items, besides = value.get(name), value[f"_{name}"]
    if type(besides) is not list or not besides:
        found.fault("type", (place, f"_{name}"))
        return
    if name not in value:
        items = [None] * len(besides)
    if type(items) is not list or len(items) != len(besides):
        found.fault("type", (place, name))
        return
    for number, (item, beside) in enumerate(zip(items, besides, strict=True)):
        if beside is not None:
            (_instead if item is None else _beside)(beside, ((place, f"_{name}"), number), found)
        told = name not in value or (item is None and beside)
        if not told and member.good is not None and not member.good(item):
            member.check(item, ((place, name), number), found)
