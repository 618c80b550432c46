"""A picture as it lies on white paper: upright, eight bits a colour, nothing shining through.

The converter and the viewer see it the same way.
"""

from PIL import Image, ImageChops, ImageOps

_SEE_THROUGH = ("RGBA", "LA", "PA", "RGBa", "La")
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0  # TIFF
_DEEPEST = 65535


def flattened(picture: Image.Image) -> Image.Image:
    """An opened picture without turn, alpha, key colour or deep numbers, in any other mode."""
    negative = getattr(picture, "tag_v2", {}).get(_PHOTOMETRIC) == _WHITE_IS_ZERO
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith(("I", "F")):
        return _from_deep(upright, negative=negative)
    key = upright.info.get("transparency")
    if isinstance(key, tuple) and max(key) > 255:
        del upright.info["transparency"]  # a key of 16 bits says nothing of the eight that were read
    if "transparency" not in upright.info and upright.mode not in _SEE_THROUGH:
        return upright
    seen = upright.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    return paper


def _from_deep(picture: Image.Image, *, negative: bool) -> Image.Image:
    """Eight bits first, then white where the deep value is the key: Pillow would cut it to eight bits."""
    flat = _eight_bits(picture)
    if negative:  # Pillow turns these round at eight bits and less only
        flat = ImageChops.invert(flat)
    key = picture.info.get("transparency")
    if isinstance(key, int) and 0 <= key <= _DEEPEST and picture.mode.startswith("I"):
        table = [0] * (_DEEPEST + 1)
        table[key] = 255
        flat.paste(255, mask=picture.convert("I").point(table, "L"))
    return flat


def _eight_bits(picture: Image.Image) -> Image.Image:
    """16 bits of a scanner, or numbers of any kind, spread over black to white."""
    if picture.mode.startswith("I;16"):
        picture = picture.convert("I")
        low, high = 0.0, float(_DEEPEST)
    else:
        extrema = picture.getextrema()
        low, high = float(extrema[0]), float(extrema[1])  # type: ignore[arg-type]
        if low >= 0 and high <= _DEEPEST and picture.mode == "I":
            low, high = 0.0, float(_DEEPEST) if high > 255 else 255.0
    scale = 255.0 / ((high - low) or 1.0)
    return picture.convert("F").point(lambda value: value * scale - low * scale).convert("L")
