"""Which violations of the engine are violations for every reader.

The engine is stricter than the standard's readers, and what it says of a thing after it lost its way in
that thing is a guess. What is not believed stays a finding: the file is « not confirmed ».
"""

import re
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Stream

from desktop.pdf.check.shown_fonts import Place, shown_fonts

_DOUBTED = {
    # nesting of q and Q is counted through forms; names of inner fonts, lists of glyphs, CID maps, glyphs
    # of codes that may not be drawn; fonts whose dictionary is too odd to be taken for one
    1: (
        *("6.1.12-8", "6.3.2-1", "6.3.2-2", "6.3.2-3", "6.3.3.2-1", "6.3.5-1", "6.3.5-2", "6.3.5-3"),
        *("6.2.7-1", "6.3.7-2"),
    ),
    2: (
        *("6.1.8-1", "6.1.13-8", "6.2.11.2-1", "6.2.11.2-2", "6.2.11.2-3", "6.2.11.4.1-2", "6.2.11.4.2-1"),
        *("6.2.3-3", "6.2.11.6-3", "6.2.11.4.2-2", "6.2.11.8-1", "6.2.11.3.2-1", "6.2.9-3"),
    ),
}
_DOUBTED_PLACES = ("JavaScriptNameTree", "(Catalog) /Version")
_DOUBTED_WORDS = (
    *("too short", "is not valid under any of the given schemas", "CIDSystemInfo is incomplete"),
    *(
        "has no /CIDSystemInfo",
        "/Encoding None",
        "is not in the content stream's resources",
        "contains /FFilter",
        "contains /FDecode",
    ),
    *("(FormXObject) /Group (TransparencyGroup)", "optional content (BDC", "filter /Crypt is not"),
    *("/FFilter is not permitted", "/FDecodeParms is not permitted"),
)
_EXACT_BITS = re.compile(r"BitsPerComponent:? \d+( |$)")
_UNKNOWN_OPERATOR = re.compile(r"operator '([^']*)' is not defined")
_PLAIN_OPERATOR = re.compile(r"[A-Za-z]{2,}")
_FONT_PLACE = re.compile(r"\((Font|CIDFont\w*)\)| font /")
_INTENT_PLACES = re.compile(r"\((Catalog|OutputIntents?|ICC\w*)\)|^trailer")
_NOT_EMBEDDED = ("6.3.4-1", "6.2.11.4.1-1")  # wrong only where somebody sees the text
_COLOURS = ("6.2.3.3", "6.2.4.3")
_ACTIONS = ("6.6.1-1", "6.5.1-1")
_ALLOWED_ACTIONS = ("/GoTo", "/GoToR", "/GoToE", "/Thread", "/URI", "/Named", "/SubmitForm")
_DEEPEST_ACTION = 5
_OPENING = "/OpenAction is not supported"
_EMBEDDED = "6.1.11-1"
_BITS = ("6.2.4-4", "6.2.8-4")
_OPERATORS = ("6.2.10-1", "6.2.2-1")
_LIMITS = ("6.1.12", "6.1.13")


class ViolationFilter:
    """Weighs the findings of one run of the engine, and looks at the pages only when it must."""

    def __init__(self, pdf: pikepdf.Pdf, part: int, found: list[Any]) -> None:
        self._pdf = pdf
        self._part = part
        self._shown: set[Place] | None = None
        self._lost_in = {
            _owner(finding.where)
            for finding in found
            if finding.rule.startswith(("pikepdf:content", "pikepdf:inline")) or _is_odd_operator(finding)
        }
        self._intent_unclear = any(_hides_the_intent(finding) for finding in found)

    def in_violation(self, finding: Any, clause: str, place: Place | None) -> bool:
        """True when a violation that the engine names breaks PDF/A for certain."""
        where, said = finding.where, f"{finding.where}: {finding.message}"
        if finding.message.startswith(_OPENING):
            return self._acts(self._pdf.Root.objgen)
        if not finding.rule.startswith("ISO_") or clause in _DOUBTED[min(self._part, 2)]:
            return False
        if clause in _NOT_EMBEDDED:
            return not self._lost_in and place in self._fonts()
        if finding.kind != "violation":
            return False
        if any(word in said for word in (*_DOUBTED_PLACES, *_DOUBTED_WORDS)):
            return False
        if clause.startswith(_COLOURS) and (self._intent_unclear or self._lost_in):
            return False
        if "/Subtype2" in said and not (place and self._is_postscript(place)):
            return False
        if clause in _ACTIONS and not (place and self._acts(place)):
            return False
        if clause == _EMBEDDED and not (place and self._is_file(place)):
            return False
        if clause in _BITS and not _EXACT_BITS.search(said):
            return False
        if " content" in where and _owner(where) in self._lost_in:
            return False
        if _FONT_PLACE.search(where) and not clause.startswith(_LIMITS):
            return not self._lost_in and place in self._fonts()
        return True

    def _is_file(self, place: Place) -> bool:
        thing = self._pdf.get_object(place)
        return isinstance(thing, Dictionary) and (thing.get("/Type") == Name.Filespec or "/F" in thing)

    def _is_postscript(self, place: Place) -> bool:
        thing = self._pdf.get_object(place)
        return isinstance(thing, Stream) and thing.get("/Subtype2") == Name.PS

    def _acts(self, place: Place) -> bool:
        """True for an action that no part of the standard allows."""
        waiting: list[tuple[object, int]] = [(self._pdf.get_object(place), 0)]
        while waiting:
            thing, depth = waiting.pop()
            if isinstance(thing, Dictionary) and depth <= _DEEPEST_ACTION:
                if isinstance(thing.get("/S"), Name) and str(thing.S) not in _ALLOWED_ACTIONS:
                    return True
                waiting += [(thing.get(key), depth + 1) for key in ("/A", "/OpenAction", "/Next")]
        return False

    def _fonts(self) -> set[Place]:
        if self._shown is None:
            self._shown = shown_fonts(self._pdf)
        return self._shown


def _owner(where: str) -> str:
    """The page or form whose content a finding speaks of."""
    return where.partition(" content")[0]


def _is_odd_operator(finding: Any) -> bool:
    """Two tokens that ran into each other: some readers see a number or nothing there."""
    if not finding.rule.endswith(_OPERATORS):
        return False
    unknown = _UNKNOWN_OPERATOR.search(finding.message)
    return unknown is None or not _PLAIN_OPERATOR.fullmatch(unknown.group(1))


def _hides_the_intent(finding: Any) -> bool:
    """The engine could not look at the output intent."""
    ours = finding.rule.startswith("pikepdf:") and finding.rule != "pikepdf:output-intent"
    odd = "too short" in finding.message or "/DestOutputProfileRef" in finding.message
    return (ours or odd) and (
        finding.rule.startswith("pikepdf:icc") or _INTENT_PLACES.search(finding.where) is not None
    )
