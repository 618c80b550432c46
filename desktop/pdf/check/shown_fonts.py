"""Fonts that visible text is set in: only those must be in the file (6.3.4; 6.2.11.4.1)."""

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream, String

from desktop.pdf.check.usage import DEEPEST, Unclear, appearances_of, instructions, named, resources_of

Place = tuple[int, int]
_SHOW = {"Tj", "TJ", "'", '"'}
_INVISIBLE = (3, 7)
MOST_FORMS = 20_000


def shown_fonts(pdf: pikepdf.Pdf) -> set[Place]:
    """Objects of fonts with at least one visible character; empty when that is unclear."""
    follower = _Follower()
    try:
        for page in pdf.pages:
            follower.follow(page.obj, resources_of(page.obj), None, 0, 0)
            for form in appearances_of(page.obj):
                follower.follow(form, form.get("/Resources"), None, 0, 0)
    except Unclear:
        return set()
    return follower.shown


class _Follower:
    def __init__(self) -> None:
        self.shown: set[Place] = set()
        self._seen: set[tuple[object, ...]] = set()

    def follow(
        self, content: Object, resources: Object | None, font: Object | None, mode: int, depth: int
    ) -> None:
        """Text state as it goes through q, Q and forms."""
        if depth > DEEPEST or len(self._seen) > MOST_FORMS:
            raise Unclear
        stack: list[tuple[Object | None, int]] = []
        for operands, operator in instructions(content):
            if operator == "q":
                stack.append((font, mode))
            elif operator == "Q" and stack:
                font, mode = stack.pop()
            elif operator == "Tf":
                font = named(resources, "/Font", operands)
            elif operator == "gs" and "/Font" in (named(resources, "/ExtGState", operands) or Dictionary()):
                raise Unclear
            elif operator == "Tr" and operands:
                mode = int(operands[0])
            elif operator in _SHOW and mode not in _INVISIBLE and _has_text(operands):
                self._note(font)
            elif operator == "Do":
                form = named(resources, "/XObject", operands)
                if isinstance(form, Stream) and form.get("/Subtype") == Name.Form:
                    self._enter(form, form.get("/Resources", resources), font, mode, depth)

    def _enter(
        self, form: Object, resources: Object | None, font: Object | None, mode: int, depth: int
    ) -> None:
        key = (*form.objgen, *(font.objgen if font is not None else (0, 0)), mode)
        if key not in self._seen:
            self._seen.add(key)
            self.follow(form, resources, font, mode, depth + 1)

    def _note(self, font: Object | None) -> None:
        if not isinstance(font, Dictionary):
            return
        inner = font.get("/DescendantFonts")
        for one in [font, *(list(inner) if isinstance(inner, Array) else [])]:
            if isinstance(one, Object) and one.is_indirect:
                self.shown.add(one.objgen)


def _has_text(operands: list[Object]) -> bool:
    last = operands[-1] if operands else None
    parts = list(last) if isinstance(last, Array) else [last]
    return any(isinstance(part, String) and len(bytes(part)) > 0 for part in parts)
