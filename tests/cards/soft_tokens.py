"""SoftHSM2 in the shapes that keys and certificates come in."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from desktop.domain.card_image import KeyPair
from desktop.smartcard.pkcs11_card import Pkcs11Card
from tests.cards.operations import Bench, exchanged
from tests.cards.table import Operation
from tests.cards.token import SOFT, Token
from tests.unit.smartcard.card_factory import PIN, PUK, pair
from tests.unit.smartcard.test_softhsm import MODULE
from tests.waiting import LIMIT_S

PACKAGES = ("softhsm2", "opensc")
NEVER_BLOCKS = {Operation.BLOCK: "SoftHSM2 counts no tries: it never blocks"}


@dataclass(frozen=True, slots=True)
class Shape:
    """How the keys are laid: *kind* as the card factory knows it, and pkcs11-tool's options for each object
    of the login's pair and of the signature's."""

    kind: str = "rsa"
    purpose: str = "auth"
    key: tuple[tuple[str, ...], tuple[str, ...]] = (("--id", "A001"), ("--id", "A002"))
    certificate: tuple[tuple[str, ...], tuple[str, ...]] = (("--id", "A001"), ("--id", "A002"))


class SoftHsm:
    """One store of tokens."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tokens = folder / "tokens"
        self.tokens.mkdir(parents=True)
        self.conf = folder / "softhsm2.conf"
        self.conf.write_text(f"directories.tokendir = {self.tokens}\nlog.level = ERROR\n", encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """What the module needs."""
        return {"SOFTHSM2_CONF": str(self.conf)}

    def add_token(self, label: str) -> None:
        """An empty one with the cards' PIN and PUK."""
        self._run(
            "softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", PUK.decode(),
            "--pin", PIN.decode(),
        )  # fmt: skip

    def add_pair(self, label: str, keys: KeyPair, key: Sequence[str], certificate: Sequence[str]) -> None:
        """A private key and its certificate; *key*, *certificate*: pkcs11-tool's options for each."""
        private = serialization.load_pem_private_key(keys.key_pem.encode(), None)
        traditional = serialization.PrivateFormat.TraditionalOpenSSL
        der = serialization.Encoding.DER
        plain = serialization.NoEncryption()
        usage = ["--usage-sign", "--usage-decrypt" if "RSA" in type(private).__name__ else "--usage-derive"]
        self._write(label, private.private_bytes(der, traditional, plain), "privkey", [*usage, *key])
        shown = x509.load_pem_x509_certificate(keys.certificate_pem.encode())
        self._write(label, shown.public_bytes(der), "cert", certificate)

    def _write(self, label: str, data: bytes, kind: str, options: Sequence[str]) -> None:
        file = self.folder / "object.der"
        file.write_bytes(data)
        self._run(
            "pkcs11-tool", "--module", str(MODULE), "--token-label", label, "--login", "--pin", PIN.decode(),
            "--write-object", str(file), "--type", kind, *options,
        )  # fmt: skip
        file.unlink()

    def _run(self, *command: str) -> None:
        env = {**os.environ, **self.environment}
        subprocess.run(command, check=True, capture_output=True, env=env, timeout=LIMIT_S)


def made(folder: Path, label: str, shape: Shape) -> SoftHsm:
    """A store with one token of that shape."""
    store = SoftHsm(folder)
    store.add_token(label)
    for number, purpose in enumerate((shape.purpose, "sign")):
        keys = pair(f"Dr {label} {purpose}", shape.kind, purpose)
        store.add_pair(label, keys, shape.key[number], shape.certificate[number])
    return store


@contextmanager
def opened(shape: Shape, folder: Path) -> Iterator[Bench]:
    """A fresh token behind the program's card port, and another one to put in its place."""
    store, other = made(folder / "one", "ONE", shape), made(folder / "other", "OTHER", shape)
    port = Pkcs11Card(module=MODULE, environment=store.environment)
    try:
        yield Bench(
            port, PIN, PUK, tries=0, tells_last=False, swap=exchanged(store.tokens, other.tokens),
        )  # fmt: skip
    finally:
        port.close()


def _token(name: str, shape: Shape) -> Token:
    return Token(f"SoftHSM2, {name}", PACKAGES, partial(opened, shape), SOFT | NEVER_BLOCKS)


TOKENS = (
    _token("RSA-2048", Shape()),
    _token("RSA-2048 that may decipher", Shape(purpose="auth-encipher")),
    _token("EC P-256", Shape("ec", "auth-agree")),
    _token("EC P-384", Shape("ec384", "auth-agree")),
    _token(
        "ids of keys and certificates differ",
        Shape(certificate=(("--id", "B001"), ("--id", "B002"))),
    ),
    _token("no CKA_ID on any object", Shape(key=((), ()), certificate=((), ()))),
    _token(
        "one CKA_ID for both keys", Shape(key=(("--id", "A001"),) * 2, certificate=(("--id", "A001"),) * 2)
    ),
    _token(
        "PIN at each use (CKA_ALWAYS_AUTHENTICATE)",
        Shape(key=(("--id", "A001", "--always-auth"), ("--id", "A002", "--always-auth"))),
    ),
)
