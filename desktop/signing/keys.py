"""The keys of signature certificates: which algorithm they sign with, and whether they did."""

import warnings

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.utils import CryptographyDeprecationWarning

_CURVES = {"secp256r1": ("ES256", hashes.SHA256()), "secp384r1": ("ES384", hashes.SHA384())}


def algorithm(certificate: bytes) -> str:
    """The name in JOSE (RFC 7518): RS256, ES256, ES384; "" for a key that signs in none of these ways."""
    key = _key(certificate)
    if isinstance(key, rsa.RSAPublicKey):
        return "RS256"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return _CURVES[key.curve.name][0]
    return ""


def made_by(certificate: bytes, signature: bytes, data: bytes) -> bool:
    """Whether the certificate's key made *signature*, as a card or a JWS has it: PKCS#1 v1.5, or r‖s."""
    key = _key(certificate)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
            return True
        if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
            size = (key.key_size + 7) // 8
            r, s = (int.from_bytes(half, "big") for half in (signature[:size], signature[size:]))
            key.verify(encode_dss_signature(r, s), data, ec.ECDSA(_CURVES[key.curve.name][1]))
            return len(signature) == 2 * size
    except InvalidSignature:
        return False
    return False


def loaded(der: bytes) -> x509.Certificate:
    """A certificate; ValueError for what is none, of a version or a serial number that there is not too."""
    try:
        with warnings.catch_warnings():
            # Forbidden by RFC 5280 §4.1.2.2; the library tolerates it for now, with a warning.
            warnings.filterwarnings("error", "Parsed a serial number", CryptographyDeprecationWarning)
            return x509.load_der_x509_certificate(der)
    except (x509.InvalidVersion, CryptographyDeprecationWarning) as problem:
        raise ValueError("no such version, or no such serial number") from problem


def _key(certificate: bytes) -> object:
    return loaded(certificate).public_key()
