"""A document signed through pcscd, OpenSC and the emulated card: both forms, one entry of the PIN."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.domain.errors import Code
from desktop.domain.signature import SignatureState
from desktop.smartcard.pause import PAUSE_AT, PAUSED_AT, SIGN
from tests.answers import code_of, good
from tests.reader.workstation import Workstation, card
from tests.unit.signing.signing_kit import PAYLOAD, anchors, sign, signing_with
from tests.waiting import ended, until

AT = datetime.now(UTC)


@pytest.mark.parametrize("kind", ["rsa", "ec", "ec384"])
def test_a_document_is_signed_and_found_valid(station: Workstation, tmp_path: Path, kind: str) -> None:
    station.folder.add(card("gp", signature_kind=kind))
    station.insert()
    with signing_with(station.port, anchors(tmp_path)) as signing:
        signed = good(sign(signing, station.card(), AT))
        for found in (signing.check_pdf(signed.pdf), signing.check_jws(signed.jws, PAYLOAD)):
            assert (found.state, found.signer_id) == (SignatureState.VALID, "ID-Dr gp sign")
    assert station.card().pin.tries_left == 3


def test_a_document_of_a_card_that_is_pulled_in_between_is_not_signed(
    station: Workstation, tmp_path: Path
) -> None:
    station.insert()
    info = station.card()
    (station.folder.path / PAUSE_AT).write_text(f"{SIGN} 1", encoding="utf-8")
    with signing_with(station.port, anchors(tmp_path)) as signing:
        results: list[object] = []
        run = threading.Thread(target=lambda: results.append(sign(signing, info, AT)))
        run.start()
        until("the card at its second signature", (station.folder.path / PAUSED_AT).exists)
        station.pull()
        ended(run)
    assert [code_of(result) for result in results] == [Code.CARD_REMOVED]
