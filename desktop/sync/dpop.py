"""DPoP (RFC 9449): one ES256 key per session, in memory only, that every token is bound to."""

import hashlib
import secrets
import threading
from urllib.parse import urlsplit, urlunsplit

from cryptography.hazmat.primitives.asymmetric import ec

from desktop.sync import jwt
from desktop.sync.network import ServerClock


class DpopKey:
    """A session's key and the server's last nonce."""

    def __init__(self, clock: ServerClock) -> None:
        """A fresh P-256 key."""
        self._clock = clock
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._jwk = jwt.public_jwk(self._key.public_key())
        self._lock = threading.Lock()
        self._nonce = ""
        self.thumbprint = jwt.thumbprint(self._jwk)

    def hear_nonce(self, nonce: str) -> None:
        """Keep the ``DPoP-Nonce`` that an answer carried; empty changes nothing."""
        if nonce:
            with self._lock:
                self._nonce = nonce

    def proof(self, method: str, url: str, token: str | None = None) -> str:
        """A proof for one request; with *token*, bound to it by ``ath``."""
        claims: dict[str, object] = {
            "jti": secrets.token_urlsafe(16),
            "htm": method,
            "htu": urlunsplit(urlsplit(url)._replace(query="", fragment="")),
            "iat": self._clock.stamp(),
        }
        if token is not None:
            claims["ath"] = jwt.encoded(hashlib.sha256(token.encode("ascii")).digest())
        with self._lock:
            if self._nonce:
                claims["nonce"] = self._nonce
        signed = jwt.signing_input({"typ": "dpop+jwt", "alg": "ES256", "jwk": self._jwk}, claims)
        return jwt.assembled(signed, jwt.sign_es256(self._key, signed))
