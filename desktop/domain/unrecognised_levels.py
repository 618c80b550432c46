"""Documents whose confidentiality label nobody here can read: at least Confidentiel (domain §5.3, CF-039).

A label of a system that is not known may say « secret ». So who would see a Confidentiel document under every
label sees it, and is told; to the others it is as if it were not there, without a gap and without a count.
"""

from collections.abc import Iterable

from desktop.domain.record import Document, Level, MandateKind

_SEES = frozenset({MandateKind.MEDECIN_REFERENT, MandateKind.CERCLE_MEDICAL, MandateKind.AUTEUR})


def readable(documents: Iterable[Document], kind: MandateKind, practitioner_id: str) -> tuple[Document, ...]:
    """What may be shown of *documents* under a mandate of *kind*; one's own always (domain §5.4).

    *practitioner_id*: the platform's id of who looks, "" where it is not known.
    """
    return tuple(d for d in documents if _may_see(d, kind, practitioner_id))


def _may_see(document: Document, kind: MandateKind, practitioner_id: str) -> bool:
    own = bool(practitioner_id) and document.author.id == practitioner_id
    return document.level is not Level.UNRECOGNISED or kind in _SEES or own
