"""DPoP proofs (RFC 9449): every token is used by the key it was made for, and no proof twice."""

import base64
import hashlib
import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from desktop.simulator import jose

TOLERANCE_S = 60.0


class DpopRefused(Exception):
    """The proof is missing or wrong; ``error`` is the RFC's name."""

    def __init__(self, error: str, detail: str = "") -> None:
        super().__init__(error, detail)
        self.error = error
        self.detail = detail


@dataclass(slots=True)
class SeenOnce:
    """Remembers identifiers until they are too old to be accepted anyway."""

    _seen: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def is_new(self, identifier: str, until: float, now: float) -> bool:
        """True the first time; *until* and *now* in epoch seconds."""
        with self._lock:
            self._seen = {k: t for k, t in self._seen.items() if t > now}
            if identifier in self._seen:
                return False
            self._seen[identifier] = until
            return True


@dataclass(frozen=True, slots=True)
class Expected:
    """What a proof must be about; ``nonce`` empty = none asked for."""

    method: str
    url: str
    access_token: str = ""
    nonce: str = ""


def check(proof: str | None, expected: Expected, now: datetime, seen: SeenOnce) -> str:
    """Thumbprint of the key of a good proof; raises DpopRefused."""
    if not proof:
        raise DpopRefused("invalid_dpop_proof", "missing")
    try:
        jws = jose.parse(proof)
        if jws.header.get("typ") != "dpop+jwt":
            raise jose.BadJws("typ")
        key = jose.embedded_key(jws.header.get("jwk"))
        jws.verify(key)
    except jose.BadJws as error:
        raise DpopRefused("invalid_dpop_proof", str(error)) from None
    claims = jws.claims
    _check_target(claims, expected)
    _check_freshness(claims, expected, now.timestamp(), seen)
    return key.thumbprint()


def _check_target(claims: dict[str, Any], expected: Expected) -> None:
    if claims.get("htm") != expected.method:
        raise DpopRefused("invalid_dpop_proof", "htm")
    if _bare(str(claims.get("htu"))) != _bare(expected.url):
        raise DpopRefused("invalid_dpop_proof", "htu")
    if expected.access_token:
        digest = hashlib.sha256(expected.access_token.encode()).digest()
        if claims.get("ath") != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
            raise DpopRefused("invalid_dpop_proof", "ath")


def _check_freshness(claims: dict[str, Any], expected: Expected, now: float, seen: SeenOnce) -> None:
    issued, identifier = claims.get("iat"), claims.get("jti")
    if not isinstance(issued, int | float) or not isinstance(identifier, str) or not identifier:
        raise DpopRefused("invalid_dpop_proof", "iat")
    if abs(now - issued) > TOLERANCE_S:
        raise DpopRefused("invalid_dpop_proof", "iat")
    if expected.nonce and claims.get("nonce") != expected.nonce:
        raise DpopRefused("use_dpop_nonce")
    if not seen.is_new(identifier, issued + 2 * TOLERANCE_S, now):
        raise DpopRefused("invalid_dpop_proof", "jti")


def _bare(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/")
