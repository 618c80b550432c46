"""Constructs that PDF/A does not mind but the engine does not know, taken off the copy in memory.

The engine stops describing a page at the first key that it does not know (notes §3.3, rule 3).
"""

import re

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

MOST_OUTLINES = 20_000


def take_off_harmless(pdf: pikepdf.Pdf) -> None:
    """Change *pdf* in memory only."""
    root = pdf.Root
    if "/DocChecksum" in pdf.trailer:
        del pdf.trailer["/DocChecksum"]
    for name in ("/MarkInfo", "/ViewerPreferences"):
        entry = root.get(name)
        if isinstance(entry, Dictionary) and "/Type" in entry:
            del entry["/Type"]
    if _is_plain_opening(root.get("/OpenAction")):
        del root["/OpenAction"]
    for page in pdf.pages:
        for name in ("/Trans", "/Tabs"):
            if name in page.obj and isinstance(page.obj[name], Dictionary | Name):
                del page.obj[name]
    _straighten_outlines(root)


def _is_plain_opening(action: Object | None) -> bool:
    """A destination, or a GoTo action and nothing after it."""
    if isinstance(action, Array):
        return True
    if isinstance(action, Dictionary):
        return action.get("/S") == Name.GoTo and set(action.keys()) <= {"/S", "/D", "/Type"}
    return False


def _straighten_outlines(root: Dictionary) -> None:
    """An indirect /Dest is the same as a direct one."""
    outlines = root.get("/Outlines")
    waiting = [outlines.get("/First")] if isinstance(outlines, Dictionary) else []
    seen: set[tuple[int, int]] = set()
    while waiting and len(seen) < MOST_OUTLINES:
        item = waiting.pop()
        if not isinstance(item, Dictionary) or (item.is_indirect and item.objgen in seen):
            continue
        seen.add(item.objgen)
        dest = item.get("/Dest")
        if isinstance(dest, Array) and dest.is_indirect:
            item["/Dest"] = Array(list(dest))
        waiting += [item.get("/First"), item.get("/Next")]


_TAIL = re.compile(r"^(D:\d{4,14})Z'?(?:00'?)?(?:00'?)?$")


def straighten_dates(info: Object | None) -> None:
    """« D:20260102030405Z' » is a usual way to write UTC."""
    if not isinstance(info, Dictionary):
        return
    for name in ("/CreationDate", "/ModDate"):
        value = info.get(name)
        if isinstance(value, String) and (match := _TAIL.match(str(value))):
            info[name] = String(match.group(1) + "Z")
