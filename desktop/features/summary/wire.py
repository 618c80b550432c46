"""Summaries over the platform: one transaction, two documents, each proved (contract §9)."""

import logging
from datetime import timedelta

from desktop.domain.deposit import Deposit
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Document, DocumentStatus, Mandate
from desktop.features.summary.domain.publication import (
    DATA_TYPE,
    Publication,
    PublishingCode,
    Standing,
    Stands,
)
from desktop.features.summary.port import CONTENT, LOOK_UP, LOOK_UP_OWN, PUBLISH, ROW, SUPERSEDE
from desktop.sync import submission_answer
from desktop.sync.document_kit import DocumentKit
from desktop.sync.fhir_submission import Part, urn_of
from desktop.sync.wire import Answer, Lost
from desktop.sync.wire_kit import WireKit

log = logging.getLogger("dsp.deposit")

IPS_FORMAT = "urn:ihe:pcc:ips:2020"  # IHE sIPS
_NOTHING = Standing(None, None)


class SummaryWire:
    """SummaryPort over the platform."""

    def __init__(self, kit: WireKit) -> None:
        self._refusals = kit.refusals
        self._documents = DocumentKit(kit)

    def structured(self, data: Document) -> Result[bytes]:
        """As the port says."""
        if not data.transforms or data.content_type != DATA_TYPE:
            return Failure.of(PublishingCode.NO_DATA)
        return self._documents.content(CONTENT, data)

    def publish(self, publication: Publication) -> Result[Standing]:
        """As the port says."""
        return self._send(publication, _parts(publication, _NOTHING), _NOTHING)

    def complete(self, publication: Publication, standing: Standing) -> Result[Standing]:
        """As the port says."""
        parts = _parts(publication, standing)
        return self._send(publication, parts, standing) if parts else standing

    def right(self, publication: Publication) -> Result[Mandate]:
        """As the port says."""
        return self._documents.right(PUBLISH, publication.document)

    def standing(self, publication: Publication) -> Result[Standing]:
        """As the port says."""
        return self._looked_up(publication, _NOTHING)

    def settle(self) -> timedelta:
        """As the port says."""
        return self._documents.settle()

    def _send(self, publication: Publication, parts: tuple[Part, ...], before: Standing) -> Result[Standing]:
        answer = self._documents.send(PUBLISH, parts)
        if isinstance(answer, Lost):
            return Failure.of(PublishingCode.UNKNOWN) if answer.sent else answer.failure
        if answer.status >= 500:
            return Failure.of(PublishingCode.UNKNOWN)
        refused = submission_answer.refusal(answer, self._refusals)
        if refused is not None and not answer.ok and answer.status != 409:
            return refused
        # also after a mixed result: what stands there is read back and said as it is
        named = self._named(publication, answer, before)
        found = named if isinstance(named, Failure) else self._looked_up(publication, named)
        if isinstance(found, Failure):
            return found
        if found.stands is Stands.BOTH:
            self._check_replaced(publication)
            return found
        if refused is None:  # a search that lags: nobody said that it was not taken
            return Failure.of(PublishingCode.UNKNOWN)
        return refused if found == before else Failure.of(PublishingCode.HALF_TAKEN)

    def _named(self, publication: Publication, answer: Answer, before: Standing) -> Result[Standing]:
        """From where the answer says that they stand: a search may not know of them yet."""
        found = {d.unique_id: d for d in (before.document, before.data) if d is not None}
        for place in submission_answer.places(answer):
            row = self._documents.row(ROW, place, publication.patient_id)
            if isinstance(row, Document):
                found[row.unique_id] = row
        return _proved(publication, found.get(publication.id), found.get(publication.data.unique_id))

    def _looked_up(self, publication: Publication, known: Standing) -> Result[Standing]:
        call = LOOK_UP if self._documents.is_open(publication.patient_id) else LOOK_UP_OWN
        rows: list[Document | None] = []
        for deposit, row in ((publication.document, known.document), (publication.data, known.data)):
            found = row or self._documents.by_unique_id(call, deposit.unique_id, publication.patient_id)
            if isinstance(found, Failure):
                unread = found.code in (Code.LIST_INCOMPLETE, Code.PLATFORM_ANSWER_UNREADABLE, Code.OFFLINE)
                return Failure.of(PublishingCode.UNKNOWN) if unread else found
            rows.append(found)
        return _proved(publication, *rows)

    def _check_replaced(self, publication: Publication) -> None:
        """As after any new version: a former one that is still current is told so, its data too."""
        for former in filter(None, (publication.document.replaces, publication.data.replaces)):
            row = self._documents.row(ROW, former, publication.patient_id)
            if isinstance(row, Failure) or row.status is not DocumentStatus.CURRENT:
                continue
            failure = self._documents.supersede(SUPERSEDE, row)
            if failure is not None:
                log.warning("a replaced summary is still current: %s", failure.code.name)


def _parts(publication: Publication, standing: Standing) -> tuple[Part, ...]:
    """What is not there yet; the data point at the PDF where it stands, or beside them."""
    parts = []
    if standing.document is None:
        parts.append(Part(publication.document, publication.pdf))
    if standing.data is None:
        stands = standing.document
        target = f"DocumentReference/{stands.id}" if stands else urn_of(publication.document)
        parts.append(Part(publication.data, publication.bundle, DATA_TYPE, IPS_FORMAT, target))
    return tuple(parts)


def _proved(publication: Publication, document: Document | None, data: Document | None) -> Result[Standing]:
    same = _is(publication.document, document) and _is(publication.data, data)
    return Standing(document, data) if same else Failure.of(Code.DIGEST_MISMATCH)


def _is(deposit: Deposit, row: Document | None) -> bool:
    """What was found must be what was sent."""
    return row is None or (row.size == deposit.size and row.sha1 == deposit.sha1)
