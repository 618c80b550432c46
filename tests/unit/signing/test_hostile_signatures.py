"""Signatures that somebody made to deceive or to harm: none passes for valid, each costs one finding."""

import base64
import json
from datetime import UTC, datetime, timedelta
from functools import cache

import jwt
import pytest
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.card import Certificate
from desktop.domain.signature import FoundSignature, SignatureBox, SignatureDoubt, SignatureState
from desktop.pdf import signatures
from desktop.pdf.signature_service import PdfSignatures
from desktop.pdf.write import DocumentWriter
from desktop.ports.pdf_signatures import PreparedPdf, Stamp
from desktop.signing import jws, keys, trust
from desktop.signing.service import CardSigning
from desktop.smartcard import soft_keys
from desktop.smartcard.certificates import signing_digest
from tests.answers import code_of, good, present
from tests.fakes import FakeCard
from tests.fakes.signing import FakePdfSignatures
from tests.samples.practice import certificate
from tests.unit.signing.signing_kit import PAYLOAD, summary
from tests.unit.smartcard.card_factory import ca_certificate, der, pair, rsa_key

AT = datetime.now(UTC).replace(microsecond=0)
NAME = "Dr gp sign"


def signer() -> Certificate:
    return certificate(der=soft_keys.certificate_der(pair(NAME, "rsa", "sign").certificate_pem))


def signature_of(data: bytes) -> bytes:
    key = soft_keys.load_key(pair(NAME, "rsa", "sign"))
    return soft_keys.sign_digest(key, signing_digest(signer(), data))


@cache
def signed_pdf() -> tuple[bytes, tuple[int, int]]:
    """A signed file, and where in it the signature lies."""
    made = good(DocumentWriter().write("signature", "fr", {"signer": NAME, "width": 200.0, "height": 56.0}))
    stamp = Stamp(made, SignatureBox(-1, 330, 90, 200, 56))
    prepared = signatures.prepare(summary(), stamp, signer().der, (der(ca_certificate()),), AT)
    assert isinstance(prepared, PreparedPdf)
    signed = signatures.finish(prepared, signer().der, (), signature_of(prepared.to_sign))
    return signed, prepared.room


@cache
def signed_jws() -> bytes:
    prepared = jws.prepare(PAYLOAD, signer(), AT)
    return jws.finish(prepared, signature_of(prepared.to_sign))


def intact(pdf: bytes) -> bool:
    """Whether all signatures of a file are; one that cannot be read is none that is."""
    try:
        found = signatures.signatures(pdf)
    except Exception:
        return False
    return bool(found) and all(signature.intact for signature in found)


def test_what_these_tests_change_is_intact_before() -> None:
    pdf, _ = signed_pdf()
    assert intact(pdf)
    found = present(jws.read(signed_jws(), PAYLOAD))
    assert found.intact and found.claimed_at == AT


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(place=st.integers(min_value=0), value=st.integers(1, 255))
def test_no_changed_byte_of_a_file_is_overlooked(place: int, value: int) -> None:
    """Any byte outside the signature itself."""
    pdf, (start, end) = signed_pdf()
    outside = [*range(start), *range(end, len(pdf))]
    altered = bytearray(pdf)
    altered[outside[place % len(outside)]] ^= value
    assert not intact(bytes(altered))


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=1, max_size=400))
def test_nothing_is_put_behind_a_signed_file_unseen(more: bytes) -> None:
    assert not intact(signed_pdf()[0] + more)


@given(place=st.integers(min_value=0), value=st.integers(1, 255))
def test_no_changed_byte_of_a_payload_is_overlooked(place: int, value: int) -> None:
    altered = bytearray(PAYLOAD)
    altered[place % len(altered)] ^= value
    assert not present(jws.read(signed_jws(), bytes(altered))).intact


@given(place=st.integers(min_value=0), value=st.integers(1, 127))
def test_no_changed_letter_of_a_head_is_overlooked(place: int, value: int) -> None:
    head, _, rest = signed_jws().partition(b".")
    altered = bytearray(head)
    altered[place % len(altered)] ^= value
    found = jws.read(bytes(altered) + b"." + rest, PAYLOAD)
    assert found is None or not found.intact


@pytest.mark.parametrize("number", [0, -1, -(1 << 62)])
def test_a_certificate_of_a_serial_number_that_there_is_not_is_none(number: int) -> None:
    """RFC 5280 §4.1.2.2. Tolerated by the library, for now: it may not be in the way of the rest."""
    made = asn1.Certificate.load(signer().der)
    made["tbs_certificate"]["serial_number"] = number
    with pytest.raises(ValueError):
        keys.loaded(made.dump(force=True))
    assert keys.loaded(signer().der)


def _head(**changes: object) -> dict[str, object]:
    head = signed_jws().partition(b".")[0]
    read: dict[str, object] = json.loads(base64.urlsafe_b64decode(head + b"=="))
    return {name: value for name, value in {**read, **changes}.items() if value is not None}


