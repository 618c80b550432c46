"""What a client signed, judged by joserfc (RFC 7515, 7517, 7518, 7638).

Here stands only what the platform asks beyond the library: one algorithm a kind of key, no extension that
somebody must understand, no member twice, keys that are public and written in one way only.
"""

from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.registry import HeaderParameter
from joserfc.util import urlsafe_b64decode

from desktop.simulator import strict_json

_CURVES = {"P-256": "ES256", "P-384": "ES384"}
_SMALLEST_RSA = 2048


class BadJws(ValueError):
    """Not a JWS, or not signed by the key; the message holds no content."""


class _Registry(jws.JWSRegistry):
    """Room for a chain of two certificates; a parameter that nobody knows is ignored (RFC 7515 §4.2)."""

    max_header_length = 16 * 1024
    max_payload_length = 16 * 1024

    def __init__(self, *algorithms: str) -> None:
        payload_as_it_is = HeaderParameter("RFC 7797 is not spoken here", "none")
        super().__init__({"b64": payload_as_it_is}, list(algorithms), strict_check_header=False)


@dataclass(frozen=True, slots=True)
class Jws:
    """A parsed, *unchecked* JWS."""

    header: dict[str, Any]
    claims: dict[str, Any]
    compact: str

    def verify(self, key: RSAKey | ECKey) -> None:
        """Check the signature by the one algorithm of the key's kind; raises BadJws."""
        algorithm = _CURVES[key.curve_name] if isinstance(key, ECKey) else "RS256"
        if self.header.get("alg") != algorithm:
            raise BadJws("alg")
        try:
            jws.deserialize_compact(self.compact, key, registry=_Registry(algorithm))
        except (JoseError, ValueError):
            raise BadJws("signature") from None


def parse(compact: str) -> Jws:
    """Split a compact JWS; raises BadJws for anything else, and for a header with ``crit``: the platform
    understands no extension (RFC 7515 §4.1.11)."""
    try:
        parts = jws.extract_compact(compact.encode(), registry=_Registry()).segments
        header, claims = (strict_json.loads(urlsafe_b64decode(parts[n])) for n in ("header", "payload"))
    except (JoseError, ValueError, TypeError, RecursionError):
        raise BadJws("encoding") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise BadJws("object")
    if "crit" in header:
        raise BadJws("crit")
    return Jws(header, claims, compact)


def embedded_key(jwk: object) -> ECKey:
    """The P-256 key of a public JWK in a header; raises BadJws for others, for one that holds a private part,
    and for one whose coordinates are not written as RFC 7518 §6.2.1 says: its thumbprint would be another."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256" or "d" in jwk:
        raise BadJws("jwk")
    try:
        key = ECKey.import_key(jwk)
        written = ECKey.import_key(key.public_key).as_dict()
    except (JoseError, ValueError, TypeError, KeyError):
        raise BadJws("jwk") from None
    if any(jwk[name] != written[name] for name in ("x", "y")):
        raise BadJws("jwk")
    return key


def certified_key(key: object) -> RSAKey | ECKey:
    """The key of a certificate, RSA of 2048 bits or more, P-256 or P-384; raises BadJws for others."""
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SMALLEST_RSA:
        return RSAKey.import_key(key)
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1):
        return ECKey.import_key(key)
    raise BadJws("key")
