"""Constructs that PDF/A does not mind but the engine does not know, taken off the copy in memory.

The engine stops describing a page at the first key that it does not know: without this step its
reasons would be wrong or incomplete.
"""

from collections.abc import Iterable

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

from desktop.pdf.check.associated_files import gather_associated_files
from desktop.pdf.check.cid_sets import drop_right_cid_sets
from desktop.pdf.check.direct_values import put_values_in_place
from desktop.pdf.check.known_keys import drop_private_keys

MOST_OUTLINES = 20_000
_NEWER_MODES = (Name.UseOC, Name.UseAttachments)  # ISO 32000-1, table 28


def remove_unsupported_constructs(pdf: pikepdf.Pdf, part: int) -> None:
    """Change *pdf* in memory only."""
    put_values_in_place(pdf)
    drop_private_keys(pdf)
    root = pdf.Root
    if "/DocChecksum" in pdf.trailer:
        del pdf.trailer["/DocChecksum"]
    for name in ("/MarkInfo", "/ViewerPreferences"):
        entry = root.get(name)
        if isinstance(entry, Dictionary) and "/Type" in entry:
            del entry["/Type"]
    if root.get("/PageMode") in _NEWER_MODES:
        del root["/PageMode"]
    if _is_plain_opening(root.get("/OpenAction")):
        del root["/OpenAction"]
    for page in pdf.pages:
        for name in ("/Trans", "/Tabs"):
            # LibreOffice writes /Tabs as a string
            if name in page.obj and isinstance(page.obj[name], Dictionary | Name | String):
                del page.obj[name]
    intents = root.get("/OutputIntents")
    if isinstance(intents, Array) and len(intents) == 0:
        del root["/OutputIntents"]
    _straighten_outlines(root)
    _write_across(pdf)
    if part != 1:
        drop_right_cid_sets(pdf)
    if part == 3:
        gather_associated_files(pdf)


def _is_plain_opening(action: Object | None) -> bool:
    """A destination, or a GoTo action and nothing after it."""
    if isinstance(action, Array):
        return True
    if isinstance(action, Dictionary):
        return action.get("/S") == Name.GoTo and set(action.keys()) <= {"/S", "/D", "/Type"}
    return False


def _write_across(pdf: pikepdf.Pdf) -> None:
    """Vertical writing: PDF/A has no rule for it but those for the same glyphs across (6.2.11)."""
    for thing in pdf.objects:
        if not isinstance(thing, Dictionary):
            continue
        if thing.get("/Subtype") == Name.Type0 and thing.get("/Encoding") == Name("/Identity-V"):
            thing["/Encoding"] = Name("/Identity-H")
        elif thing.get("/Subtype") in (Name.CIDFontType0, Name.CIDFontType2):
            for key in ("/W2", "/DW2"):
                if isinstance(thing.get(key), Array):
                    del thing[key]


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


_PACKET = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
    ' xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="{part}" pdfaid:conformance="B"/>'
    '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)


def replace_metadata(pdf: pikepdf.Pdf, owners: Iterable[Object], part: int) -> None:
    """Leave the engine a packet that it knows: the real ones were judged by the XMP layer."""
    for owner in owners:
        del owner["/Metadata"]
    stream = pdf.make_stream(_PACKET.format(part=part).encode())
    stream["/Type"], stream["/Subtype"] = Name.Metadata, Name.XML
    pdf.Root["/Metadata"] = pdf.make_indirect(stream)
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
