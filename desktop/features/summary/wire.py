"""Summaries over the platform: one transaction, two documents, each proved (contract §9)."""

from desktop.domain.errors import Failure, Result
from desktop.domain.record import Document
from desktop.features.summary.domain.publication import CODES, DATA_TYPE, PublishingCode
from desktop.features.summary.port import CONTENT, LOOK_UP, LOOK_UP_OWN, PUBLISH, ROW, SUPERSEDE
from desktop.sync.document_kit import DocumentKit
from desktop.sync.signed_pair import PairCalls, SignedPairWire
from desktop.sync.wire_kit import WireKit

IPS_FORMAT = "urn:ihe:pcc:ips:2020"  # IHE sIPS


class SummaryWire(SignedPairWire):
    """SummaryPort over the platform."""

    def __init__(self, kit: WireKit) -> None:
        calls = PairCalls(PUBLISH, ROW, LOOK_UP, LOOK_UP_OWN, SUPERSEDE)
        super().__init__(kit, calls, IPS_FORMAT, CODES)
        self._contents = DocumentKit(kit)

    def structured(self, data: Document) -> Result[bytes]:
        """As the port says."""
        if not data.transforms or data.content_type != DATA_TYPE:
            return Failure.of(PublishingCode.NO_DATA)
        return self._contents.content(CONTENT, data)
