"""Compact JWS: reading and checking what a client signed (RFC 7515, 7638, 9449)."""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


class BadJws(ValueError):
    """Not a JWS, or not signed by the key; the message holds no content."""


@dataclass(frozen=True, slots=True)
class Jws:
    """A parsed, *unchecked* JWS."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signing_input: bytes
    signature: bytes

    def verify(self, key: object, algorithm: str) -> None:
        """Check the signature; the header must name *algorithm* (never ``none``). Raises BadJws."""
        if self.header.get("alg") != algorithm:
            raise BadJws("alg")
        try:
            if algorithm == "RS256" and isinstance(key, rsa.RSAPublicKey):
                key.verify(self.signature, self.signing_input, padding.PKCS1v15(), hashes.SHA256())
            elif (
                algorithm == "ES256"
                and isinstance(key, ec.EllipticCurvePublicKey)
                and len(self.signature) == 64
            ):
                r, s = (int.from_bytes(self.signature[i : i + 32], "big") for i in (0, 32))
                key.verify(encode_dss_signature(r, s), self.signing_input, ec.ECDSA(hashes.SHA256()))
            else:
                raise BadJws("key")
        except InvalidSignature:
            raise BadJws("signature") from None


def parse(compact: str) -> Jws:
    """Split a compact JWS; raises BadJws for anything else."""
    parts = compact.split(".")
    if len(parts) != 3:
        raise BadJws("parts")
    try:
        header, claims = (json.loads(unb64(part)) for part in parts[:2])
        signature = unb64(parts[2])
    except ValueError:
        raise BadJws("encoding") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise BadJws("object")
    return Jws(header, claims, f"{parts[0]}.{parts[1]}".encode(), signature)


def public_key(jwk: object) -> ec.EllipticCurvePublicKey:
    """The P-256 key of a public JWK; raises BadJws for others, and for one that holds a private part."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256" or "d" in jwk:
        raise BadJws("jwk")
    try:
        x, y = (int.from_bytes(unb64(str(jwk[name])), "big") for name in ("x", "y"))
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except (KeyError, ValueError):
        raise BadJws("jwk") from None


def thumbprint(jwk: dict[str, Any]) -> str:
    """RFC 7638 SHA-256 thumbprint of an EC key."""
    members = {name: jwk[name] for name in ("crv", "kty", "x", "y")}
    return b64(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest())


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Undo :func:`b64`; ValueError when it is not base64url."""
    if not text.isascii() or any(c in "+/=" for c in text):
        raise ValueError("base64url")
    return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
