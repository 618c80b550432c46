"""Patterns and shadings of PDF/A-2 and 3, which the engine does not know.

PDF/A has no rules of its own for them: a tiling's content is content (6.2.2), a shading's colours are
colours (6.2.4), and the engine judges both as carriers (:mod:`desktop.pdf.check.vouched`). What is odd in
shape, or used without being there, is not vouched for, and then none of the file is.
"""

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from desktop.pdf.check.vouched import Carriers, Pardon

MOST = 5_000
DEEPEST = 8
_STREAM = {"/Length", "/Filter", "/DecodeParms"}
_TILING = {
    *("/Type", "/PatternType", "/PaintType", "/TilingType", "/BBox", "/XStep", "/YStep", "/Resources"),
    *("/Matrix", *_STREAM),
}
_SHADED = {"/Type", "/PatternType", "/Shading", "/Matrix"}
_SHADING = {
    *("/ShadingType", "/ColorSpace", "/Background", "/BBox", "/AntiAlias", "/Domain", "/Matrix", "/Function"),
    *("/Coords", "/Extend", "/BitsPerCoordinate", "/BitsPerComponent", "/BitsPerFlag", "/Decode"),
    *("/VerticesPerRow", *_STREAM),
}
_FUNCTION = {
    *("/FunctionType", "/Domain", "/Range", "/Size", "/BitsPerSample", "/Order", "/Encode", "/Decode"),
    *("/C0", "/C1", "/N", "/Functions", "/Bounds", *_STREAM),
}
_DEVICE = ("/DeviceGray", "/DeviceRGB", "/DeviceCMYK")
_MESHES = (4, 5, 6, 7)
_SETTING = ("scn", "SCN", "sh")
_WHITE = [0.9505, 1, 1.089]
PARDONS = [
    Pardon("pikepdf:pattern", "with a pattern"),
    Pardon("pikepdf:shading", "shadings .sh. are not supported"),
    Pardon("pikepdf:colour-space", "pattern colour is not supported"),
]


class _Odd(Exception):
    """Something that is not vouched for."""


def settle_patterns(pdf: pikepdf.Pdf, part: int, carriers: Carriers) -> list[Pardon]:
    """Take them off the copy in memory, their contents and colours into carriers; [] when one is odd."""
    owners = list(_owners(pdf))
    if part == 1 or not any("/Pattern" in each or "/Shading" in each for each in owners):
        return []
    if len(owners) > MOST or "/OutputIntents" not in pdf.Root:
        return []
    try:
        for resources in owners:
            _judge(resources)
        for scope in pdf.content_scopes():
            _judge_use(scope.content, scope.resources)
    except (_Odd, pikepdf.PdfError, TypeError, ValueError, AttributeError):
        return []
    for resources in owners:
        _take_off(resources, carriers)
    return PARDONS


def _owners(pdf: pikepdf.Pdf) -> Iterator[Object]:
    """Each dictionary of resources once."""
    seen: set[tuple[int, int]] = set()
    for thing in pdf.objects:
        resources = thing.get("/Resources") if isinstance(thing, Dictionary | Stream) else None
        if isinstance(resources, Dictionary) and not (resources.is_indirect and resources.objgen in seen):
            seen.add(resources.objgen)
            yield resources


def _group(resources: Object, category: str) -> dict[str, Object]:
    group = resources.get(category)
    if group is None:
        return {}
    if not isinstance(group, Dictionary) or isinstance(group, Stream):
        raise _Odd
    return dict(group.items())


def _judge(resources: Object) -> None:
    for pattern in _group(resources, "/Pattern").values():
        if isinstance(pattern, Stream):
            _judge_tiling(pattern)
        elif isinstance(pattern, Dictionary) and pattern.get("/PatternType") == 2:
            if set(pattern.keys()) - _SHADED or not _is_matrix(pattern):
                raise _Odd
            _judge_shading(pattern.get("/Shading"))
        else:
            raise _Odd
    for shading in _group(resources, "/Shading").values():
        _judge_shading(shading)
    for space in _group(resources, "/ColorSpace").values():
        base = _pattern_base(space)
        if base is not None and not (isinstance(base, Array) or str(base) in _DEVICE[:2]):
            raise _Odd


