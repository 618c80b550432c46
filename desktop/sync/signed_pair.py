"""A signed act over the platform: one transaction, two documents, each proved (contract §8.1, §9)."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from desktop.domain.deposit import Deposit, is_other
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.publication import DATA_TYPE, Publication, PublicationCodes, Standing, Stands
from desktop.domain.record import Document, Mandate
from desktop.ports.wire_call import WireCall
from desktop.sync import submission_answer
from desktop.sync.document_kit import DocumentKit
from desktop.sync.fhir_submission import Part, urn_of
from desktop.sync.wire import Answer, Lost
from desktop.sync.wire_kit import WireKit

log = logging.getLogger("dsp.deposit")

_NOTHING = Standing(None, None)


@dataclass(frozen=True, slots=True)
class PairCalls:
    """The feature's own declared calls: the transaction, one row, a look-up by the patient's token and by the
    author's, and setting a former version to superseded."""

    publish: WireCall
    row: WireCall
    look_up: WireCall
    look_up_own: WireCall
    supersede: WireCall


class SignedPairWire:
    """:class:`desktop.ports.signed_pair.SignedPairPort`; *format* is the format code of the data."""

    def __init__(self, kit: WireKit, calls: PairCalls, format: str, codes: PublicationCodes) -> None:
        self._refusals = kit.refusals
        self._documents = DocumentKit(kit)
        self._calls, self._format, self._codes = calls, format, codes

    def publish(self, publication: Publication) -> Result[Standing]:
        """As the port says."""
        return self._send(publication, self._parts(publication, _NOTHING), _NOTHING)

    def complete(self, publication: Publication, standing: Standing) -> Result[Standing]:
        """As the port says."""
        parts = self._parts(publication, standing)
        return self._send(publication, parts, standing) if parts else standing

    def right(self, publication: Publication) -> Result[Mandate]:
        """As the port says."""
        return self._documents.right(self._calls.publish, publication.document)

    def standing(self, publication: Publication) -> Result[Standing]:
        """As the port says."""
        return self._looked_up(publication, _NOTHING)

    def settle(self) -> timedelta:
        """As the port says."""
        return self._documents.settle()

    def _send(self, publication: Publication, parts: tuple[Part, ...], before: Standing) -> Result[Standing]:
        answer = self._documents.send(self._calls.publish, parts)
        if isinstance(answer, Lost):
            return Failure.of(self._codes.unknown) if answer.sent else answer.failure
        if answer.status >= 500:
            return Failure.of(self._codes.unknown)
        refused = submission_answer.refusal(answer, self._refusals)
        if refused is not None and not answer.ok and answer.status != 409:
            return refused
        # also after a mixed result: what stands there is read back and said as it is
        named = self._named(publication, answer, before)
        found = named if isinstance(named, Failure) else self._looked_up(publication, named)
        if isinstance(found, Failure):
            # it was answered, and may stand: whatever cut the look-up short says nothing of it
            return found if found.code is Code.DIGEST_MISMATCH else Failure.of(self._codes.unknown)
        if found.stands is Stands.BOTH:
            self._check_replaced(publication)
            return found
        if refused is None:  # a search that lags: nobody said that it was not taken
            return Failure.of(self._codes.unknown)
        return refused if found == before else Failure.of(self._codes.half_taken)

    def _named(self, publication: Publication, answer: Answer, before: Standing) -> Result[Standing]:
        """From where the answer says that they stand: a search may not know of them yet."""
        found = {d.unique_id: d for d in (before.document, before.data) if d is not None}
        for place in submission_answer.places(answer):
            row = self._documents.row(self._calls.row, place, publication.patient_id)
            if isinstance(row, Document):
                found[row.unique_id] = row
        return _proved(publication, found.get(publication.id), found.get(publication.data.unique_id))

    def _looked_up(self, publication: Publication, known: Standing) -> Result[Standing]:
        call = (
            self._calls.look_up
            if self._documents.is_open(publication.patient_id)
            else self._calls.look_up_own
        )
        rows: list[Document | None] = []
        for deposit, row in ((publication.document, known.document), (publication.data, known.data)):
            found = row or self._documents.by_unique_id(call, deposit.unique_id, publication.patient_id)
            if isinstance(found, Failure):
                unread = found.code in (Code.LIST_INCOMPLETE, Code.PLATFORM_ANSWER_UNREADABLE, Code.OFFLINE)
                return Failure.of(self._codes.unknown) if unread else found
            rows.append(found)
        return _proved(publication, *rows)

    def _check_replaced(self, publication: Publication) -> None:
        """As after any new version: a former one that is still current is told so, its data too."""
        for former in filter(None, (publication.document.replaces, publication.data.replaces)):
            row, patch = self._calls.row, self._calls.supersede
            failure = self._documents.retire(row, patch, former, publication.patient_id)
            if failure is not None:
                log.warning("a replaced document may still be current: %s", failure.code.name)

    def _parts(self, publication: Publication, standing: Standing) -> tuple[Part, ...]:
        """What is not there yet; the data point at the PDF where it stands, or beside them."""
        parts = []
        if standing.document is None:
            parts.append(Part(publication.document, publication.pdf))
        if standing.data is None:
            stands = standing.document
            target = f"DocumentReference/{stands.id}" if stands else urn_of(publication.document)
            data = Part(publication.data, publication.bundle, DATA_TYPE, self._format, target)
            parts.append(replace(data, access_code=publication.access_code))
        return tuple(parts)


def _proved(publication: Publication, document: Document | None, data: Document | None) -> Result[Standing]:
    same = _is(publication.document, document) and _is(publication.data, data)
    return Standing(document, data) if same else Failure.of(Code.DIGEST_MISMATCH)


def _is(deposit: Deposit, row: Document | None) -> bool:
    """What was found must be what was sent, as far as the platform tells."""
    return row is None or not is_other(row, deposit)
