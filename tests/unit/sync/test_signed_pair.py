"""A signed act over the wire: what was answered and could not be looked up is unknown, never unsent."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

import pytest

from desktop.domain.deposit import Deposit
from desktop.domain.errors import Code, ErrorCode, Failure, Result
from desktop.domain.record import Document
from desktop.features.summary.domain.publication import CODES, PublishingCode
from desktop.ports.wire_call import Right, WireCall
from desktop.sync.signed_pair import PairCalls, SignedPairWire
from desktop.sync.wire import Answer
from desktop.sync.wire_kit import WireKit
from tests.samples.practice import deposit
from tests.samples.summary import publication

SENT = publication(deposit(1), "urn:uuid:data", b"%PDF-1.7 signed")
CALL = WireCall("POST", "", Right.RECORD)


class _Kit:
    """Takes the transaction and says *status*; whatever is asked then ends by *why*."""

    refusals: Mapping[str, ErrorCode] = MappingProxyType({})

    def __init__(self, status: int, why: Code) -> None:
        self._status, self._why = status, why

    def send(self, _call: WireCall, _parts: object) -> Answer:
        return Answer(self._status, {"content-type": "application/fhir+json"}, b"{}")

    def is_open(self, _patient_id: str) -> bool:
        return True

    def row(self, *_: object) -> Result[Document]:
        return Failure.of(self._why)

    def by_unique_id(self, *_: object) -> Result[Document | None]:
        return Failure.of(self._why)


@pytest.mark.parametrize("status", [200, 201, 409])
@pytest.mark.parametrize("why", [Code.CANCELLED, Code.TIMEOUT, Code.SESSION_ENDED, Code.PLATFORM_BUSY])
def test_cf079_a_look_up_that_was_cut_after_an_answer_says_nothing_of_it(status: int, why: Code) -> None:
    """A lock cuts every call: called « not sent », it went a second time after the unlock."""
    kit = _Kit(status, why)
    wire = SignedPairWire(cast(WireKit, kit), PairCalls(CALL, CALL, CALL, CALL, CALL), "urn:x", CODES)
    wire._documents = kit  # type: ignore[assignment]
    assert wire.publish(SENT) == Failure.of(PublishingCode.UNKNOWN)


def test_the_sample_is_a_pair() -> None:
    assert isinstance(SENT.document, Deposit) and SENT.id != SENT.data.unique_id
