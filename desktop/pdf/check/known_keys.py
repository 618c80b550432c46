"""Keys that a reader knows, of the things that producers add their own to; all others it ignores.

ISO 32000-1, tables 5, 15, 17, 28 to 30, 58, 89, 95, 111 to 127, 365. What PDF/A forbids is among them: it
must be seen.
"""

from collections.abc import Collection

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

PAGE_KEYS = frozenset(
    {
        *(
            "/Type",
            "/Parent",
            "/LastModified",
            "/Resources",
            "/MediaBox",
            "/CropBox",
            "/BleedBox",
            "/TrimBox",
        ),
        *("/ArtBox", "/BoxColorInfo", "/Contents", "/Rotate", "/Group", "/Thumb", "/B", "/Dur", "/Trans"),
        *("/Annots", "/AA", "/Metadata", "/PieceInfo", "/StructParents", "/ID", "/PZ", "/SeparationInfo"),
        *("/Tabs", "/TemplateInstantiated", "/PresSteps", "/UserUnit", "/VP", "/AF", "/OutputIntents"),
    }
)
_CATALOG_KEYS = frozenset(
    {
        *("/Type", "/Version", "/Extensions", "/Pages", "/PageLabels", "/Names", "/Dests", "/AF", "/DSS"),
        *("/ViewerPreferences", "/PageLayout", "/PageMode", "/Outlines", "/Threads", "/OpenAction", "/AA"),
        *("/URI", "/AcroForm", "/Metadata", "/StructTreeRoot", "/MarkInfo", "/Lang", "/SpiderInfo"),
        *(
            "/OutputIntents",
            "/PieceInfo",
            "/OCProperties",
            "/Perms",
            "/Legal",
            "/Requirements",
            "/Collection",
        ),
        *("/NeedsRendering", "/DPartRoot"),
    }
)

_MARK_KEYS = ("/Marked", "/UserProperties", "/Suspects")
_INTENT_KEYS = (
    "/Type", "/S", "/OutputCondition", "/OutputConditionIdentifier", "/RegistryName", "/Info",
    "/DestOutputProfile", "/DestOutputProfileRef", "/MixingHints", "/SpectralData",
)  # fmt: skip
_NODE_KEYS = ("/Type", "/Parent", "/Kids", "/Count", "/Resources", "/MediaBox", "/CropBox", "/Rotate")
_TRAILER_KEYS = (
    "/Size", "/Prev", "/Root", "/Encrypt", "/Info", "/ID", "/XRefStm", "/Type", "/Index", "/W", "/Length",
    "/Filter", "/DecodeParms", "/DocChecksum",
)  # fmt: skip
_STREAM_KEYS = ("/Length", "/Filter", "/DecodeParms", "/F", "/FFilter", "/FDecodeParms", "/DL")
_DRAWN_KEYS = (
    *_STREAM_KEYS, "/Type", "/Subtype", "/Subtype2", "/PS", "/OPI", "/Metadata", "/OC", "/Name", "/AF",
    "/StructParent", "/Measure", "/PtData",
)  # fmt: skip
_FORM_KEYS = (
    *_DRAWN_KEYS, "/FormType", "/BBox", "/Matrix", "/Resources", "/Group", "/Ref", "/PieceInfo",
    "/LastModified", "/StructParents",
)  # fmt: skip
_IMAGE_KEYS = (
    *_DRAWN_KEYS, "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Intent", "/ImageMask", "/Mask",
    "/Decode", "/Interpolate", "/Alternates", "/SMask", "/SMaskInData", "/Matte", "/ID",
)  # fmt: skip
_STATE_KEYS = (
    "/Type", "/LW", "/LC", "/LJ", "/ML", "/D", "/RI", "/OP", "/op", "/OPM", "/Font", "/BG", "/BG2", "/UCR",
    "/UCR2", "/TR", "/TR2", "/HT", "/FL", "/SM", "/SA", "/BM", "/SMask", "/CA", "/ca", "/AIS", "/TK", "/HTP",
    "/HTO", "/UseBlackPtComp",
)  # fmt: skip
_PROGRAM_KEYS = (*_STREAM_KEYS, "/Length1", "/Length2", "/Length3", "/Subtype", "/Metadata")
_FONT_KEYS = (
    "/Type", "/Subtype", "/Name", "/BaseFont", "/FirstChar", "/LastChar", "/Widths", "/FontDescriptor",
    "/Encoding", "/ToUnicode", "/DescendantFonts", "/FontBBox", "/FontMatrix", "/CharProcs", "/Resources",
    "/CIDSystemInfo", "/DW", "/W", "/DW2", "/W2", "/CIDToGIDMap", "/Metadata", "/AF",
)  # fmt: skip
_DESCRIPTOR_KEYS = (
    "/Type", "/FontName", "/FontFamily", "/FontStretch", "/FontWeight", "/Flags", "/FontBBox", "/ItalicAngle",
    "/Ascent", "/Descent", "/Leading", "/CapHeight", "/XHeight", "/StemV", "/StemH", "/AvgWidth", "/MaxWidth",
    "/MissingWidth", "/FontFile", "/FontFile2", "/FontFile3", "/CharSet", "/Style", "/Lang", "/FD", "/CIDSet",
)  # fmt: skip


