"""Whether a document may be published: base R4 as HL7's validator judges it, then IPS or EPS.

It refuses all that HAPI's validator refuses of a document that the program writes (``tests/ips`` proves it);
and some that HAPI accepts, because a document of ours never needs it:

* ``reference``: one that leaves the Bundle (an address, an uuid in capitals)
* ``bundle-type``, ``full-url``: anything but a document whose entries are uuids in small letters
* ``type``: a text with control characters, an address with white space
* ``unknown-element``, ``resource-type``: types of R4 that a summary does not use
* ``txt-1``: links, pictures and styles in a narrative
"""

import re
from typing import Any, Final

from desktop.common import json_text
from desktop.common.json_tree import node, words
from desktop.features.summary.ips.checks import document, profile
from desktop.features.summary.ips.checks.fault import Fault, Found
from desktop.features.summary.ips.checks.structure import part, walk
from desktop.features.summary.ips.profiles import Profile
from desktop.features.summary.ips.source import concept

_ENTRY: Final = re.compile(r"Bundle\.entry\[(\d+)\]").match
_SECTION: Final = re.compile(r"Bundle\.entry\[\d+\]\.resource\.section\[(\d+)\]").match


def base_faults(content: bytes) -> tuple[Fault, ...]:
    """What base R4 refuses of *content* as a document; () for a good one. No input raises."""
    return _base(content)[1]


def faults(content: bytes, asked: Profile) -> tuple[Fault, ...]:
    """What stands against publishing *content* as *asked*: :func:`base_faults`, then the profile's."""
    bundle, wrong = _base(content)
    if wrong:
        return wrong
    found = Found()
    profile.check(bundle, asked, found)
    return tuple(found.faults)


def where(content: bytes, fault: Fault) -> str:
    """What a person calls the place of *fault*: the words of its entry, else the title of the document."""
    bundle = json_text.parse(content)
    number = _ENTRY(fault.path)
    resource = node(bundle, "entry", int(number[1]), "resource") if number else {}
    section = _SECTION(fault.path)
    title = words(resource, "section", int(section[1]), "title") if section else ""
    coded = resource.get("code") or resource.get("vaccineCode") or resource.get("medicationCodeableConcept")
    named = title or concept(coded)[0] or words(resource, "description")
    return named or words(bundle, "entry", 0, "resource", "title")


def _base(content: bytes) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    try:
        bundle = json_text.parse(content)
    except ValueError:
        return {}, (Fault("json", ""),)
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        return {}, (Fault("resource-type", ""),)
    found = Found()
    entries = bundle.get("entry")
    outside = {name: item for name, item in bundle.items() if name != "entry"}
    walk(outside, (None, "Bundle"), found)
    if not isinstance(entries, list) or not entries:
        found.fault("type", ((None, "Bundle"), "entry"))
        return bundle, tuple(found.faults)
    for number, entry in enumerate(entries):
        found.entry = number
        part(entry, "Bundle.entry", (((None, "Bundle"), "entry"), number), found)
    if all(isinstance(entry, dict) for entry in entries):
        document.check(bundle, found)
    return bundle, tuple(found.faults)
