"""Implementation limits of every value: the engine never meets bare numbers, nor what is taken off for it."""

import re

import pikepdf

from desktop.pdf.check.finding import Finding, unsure
from desktop.pdf.pikepdf_internals import Flavour, LimitChecker


def check_limits(pdf: pikepdf.Pdf, part: int) -> list[Finding]:
    """Numbers, strings, names and sizes of all objects and of the trailer (6.1.12; 6.1.13)."""
    limits = LimitChecker(Flavour(f"{part}b"))
    with pikepdf.explicit_conversion():
        for value in [pdf.trailer, *pdf.objects]:
            for _, message in limits.problems(value):
                return [unsure("limits", message, "6.1.12" if part == 1 else "6.1.13")]
    return []


_ESCAPED = re.compile(rb"/([^\s/<>\[\]()]*#[89A-Fa-f][^\s/<>\[\]()]*)")
_STRING = re.compile(rb"\((?:[^\\()]|\\.)*\)", re.S)  # as qpdf writes one: an address may look like a name
_CODE = re.compile(rb"#([0-9A-Fa-f]{2})")


def check_names(pdf: pikepdf.Pdf, part: int) -> list[Finding]:
    """Names of fonts, colourants and structure are UTF-8 (6.1.8), used or not."""
    for thing in pdf.objects if part > 1 else []:
        if not isinstance(thing, pikepdf.Object):
            continue
        plain = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
        written = plain.unparse(resolved=True)
        if not _ESCAPED.search(written):
            continue
        for name in _ESCAPED.findall(_STRING.sub(b"()", written)):
            try:
                _CODE.sub(lambda code: bytes.fromhex(code.group(1).decode()), name).decode("utf-8")
            except UnicodeDecodeError:
                return [unsure("file_syntax", "a name that is not UTF-8", "6.1.8")]
    return []