def drop_private_keys(pdf: pikepdf.Pdf) -> None:
    """Take private keys off *pdf*, in memory; of the catalogue none that is a doubt."""
    odd = [key for key, value in pdf.Root.items() if not key.isascii() or _is_signature(value)]
    keep_only(pdf.Root, {*_CATALOG_KEYS, *odd})
    marks = pdf.Root.get("/MarkInfo")
    if isinstance(marks, Dictionary):  # anew: some writers let it point at what is something else as well
        pdf.Root.MarkInfo = Dictionary({key: value for key, value in marks.items() if key in _MARK_KEYS})
    intents = pdf.Root.get("/OutputIntents")
    for intent in intents if isinstance(intents, Array) else ():
        if isinstance(intent, Dictionary):
            keep_only(intent, _INTENT_KEYS)
    keep_only(pdf.trailer, _TRAILER_KEYS)
    for page in pdf.pages:
        keep_only(page.obj, PAGE_KEYS)
        contents = page.obj.get("/Contents")
        for part in contents if isinstance(contents, Array) else [contents]:
            if isinstance(part, Stream):
                keep_only(part, _STREAM_KEYS)
    for thing in pdf.objects:
        if isinstance(thing, Stream) and thing.get("/Subtype") == Name.Form:
            keep_only(thing, _FORM_KEYS)
        elif isinstance(thing, Stream) and thing.get("/Subtype") == Name.Image:
            keep_only(thing, _IMAGE_KEYS)
        elif isinstance(thing, Dictionary) and thing.get("/Type") == Name.Pages:
            keep_only(thing, _NODE_KEYS)
        elif isinstance(thing, Dictionary):
            _plain_font(thing)
        _plain_states(thing)


def _plain_font(thing: pikepdf.Object) -> None:
    if thing.get("/Type") == Name.Font:
        keep_only(thing, _FONT_KEYS)
    elif thing.get("/Type") == Name.FontDescriptor:
        keep_only(thing, _DESCRIPTOR_KEYS)
    for key in ("/FontFile", "/FontFile2", "/FontFile3"):
        if isinstance(thing.get(key), Stream):
            keep_only(thing[key], _PROGRAM_KEYS)


def _plain_states(thing: pikepdf.Object) -> None:
    """Graphics states stand in the resources of whatever draws, or by themselves."""
    resources = thing.get("/Resources", thing) if isinstance(thing, Dictionary | Stream) else None
    states = resources.get("/ExtGState") if isinstance(resources, Dictionary | Stream) else None
    for state in states.values() if isinstance(states, Dictionary) else ():
        if isinstance(state, Dictionary):
            keep_only(state, _STATE_KEYS)


def keep_only(thing: pikepdf.Object, keys: Collection[str]) -> None:
    """Take every other key off a dictionary."""
    for key in [key for key in thing.keys() if key not in keys]:  # noqa: SIM118 - an Object is no mapping
        del thing[key]


def _is_signature(value: object) -> bool:
    return isinstance(value, Dictionary) and "/ByteRange" in value
