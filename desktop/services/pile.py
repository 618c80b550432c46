"""Several documents on one form, kept as the one draft of their patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from desktop.domain.record import Level

MOST = 20  # documents on one form
_MARK = b"dsp-pile-1\n"


@dataclass(frozen=True, slots=True)
class PiledDocument:
    """One document of the form as it was left; ``content`` are the bytes of the chosen file.

    ``replaces``: id of the document whose new version this is, "" for a new one.
    """

    category: str = ""
    title: str = ""
    created: date | None = None
    level: Level = Level.STANDARD
    patient_objects: bool = False
    file_name: str = ""
    content: bytes = b""
    replaces: str = ""
    replaces_title: str = ""


def pack_pile(documents: Sequence[PiledDocument]) -> bytes:
    """The content of a draft that holds all *documents*."""
    return _MARK + msgspec.msgpack.encode(tuple(documents))


def unpack_pile(content: bytes) -> tuple[PiledDocument, ...] | None:
    """What :func:`pack_pile` packed; None when *content* is something else."""
    if not content.startswith(_MARK):
        return None
    try:
        return msgspec.msgpack.decode(content[len(_MARK) :], type=tuple[PiledDocument, ...])
    except msgspec.MsgspecError:
        return None
