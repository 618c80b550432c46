"""Codes in five series of 200 degraded pictures: how many are read, how many wrongly, how fast; the first one
beside zbar and libdmtx.

Read is what the program would take: its check digits or check character are right too. The peers are asked
about the codes of their kind only: zbar for QR codes, libdmtx for DataMatrix, whose separators it loses (what
it reads without them counts as read). Each is asked a second time with the picture softened as ours is.
"""

import io
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from PIL import Image

from benchmarks.scanning_pictures import SEEDS, Photo, photos
from desktop.domain.errors import Failure
from desktop.domain.prescription.unread import Unread
from desktop.pdf.code_pictures import CodePictures
from desktop.scanning.picture import SOFTENED, codes_in
from desktop.scanning.reading import read_picture_text

_TODAY = date(2026, 11, 30)
_PEER_MS = 200  # libdmtx looks for ever otherwise
_CHILD_TIMES = 5

Reader = Callable[[Image.Image], list[str]]
Row = tuple[str, str, str]


def rows(_against: Path | None = None) -> list[Row]:
    """Ours first, then the peers on the same pictures."""
    taken = list(photos())
    boxes, ordonnances = [p for p in taken if p.is_box], [p for p in taken if not p.is_box]
    return [
        *_measured(
            f"codes: {len(taken)} degraded pictures 600 x 600",
            taken,
            _ours,
            ("≤ 10 codes", "≤ 0 codes", "≤ 30 ms"),
        ),
        *_measured(f"  of them {len(boxes)} DataMatrix", boxes, _ours),
        *_measured("  libdmtx", boxes, _libdmtx()),
        *_measured(f"  of them {len(ordonnances)} QR", ordonnances, _ours),
        *_measured("  zbar", ordonnances, _zbar()),
        *(row for seed in SEEDS[1:] for row in _of_series(seed)),
        ("codes: one JPEG in a child that is ready", "", _in_the_child(taken)),
    ]


def _of_series(seed: int) -> list[Row]:
    """Judged as the first, and no faster or slower: not timed again."""
    found = _measured(
        f"codes: series {seed}", list(photos(seed=seed)), _ours, ("≤ 10 codes", "≤ 0 codes", "")
    )
    return found[:2]


def _measured(
    what: str, taken: list[Photo], reader: Reader | None, targets: tuple[str, str, str] = ("", "", "")
) -> list[Row]:
    names = (f"{what}: not read", f"{what}: read wrong", f"{what}: median decode")
    if reader is None:
        return [(names[0], "", "not installed")]
    unread = wrong = 0
    spent = []
    for photo in taken:
        picture = Image.open(io.BytesIO(photo.file)).convert("L")
        began = time.perf_counter()
        texts = reader(picture)
        spent.append((time.perf_counter() - began) * 1000)
        unread += _bare(photo.text) not in map(_bare, texts)
        wrong += any(_bare(text) != _bare(photo.text) for text in texts)
    at_95 = sorted(spent)[int(len(spent) * 0.95)]
    found = (f"{unread} codes", f"{wrong} codes", f"{statistics.median(spent):.1f} ms (p95 {at_95:.0f})")
    return list(zip(names, targets, found, strict=True))


def _bare(text: str) -> str:
    return text.replace("\x1d", "")


def _ours(picture: Image.Image) -> list[str]:
    """Texts that the counter would act on."""
    found = codes_in(picture)
    return [c.text for c in found if not isinstance(read_picture_text(c.symbology, c.text, _TODAY), Unread)]


def _libdmtx() -> Reader | None:
    try:
        from pylibdmtx.pylibdmtx import decode
    except ImportError:
        return None

    def read(picture: Image.Image) -> list[str]:
        return [one.data.decode("latin-1") for one in decode(picture, timeout=_PEER_MS, max_count=1)]

    return _also_softened(read)


def _zbar() -> Reader | None:
    try:
        from pyzbar.pyzbar import ZBarSymbol, decode
    except ImportError:
        return None

    def read(picture: Image.Image) -> list[str]:
        return [one.data.decode("latin-1") for one in decode(picture, symbols=[ZBarSymbol.QRCODE])]

    return _also_softened(read)


def _also_softened(read: Reader) -> Reader:
    return lambda picture: read(picture) or read(picture.filter(SOFTENED))


def _in_the_child(taken: list[Photo]) -> str:
    """A child serves one file; the next one is started meanwhile."""
    spent = []
    child = CodePictures()
    try:
        for photo in taken[:_CHILD_TIMES]:
            child.warm()
            time.sleep(1.5)  # somebody chooses a file
            began = time.perf_counter()
            answer = child.read(photo.file)
            spent.append((time.perf_counter() - began) * 1000)
            assert not isinstance(answer, Failure), answer
    finally:
        child.close()
    return f"{statistics.median(spent):.0f} ms (max {max(spent):.0f})"
