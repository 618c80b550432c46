"""The /ToUnicode map of a font whose codes have one byte or two."""

from collections.abc import Mapping, Sequence


def unicode_map(codes: Mapping[str, int], size: int = 2) -> bytes:
    """*codes*: the code, of *size* bytes, of each character or few characters."""
    return unicode_rows([(code, text) for text, code in codes.items()], size)


def unicode_rows(codes: Sequence[tuple[int, str]], size: int) -> bytes:
    """The same where codes share their text."""
    digits = 2 * size
    rows = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        f"1 begincodespacerange <{0:0{digits}X}> <{256**size - 1:0{digits}X}> endcodespacerange",
    ]
    entries = [f"<{code:0{digits}X}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in codes]
    for start in range(0, len(entries), 100):
        block = entries[start : start + 100]
        rows += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    rows.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(rows).encode()
