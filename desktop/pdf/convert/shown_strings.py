"""Every string that is shown in each font of a document."""

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

from desktop.pdf.check.usage import Unclear

Place = tuple[int, int]

_SHOWING = ("Tj", "'", '"', "TJ")


def shown_strings(pdf: pikepdf.Pdf) -> dict[Place, set[bytes]]:
    """The operands of text in each indirect font, in pages, forms, patterns and notes.

    Raises Unclear where the font of some text cannot be told, or content cannot be read.
    """
    found: dict[Place, set[bytes]] = {}
    for scope in pdf.content_scopes():
        try:
            instructions = pikepdf.parse_content_stream(scope.content)
        except (pikepdf.PdfError, TypeError, ValueError) as problem:
            raise Unclear from problem
        _read(instructions, scope.resources, found)
    return found


def _read(instructions: object, resources: Object | None, found: dict[Place, set[bytes]]) -> None:
    font: Object | None = None
    stack: list[Object | None] = []
    for instruction in instructions:  # type: ignore[attr-defined]
        if not isinstance(instruction, pikepdf.ContentStreamInstruction):
            continue  # an inline image
        operator, operands = str(instruction.operator), list(instruction.operands)
        if operator == "q":
            stack.append(font)
        elif operator == "Q" and stack:
            font = stack.pop()
        elif operator == "Tf":
            font = _named(resources, "/Font", operands)
        elif operator == "gs":
            state = _named(resources, "/ExtGState", operands)
            chosen = state.get("/Font")
            font = chosen[0] if isinstance(chosen, Array) and len(chosen) else font
        elif operator in _SHOWING:
            if font is None or not operands:
                raise Unclear
            items = list(operands[-1]) if isinstance(operands[-1], Array) else [operands[-1]]
            words = {bytes(item) for item in items if isinstance(item, String)}
            found.setdefault(font.objgen, set()).update(words)


def _named(resources: Object | None, group: str, operands: list[object]) -> Object:
    things = resources.get(group) if isinstance(resources, Dictionary) else None
    if isinstance(things, Dictionary) and operands and isinstance(operands[0], Name):
        thing = things.get(operands[0])
        if isinstance(thing, Dictionary):
            return thing
    raise Unclear
