"""Does a value have the type that a schema says? (ISO 19005-1, 6.7.9; ISO 19005-2/3, 6.6.2.3.1)."""

import re
from dataclasses import dataclass

from desktop.pdf.check.rdf import Form, Node
from desktop.pdf.check.xmp_schemas import Names, structures_of

_ARRAYS = {"bag": Form.BAG, "seq": Form.SEQ, "alt": Form.ALT}
_FREE = ("propername", "text", "agentname", "rational", "renditionclass", "locale", "uri", "url")
_PATTERNS = {
    "boolean": re.compile(r"True|False"),
    "integer": re.compile(r"[+-]?\d+", re.ASCII),
    "real": re.compile(r"[+-]?\d+\.?\d*|[+-]?\d*\.?\d+", re.ASCII),
    "mimetype": re.compile(r"[-\w+.]+/[-\w+.]+", re.ASCII),
}
_GPS = {
    1: re.compile(r"\d{2},\d{2}[,.]\d{2}[NSEW]", re.ASCII),
    2: re.compile(r"\d{1,3},\d{1,2}(,\d{1,2}|\.\d+)[NSEW]", re.ASCII),
}
_DATE = re.compile(
    r"\d{4}(-(?P<month>\d{2})(-(?P<day>\d{2})"
    r"(T(?P<hour>\d{2}):(?P<minute>\d{2})(:(?P<second>\d{2})(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?",
    re.ASCII,
)
_NO_DATE = re.compile(r"[^0-9T:+\-.Z]")
_CHOICE = re.compile(r"(open |closed )?(choice |choice$)(of )?")
_LIMITS = {"month": (1, 12), "day": (1, 31), "hour": (0, 23), "minute": (0, 59), "second": (0, 59)}


class Unsure(Exception):
    """The value may or may not be of the type."""


@dataclass(slots=True)
class Types:
    """The types known in one schema: the predefined ones, and those that an extension adds."""

    part: int
    simple: set[str]
    structures: dict[str, tuple[str, Names]]

    @staticmethod
    def basic(part: int) -> "Types":
        """Without any structure."""
        return Types(part, {*_FREE, *_PATTERNS, "date", "lang alt", "xpath"}, {})

    @staticmethod
    def predefined(part: int) -> "Types":
        """Everything that the XMP specification names."""
        types = Types.basic(part)
        types.simple.add("gpscoordinate")
        types.structures.update(structures_of(part))
        return types

    def knows(self, name: str) -> bool:
        """True when a type of that name is defined."""
        kind = simplified(name)
        while kind != "lang alt" and kind.partition(" ")[0] in _ARRAYS and " " in kind:
            kind = kind.partition(" ")[2]
        return kind in self.simple or kind in self.structures

    def fits(self, node: Node, name: str) -> bool:
        """True when *node* has the type; raises Unsure in border cases."""
        kind = simplified(name)
        if kind == "any":
            return True
        head, _, rest = kind.partition(" ")
        if head in _ARRAYS and rest:
            return node.form is _ARRAYS[head] and all(self.fits(child, rest) for child in node.children)
        if kind in self.structures:
            return self._fits_structure(node, *self.structures[kind])
        if kind == "lang alt":
            return _fits_language(node)
        return kind in self.simple and node.form is Form.SIMPLE and self._fits_simple(node.value, kind)

    def _fits_structure(self, node: Node, uri: str, fields: Names) -> bool:
        if node.form is not Form.STRUCT:
            return False
        return all(
            child.uri == uri and child.name in fields and self.fits(child, fields[child.name])
            for child in node.children
        )

    def _fits_simple(self, value: str, kind: str) -> bool:
        if kind in _PATTERNS:
            return _PATTERNS[kind].fullmatch(value) is not None
        if kind == "gpscoordinate":
            return _GPS[min(self.part, 2)].fullmatch(value) is not None
        if kind == "xpath":
            raise Unsure("an XPath value")
        return _fits_date(value) if kind == "date" else True


def simplified(name: str) -> str:
    """Types are compared without case and without « choice of »; a bare array is one of text."""
    kind = _CHOICE.sub("", name.lower()).strip()
    if not kind:
        return "text"
    return f"{kind} text" if kind.endswith(tuple(_ARRAYS)) and not kind.endswith("lang alt") else kind


def _fits_language(node: Node) -> bool:
    if node.form is not Form.ALT:
        return False
    named = [child.language for child in node.children]
    if not all(child.form is Form.SIMPLE for child in node.children):
        raise Unsure("a structured language alternative")
    if any(named) and not all(named):
        raise Unsure("a language alternative without xml:lang")
    if named.count("x-default") > 1:
        raise Unsure("two default languages")
    return all(named)


def _fits_date(value: str) -> bool:
    match = _DATE.fullmatch(value)
    if match is None:
        if not value or not _NO_DATE.search(value):
            raise Unsure("an unusual date")
        return False
    for name, (least, most) in _LIMITS.items():
        if match[name] is not None and not least <= int(match[name]) <= most:
            raise Unsure("a date that does not exist")
    return True
