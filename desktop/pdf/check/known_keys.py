"""Keys of pages and catalogue that a reader knows (ISO 32000-1, tables 28 and 30); all others it ignores."""

from collections.abc import Collection

import pikepdf
from pikepdf import Dictionary

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


def drop_private_keys(pdf: pikepdf.Pdf) -> None:
    """Take private keys off pages, catalogue and its marks in *pdf*, in memory; none that is a doubt."""
    odd = [key for key, value in pdf.Root.items() if not key.isascii() or _is_signature(value)]
    keep_only(pdf.Root, {*_CATALOG_KEYS, *odd})
    marks = pdf.Root.get("/MarkInfo")
    if isinstance(marks, Dictionary):
        keep_only(marks, _MARK_KEYS)
    for page in pdf.pages:
        keep_only(page.obj, PAGE_KEYS)


def keep_only(thing: pikepdf.Object, keys: Collection[str]) -> None:
    """Take every other key off a dictionary."""
    for key in [key for key in thing.keys() if key not in keys]:  # noqa: SIM118 - an Object is no mapping
        del thing[key]


def _is_signature(value: object) -> bool:
    return isinstance(value, Dictionary) and "/ByteRange" in value
