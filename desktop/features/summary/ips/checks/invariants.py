"""Invariants of base R4 (FHIRPath there) for the types that a summary uses, by the standard's own names.

Each takes the object of its type and says whether it holds. Where a part has a wrong type they may raise:
that part has a fault of its own.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]

from desktop.features.summary.ips import codes
from desktop.features.summary.ips.checks.definitions import systems
from desktop.features.summary.ips.checks.primitives import ABSOLUTE
from desktop.features.summary.ips.checks.ucum import is_unit

Json = dict[str, Any]
Rule = tuple[str, Callable[[Json], bool]]

_XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_TAGS: Final = frozenset(
    _XHTML + name
    for name in (
        *(
            "div",
            "p",
            "br",
            "span",
            "b",
            "em",
            "i",
            "strong",
            "small",
            "sub",
            "sup",
            "blockquote",
            "hr",
            "pre",
        ),
        *("ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "code", "q", "cite"),
        *("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"),
    )
)
_ATTRIBUTES: Final = frozenset(
    (
        "lang",
        "{http://www.w3.org/XML/1998/namespace}lang",
        "class",
        "id",
        "title",
        "colspan",
        "rowspan",
        "scope",
    )
)
_PLAIN: Final = re.compile(  # as the program itself writes it, with a word in its first line
    r'<div xmlns="http://www\.w3\.org/1999/xhtml" lang="[A-Za-z-]+" xml:lang="[A-Za-z-]+"><ul><li>[^<>&\s]'
    r"(?:[^<>&]|&(?:amp|lt|gt);)*</li>(?:<li>(?:[^<>&]|&(?:amp|lt|gt);)*</li>)*</ul></div>"
).fullmatch
_PARSER: Final = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def _coded(concept: object) -> str:
    """The first code of a concept."""
    coding = concept["coding"][0] if isinstance(concept, dict) and concept.get("coding") else {}
    return str(coding.get("code", ""))


@lru_cache(1)
def _parsed(div: str) -> Any:
    """The root element, None for what is no XML; two rules look at it one after the other."""
    try:
        return etree.fromstring(div.encode(), _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _xhtml(narrative: Json) -> bool:
    """txt-1: the allowed subset (of which the program needs no links or pictures)."""
    root = _parsed(narrative["div"])
    return (
        root is not None
        and root.tag == f"{_XHTML}div"
        and all(element.tag in _TAGS and _ATTRIBUTES.issuperset(element.attrib) for element in root.iter())
    )


def _words(narrative: Json) -> bool:
    """txt-2: something to read."""
    if _PLAIN(narrative["div"]):
        return True
    root = _parsed(narrative["div"])
    return root is None or any(text.strip() for text in root.itertext())


def _ordered(period: Json) -> bool:
    """per-1: a start that cannot lie before the end is wrong; what is known less precisely may."""
    start, end = period.get("start"), period.get("end")
    if start is None or end is None:
        return True
    length = min(len(start), len(end), len("2026-01-01"))
    return bool(start[:length] <= end[:length])


def _known(coding: Json) -> bool:
    """A code of a system that HL7 keeps whole is one of it; a code of UCUM is a unit."""
    held = systems().get(coding.get("system", ""))
    return held is None or coding.get("code") in held


def _unit(quantity: Json) -> bool:
    return quantity.get("system") != codes.UCUM or "code" not in quantity or is_unit(quantity["code"])


def _identified(identifier: Json) -> bool:
    return "system" not in identifier or ABSOLUTE(identifier["system"]) is not None


def _full_uri(identifier: Json) -> bool:
    return (
        identifier.get("system") != codes.URI
        or "value" not in identifier
        or bool(ABSOLUTE(identifier["value"]))
    )


def _extended(extension: Json) -> bool:
    """The definitions of the extensions that a summary uses; of others only that their name is absolute."""
    url = extension.get("url")
    inner = {item["url"]: item for item in extension.get("extension", ())}
    if url == codes.DATA_ABSENT:
        return extension.get("valueCode") in systems()[codes.ABSENT_REASON]
    if url == codes.TRANSLATION:
        parts = {"lang": ("valueCode",), "content": ("valueString", "valueMarkdown")}
        complete = set(inner) == set(parts) and len(extension["extension"]) == len(parts)
        return complete and all(any(n in inner[part] for n in names) for part, names in parts.items())
    return url != codes.VERSION_NUMBER or "valueString" in extension


def _valued(extension: Json) -> bool:
    values = [name for name in extension if name.lstrip("_").startswith("value")]
    return bool(values) != ("extension" in extension)


def _named(extension: Json) -> bool:
    return extension["url"] in ("lang", "content") or ABSOLUTE(extension["url"]) is not None


def _section(section: Json) -> bool:
    return any(name in section for name in ("text", "entry", "section"))


def _of_days(timing: Json) -> bool:
    pairs = (("duration", "durationUnit"), ("period", "periodUnit"), ("durationMax", "duration"))
    more = (("periodMax", "period"), ("countMax", "count"))
    return all(given not in timing or needed in timing for given, needed in (*pairs, *more))


def _condition(condition: Json) -> bool:
    """con-4."""
    abated = any(name.lstrip("_").startswith("abatement") for name in condition)
    return not abated or _coded(condition.get("clinicalStatus")) in ("inactive", "resolved", "remission")


def _in_error(resource: Json) -> bool:
    return _coded(resource.get("verificationStatus")) == "entered-in-error"


def _without_value(observation: Json) -> bool:
    valued = any(name.lstrip("_").startswith("value") for name in observation)
    return "dataAbsentReason" not in observation or not valued


INVARIANTS: Final[dict[str, tuple[Rule, ...]]] = {
    "Extension": (("ext-1", _valued), ("extension-url", _named), ("extension-value", _extended)),
    "Narrative": (("txt-1", _xhtml), ("txt-2", _words)),
    "Coding": (("code-in-system", _known),),
    "Quantity": (
        ("qty-3", lambda q: "code" not in q or "system" in q),
        ("ucum", _unit),
    ),
    "Identifier": (("identifier-system", _identified), ("identifier-uri", _full_uri)),
    "Period": (("per-1", _ordered),),
    "Ratio": (("rat-1", lambda r: ("numerator" in r) == ("denominator" in r)),),
    "Attachment": (("att-1", lambda a: "data" not in a or "contentType" in a),),
    "ContactPoint": (("cpt-2", lambda c: "value" not in c or "system" in c),),
    "Timing.repeat": (("tim-2", _of_days),),
    "Composition.section": (
        ("cmp-1", _section),
        ("cmp-2", lambda s: "emptyReason" not in s or "entry" not in s),
    ),
    "Condition": (
        ("con-4", _condition),
        ("con-5", lambda c: not (_in_error(c) and "clinicalStatus" in c)),
    ),
    "AllergyIntolerance": (
        ("ait-1", lambda a: _in_error(a) or "clinicalStatus" in a),
        ("ait-2", lambda a: not (_in_error(a) and "clinicalStatus" in a)),
    ),
    "Observation": (("obs-6", _without_value),),
    "Observation.referenceRange": (("obs-3", lambda r: any(n in r for n in ("low", "high", "text"))),),
    "Organization": (("org-1", lambda o: "name" in o or "identifier" in o),),
    "Patient.contact": (
        ("pat-1", lambda c: any(n in c for n in ("name", "telecom", "address", "organization"))),
    ),
    "Immunization.education": (("imm-1", lambda e: "documentType" in e or "reference" in e),),
}
