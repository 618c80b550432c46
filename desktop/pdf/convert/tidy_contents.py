"""Content streams written anew: the same instructions, spelled as every reader understands them.

An odd number of hexadecimal digits, a comment that touches a word: readers agree on what is drawn, PDF/A asks
for another spelling (ISO 19005-2, 6.1.6).
"""

from collections.abc import Iterable

import pikepdf
from pikepdf import Dictionary, Name, Stream

UNTIDY = ("file_syntax", "content")  # families of what may be a matter of spelling


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
        return bytes(pikepdf.unparse_content_stream(pikepdf.parse_content_stream(content)))
    except (pikepdf.PdfError, TypeError, ValueError, AttributeError):
        return None
