"""Gradients in printing colours to screen colours, step by step as PDFium shows them.

Axial and radial ones of one function or one a colour; what else runs in printing colours stays, and its
page becomes a picture.
"""

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from desktop.pdf.convert.colour_samples import drawn_colours
from desktop.pdf.convert.strip_keys import dictionaries

STEPS = 64
DEEPEST = 5
MOST_SHADINGS = 2_000
_GRADIENTS = (2, 3)
_BITS = (8, 16)

Colour = tuple[float, ...]


class _Unknown(Exception):
    """A function that is not evaluated here."""


def convert_gradients(pdf: pikepdf.Pdf, is_printing: Callable[[object], bool]) -> bool:
    """Change *pdf* in memory; True when there was one to change."""
    gradients = [
        thing
        for thing in dictionaries(pdf)
        if isinstance(thing, Dictionary)
        and thing.get("/ShadingType") in _GRADIENTS
        and is_printing(thing.get("/ColorSpace"))
    ]
    made: dict[bytes, Stream | None] = {}
    changed = False
    for gradient in gradients[:MOST_SHADINGS]:
        key = b" ".join(_spelled(gradient.get(part)) for part in ("/ColorSpace", "/Function", "/Domain"))
        if key not in made:
            made[key] = _screen_function(pdf, gradient)
        function = made[key]
        ground = _background(gradient)
        if function is None or ground is None:
            continue
        gradient.ColorSpace, gradient.Function = Name.DeviceRGB, function
        if ground:
            gradient.Background = Array(list(ground))
        changed = True
    return changed


def _spelled(value: object) -> bytes:
    if isinstance(value, pikepdf.Object) and value.is_indirect:
        return b"%d %d R" % value.objgen
    return value.unparse() if isinstance(value, pikepdf.Object) else repr(value).encode()


def _background(gradient: pikepdf.Object) -> Colour | None:
    """In screen colours; () when there is none, None when it cannot be had."""
    if "/Background" not in gradient:
        return ()
    return drawn_colours([(gradient.ColorSpace, _floats(gradient.Background))])[0]


def _screen_function(pdf: pikepdf.Pdf, gradient: pikepdf.Object) -> Stream | None:
    try:
        functions = gradient.get("/Function")
        parts = list(functions) if isinstance(functions, Array) else [functions]
        start, end = _floats(gradient.get("/Domain", Array([0, 1])))
        places = [start + (end - start) * step / (STEPS - 1) for step in range(STEPS)]
        wanted = [
            tuple(round(number, 4) for part in parts for number in _value(part, place, 0)) for place in places
        ]
    except (_Unknown, TypeError, ValueError, IndexError, AttributeError, pikepdf.PdfError):
        return None
    colours = drawn_colours([(gradient.ColorSpace, values) for values in wanted])
    if any(colour is None or len(colour) != 3 for colour in colours):
        return None
    samples = bytes(round(part * 255) for colour in colours for part in colour or ())
    made = pdf.make_stream(samples)
    made.FunctionType, made.BitsPerSample = 0, 8
    made.Domain, made.Range, made.Size = Array([start, end]), Array([0, 1] * 3), Array([STEPS])
    return made


def _floats(values: object) -> Colour:
    return tuple(float(value) for value in values)  # type: ignore[attr-defined]


def _value(function: object, place: float, depth: int) -> list[float]:
    """ISO 32000-1, 7.10, for one number in."""
    if depth > DEEPEST or not isinstance(function, Dictionary | Stream):
        raise _Unknown
    least, most = _floats(function.Domain)
    place = min(max(place, least), most)
    match int(function.FunctionType):
        case 0:
            return _sampled(function, (place - least) / ((most - least) or 1))
        case 2:
            first = _floats(function.get("/C0", Array([0])))
            last = _floats(function.get("/C1", Array([1])))
            share = place ** float(function.N)
            return [a + share * (b - a) for a, b in zip(first, last, strict=True)]
        case 3:
            edges = [least, *_floats(function.Bounds), most]
            encode = _floats(function.Encode)
            index = sum(place >= edge for edge in edges[1:-1])
            low, high = edges[index : index + 2]
            share = (place - low) / ((high - low) or 1)
            inner = encode[2 * index] + share * (encode[2 * index + 1] - encode[2 * index])
            return _value(function.Functions[index], inner, depth + 1)
    raise _Unknown


def _sampled(function: pikepdf.Object, share: float) -> list[float]:
    """Between the two samples beside *share* (0 to 1) of the domain."""
    bits, ranges = int(function.BitsPerSample), _floats(function.Range)
    if not isinstance(function, Stream) or bits not in _BITS or len(function.Size) != 1:
        raise _Unknown
    count, width = int(function.Size[0]), bits // 8
    outputs = len(ranges) // 2
    start, end = _floats(function.get("/Encode", Array([0, count - 1])))
    decode = _floats(function.get("/Decode", Array(list(ranges))))
    spot = min(max(start + share * (end - start), 0.0), count - 1.0)
    low = min(int(spot), count - 2) if count > 1 else 0
    data = io.BytesIO(bytes(function.read_bytes()))

    def sample(index: int, output: int) -> float:
        data.seek((index * outputs + output) * width)
        raw = int.from_bytes(data.read(width)) / (2**bits - 1)
        first, last = decode[2 * output : 2 * output + 2]
        return float(first + raw * (last - first))

    nearest = [(sample(low, output), sample(min(low + 1, count - 1), output)) for output in range(outputs)]
    return [a + (spot - low) * (b - a) for a, b in nearest]
