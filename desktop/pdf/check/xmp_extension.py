"""PDF/A extension schemas: their own form (6.7.8; 6.6.2.3.3), and the properties that they define."""

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.pdf.check.finding import Finding, certain
from desktop.pdf.check.rdf import Form, Node
from desktop.pdf.check.xmp_schemas import Names
from desktop.pdf.check.xmp_types import Types

EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
TYPE = "http://www.aiim.org/pdfa/ns/type#"
FIELD = "http://www.aiim.org/pdfa/ns/field#"

_PREFIXES = {SCHEMA: "pdfaSchema", PROPERTY: "pdfaProperty", TYPE: "pdfaType", FIELD: "pdfaField"}
_NEEDED = {
    SCHEMA: ("schema", "namespaceURI", "prefix"),
    PROPERTY: ("name", "valueType", "category", "description"),
    TYPE: ("type", "namespaceURI", "prefix", "description"),
    FIELD: ("name", "valueType", "description"),
}
_LISTS = {SCHEMA: ("property", "valueType"), PROPERTY: (), TYPE: ("field",), FIELD: ()}


@dataclass(slots=True)
class ExtensionSchema:
    """What one extension schema defines."""

    types: Types
    properties: Names


def read_schemas(
    container: Node | None, part: int, inherited: dict[str, ExtensionSchema]
) -> dict[str, ExtensionSchema]:
    """Namespace → definitions; *inherited* are those of the document's main packet."""
    schemas: dict[str, ExtensionSchema] = {}
    for definition in container.children if container is not None and container.is_array() else []:
        uri = definition.child(SCHEMA, "namespaceURI")
        listed = definition.child(SCHEMA, "property")
        if uri is None or listed is None or not listed.is_array():
            continue
        types = Types.predefined(part)
        if uri.value in inherited:
            types = inherited[uri.value].types
        _add_types(definition.child(SCHEMA, "valueType"), types)
        schemas[uri.value] = ExtensionSchema(types, _properties(listed, types))
    return schemas


def check_form(container: Node, part: int, schemas: dict[str, ExtensionSchema]) -> Iterator[Finding]:
    """Faults in the way the schemas are written down."""
    form = _FormCheck("6.7.8" if part == 1 else "6.6.2.3.3", part)
    if container.prefix != "pdfaExtension" or container.form is not Form.BAG:
        yield form.fault("the container")
    for definition in container.children if container.is_array() else []:
        yield from form.entry(definition, SCHEMA)
        uri = definition.child(SCHEMA, "namespaceURI")
        schema = schemas.get(uri.value) if uri is not None else None
        types = schema.types if schema else Types.basic(part)
        for entry in _items(definition, SCHEMA, "property"):
            yield from form.entry(entry, PROPERTY)
            yield from form.category(entry)
            yield from form.known_type(entry, PROPERTY, types)
        for entry in _items(definition, SCHEMA, "valueType"):
            yield from form.entry(entry, TYPE)
            for field in _items(entry, TYPE, "field"):
                yield from form.entry(field, FIELD)
                yield from form.known_type(field, FIELD, types)


class _FormCheck:
    def __init__(self, clause: str, part: int) -> None:
        self._clause = clause
        self._part = part

    def fault(self, what: str) -> Finding:
        return certain("metadata_extension", self._clause, what)

    def entry(self, node: Node, uri: str) -> Iterator[Finding]:
        """All required fields, nothing else, with the right prefix and kind."""
        for child in node.children:
            if child.uri != uri or child.name not in _NEEDED[uri] + _LISTS[uri]:
                yield self.fault(f"unknown field {child.name}")
            elif child.prefix != _PREFIXES[uri]:
                yield self.fault(f"prefix of {child.name}")
            elif child.form is not (Form.SEQ if child.name in _list_names(uri, child) else Form.SIMPLE):
                yield self.fault(f"form of {child.name}")
        for name in _NEEDED[uri]:
            if node.child(uri, name) is None:
                yield self.fault(f"{name} is missing")

    def category(self, node: Node) -> Iterator[Finding]:
        category = node.child(PROPERTY, "category")
        if category is not None and category.value not in ("internal", "external"):
            yield self.fault("category")

    def known_type(self, node: Node, uri: str, types: Types) -> Iterator[Finding]:
        kind = node.child(uri, "valueType")
        if kind is not None and not types.knows(kind.value):
            yield self.fault(f"unknown type {kind.value}")


def _list_names(uri: str, child: Node) -> tuple[str, ...]:
    return tuple(name for name in _LISTS[uri] if name == child.name)


def _items(node: Node, uri: str, name: str) -> list[Node]:
    listed = node.child(uri, name)
    return listed.children if listed is not None and listed.is_array() else []


def _add_types(listed: Node | None, types: Types) -> None:
    for entry in listed.children if listed is not None and listed.is_array() else []:
        name, uri = entry.child(TYPE, "type"), entry.child(TYPE, "namespaceURI")
        if name is None:
            continue
        fields: Names = {}
        for field in _items(entry, TYPE, "field"):
            label, kind = field.child(FIELD, "name"), field.child(FIELD, "valueType")
            if label is not None and kind is not None:
                fields[label.value] = kind.value
        simple = name.value.lower().strip()
        types.structures.pop(simple, None)
        if not fields:
            types.simple.add(simple)
        elif uri is not None:
            types.structures[simple] = (uri.value, fields)


def _properties(listed: Node, types: Types) -> Names:
    names: Names = {}
    for entry in listed.children:
        name, kind = entry.child(PROPERTY, "name"), entry.child(PROPERTY, "valueType")
        if name is not None and kind is not None and types.knows(kind.value):
            names.setdefault(name.value, kind.value)
    return names
