"""The /ToUnicode map of a font whose codes have two bytes."""

from collections.abc import Mapping


def unicode_map(codes: Mapping[str, int]) -> bytes:
    """*codes*: the code of each character."""
    rows = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ]
    entries = [f"<{code:04X}> <{sign.encode('utf-16-be').hex().upper()}>" for sign, code in codes.items()]
    for start in range(0, len(entries), 100):
        block = entries[start : start + 100]
        rows += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    rows.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(rows).encode()