def _judge_tiling(pattern: Stream) -> None:
    """ISO 32000-1, table 75. A pattern that is painted with patterns is not vouched for."""
    resources = pattern.get("/Resources")
    known = (
        not set(pattern.keys()) - _TILING
        and pattern.get("/PatternType") == 1
        and pattern.get("/PaintType") in (1, 2)
        and pattern.get("/TilingType") in (1, 2, 3)
        and _numbers(pattern.get("/BBox"), 4)
        and _numbers([pattern.get("/XStep", 0), pattern.get("/YStep", 0)], 2)
        and float(pattern.XStep) != 0
        and float(pattern.YStep) != 0
        and _is_matrix(pattern)
        and isinstance(resources, Dictionary)
    )
    if not known or _group(resources, "/Pattern"):
        raise _Odd


def _judge_shading(shading: Object | None) -> None:
    """ISO 32000-1, table 78."""
    if not isinstance(shading, Dictionary | Stream) or set(shading.keys()) - _SHADING:
        raise _Odd
    kind, space = shading.get("/ShadingType"), shading.get("/ColorSpace")
    if kind not in range(1, 8) or isinstance(shading, Stream) != (kind in _MESHES):
        raise _Odd
    if not (isinstance(space, Array) and len(space)) and str(space) not in _DEVICE:
        raise _Odd
    if _pattern_base(space) is not None:
        raise _Odd
    function = shading.get("/Function")
    if function is None and kind not in _MESHES:
        raise _Odd
    for each in function if isinstance(function, Array) else [function]:
        if each is not None:
            _judge_function(each, 0)


def _judge_function(function: Object, depth: int) -> None:
    if depth > DEEPEST or not isinstance(function, Dictionary | Stream):
        raise _Odd
    kind = function.get("/FunctionType")
    if kind not in (0, 2, 3, 4) or set(function.keys()) - _FUNCTION:
        raise _Odd
    if isinstance(function, Stream) != (kind in (0, 4)):
        raise _Odd
    for inner in function.get("/Functions", []) if kind == 3 else []:
        _judge_function(inner, depth + 1)


def _judge_use(content: Object, resources: Object | None) -> None:
    """Every pattern and shading that is named is there, in the resources of the content itself."""
    for operands, operator in pikepdf.parse_content_stream(content):
        word = str(operator)
        if word not in _SETTING or not operands or not isinstance(operands[-1], Name):
            continue
        category = "/Shading" if word == "sh" else "/Pattern"
        group = resources.get(category) if isinstance(resources, Dictionary) else None
        if not isinstance(group, Dictionary) or str(operands[-1]) not in group:
            raise _Odd


def _take_off(resources: Object, carriers: Carriers) -> None:
    for pattern in _group(resources, "/Pattern").values():
        if not isinstance(pattern, Stream):
            carriers.use_colour(pattern.Shading.ColorSpace, resources)
        elif pattern.get("/PatternType") == 1:  # not yet a form for another owner
            for key in ("/PatternType", "/PaintType", "/TilingType", "/XStep", "/YStep"):
                del pattern[key]
            carriers.carry(pattern)
    for shading in _group(resources, "/Shading").values():
        carriers.use_colour(shading.ColorSpace, resources)
    for name, space in _group(resources, "/ColorSpace").items():
        base = _pattern_base(space)
        if base is not None:
            if not isinstance(base, Array) or len(base):
                carriers.use_colour(base, resources)
            resources["/ColorSpace"][name] = _stand_in(base)
    for category in ("/Pattern", "/Shading"):
        if category in resources:
            del resources[category]


def _pattern_base(space: Object | None) -> Object | None:
    """What uncoloured tilings of this space are painted in, [] for coloured ones; None for other spaces."""
    if isinstance(space, Name):
        return Array([]) if space == Name.Pattern else None
    if not isinstance(space, Array) or len(space) == 0 or space[0] != Name.Pattern:
        return None
    return space[1] if len(space) > 1 else Array([])


def _stand_in(base: Object) -> Object:
    """A space with as many components, definite in itself: the use of the real one is a carrier's."""
    if isinstance(base, Array) and len(base):
        return base
    family = Name.CalRGB if str(base) == "/DeviceRGB" else Name.CalGray
    return Array([family, Dictionary(WhitePoint=Array(_WHITE))])


def _is_matrix(thing: Object) -> bool:
    return "/Matrix" not in thing or _numbers(thing.get("/Matrix"), 6)


def _numbers(values: object, count: int) -> bool:
    if not isinstance(values, Array | list) or len(values) != count:
        return False
    return all(_is_number(value) for value in values)


def _is_number(value: object) -> bool:
    try:
        float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return not isinstance(value, bool)
