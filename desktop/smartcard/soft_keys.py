"""Private-key work of a simulated card, shared by the software card's child and the card emulator."""

from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from desktop.domain.card_image import KeyPair

CardPrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Padding = Literal["raw", "pkcs1"]
_P384 = 48  # bytes


def load_key(pair: KeyPair) -> CardPrivateKey:
    """The private key of one pair; ValueError when it is neither RSA nor EC."""
    key = load_pem_private_key(pair.key_pem.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError("a card key is RSA or EC")
    return key


def certificate_der(pem: str) -> bytes:
    """PEM to DER."""
    return x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)


def sign_digest(key: CardPrivateKey, digest: bytes) -> bytes:
    """Sign a digest: SHA-256 by PKCS#1 v1.5 (deterministic) for RSA; r‖s, with SHA-384 for P-384."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    size = key.key_size // 8
    algorithm = hashes.SHA384() if size == _P384 else hashes.SHA256()
    r, s = decode_dss_signature(key.sign(digest, ec.ECDSA(Prehashed(algorithm))))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def decipher_oaep(key: CardPrivateKey, ciphertext: bytes) -> bytes:
    """RSA-OAEP with SHA-1 and MGF1-SHA-1, what every card and module can; ValueError when it does not fit."""
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("not an RSA key")
    mgf = padding.MGF1(hashes.SHA1())
    return key.decrypt(ciphertext, padding.OAEP(mgf, hashes.SHA1(), None))


def agree(key: CardPrivateKey, point: bytes) -> bytes:
    """ECDH with an uncompressed point of the key's curve: the shared x coordinate."""
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("not an EC key")
    return key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(key.curve, point))


def raw_rsa(key: rsa.RSAPrivateKey, block: bytes) -> bytes:
    """The bare private operation, as a card does it (the module pads)."""
    numbers = key.private_numbers()
    message = int.from_bytes(block, "big")
    m1 = pow(message, numbers.dmp1, numbers.p)
    m2 = pow(message, numbers.dmq1, numbers.q)
    h = (m1 - m2) * numbers.iqmp % numbers.p
    return (m2 + h * numbers.q).to_bytes(key.key_size // 8, "big")
