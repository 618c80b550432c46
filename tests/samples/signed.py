"""What a card's signature key signed, made by the program's own modules: a Bundle, its PDF, an ALD statement.

The private keys lie in the images of the simulated cards.
"""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from desktop.common.bundle_signature import canonical, with_signature
from desktop.domain.card import Certificate
from desktop.domain.card_image import CardImage, KeyPair
from desktop.domain.signature import SignatureBox
from desktop.pdf import signatures
from desktop.ports.pdf_signatures import Stamp
from desktop.signing import jws
from desktop.simulator.minimal_data import plain_pdf
from desktop.smartcard.certificates import signing_digest
from desktop.smartcard.soft_keys import certificate_der, load_key, sign_digest
from tests.answers import present
from tests.samples.practice import certificate

EXTENSION = "http://hl7.org/fhir/StructureDefinition/questionnaireresponse-signature"
_AUTHOR = {"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1"}
_STAMP = Stamp(plain_pdf("signature"), SignatureBox(-1, 330, 90, 200, 56))


def now() -> datetime:
    """Whole seconds: a signature has no place for more."""
    return datetime.now(UTC).replace(microsecond=0)


def key_of(card: CardImage) -> KeyPair:
    """The card's signature key."""
    return present(card.signature)


def bundle(content: bytes, key: KeyPair, at: datetime | None = None) -> bytes:
    """*content* with its author's JWS."""
    at = at or now()
    return with_signature(content, detached(canonical(content), key, at), at)


def statement(resource: Mapping[str, Any], key: KeyPair, at: datetime | None = None) -> dict[str, Any]:
    """A QuestionnaireResponse with it."""
    at = at or now()
    words = json.dumps(resource, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    value = {
        "type": [_AUTHOR],
        "when": at.isoformat(timespec="milliseconds"),
        "who": resource["author"],
        "sigFormat": "application/jose",
        "data": base64.b64encode(detached(words.encode(), key, at)).decode(),
    }
    return {**resource, "extension": [{"url": EXTENSION, "valueSignature": value}]}


def detached(payload: bytes, key: KeyPair, at: datetime) -> bytes:
    """A JWS over *payload*."""
    named = _certificate(key)
    prepared = jws.prepare(payload, named, at)
    return jws.finish(prepared, _made(key, named, prepared.to_sign))


def pdf(content: bytes, key: KeyPair, at: datetime | None = None) -> bytes:
    """*content* with a PAdES signature."""
    named = _certificate(key)
    prepared = signatures.prepare(content, _STAMP, named.der, named.chain, at or now())
    return signatures.finish(prepared, named.der, named.chain, _made(key, named, prepared.to_sign))


def _certificate(key: KeyPair) -> Certificate:
    chain = tuple(certificate_der(pem) for pem in key.chain_pem)
    return certificate(der=certificate_der(key.certificate_pem), chain=chain)


def _made(key: KeyPair, named: Certificate, data: bytes) -> bytes:
    return sign_digest(load_key(key), signing_digest(named, data))
