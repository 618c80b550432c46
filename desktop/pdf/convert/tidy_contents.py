"""Content streams written anew: the same instructions, spelled as every reader understands them.

An odd number of hexadecimal digits, a comment that touches a word: readers agree on what is drawn, PDF/A asks
for another spelling (ISO 19005-2, 6.1.6). What no reader acts on goes: marks without a name, intents that are
none, an end without its beginning.
"""

from collections.abc import Iterable

import pikepdf
from pikepdf import Dictionary, Name, Operator, Stream

UNTIDY = ("file_syntax", "content")  # families of what may be a matter of spelling
_WORDS = (
    "BT without ET",
    "ET without BT",
    "BDC has operands",
    "DP has operands",
    "BMC has operands",
    "rendering intent",
)
_INTENTS = ("/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation")


def is_untidy(family: str, detail: str) -> bool:
    """True for an objection that may be answered by spelling the content anew."""
    return family in UNTIDY or any(word in detail for word in _WORDS)


def tidy_contents(pdf: pikepdf.Pdf, pages: Iterable[int]) -> None:
    """Change *pdf* in memory: these pages and the forms that they name; what cannot be parsed stays."""
    for number in pages:
        page = pdf.pages[number].obj
        again = _again(pdf.pages[number])
        if again is not None:
            page.Contents = pdf.make_stream(again)
        resources = page.get("/Resources")
        forms = resources.get("/XObject") if isinstance(resources, Dictionary) else None
        for form in forms.values() if isinstance(forms, Dictionary) else ():
            if isinstance(form, Stream) and form.get("/Subtype") == Name.Form:
                drawn = _again(form)
                if drawn is not None:
                    form.write(drawn)


def _again(content: pikepdf.Page | pikepdf.Object) -> bytes | None:
    try:
        read = list(pikepdf.parse_content_stream(content))
        return bytes(pikepdf.unparse_content_stream(_plain(read)))
    except (pikepdf.PdfError, TypeError, ValueError, AttributeError):
        return None


def _plain(read: list[pikepdf.ContentStreamInstruction]) -> list[pikepdf.ContentStreamInstruction]:
    made: list[pikepdf.ContentStreamInstruction] = []
    open_text = 0
    for instruction in read:
        operands, word = list(instruction.operands), str(instruction.operator)
        if word == "ri" and not (operands and str(operands[-1]) in _INTENTS):
            continue
        if word in ("BDC", "BMC") and not (operands and isinstance(operands[0], Name)):
            instruction = pikepdf.ContentStreamInstruction([Name.Span], Operator("BMC"))
        if word in ("DP", "MP") and not (operands and isinstance(operands[0], Name)):
            continue
        if word == "ET" and not open_text:
            continue
        open_text += {"BT": 1, "ET": -1}.get(word, 0)
        made.append(instruction)
    made += [pikepdf.ContentStreamInstruction([], Operator("ET"))] * open_text
    return made
