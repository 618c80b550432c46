"""Compact JWS (RFC 7515), just what the card and DPoP need: the card wants bytes, not a key object."""

import base64
import hashlib
from collections.abc import Mapping

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


def encoded(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def signing_input(header: Mapping[str, object], claims: Mapping[str, object]) -> bytes:
    """``header.claims``: the bytes that are signed."""
    return f"{encoded(msgspec.json.encode(header))}.{encoded(msgspec.json.encode(claims))}".encode("ascii")


def assembled(signed: bytes, signature: bytes) -> str:
    """The finished token."""
    return f"{signed.decode('ascii')}.{encoded(signature)}"


def sign_es256(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    """ES256 in its JOSE shape: r and s, 32 bytes each."""
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def public_jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """The P-256 public key as a JWK, members in the order of RFC 7638."""
    numbers = key.public_numbers()
    x, y = (encoded(n.to_bytes(32, "big")) for n in (numbers.x, numbers.y))
    return {"crv": "P-256", "kty": "EC", "x": x, "y": y}


def thumbprint(jwk: Mapping[str, str]) -> str:
    """RFC 7638 SHA-256 thumbprint of a P-256 JWK."""
    required = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    return encoded(hashlib.sha256(msgspec.json.encode(required)).digest())
