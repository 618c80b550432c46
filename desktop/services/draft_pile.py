"""Several documents on one form, kept as the one draft of their patient.

Its row has the words, its file the contents. Words change at every key, contents hardly
ever: 100 MB are written once, not after each word.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import msgspec

from desktop.common.built_types import built
from desktop.domain.deposit import Draft, PiledDocument
from desktop.domain.record import Patient

MOST = 20  # documents on one form
_MARK = b"dsp-pile-1\n"


def identified(document: PiledDocument) -> PiledDocument:
    """*document* with the digest of its content."""
    digest = hashlib.sha256(document.content).hexdigest() if document.content else ""
    return replace(document, digest=digest)


def drafted(patient: Patient, documents: Sequence[PiledDocument], now: datetime) -> Draft:
    """The words of identified *documents*, of which there is at least one."""
    first, words = documents[0], tuple(replace(d, content=b"") for d in documents)
    return Draft(
        patient, first.category, first.title, first.created, first.level, first.file_name, now, words
    )  # fmt: skip


def restored(draft: Draft, content: bytes | None) -> tuple[PiledDocument, ...]:
    """The documents of a kept draft; those of former programs held all in the file, or one document."""
    filed = unpack_pile(content or b"")
    if draft.documents:
        contents = {d.digest: d.content for d in filed or ()}
        return tuple(replace(d, content=contents.get(d.digest, b"")) for d in draft.documents)[:MOST]
    one = PiledDocument(
        draft.category, draft.title, draft.created, draft.level, False, draft.file_name, content or b""
    )
    return (filed or (one,))[:MOST]


def pack_pile(documents: Sequence[PiledDocument]) -> bytes:
    """The content of a draft that holds all *documents*."""
    return _MARK + msgspec.msgpack.encode(tuple(documents))


def unpack_pile(content: bytes) -> tuple[PiledDocument, ...] | None:
    """What :func:`pack_pile` packed; None when *content* is something else."""
    if not content.startswith(_MARK):
        return None
    try:
        return msgspec.msgpack.decode(content[len(_MARK) :], type=built(tuple[PiledDocument, ...]))
    except msgspec.MsgspecError:
        return None
