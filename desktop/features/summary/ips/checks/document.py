"""Rules of a Bundle that is a document: its entries, and where references lead (bdl-*, FHIR R4 documents)."""

import re
from typing import Any, Final

from desktop.features.summary.ips.checks.fault import Found, Named, Place

_URN: Final = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_FORBIDDEN: Final = ("search", "request", "response")
_ROOT: Final[Place] = (None, "Bundle")


def check(bundle: dict[str, Any], found: Found) -> None:
    """The entries of *bundle*, whose references were gathered into *found*."""
    entries = [entry for entry in bundle.get("entry", ()) if isinstance(entry, dict)]
    if bundle.get("type") != "document":
        found.fault("bundle-type", (_ROOT, "type"))
    identifier = bundle.get("identifier")
    if not isinstance(identifier, dict) or not {"system", "value"} <= identifier.keys():
        found.fault("bdl-9", (_ROOT, "identifier"))
    if "timestamp" not in bundle:
        found.fault("bdl-10", (_ROOT, "timestamp"))
    if "total" in bundle:
        found.fault("bdl-1", (_ROOT, "total"))
    if not entries or _kind(entries[0]) != "Composition":
        found.fault("bdl-11", (_ROOT, "entry"))
    places: dict[str, int] = {}
    for number, entry in enumerate(entries):
        here: Place = ((_ROOT, "entry"), number)
        url = entry.get("fullUrl")
        if not isinstance(url, str) or _URN(url) is None:
            found.fault("full-url", (here, "fullUrl"))
        elif url in places:
            found.fault("bdl-7", (here, "fullUrl"))
        else:
            places[url] = number
        if "resource" not in entry:
            found.fault("bdl-5", here)
        for name in _FORBIDDEN:
            if name in entry:
                found.fault("bdl-3", (here, name))
    _references(entries, places, found)


def _references(entries: list[dict[str, Any]], places: dict[str, int], found: Found) -> None:
    """Each leads to an entry of a type that it may name, and each entry hangs together with the first."""
    near: list[set[int]] = [set() for _ in entries]
    kinds = [_kind(entry) for entry in entries]
    for one in found.references:
        target = places.get(one.target)
        if target is None:
            if not _contained(one, entries):
                found.fault("reference", one.place)
            continue
        if one.types and kinds[target] not in one.types:
            found.fault("reference-type", one.place)
        if 0 <= one.entry < len(near):
            near[one.entry].add(target)
            near[target].add(one.entry)
    reached, waiting = {0}, [0]
    while waiting and entries:
        for number in near[waiting.pop()] - reached:
            reached.add(number)
            waiting.append(number)
    for number in range(len(entries)):
        if number not in reached:
            found.fault("reachable", ((_ROOT, "entry"), number))


def _contained(one: Named, entries: list[dict[str, Any]]) -> bool:
    """« #x » names a resource inside the one that it stands in."""
    if not one.target.startswith("#") or not 0 <= one.entry < len(entries):
        return False
    resource = entries[one.entry].get("resource")
    inside = resource.get("contained") if isinstance(resource, dict) else None
    return isinstance(inside, list) and any(
        isinstance(item, dict) and f"#{item.get('id')}" == one.target for item in inside
    )


def _kind(entry: dict[str, Any]) -> str:
    resource = entry.get("resource")
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    return kind if isinstance(kind, str) else ""
