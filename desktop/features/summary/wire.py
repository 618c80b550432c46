"""Summaries over the platform: one transaction, two documents, each proved (contract §9)."""

from desktop.common import json_text
from desktop.common.json_tree import each, words
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.record import Document
from desktop.features.summary.domain.publication import CODES, DATA_TYPE, PublishingCode
from desktop.features.summary.port import AUTHOR, CONTENT, LOOK_UP, LOOK_UP_OWN, PUBLISH, ROW, SUPERSEDE
from desktop.sync.document_kit import DocumentKit
from desktop.sync.signed_pair import PairCalls, SignedPairWire
from desktop.sync.wire_kit import WireKit

IPS_FORMAT = "urn:ihe:pcc:ips:2020"  # IHE sIPS


class SummaryWire(SignedPairWire):
    """SummaryPort over the platform."""

    def __init__(self, kit: WireKit) -> None:
        calls = PairCalls(PUBLISH, ROW, LOOK_UP, LOOK_UP_OWN, SUPERSEDE)
        super().__init__(kit, calls, IPS_FORMAT, CODES)
        self._contents, self._kit = DocumentKit(kit), kit

    def structured(self, data: Document) -> Result[bytes]:
        """As the port says."""
        if not data.transforms or data.content_type != DATA_TYPE:
            return Failure.of(PublishingCode.NO_DATA)
        return self._contents.content(CONTENT, data)

    def card_numbers(self, author_id: str) -> Result[tuple[str, ...]]:
        """As the port says."""
        answer = self._kit.fetch(AUTHOR, id=author_id)
        if isinstance(answer, Failure):
            return answer
        try:
            told = json_text.parse(answer.body)
        except ValueError:
            return Failure(Code.PLATFORM_ANSWER_UNREADABLE)
        ours = self._kit.client().profile.systems.card_holder
        return tuple(words(one, "value") for one in each(told, "identifier") if words(one, "system") == ours)
