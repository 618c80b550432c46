"""Takes the signatures out of a PDF, for the user who was told and asked for a copy without them."""

import io

import pikepdf

from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.convert.strip_keys import dictionaries


def without_signatures(content: bytes) -> Result[bytes]:
    """The same pages with what a signature looked like, but none that could be taken for valid.

    FILE_LOCKED, FILE_UNREADABLE.
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            _take_out(pdf)
            out = io.BytesIO()
            pdf.save(out)
            return out.getvalue()
    except pikepdf.PasswordError:
        return Failure.of(Code.FILE_LOCKED)
    except pikepdf.PdfError:
        return Failure.of(Code.FILE_UNREADABLE)


def _take_out(pdf: pikepdf.Pdf) -> None:
    for thing in dictionaries(pdf):
        if thing.get("/FT") == "/Sig" or _is_signature(thing.get("/V")):
            for key in ("/V", "/Lock", "/SV"):
                if key in thing:
                    del thing[key]
        if _is_signature(thing):  # also those that no field points to any more
            for key in list(thing.keys()):
                del thing[key]
    if "/Perms" in pdf.Root:
        del pdf.Root["/Perms"]
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/SigFlags" in form:
        del form["/SigFlags"]


def _is_signature(thing: pikepdf.Object | None) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and "/ByteRange" in thing
