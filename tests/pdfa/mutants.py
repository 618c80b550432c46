"""Single-fault mutants: one approved file, one change. Seeded, so that every run makes the same files.

Each kind is a function from an opened PDF (changed in memory) or from raw bytes; what does not apply
to a file answers None. A mutant need not break PDF/A: the judge says whether it does.
"""

import io
import random
import warnings
from collections.abc import Iterator

import pikepdf

from tests.pdfa import (
    mutants_bytes,
    mutants_document,
    mutants_drawn,
    mutants_fonts,
    mutants_forms,
    mutants_graphics,
    mutants_layout,
    mutants_metadata,
    mutants_paint,
    mutants_structure,
    mutants_text,
    mutants_values,
    mutants_xmp,
)
from tests.pdfa.mutants_core import KINDS, RAW_KINDS

__all__ = ["KINDS", "RAW_KINDS", "make_mutants", "mutate"]
FAMILIES = (
    *(mutants_metadata, mutants_xmp, mutants_graphics, mutants_paint, mutants_fonts, mutants_text),
    *(mutants_document, mutants_structure, mutants_values, mutants_bytes, mutants_layout, mutants_forms),
    mutants_drawn,
)
"""The modules that list their kinds when they are imported."""


def make_mutants(sources: list[bytes], count: int, seed: int = 20260101) -> Iterator[tuple[str, bytes]]:
    """About *count* mutants as (kind, bytes), every kind used in turn over shuffled sources."""
    dice = random.Random(seed)
    names = [*KINDS, *RAW_KINDS]
    dice.shuffle(names)
    waiting = {name: list(range(len(sources))) for name in names}
    for indices in waiting.values():
        dice.shuffle(indices)
    made = 0
    while any(waiting.values()):
        for name in names:
            content = None
            while content is None and waiting[name]:  # until it applies
                index = waiting[name].pop()
                content = mutate(name, sources[index], random.Random(f"{seed}-{name}-{index}"))
            if content is not None:
                made += 1
                yield name, content
            if made == count:
                return


def mutate(name: str, content: bytes, dice: random.Random) -> bytes | None:
    """One mutant, or None when the kind does not apply."""
    if name in RAW_KINDS:
        return RAW_KINDS[name](content, dice)
    try:
        with (
            warnings.catch_warnings(),
            pikepdf.open(io.BytesIO(content), inherit_page_attributes=False) as pdf,
        ):
            warnings.simplefilter("ignore")  # it wonders about forms that we broke
            if KINDS[name](pdf, dice) is False:
                return None
            out = io.BytesIO()
            xref_streams = pdf.pdf_version >= "1.5" and b"/ObjStm" in content
            pdf.save(
                out,
                fix_metadata_version=False,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                object_stream_mode=pikepdf.ObjectStreamMode.preserve
                if xref_streams
                else pikepdf.ObjectStreamMode.disable,
            )
            return out.getvalue()
    except (pikepdf.PdfError, KeyError, AttributeError, TypeError, ValueError, IndexError):
        return None
