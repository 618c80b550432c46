"""An XMP packet read strictly into a tree of values, the way its types see it (XMP specification, part 1)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from lxml import etree  # type: ignore[import-untyped]

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_META = ("{adobe:ns:meta/}xmpmeta", "{adobe:ns:meta/}xapmeta")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#")


class Form(Enum):
    """How a value is written."""

    SIMPLE = "simple"
    STRUCT = "struct"
    BAG = "bag"
    SEQ = "seq"
    ALT = "alt"


@dataclass(slots=True)
class Node:
    """A property, a field of a structure or an item of an array."""

    uri: str
    name: str
    prefix: str
    form: Form = Form.SIMPLE
    value: str = ""
    children: list["Node"] = field(default_factory=list)
    language: str | None = None

    def is_array(self) -> bool:
        """True for rdf:Bag, rdf:Seq and rdf:Alt."""
        return self.form in (Form.BAG, Form.SEQ, Form.ALT)

    def child(self, uri: str, name: str) -> "Node | None":
        """The field of a structure, if it is there."""
        return next((node for node in self.children if (node.uri, node.name) == (uri, name)), None)


@dataclass(slots=True)
class Packet:
    """The properties; ``broken`` = not well-formed; ``odd`` = forms that are not vouched for.

    ``headers`` are the words of every ``<?xpacket ?>``, the end too, in their order.
    """

    properties: list[Node] = field(default_factory=list)
    broken: str = ""
    odd: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)

    def find(self, uri: str, name: str) -> Node | None:
        """A property by namespace and name."""
        return next((node for node in self.properties if (node.uri, node.name) == (uri, name)), None)


def read_packet(data: bytes) -> Packet:
    """Read *data*; never raises for what stands in it."""
    packet = Packet()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, huge_tree=False)
    try:
        root = etree.fromstring(_as_utf8(data).strip(b"\x00 \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        if _CONTROL.search(data):
            packet.odd.append("control characters")
        else:
            packet.broken = str(problem)[:200]
        return packet
    packet.headers += _headers(root)
    if root.getroottree().docinfo.doctype:
        packet.odd.append("document type")
    if b"<![CDATA[" in data:
        packet.odd.append("literal characters")
    rdf = _find_rdf(root)
    if rdf is None:
        packet.odd.append("no rdf:RDF where it should be")
        return packet
    if _has_text(rdf) or (rdf is not root and _has_text(root)):
        packet.odd.append("text between descriptions")
    _Reader(packet).read(rdf)
    return packet


_ENCODINGS = (  # by the mark, or by the zeros around the first « < »
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)


def encoding_of(data: bytes) -> str:
    """« utf-8 », or the wider encoding that the first bytes show."""
    return next((name for mark, name in _ENCODINGS if data.startswith(mark)), "utf-8")


def _as_utf8(data: bytes) -> bytes:
    encoding = encoding_of(data)
    return data if encoding == "utf-8" else data.decode(encoding).lstrip("\ufeff").encode()


def _headers(root: "etree._Element") -> Iterator[str]:
    before = reversed(list(root.itersiblings(etree.PI, preceding=True)))
    for instruction in (*before, *root.iter(etree.PI), *root.itersiblings(etree.PI)):
        if instruction.target == "xpacket":
            yield instruction.text or ""


def _find_rdf(root: "etree._Element") -> "etree._Element | None":
    if root.tag == f"{{{RDF}}}RDF":
        return root
    inside = [child for child in root if child.tag == f"{{{RDF}}}RDF"]
    return inside[0] if root.tag in _META and len(inside) == 1 else None


class _Reader:
    def __init__(self, packet: Packet) -> None:
        self._packet = packet

    def _odd(self, what: str) -> None:
        self._packet.odd.append(what)

    def read(self, rdf: "etree._Element") -> None:
        abouts = set()
        for description in rdf:
            if description.tag != f"{{{RDF}}}Description":
                self._odd(f"{description.tag} in rdf:RDF")
                continue
            if description.get(XML_LANG) or description.get(f"{{{RDF}}}parseType"):
                self._odd("language or type of a description")
            abouts.add(description.get(f"{{{RDF}}}about", description.get("about", "")))
            for node in self._fields(description):
                if self._packet.find(node.uri, node.name) is not None:
                    self._odd(f"{node.name} twice")
                self._packet.properties.append(node)
        if len(abouts) > 1:
            self._odd("several rdf:about")

    def _fields(self, element: "etree._Element") -> Iterator[Node]:
        """Properties written as attributes, then those written as elements."""
        for key, value in element.attrib.items():
            if key in (f"{{{RDF}}}about", "about", XML_LANG, f"{{{RDF}}}parseType"):
                continue
            name = etree.QName(key)
            if not name.namespace or name.namespace == RDF:
                self._odd(f"attribute {key}")
                continue
            prefixes = [prefix for prefix, uri in element.nsmap.items() if uri == name.namespace]
            if len(prefixes) != 1:
                self._odd(f"prefix of {key}")
            prefix = prefixes[0] if prefixes else None
            yield Node(name.namespace, name.localname, prefix or "", value=value)
        if _has_text(element):
            self._odd("text between properties")
        for child in element:
            if not isinstance(child.tag, str):
                self._odd("processing instruction or entity")
                continue
            name = etree.QName(child)
            if not name.namespace or name.namespace == RDF:
                self._odd(f"element {child.tag}")
                continue
            yield self._value(child, Node(name.namespace, name.localname, child.prefix or ""))

    def _value(self, element: "etree._Element", node: Node) -> Node:
        node.language = element.get(XML_LANG)
        parse_type = element.get(f"{{{RDF}}}parseType")
        resource = element.get(f"{{{RDF}}}resource")
        others = [key for key in element.attrib if key not in _KNOWN_ATTRIBUTES]
        children = list(element)
        if parse_type is not None:
            if parse_type != "Resource" or resource is not None or others:
                self._odd(f"parseType of {node.name}")
            return self._struct(element, node)
        if resource is not None:
            if children or others or _has_text(element):
                self._odd(f"rdf:resource of {node.name}")
            node.value = resource
            return node
        if others:
            if children or _has_text(element):
                self._odd(f"qualifiers of {node.name}")
            return self._struct(element, node)
        if not children:
            node.value = element.text or ""
            return node
        if len(children) > 1 or _has_text(element) or not isinstance(children[0].tag, str):
            self._odd(f"several values of {node.name}")
            return node
        return self._container(children[0], node)

    def _container(self, inner: "etree._Element", node: Node) -> Node:
        if inner.tag == f"{{{RDF}}}Description":
            return self._struct(inner, node)
        form = _CONTAINERS.get(inner.tag)
        if form is None:
            self._odd(f"{inner.tag} as value of {node.name}")
            return node
        node.form = form
        if inner.attrib or _has_text(inner):
            self._odd(f"attributes or text in the list of {node.name}")
        for item in inner:
            if item.tag != f"{{{RDF}}}li":
                self._odd(f"{item.tag} in the list of {node.name}")
                continue
            node.children.append(self._value(item, Node(RDF, "li", "rdf")))
        return node

    def _struct(self, element: "etree._Element", node: Node) -> Node:
        node.form = Form.STRUCT
        node.children = list(self._fields(element))
        names = [(child.uri, child.name) for child in node.children]
        if len(set(names)) < len(names):
            self._odd(f"a field of {node.name} twice")
        if element.get(f"{{{RDF}}}about"):
            self._odd("rdf:about inside a value")
        return node


_CONTAINERS = {f"{{{RDF}}}Bag": Form.BAG, f"{{{RDF}}}Seq": Form.SEQ, f"{{{RDF}}}Alt": Form.ALT}
_KNOWN_ATTRIBUTES = (XML_LANG, f"{{{RDF}}}parseType", f"{{{RDF}}}resource")


_XML_WHITE = " \t\r\n"


def _has_text(element: "etree._Element") -> bool:
    parts = [element.text, *(child.tail for child in element)] if len(element) else []
    return any(part and part.strip(_XML_WHITE) for part in parts)
