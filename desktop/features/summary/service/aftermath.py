"""What a publication leaves behind in the store, once it is proven; call it in a worker."""

from desktop.domain.errors import Failure, Result
from desktop.domain.local_time import local_day
from desktop.features.summary.domain.afterwards import InForce, stays, without_data
from desktop.features.summary.domain.draft import Base, Source, SourceKind
from desktop.features.summary.domain.memory import remembered
from desktop.features.summary.domain.publication import Publication
from desktop.features.summary.ips.read import read
from desktop.features.summary.service.drafts import Drafts
from desktop.features.summary.service.memories import Memories
from desktop.features.summary.service.terminology import known_substances
from desktop.ports.kept import KeptPort


def in_force(publication: Publication, document_id: str) -> InForce | None:
    """What was published as the next draft sees it; *document_id* is the platform's."""
    found = read(publication.bundle)
    if isinstance(found, Failure):
        return None
    summary, sent = found.summary, publication.document
    day = local_day(sent.confirmed_at)
    base = Base(document_id, publication.version, day, summary.identifier, summary.bundle)
    source = Source(SourceKind.PREVIOUS, document_id, sent.title, day, sent.author_name)
    return InForce(summary, base, source, sent.confirmed_at)


class Aftermath:
    """Asked twice, it does the same: a kill in between costs nothing."""

    def __init__(self, rows: KeptPort) -> None:
        self._drafts, self._memories = Drafts(rows), Memories(rows)

    def settle(self, publication: Publication, document_id: str) -> Result[InForce | None]:
        """What was refused is known to the next draft; this one has done its work, or goes on from the
        version that was published, which is returned (None: our own bytes cannot be read)."""
        patient = publication.document.patient
        now, draft = in_force(publication, document_id), self._drafts.of(patient.id)
        if isinstance(draft, Failure):
            return draft
        if draft is None or now is None:
            return now
        known = known_substances()
        rest = stays(draft, draft.saved_at, now, known)
        if rest is None:
            memory = self._memories.of(patient.id)
            if not isinstance(memory, Failure):  # RIGHT_UNKNOWN: the declaration is over, and nothing is kept
                self._memories.keep(patient.id, remembered(draft, known, memory))
            done = self._drafts.drop(draft.id)
        else:
            done = self._drafts.keep(patient, rest) if rest != draft else None
        return done if isinstance(done, Failure) else now

    def settle_without_data(self, publication: Publication, document_id: str) -> Result[InForce | None]:
        """The draft stays, on the PDF that is in force: what is signed next is no second of its number."""
        patient = publication.document.patient
        now, draft = in_force(publication, document_id), self._drafts.of(patient.id)
        if isinstance(draft, Failure):
            return draft
        if draft is None or now is None:
            return now
        rest = without_data(draft, now)
        kept = self._drafts.keep(patient, rest) if rest != draft else None
        return kept if isinstance(kept, Failure) else now
