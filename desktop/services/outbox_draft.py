"""« Reprendre dans le formulaire »: a deposit that cannot go becomes its patient's draft again."""

from datetime import datetime

from desktop.domain.deposit import Deposit, Draft, PiledDocument
from desktop.domain.errors import Code, Failure, Result
from desktop.services import draft_pile


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
    written = () if kept is None else draft_pile.restored(*kept)
    there = any(document.content == content for document in written)
    documents = tuple(map(draft_pile.identified, written if there else (*written, back)))
    if len(documents) > draft_pile.MOST:
        return Failure.of(Code.PILE_FULL, most=draft_pile.MOST)
    return draft_pile.drafted(deposit.patient, documents, now), draft_pile.pack_pile(documents)
