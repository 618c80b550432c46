"""Certificate choice by key usage and issuer: never by slot or label."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.x509 import Certificate as X509
from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import ExtendedKeyUsageOID

from desktop.domain.card import UnlockMethod
from desktop.domain.errors import Code
from desktop.smartcard.certificates import choose, signing_mechanism, unlock_method
from desktop.smartcard.child_messages import StoredCertificate
from tests.answers import present
from tests.unit.smartcard.card_factory import _usage, ca_certificate, certificate, der

AUTH, SIGN = _usage(digital_signature=True), _usage(content_commitment=True)


def stored(*certificates: X509) -> list[StoredCertificate]:
    return [StoredCertificate(f"{i:02x}", der(c)) for i, c in enumerate(certificates)]


def holder(*certificates: X509, issuers: tuple[str, ...] = ()) -> str | None:
    chosen = choose(stored(*certificates), issuers).authentication
    return None if chosen is None else chosen.certificate.holder


@pytest.mark.parametrize("client_auth", [True, None])
def test_digital_signature_with_clientauth_or_no_purpose_logs_in(client_auth: bool | None) -> None:
    assert holder(certificate("A", "rsa", AUTH, client_auth=client_auth)) == "A"


ANY, SMARTCARD_LOGON = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE, ExtendedKeyUsageOID.SMARTCARD_LOGON


@pytest.mark.parametrize(
    ("purposes", "refusal"),
    [
        ((ANY,), None),  # RFC 5280 §4.2.1.12: not restricted
        ((SMARTCARD_LOGON, ExtendedKeyUsageOID.CLIENT_AUTH), None),
        ((SMARTCARD_LOGON,), Code.CERTIFICATE_PURPOSE),
        ((ExtendedKeyUsageOID.SERVER_AUTH,), Code.CERTIFICATE_PURPOSE),
    ],
)
def test_what_a_purpose_allows(purposes: tuple[ObjectIdentifier, ...], refusal: Code | None) -> None:
    chosen = choose(stored(certificate("A", "rsa", AUTH, purposes=purposes)))
    assert (chosen.authentication is None, chosen.refusal) == (refusal is not None, refusal)


def test_why_no_certificate_logs_in() -> None:
    assert choose([]).refusal is Code.CERTIFICATE_MISSING
    assert choose(stored(certificate("S", "rsa", SIGN))).refusal is Code.CERTIFICATE_MISSING
    able = stored(certificate("A", "rsa", AUTH))
    assert choose(able, signs=lambda _: False).refusal is Code.CARD_CANNOT_SIGN
    assert choose(able).refusal is None


def test_why_no_certificate_signs_documents() -> None:
    login, sign = stored(certificate("A", "rsa", AUTH), certificate("S", "rsa", SIGN))
    chosen = choose([login, sign], signs=lambda key: key.certificate.holder == "A")
    assert chosen.authentication is not None and chosen.signature is None
    assert chosen.no_signature is Code.SIGNATURE_KEY_UNUSABLE
    assert choose([login]).no_signature is Code.SIGNATURE_KEY_MISSING


@pytest.mark.parametrize(("algorithm", "mechanisms", "way"), [
    ("RS256", ("ECDSA",), ""), ("RS256", ("SHA256_RSA_PKCS",), "SHA256_RSA_PKCS"), ("RS256", (), "RSA_PKCS"),
    ("", (), ""),
])  # fmt: skip
def test_how_a_token_signs(algorithm: str, mechanisms: tuple[str, ...], way: str) -> None:
    assert signing_mechanism(algorithm, mechanisms) == way


def test_non_repudiation_never_logs_in() -> None:
    """Never use the nonRepudiation key for login (contract §2)."""
    both = _usage(digital_signature=True, content_commitment=True)
    chosen = choose(stored(certificate("B", "rsa", both), certificate("S", "rsa", SIGN)))
    assert chosen.authentication is None
    assert chosen.signature is not None


def test_order_on_the_card_does_not_matter() -> None:
    a, s = certificate("A", "rsa", AUTH), certificate("S", "rsa", SIGN)
    for order in ((a, s), (s, a)):
        chosen = choose(stored(*order))
        assert chosen.authentication is not None
        assert chosen.signature is not None
        names = (chosen.authentication.certificate.holder, chosen.signature.certificate.holder)
        assert names == ("A", "S")
        assert chosen.authentication.key_id == f"{order.index(a):02x}"


def test_preferred_issuer_wins_over_longer_validity() -> None:
    wanted = certificate("LUX", "rsa", AUTH, issuer="LuxTrust CA", days=10)
    other = certificate("OTHER", "rsa", AUTH, issuer="Other CA", days=2000)
    assert holder(wanted, other, issuers=("LuxTrust",)) == "LUX"
    assert holder(other, wanted, issuers=("LuxTrust",)) == "LUX"
    assert holder(wanted, other) == "OTHER", "without a preference the longer one"


@pytest.mark.parametrize("turned", [False, True])
def test_the_one_valid_now_wins_over_the_right_issuer(turned: bool) -> None:
    """CF-005: a card that was renewed keeps its old certificate; one may be there before its time."""
    now = datetime.now(UTC)
    expired = certificate("OLD", "rsa", AUTH, issuer="LuxTrust CA", days=-1)
    valid = certificate("NOW", "rsa", AUTH, issuer="Other CA", days=10)
    both = (valid, expired) if turned else (expired, valid)
    assert holder(*both, issuers=("LuxTrust",)) == "NOW"
    early = choose(stored(*both), ("LuxTrust",), now=now - timedelta(days=2)).authentication
    assert present(early).certificate.holder == "OLD", "it was valid then"
    assert holder(expired) == "OLD", "alone, it is named: the screen says that it expired"


def test_ca_certificates_are_the_chain_not_a_choice() -> None:
    chosen = choose(stored(ca_certificate(), certificate("A", "rsa", AUTH)))
    assert chosen.authentication is not None
    assert chosen.authentication.certificate.chain == (der(ca_certificate()),)


def test_rubbish_on_the_card_is_passed_over() -> None:
    twice = certificate("X", "rsa", AUTH)
    odd = der(twice).replace(b"\x06\x03\x55\x1d\x13", b"\x06\x03\x55\x1d\x0f")  # keyUsage twice
    assert odd != der(twice)
    rubbish = [
        StoredCertificate("00", b""), StoredCertificate("01", b"\x30\x03\x02\x01\x05"),
        StoredCertificate("", odd),
    ]  # fmt: skip
    chosen = choose([*rubbish, *stored(certificate("A", "rsa", AUTH))])
    assert chosen.authentication is not None


METHODS = [
    ("rsa", {}, ("RSA_PKCS", "RSA_PKCS_OAEP"), UnlockMethod.RSA_SIGNATURE),
    ("rsa", {"key_encipherment": True}, ("RSA_PKCS", "RSA_PKCS_OAEP"), UnlockMethod.RSA_OAEP),
    ("rsa", {"key_encipherment": True}, ("RSA_PKCS",), UnlockMethod.RSA_SIGNATURE),
    ("rsa", {}, (), UnlockMethod.NONE),
    ("ec", {}, ("ECDSA", "ECDH1_DERIVE"), UnlockMethod.NONE),
    ("ec", {"key_agreement": True}, ("ECDSA", "ECDH1_DERIVE"), UnlockMethod.ECDH),
    ("ec", {"key_agreement": True}, ("ECDSA",), UnlockMethod.NONE),
]


@pytest.mark.parametrize(("kind", "extra", "mechanisms", "expected"), METHODS)
def test_how_the_card_yields_the_cache_secret(
    kind: str, extra: dict[str, bool], mechanisms: tuple[str, ...], expected: UnlockMethod
) -> None:
    usage = _usage(digital_signature=True, **extra)
    chosen = choose(stored(certificate(f"K-{kind}", kind, usage))).authentication
    assert chosen is not None
    assert unlock_method(chosen, mechanisms) is expected
