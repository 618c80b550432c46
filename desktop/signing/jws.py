"""Detached JWS (RFC 7515, RFC 7797) in the form of JAdES baseline B-B: the one module that imports PyJWT.

``iat`` is the claimed time, ``x5c`` the certificates, ``x5t#S256`` which of them signed. With ``sigT`` for
``iat`` the judge (EU DSS 6.3) does not take it for JAdES.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import Algorithm

from desktop.domain.card import Certificate
from desktop.domain.signature import FoundSignature
from desktop.signing import keys

_Key = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
_READ = [f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)]


@dataclass(frozen=True, slots=True)
class PreparedJws:
    """``to_sign`` is what the card's key signs, ``head`` what stands before its answer."""

    head: bytes = field(repr=False)
    to_sign: bytes = field(repr=False)


class _NoKey(Algorithm):
    """Signs nothing and keeps what was to be signed: the card does it later, beside the PDF's."""

    def __init__(self) -> None:
        self.to_sign = b""

    def prepare_key(self, key: object) -> object:
        return key

    def sign(self, msg: bytes, key: object) -> bytes:
        self.to_sign = msg
        return b""

    def verify(self, msg: bytes, key: object, sig: bytes) -> bool:
        raise NotImplementedError

    @staticmethod
    def to_jwk(key_obj: object, as_dict: bool = False) -> Any:  # noqa: FBT001, FBT002 - PyJWT's own
        raise NotImplementedError

    @staticmethod
    def from_jwk(jwk: object) -> object:
        raise NotImplementedError


def prepare(payload: bytes, certificate: Certificate, at: datetime) -> PreparedJws:
    """The head of a JWS over *payload*; ValueError for a key that no JWS knows."""
    name = keys.algorithm(certificate.der)
    if not name:
        raise ValueError("no algorithm for this key")
    chain = [certificate.der, *certificate.chain]
    headers = {
        "typ": "JOSE",  # RFC 7515 §4.1.9: a compact JWS; it is no token
        "iat": int(at.timestamp()),
        "x5c": [base64.b64encode(der).decode() for der in chain],
        "x5t#S256": _url64(hashlib.sha256(certificate.der).digest()),
        "b64": False,
    }
    algorithm = _NoKey()
    signer = jwt.PyJWS(algorithms=[])
    signer.register_algorithm(name, algorithm)
    head = signer.encode(payload, "", algorithm=name, headers=headers, is_payload_detached=True)
    return PreparedJws(head.encode(), algorithm.to_sign)


def finish(prepared: PreparedJws, signature: bytes) -> bytes:
    """The compact JWS."""
    return prepared.head + _url64(signature).encode()


def read(jws: bytes, payload: bytes) -> FoundSignature | None:
    """A JWS that is detached from *payload*, encoded (RFC 7515, appendix F) or not (RFC 7797).

    None for what is none, and for one that cannot be checked: without certificates, by another algorithm.
    """
    try:
        header = jwt.get_unverified_header(jws)
        certificates = tuple(base64.b64decode(der, validate=True) for der in header["x5c"])
        key = keys.loaded(certificates[0]).public_key()
        if not isinstance(key, _Key):
            return None
        claimed = header.get("iat")
        at = None if claimed is None else datetime.fromtimestamp(int(claimed), UTC)
        intact = _is_intact(jws, payload, header, certificates[0], key)
        return FoundSignature(intact, certificates[0], certificates[1:], at)
    except (jwt.PyJWTError, ValueError, TypeError, LookupError, OverflowError, OSError, UnsupportedAlgorithm):
        return None


def _is_intact(jws: bytes, payload: bytes, header: dict[str, Any], certificate: bytes, key: _Key) -> bool:
    """False for another content or another certificate; what makes no sense at all is raised."""
    named = header.get("x5t#S256", _url64(hashlib.sha256(certificate).digest()))
    if named != _url64(hashlib.sha256(certificate).digest()):
        return False
    verifier = jwt.PyJWS(algorithms=_READ)
    try:
        if header.get("b64") is False:
            verifier.decode(jws, key, algorithms=_READ, detached_payload=payload)
        else:
            head, _, signature = jws.split(b".")
            whole = b".".join((head, _url64(payload).encode(), signature))
            verifier.decode(whole, key, algorithms=_READ)
    except jwt.InvalidSignatureError:
        return False
    return True


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
