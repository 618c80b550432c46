"""NSS softokn through p11-kit-proxy: a database as Firefox and Thunderbird keep it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from tests.cards.operations import Bench, exchanged
from tests.cards.other_child import OtherChild
from tests.cards.table import Operation
from tests.cards.token import SOFT, Token
from tests.unit.smartcard.card_factory import PIN, PUK, pair
from tests.waiting import LIMIT_S

PACKAGES = ("libnss3", "p11-kit", "p11-kit-modules", "libnss3-tools")
_PASSWORD = b"x"


def _proxy() -> Path:
    return next(Path("/usr/lib").glob("*/p11-kit-proxy.so"))


def _make(folder: Path, name: str) -> Path:
    """A database with the login's pair and the signature's, under the cards' PIN."""
    store, pin = folder / name, folder / "pin"
    store.mkdir()
    pin.write_bytes(PIN)
    _run("certutil", "-N", "-d", f"sql:{store}", "-f", str(pin))
    for purpose in ("auth", "sign"):
        keys = pair(f"Dr {name} {purpose}", "rsa", purpose)
        file = folder / "pair.p12"
        file.write_bytes(
            pkcs12.serialize_key_and_certificates(
                purpose.encode(),
                serialization.load_pem_private_key(keys.key_pem.encode(), None),  # type: ignore[arg-type]
                x509.load_pem_x509_certificate(keys.certificate_pem.encode()),
                None,
                serialization.BestAvailableEncryption(_PASSWORD),
            )
        )
        _run("pk12util", "-i", str(file), "-d", f"sql:{store}", "-k", str(pin), "-W", _PASSWORD.decode())
    return store


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_S)


@contextmanager
def opened(folder: Path) -> Iterator[Bench]:
    """A fresh database, and another to put in its place."""
    store, other = _make(folder, "store"), _make(folder, "other")
    port = OtherChild("tests.cards.nss_child", _proxy(), {"NSS_STORE": str(store)})

    try:
        yield Bench(port, PIN, PUK, tells_last=False, swap=exchanged(store, other))
    finally:
        port.close()


TOKENS = (
    Token(
        "NSS softokn through p11-kit-proxy, RSA-2048", PACKAGES, opened,
        SOFT | {
            Operation.BLOCK: "softokn counts no tries: it never blocks",
            Operation.UNBLOCK: "softokn has no PUK: its security officer opens an empty database only",
        },
    ),
)  # fmt: skip
