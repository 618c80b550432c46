"""Invariants of base R4 (FHIRPath there) for the types that a summary uses, by the standard's own names.

Each takes the object of its type, or its names alone, and says whether it holds. Where a part has a wrong
type those of values may raise: that part has a fault of its own.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Final

from desktop.features.summary.ips import codes
from desktop.features.summary.ips.checks.definitions import systems
from desktop.features.summary.ips.checks.primitives import ABSOLUTE
from desktop.features.summary.ips.checks.ucum import is_unit

Json = dict[str, Any]
Rule = tuple[str, Callable[[Json], bool]]
Names = tuple[str, ...]
OfNames = Callable[[Names], bool]

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
_LETTERS: Final = r"[^<>&\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]*+"  # what XML may hold
_TEXT: Final = f"{_LETTERS}(?:&(?:amp|lt|gt);{_LETTERS})*+"
_PLAIN: Final = re.compile(  # as the program itself writes it, with a word in its first line; XML for sure
    r'<div xmlns="http://www\.w3\.org/1999/xhtml" lang="[A-Za-z-]+" xml:lang="[A-Za-z-]+"><ul>'
    rf"<li>(?=[^<>&\s]){_TEXT}</li>(?:<li>{_TEXT}</li>)*+</ul></div>"
).fullmatch
_LONG: Final = 1_000_000  # from here on libxml2 may refuse what is well formed


def _coded(concept: object) -> str:
    """The first code of a concept."""
    coding = concept["coding"][0] if isinstance(concept, dict) and concept.get("coding") else {}
    return str(coding.get("code", ""))


@cache
def _parser() -> Any:
    from lxml import etree  # type: ignore[import-untyped]  # by who checks: 4 MB of the window's process

    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


@lru_cache(1)
def _parsed(div: str) -> Any:
    """The root element, None for what is no XML; two rules look at it one after the other."""
    from lxml import etree

    try:
        return etree.fromstring(div.encode(), _parser())
    except (etree.XMLSyntaxError, ValueError):
        return None


def _plain(div: str) -> bool:
    return len(div) < _LONG and _PLAIN(div) is not None


def _xhtml(narrative: Json) -> bool:
    """txt-1: the allowed subset (of which the program needs no links or pictures)."""
    if _plain(narrative["div"]):
        return True
    root = _parsed(narrative["div"])
    return (
        root is not None
        and root.tag == f"{_XHTML}div"
        and all(element.tag in _TAGS and _ATTRIBUTES.issuperset(element.attrib) for element in root.iter())
    )


def _words(narrative: Json) -> bool:
    """txt-2: something to read."""
    if _plain(narrative["div"]):
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
    defined = _DEFINED.get(extension["url"])
    return defined is None or defined(extension)


def _absent(extension: Json) -> bool:
    return extension.get("valueCode") in systems()[codes.ABSENT_REASON]


def _translated(extension: Json) -> bool:
    """Its language and its words, each once."""
    told = extension.get("extension", ())
    inner = {item["url"]: item for item in told}
    return (
        inner.keys() == {"lang", "content"}
        and len(told) == len(inner)
        and "valueCode" in inner["lang"]
        and not inner["content"].keys().isdisjoint(("valueString", "valueMarkdown"))
    )


_DEFINED: Final[dict[str, Callable[[Json], bool]]] = {
    codes.DATA_ABSENT: _absent,
    codes.TRANSLATION: _translated,
    codes.VERSION_NUMBER: lambda extension: "valueString" in extension,
}


def _named(extension: Json) -> bool:
    return extension["url"] in ("lang", "content") or ABSOLUTE(extension["url"]) is not None


def _condition(condition: Json) -> bool:
    """con-4."""
    abated = any(name.lstrip("_").startswith("abatement") for name in condition)
    return not abated or _coded(condition.get("clinicalStatus")) in ("inactive", "resolved", "remission")


def _in_error(resource: Json) -> bool:
    return _coded(resource.get("verificationStatus")) == "entered-in-error"


INVARIANTS: Final[dict[str, tuple[Rule, ...]]] = {
    "Extension": (("extension-url", _named), ("extension-value", _extended)),
    "Narrative": (("txt-1", _xhtml), ("txt-2", _words)),
    "Coding": (("code-in-system", _known),),
    "Quantity": (("ucum", _unit),),
    "Identifier": (("identifier-system", _identified), ("identifier-uri", _full_uri)),
    "Period": (("per-1", _ordered),),
    "Condition": (
        ("con-4", _condition),
        ("con-5", lambda c: not (_in_error(c) and "clinicalStatus" in c)),
    ),
    "AllergyIntolerance": (
        ("ait-1", lambda a: _in_error(a) or "clinicalStatus" in a),
        ("ait-2", lambda a: not (_in_error(a) and "clinicalStatus" in a)),
    ),
}
"""Those that look at values."""


def _any(*wanted: str) -> OfNames:
    return lambda names: any(one in names for one in wanted)


def _with(*pairs: tuple[str, str]) -> OfNames:
    """Each first name only with its second."""
    return lambda names: all(given not in names or needed in names for given, needed in pairs)


def _some(names: Names, choice: str) -> bool:
    return any(name.lstrip("_").startswith(choice) for name in names)


OF_NAMES: Final[dict[str, tuple[tuple[str, OfNames], ...]]] = {
    "Extension": (("ext-1", lambda n: _some(n, "value") != ("extension" in n)),),
    "Quantity": (("qty-3", _with(("code", "system"))),),
    "Ratio": (("rat-1", lambda n: ("numerator" in n) == ("denominator" in n)),),
    "Attachment": (("att-1", _with(("data", "contentType"))),),
    "ContactPoint": (("cpt-2", _with(("value", "system"))),),
    "Timing.repeat": (
        (
            "tim-2",
            _with(
                *(("duration", "durationUnit"), ("period", "periodUnit"), ("durationMax", "duration")),
                *(("periodMax", "period"), ("countMax", "count")),
            ),
        ),
    ),
    "Composition.section": (
        ("cmp-1", _any("text", "entry", "section")),
        ("cmp-2", lambda n: "emptyReason" not in n or "entry" not in n),
    ),
    "Observation": (("obs-6", lambda n: "dataAbsentReason" not in n or not _some(n, "value")),),
    "Observation.referenceRange": (("obs-3", _any("low", "high", "text")),),
    "Organization": (("org-1", _any("name", "identifier")),),
    "Patient.contact": (("pat-1", _any("name", "telecom", "address", "organization")),),
    "Immunization.education": (("imm-1", _any("documentType", "reference")),),
}
"""Those that the names of an object decide alone."""
