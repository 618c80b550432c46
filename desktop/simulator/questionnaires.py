"""A QuestionnaireResponse against its Questionnaire (FHIR R4): linkIds, types, counts, enableWhen.

Of R4 what our own definitions use: groups, choice, date, string and boolean; enableWhen with ``=`` and ``!=``
on a sibling.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from desktop.common.resource_files import resource
from desktop.simulator.json_shapes import as_dict, as_dicts, as_text

Json = dict[str, Any]
_VALUES = {"choice": "valueCoding", "date": "valueDate", "string": "valueString", "boolean": "valueBoolean"}
_SYSTEMS = {"http://hl7.org/fhir/ValueSet/icd-10": "http://hl7.org/fhir/sid/icd-10"}  # all codes of a system
_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")


@cache
def questionnaire(name: str) -> Json:
    """One of ours."""
    path = resource("profiles", "fhir", f"Questionnaire-{name}.json")
    return as_dict(json.loads(path.read_text(encoding="utf-8")))


def defects(response: Json, definition: Json) -> Iterator[str]:
    """What is wrong, each by the element's name and its linkId."""
    canonical = f"{definition['url']}|{definition['version']}"
    if response.get("questionnaire") not in (canonical, definition["url"]):
        yield "questionnaire"
    yield from _items(as_dicts(response.get("item")), as_dicts(definition.get("item")))


def answers(group: Json, link_id: str) -> list[Any]:
    """The values of one question in a group."""
    found = [item for item in as_dicts(group.get("item")) if item.get("linkId") == link_id]
    return [value for item in found for answer in as_dicts(item.get("answer")) for value in answer.values()]


def _items(given: Sequence[Json], defined: Sequence[Json]) -> Iterator[str]:
    known = {as_text(item["linkId"]): item for item in defined}
    for item in given:
        if item.get("linkId") not in known:
            yield f"linkId {as_text(item.get('linkId'))}"
    for link_id, definition in known.items():
        mine = [item for item in given if item.get("linkId") == link_id]
        enabled = _enabled(definition, given)
        if mine and not enabled:
            yield f"{link_id} is not asked"
        if definition.get("required") and enabled and not mine:
            yield f"{link_id} is required"
        group = definition["type"] == "group"
        most_once = not group or not definition.get("repeats")
        if most_once and len(mine) > 1:
            yield f"{link_id} comes twice"
        for item in mine:
            yield from (_group if group else _question)(item, definition)


def _group(item: Json, definition: Json) -> Iterator[str]:
    if "answer" in item:
        yield f"{definition['linkId']} is a group"
    yield from _items(as_dicts(item.get("item")), as_dicts(definition.get("item")))


def _question(item: Json, definition: Json) -> Iterator[str]:
    link_id, given = definition["linkId"], as_dicts(item.get("answer"))
    if not given:
        yield f"{link_id} has no answer"
    if len(given) > 1 and not definition.get("repeats"):
        yield f"{link_id} has two answers"
    for answer in given:
        if set(answer) != {_VALUES[definition["type"]]} or not _fits(answer, definition):
            yield f"{link_id} answer"


def _fits(answer: Mapping[str, Any], definition: Json) -> bool:
    (value,) = answer.values()
    match definition["type"]:
        case "choice" if "answerValueSet" in definition:
            coding = as_dict(value)
            system = _SYSTEMS[definition["answerValueSet"]]
            return coding.get("system") == system and bool(as_text(coding.get("code")).strip())
        case "choice":
            options = [option["valueCoding"] for option in as_dicts(definition["answerOption"])]
            return any(_same(as_dict(value), option) for option in options)
        case "date":
            return isinstance(value, str) and _DATE.fullmatch(value) is not None
        case "boolean":
            return isinstance(value, bool)
        case _:
            return isinstance(value, str) and bool(value.strip())


def _enabled(definition: Json, siblings: Sequence[Json]) -> bool:
    conditions = [_holds(condition, siblings) for condition in as_dicts(definition.get("enableWhen"))]
    every = definition.get("enableBehavior", "all") == "all"
    return not conditions or (all(conditions) if every else any(conditions))


def _holds(condition: Json, siblings: Sequence[Json]) -> bool:
    given = answers({"item": siblings}, condition["question"])
    equal = any(_same(as_dict(value), condition["answerCoding"]) for value in given)
    return equal if condition["operator"] == "=" else bool(given) and not equal


def _same(coding: Json, other: Json) -> bool:
    return all(coding.get(key) == other[key] for key in ("system", "code"))
