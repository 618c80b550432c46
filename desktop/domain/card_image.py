"""A simulated card as a file: what the simulator's PKI issues and what the simulated readers hold.

The image keeps PIN and PUK as salted scrypt hashes only; the counters are written back at every
change, before the answer leaves, so that killing a process never gives a try back.
"""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

_SCRYPT = {"n": 2**12, "r": 8, "p": 1, "dklen": 32}


@dataclass(frozen=True, slots=True)
class KeyPair:
    """One key of a card: PKCS#8 PEM, certificate PEM, issuing chain PEM (leaf's issuer first)."""

    key_pem: str
    certificate_pem: str
    chain_pem: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardImage:
    """All of a simulated card. ``pin_tries`` / ``puk_tries`` are what is left, of ``max_tries``.

    ``kind``: "luxtrust"; "foreign" = some other chip card; "blank" = ours, but without certificates.
    """

    id: str
    label: str
    serial: str
    atr_hex: str
    authentication: KeyPair
    signature: KeyPair | None
    pin_salt: str
    pin_hash: str
    puk_salt: str
    puk_hash: str
    pin_tries: int = 3
    puk_tries: int = 3
    max_tries: int = 3
    pin_min: int = 4
    pin_max: int = 8
    kind: str = "luxtrust"

    def pin_matches(self, pin: bytes | bytearray) -> bool:
        """Compare in constant time; the caller counts with :meth:`with_tries`."""
        return hmac.compare_digest(_hash(pin, self.pin_salt), self.pin_hash)

    def puk_matches(self, puk: bytes | bytearray) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(_hash(puk, self.puk_salt), self.puk_hash)

    def with_pin(self, pin: bytes | bytearray) -> "CardImage":
        """The same card with a new PIN and full tries."""
        salt = secrets.token_hex(16)
        return replace(self, pin_salt=salt, pin_hash=_hash(pin, salt), pin_tries=self.max_tries)

    def with_tries(self, pin: int | None = None, puk: int | None = None) -> "CardImage":
        """The same card with other counters."""
        return replace(
            self,
            pin_tries=self.pin_tries if pin is None else pin,
            puk_tries=self.puk_tries if puk is None else puk,
        )

    def save(self, path: Path) -> None:
        """Write atomically, readable by the owner only."""
        temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)


def new_card(
    id: str,
    label: str,
    serial: str,
    atr_hex: str,
    authentication: KeyPair,
    signature: KeyPair | None,
    pin: bytes | bytearray,
    puk: bytes | bytearray,
) -> CardImage:
    """A fresh card with full counters."""
    pin_salt, puk_salt = secrets.token_hex(16), secrets.token_hex(16)
    return CardImage(
        id, label, serial, atr_hex, authentication, signature,
        pin_salt, _hash(pin, pin_salt), puk_salt, _hash(puk, puk_salt),
    )  # fmt: skip


def load_card(path: Path) -> CardImage:
    """Read an image; OSError, ValueError, KeyError or TypeError when it is no card image."""
    data = json.loads(path.read_text(encoding="utf-8"))
    for name in ("authentication", "signature"):
        if data[name] is not None:
            pair = data[name]
            data[name] = KeyPair(pair["key_pem"], pair["certificate_pem"], tuple(pair["chain_pem"]))
    return CardImage(**data)


def _hash(value: bytes | bytearray, salt: str) -> str:
    return hashlib.scrypt(value, salt=bytes.fromhex(salt), **_SCRYPT).hex()


# -- which card is in which simulated reader ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SimulatedReader:
    """One simulated reader: ``card`` is a card id or None; ``events`` counts insertions and removals."""

    name: str
    card: str | None = None
    events: int = 0
    mute: bool = False
    delay_ms: int = 0


def load_readers(path: Path) -> tuple[SimulatedReader, ...]:
    """The readers of ``reader.json``; no file = no reader."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    return tuple(SimulatedReader(**row) for row in rows)


def save_readers(path: Path, readers: tuple[SimulatedReader, ...]) -> None:
    """Write ``reader.json`` atomically."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    temporary.write_text(json.dumps([asdict(r) for r in readers]), encoding="utf-8")
    temporary.replace(path)