def _jws(head: object, signature: bytes = b"") -> bytes:
    parts = (json.dumps(head).encode(), signature)
    first, last = (base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    return first + b".." + last


def _public_key() -> bytes:
    return rsa_key(NAME).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


NO_JWS = {
    "nothing": b"..",
    "no parts": b"abc",
    "no certificates": _jws(_head(x5c=None)),
    "empty list": _jws(_head(x5c=[])),
    "no certificate": _jws(_head(x5c=["AAAA"])),
    "a number": _jws(_head(x5c=7)),
    "no algorithm": _jws(_head(alg="none")),
    "an algorithm of shared keys": _jws(_head(alg="HS256")),
    "an unknown critical field": _jws(_head(crit=["b64", "x"], x=1)),
    "deep": b"eyJhIjo" + b"W1tb" * 20_000 + b"..",
    "a time that is none": _jws(_head(iat="soon")),
    "a time beyond all": _jws(_head(iat=10**30)),
}


@pytest.mark.parametrize("made", NO_JWS.values(), ids=NO_JWS)
def test_what_is_no_jws_that_can_be_checked_is_not_judged(made: bytes) -> None:
    assert jws.read(made, PAYLOAD) is None


def test_the_public_key_is_no_shared_secret() -> None:
    """RFC 8725 §2.1: a MAC by the public key, which everybody has."""
    head = _head(alg="HS256")
    with pytest.raises(jwt.InvalidKeyError):
        jwt.PyJWS().encode(PAYLOAD, _public_key(), algorithm="HS256", headers=head)
    assert jws.read(_jws(head, b"x" * 32), PAYLOAD) is None


def test_another_certificate_of_the_same_key_is_not_the_one_that_signed() -> None:
    """``x5t#S256`` says which certificate; the JWS is signed with it inside."""
    another = soft_keys.certificate_der(pair(NAME, "rsa", "auth").certificate_pem)
    prepared = jws.prepare(PAYLOAD, signer(), AT)
    head = _head(x5c=[base64.b64encode(another).decode()])
    encoded = base64.urlsafe_b64encode(json.dumps(head).encode()).rstrip(b"=")
    made = encoded + b".." + base64.urlsafe_b64encode(signature_of(encoded + b"." + PAYLOAD)).rstrip(b"=")
    assert prepared.to_sign.endswith(PAYLOAD)
    assert not present(jws.read(made, PAYLOAD)).intact


def test_an_encoded_payload_is_read_too() -> None:
    """RFC 7515, appendix F: what other programs write."""
    head = _head(b64=None, crit=None)
    first, body = (
        base64.urlsafe_b64encode(part).rstrip(b"=") for part in (json.dumps(head).encode(), PAYLOAD)
    )
    last = base64.urlsafe_b64encode(signature_of(first + b"." + body)).rstrip(b"=")
    made = b"..".join((first, last))
    assert present(jws.read(made, PAYLOAD)).intact
    assert not present(jws.read(made, PAYLOAD + b" ")).intact


def test_a_file_that_holds_its_reader_costs_one_finding() -> None:
    """The child is ended at its deadline, here before it could begin."""
    pdf = PdfSignatures(deadline_s=0.001)
    signing = CardSigning(FakeCard(), pdf, DocumentWriter(), None, lambda: AT)
    try:
        found = signing.check_pdf(signed_pdf()[0])
        assert (found.state, found.doubt) == (SignatureState.UNVERIFIABLE, SignatureDoubt.UNREADABLE)
        large = signing.check_jws(b"a" * 10_000_000, PAYLOAD)
        assert large.doubt is SignatureDoubt.UNREADABLE
    finally:
        signing.close()
    assert code_of(pdf.signatures(b"%PDF"))


def test_a_certificate_that_is_none_is_not_judged() -> None:
    pdf = FakePdfSignatures()
    content = b"%PDF /ByteRange"
    pdf.found = {content: (FoundSignature(intact=True, certificate=b"no DER", claimed_at=AT),)}
    signing = CardSigning(FakeCard(), pdf, DocumentWriter(), None, lambda: AT + timedelta(days=1))
    assert signing.check_pdf(content).doubt is SignatureDoubt.UNREADABLE
    pdf.found = {content: (FoundSignature(intact=False),)}
    assert signing.check_pdf(content).state is SignatureState.BROKEN


def of_version_7() -> bytes:
    return signer().der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x06", 1)


def with_a_doubled_extension() -> bytes:
    made = asn1.Certificate.load(signer().der)
    extensions = made["tbs_certificate"]["extensions"]
    extensions.append(extensions[0].copy())
    return bytes(made.dump(force=True))


@pytest.mark.parametrize(
    ("made", "doubt"),
    [
        (of_version_7(), SignatureDoubt.UNREADABLE),
        (with_a_doubled_extension(), SignatureDoubt.NOT_FOR_SIGNING),
    ],
    ids=["no such version", "doubled extension"],
)
def test_a_certificate_against_its_standard_costs_one_finding(made: bytes, doubt: SignatureDoubt) -> None:
    """As the certificate of the signature, and among those beside it; the document is still shown."""
    head = _head(x5c=[base64.b64encode(made).decode()], **{"x5t#S256": None})
    encoded = base64.urlsafe_b64encode(json.dumps(head).encode()).rstrip(b"=")
    signed = encoded + b".." + base64.urlsafe_b64encode(signature_of(encoded + b"." + PAYLOAD)).rstrip(b"=")
    signing = CardSigning(FakeCard(), FakePdfSignatures(), DocumentWriter(), None, lambda: AT)
    assert signing.check_jws(signed, PAYLOAD).doubt is doubt
    beside = FoundSignature(intact=True, certificate=signer().der, others=(made,), claimed_at=AT)
    found = trust.finding(beside, (ca_certificate(),), AT)
    assert found.doubt in (None, SignatureDoubt.UNKNOWN_AUTHORITY)
