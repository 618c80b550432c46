"""« Reprendre dans le formulaire »: a deposit that cannot go becomes its patient's draft again."""

from datetime import datetime

from desktop.domain.deposit import Deposit, Draft
from desktop.domain.errors import Code, Failure, Result
from desktop.services import pile
from desktop.services.pile import PiledDocument


def joined(
    kept: tuple[Draft, bytes | None] | None, deposit: Deposit, content: bytes, now: datetime
) -> Result[tuple[Draft, bytes]]:
    """What was being written for the patient, if anything, and behind it the document of *deposit*.

    Once only, where the form has the same bytes already; PILE_FULL rather than a document that the form
    would not show.
    """
    back = PiledDocument(
        deposit.category, deposit.title, deposit.created, deposit.level, False, f"{deposit.title}.pdf",
        content, deposit.replaces, deposit.title if deposit.replaces else "",
    )  # fmt: skip
    written = _documents(kept)
    there = any(document.content == content for document in written)
    documents = written if there else (*written, back)
    if len(documents) > pile.MOST:
        return Failure.of(Code.PILE_FULL, most=pile.MOST)
    first = documents[0]
    draft = Draft(
        deposit.patient, first.category, first.title, first.created, first.level, first.file_name, now
    )
    return draft, pile.pack_pile(documents)


def _documents(kept: tuple[Draft, bytes | None] | None) -> tuple[PiledDocument, ...]:
    if kept is None:
        return ()
    draft, content = kept
    piled = pile.unpack_pile(content or b"")
    if piled is not None:
        return piled
    one = PiledDocument(
        draft.category, draft.title, draft.created, draft.level, False, draft.file_name, content or b""
    )
    return (one,)
