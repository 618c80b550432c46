"""Kinds of faults in the layout of the file: sections, updates, line ends, numbers, one byte anywhere."""

import io
import random
import re

import pikepdf

from tests.pdfa.mutants_core import raw
from tests.unit.pdf.pdf_samples import updated

WHITE = (b" ", b"\n", b"\r", b"\r\n", b"\t", b"\x00", b"\x0c", b"\x0b", b"%c\n", b"  ", b"0", b"%")
_SIGNS = re.compile(
    rb"\b(?:obj|endobj|stream|endstream|xref|trailer|startxref)\b|%%EOF|/Length|/ID|%PDF|<<|>>"
)


def _spot(content: bytes, dice: random.Random) -> int:
    """A place on or beside a word of the file's syntax."""
    found = dice.choice(list(_SIGNS.finditer(content)))
    place = dice.choice([found.start(), found.end()]) + dice.choice([-2, -1, 0, 0, 0, 1, 2])
    return max(0, min(len(content) - 1, place))


@raw
def raw_white_added(content: bytes, dice: random.Random) -> bytes:
    place = _spot(content, dice)
    return content[:place] + dice.choice(WHITE) + content[place:]


@raw
def raw_white_instead(content: bytes, dice: random.Random) -> bytes:
    place = _spot(content, dice)
    return content[:place] + dice.choice(WHITE[:3]) + content[place + 1 :]


@raw
def raw_byte_gone(content: bytes, dice: random.Random) -> bytes:
    place = _spot(content, dice)
    return content[:place] + content[place + 1 :]


@raw
def raw_byte_at_a_word(content: bytes, dice: random.Random) -> bytes:
    place = _spot(content, dice)
    return content[:place] + bytes([dice.randrange(256)]) + content[place + 1 :]


@raw
def raw_number_at_the_end(content: bytes, dice: random.Random) -> bytes | None:
    """One number of the cross-reference table, the trailer or startxref, at the same length."""
    start = max(0, content.rfind(b"startxref") - 3000)
    found = list(re.finditer(rb"\d+", content[start:]))
    if not found:
        return None
    number = dice.choice(found)
    value = max(0, int(number.group()) + dice.choice([-10, -1, 1, 2, 10]))
    written = str(value).encode().rjust(len(number.group()), b"0")
    return content[: start + number.start()] + written + content[start + number.end() :]


UPDATES = (
    *(b"<</A 1>>", b"(a)", b"<41>", b"<4>", b"<4g>", b"99999999999", b"40000.5", b"null", b"true"),
    *(b"0.00000000000000000000000000000000000000000001", b"(" + b"n" * 40000 + b")", b"/" + b"n" * 200),
    *(b"[" + b"1 " * 9000 + b"]", b"<</Length 3>>\nstream\nabc\nendstream", b"<</S/JavaScript/JS(x)>>"),
    *(
        b"<</Length 3/Filter/LZWDecode>>\nstream\nabc\nendstream",
        b"<</Length 3/F(x)>>\nstream\nabc\nendstream",
    ),
    *(b"<</Length 4>>\nstream\nabc\nendstream", b"<</Length 3>>\nstream\rabc\nendstream", b"<</A 1>> "),
)


@raw
def raw_update(content: bytes, dice: random.Random) -> bytes | None:
    """An incremental update with one more object."""
    last = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*\Z", content)
    root = re.search(rb"/Root\s+\d+\s+\d+\s+R", content)
    name = re.search(rb"/ID\s*\[[^\]]*\]", content)
    size = re.search(rb"/Size\s+(\d+)", content)
    if not (last and root and name and size):
        return None
    number = int(size.group(1))
    start = content if content.endswith((b"\n", b"\r")) else content + b"\n"
    head = dice.choice([b"%d 0 obj\n", b"%d 0 obj\n", b"%d 0 obj\n", b"%d 0 obj ", b"%d  0 obj\n"]) % number
    body = head + dice.choice(UPDATES) + b"\nendobj\n"
    kept = dice.choice([name.group(), name.group(), name.group(), b""])
    space = dice.choice([b" ", b" ", b"  "])
    return b"".join(
        [start, body, b"xref\n%d%s1\n%010d 00000 n \n" % (number, space, len(start))]
        + [b"trailer\n<</Size %d %s %s" % (number + 1, root.group(), kept)]
        + [b" /Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (last.group(1), len(start) + len(body))]
    )


@raw
def raw_before_an_xref_stream(content: bytes, dice: random.Random) -> bytes:
    """An object that no stream parts from the cross-reference stream."""
    body = dice.choice(
        [b"<</A 1>> endobj", b"<</A <012>>>\nendobj", b"(/XRef) endobj", b"<</A 1>>\nendobj 5"]
    )
    return updated(content, body)


@raw
def raw_more_at_the_end(content: bytes, dice: random.Random) -> bytes:
    more = [b"\n%c\n", b"\n%%EOF\n", b"\r\n\r\n", b"\n\r", b"\t", b"\n ", b"\x0c", b"\n%%EOF"]
    return content.rstrip(b"\r\n") + dice.choice(more)


def _saved(content: bytes, **options: object) -> bytes | None:
    try:
        with pikepdf.open(io.BytesIO(content), inherit_page_attributes=False) as pdf:
            out = io.BytesIO()
            pdf.save(out, fix_metadata_version=False, **options)
            return out.getvalue()
    except pikepdf.PdfError:
        return None


@raw
def raw_saved_linearized(content: bytes, dice: random.Random) -> bytes | None:
    saved = _saved(content, linearize=True)
    if saved is None or dice.random() < 0.5:
        return saved
    return re.sub(rb"/ID\s*\[\s*<[0-9a-f]{4}", lambda found: found.group()[:-4] + b"abcd", saved, count=1)


@raw
def raw_saved_in_object_streams(content: bytes, dice: random.Random) -> bytes | None:
    return _saved(content, object_stream_mode=pikepdf.ObjectStreamMode.generate)


@raw
def raw_saved_encrypted(content: bytes, dice: random.Random) -> bytes | None:
    return _saved(content, encryption=pikepdf.Encryption(owner="o", user="", R=dice.choice([4, 6])))


@raw
def raw_saved_readable(content: bytes, dice: random.Random) -> bytes | None:
    """qpdf's own layout, with comments and indirect lengths."""
    return _saved(content, qdf=True)


@raw
def raw_object_shortened(content: bytes, dice: random.Random) -> bytes | None:
    """Marks of the structure in other letters, at the same length."""
    words = [
        b"endobj",
        b"endstream",
        b"trailer",
        b"startxref",
        b"xref",
        b"%%EOF",
        b"/Size",
        b"/Root",
        b"/Type",
    ]
    word = dice.choice([word for word in words if word in content])
    place = dice.choice([found.start() for found in re.finditer(re.escape(word), content)])
    return content[:place] + word.swapcase() + content[place + len(word) :]
