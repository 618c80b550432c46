"""Whose signature it is: cards of the simulated platform, with what lies on them and what does not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from desktop.domain.signature import FoundSignature, SignatureDoubt, SignatureState
from desktop.signing import trust
from desktop.simulator.pki import Authority, Pki, Subject, card_certificate, new_key, open_pki

NOW = datetime.now(UTC)
VALIDITY = (NOW - timedelta(days=100), NOW + timedelta(days=1000))
DOCTOR = Subject("Weber", "Claire", "10100000001")


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return open_pki(tmp_path_factory.mktemp("pki"))


def found(pki: Pki, *, signature: bool = True, foreign: bool = False, elliptic: bool = False) -> bytes:
    issuer = pki.foreign if foreign else pki.issuing
    key = new_key(elliptic=elliptic)
    return card_certificate(issuer, DOCTOR, key, VALIDITY, signature=signature).public_bytes(Encoding.DER)


def issuer(pki: Pki) -> bytes:
    return pki.issuing.certificate.public_bytes(Encoding.DER)


@pytest.mark.parametrize("elliptic", [False, True])
@pytest.mark.parametrize("beside", [True, False], ids=["issuer on the card", "no issuer on the card"])
def test_a_card_of_the_platform_is_vouched_for(pki: Pki, elliptic: bool, beside: bool) -> None:
    """Real cards need not carry their issuer: the profile names it."""
    others = (issuer(pki),) if beside else ()
    anchors = trust.authorities(pki.card_authorities)
    said = trust.finding(FoundSignature(True, found(pki, elliptic=elliptic), others, NOW), anchors, NOW)
    assert (said.state, said.doubt) == (SignatureState.VALID, None)
    assert (said.signer, said.signer_id) == ("WEBER Claire", "10100000001")


def test_an_issuer_that_lies_beside_leads_to_a_root_of_the_profile(pki: Pki) -> None:
    roots = trust.authorities(pki.ca_file)
    signature = FoundSignature(True, found(pki), (b"not a certificate", issuer(pki)), NOW)
    assert trust.finding(signature, roots, NOW).state is SignatureState.VALID
    alone = FoundSignature(True, found(pki), (), NOW)
    assert trust.finding(alone, roots, NOW).doubt is SignatureDoubt.UNKNOWN_AUTHORITY


def test_who_issues_himself_is_not_vouched_for(pki: Pki) -> None:
    """A foreign authority, also when it lies beside; and a card that would like to be one."""
    anchors = trust.authorities(pki.card_authorities)
    foreign = pki.foreign.certificate.public_bytes(Encoding.DER)
    signature = FoundSignature(True, found(pki, foreign=True), (foreign,), NOW)
    assert trust.finding(signature, anchors, NOW).doubt is SignatureDoubt.UNKNOWN_AUTHORITY
    key = new_key()
    card = card_certificate(pki.issuing, DOCTOR, key, VALIDITY, signature=True)
    below = card_certificate(Authority(card, key), DOCTOR, new_key(), VALIDITY, signature=True)
    chain = (card.public_bytes(Encoding.DER),)
    signature = FoundSignature(True, below.public_bytes(Encoding.DER), chain, NOW)
    assert trust.finding(signature, anchors, NOW).doubt is SignatureDoubt.UNKNOWN_AUTHORITY


def test_a_login_certificate_vouches_for_no_document(pki: Pki) -> None:
    signature = FoundSignature(True, found(pki, signature=False), (), NOW)
    said = trust.finding(signature, trust.authorities(pki.card_authorities), NOW)
    assert said.doubt is SignatureDoubt.NOT_FOR_SIGNING


DAY = timedelta(days=1)
TIMES = [
    (NOW, NOW, None),
    (NOW, VALIDITY[1] - DAY, None),
    (NOW, VALIDITY[1] + DAY, SignatureDoubt.CERTIFICATE_ENDED),
    (VALIDITY[0] - DAY, NOW, SignatureDoubt.NOT_VALID_THEN),
    (VALIDITY[1] + DAY, VALIDITY[1] + 2 * DAY, SignatureDoubt.NOT_VALID_THEN),
    (NOW + DAY, NOW, SignatureDoubt.NOT_VALID_THEN),
    (NOW + timedelta(minutes=4), NOW, None),  # another computer's clock
]


@pytest.mark.parametrize(("claimed", "asked", "expected"), TIMES)
def test_what_the_claimed_time_is_worth_without_a_time_stamp(
    pki: Pki, claimed: datetime, asked: datetime, expected: SignatureDoubt | None
) -> None:
    said = trust.finding(
        FoundSignature(True, found(pki), (), claimed), trust.authorities(pki.card_authorities), asked
    )
    assert said.doubt is expected
    assert (said.state is SignatureState.VALID) is (expected is None)
    assert said.claimed_at == claimed and said.certificate_until == VALIDITY[1].replace(microsecond=0)


def test_a_signature_that_claims_no_time_is_not_vouched_for(pki: Pki) -> None:
    signature = FoundSignature(True, found(pki), (), None)
    said = trust.finding(signature, trust.authorities(pki.card_authorities), NOW)
    assert (said.state, said.doubt) == (SignatureState.UNVERIFIABLE, SignatureDoubt.NOT_VALID_THEN)


def test_a_file_without_certificates_is_a_broken_installation(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")
    with pytest.raises(ValueError):
        trust.authorities(tmp_path / "empty.pem")
