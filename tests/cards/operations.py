"""What each column does with a card: through the program's own card port, as a session does."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from desktop.domain.card import (
    CardInfo,
    CardPin,
    CardProof,
    CardTasks,
    Certificate,
    UnlockChallenge,
    UnlockMethod,
)
from desktop.domain.errors import Code
from desktop.domain.secret import Secret
from desktop.smartcard.child_card import ChildCard
from tests.answers import code_of, good, present
from tests.cards.table import Operation

LOGIN = CardTasks(b"header.payload", None)
Move = Callable[[], None]


def exchanged(store: Path, other: Path) -> Move:
    """What puts the folder *other* in the place of *store*: another token, as its module sees it."""

    def swap() -> None:
        store.rename(store.with_name("taken"))
        other.rename(store)

    return swap


@dataclass
class Bench:
    """A fresh token behind the program's card port, and what can be done to it from outside.

    ``refused``: how a wrong PIN may be told. ``tries``: wrong PINs that block it. ``tells_last``: somebody
    knows when one try is left. ``swap``: another card in its place. ``signature_pin``:
    a new one for a signature key that has a PIN of its own.
    """

    port: ChildCard
    pin: bytes
    puk: bytes
    wrong: bytes = b"000000"
    new: bytes = b"55667788"
    refused: tuple[Code, ...] = (Code.PIN_WRONG,)
    tries: int = 3
    tells_last: bool = True
    pull: Move | None = None
    put: Move | None = None
    swap: Move | None = None
    signature_pin: bytes = b""

    def card(self) -> CardInfo:
        """The only card."""
        cards = good(self.port.cards())
        assert len(cards) == 1, f"{len(cards)} cards are read"
        return cards[0]

    def log_in(self, pin: bytes, info: CardInfo | None = None) -> object:
        """What a login with *pin* comes to."""
        return self.port.perform(info or self.card(), secret(pin), LOGIN)

    def opens(self, pin: bytes) -> None:
        """The login is signed by the key that the certificate names."""
        info = self.card()
        proof = self.log_in(pin, info)
        assert isinstance(proof, CardProof), proof
        verify(info.authentication, present(proof.signature), b"header.payload")


def secret(value: bytes) -> Secret:
    """A PIN, wiped by who takes it."""
    return Secret(bytearray(value))


def verify(certificate: Certificate, signature: bytes, data: bytes) -> None:
    """Raises where the certificate's key did not sign *data* (PKCS#1 v1.5, or r and s side by side)."""
    public = x509.load_der_x509_certificate(certificate.der).public_key()
    if isinstance(public, rsa.RSAPublicKey):
        public.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        return
    assert isinstance(public, ec.EllipticCurvePublicKey)
    half = (public.key_size + 7) // 8
    r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    digest = hashes.SHA384() if public.key_size == 384 else hashes.SHA256()
    hashed = hashlib.new(digest.name, data).digest()
    public.verify(encode_dss_signature(r, s), hashed, ec.ECDSA(Prehashed(digest)))


def login(bench: Bench) -> str:
    """PIN, signed challenge; twice."""
    bench.opens(bench.pin)
    bench.opens(bench.pin)
    return ""


def sign(bench: Bench) -> str:
    """Two documents under one PIN."""
    info = bench.card()
    documents = (b"document", b"bundle")
    signatures = good(bench.port.sign_documents(info, secret(bench.pin), documents))
    for signature, document in zip(signatures, documents, strict=True):
        verify(present(info.signature), signature, document)
    return ""


def change_pin(bench: Bench) -> str:
    """The new one opens, the old one does not, a wrong old one changes nothing."""
    refused = bench.port.change_pin(bench.card(), secret(bench.wrong), secret(bench.new))
    assert code_of(refused) in bench.refused, refused
    assert bench.port.change_pin(bench.card(), secret(bench.pin), secret(bench.new)) is None
    assert code_of(bench.log_in(bench.pin)) in bench.refused
    bench.opens(bench.new)
    info = bench.card()
    assert (info.own_signature_pin is not None) == bool(bench.signature_pin), "two PINs, or one?"
    if bench.signature_pin:
        old, new = secret(bench.pin), secret(bench.signature_pin)
        assert bench.port.change_pin(info, old, new, CardPin.SIGNATURE) is None
        good(bench.port.sign_documents(info, secret(bench.signature_pin), (b"document",)))
        bench.opens(bench.new)
    return ""


def wrong_pin(bench: Bench) -> str:
    """Told as such, or as a try that may be lost; the right one opens then."""
    refused = code_of(bench.log_in(bench.wrong))
    assert refused in bench.refused, refused
    bench.opens(bench.pin)
    return refused.value


def block(bench: Bench) -> str:
    """The last try is told before it goes out, the block afterwards; the right PIN is not tried on it."""
    info = bench.card()
    for left in range(bench.tries - 1, -1, -1):
        if left == 0 and bench.tells_last:
            assert bench.card().pin.last_try, "nobody said that one try is left"
        refused = code_of(bench.log_in(bench.wrong, info))
        expected = (*bench.refused, *((Code.PIN_LAST_TRY,) if left == 1 else ()))
        assert refused in (expected if left else (*expected, Code.PIN_BLOCKED)), (left, refused)
    assert code_of(bench.log_in(bench.pin, info)) is Code.PIN_BLOCKED
    assert bench.card().pin.blocked, "blocked, and read as if it were not"
    return ""


def unblock(bench: Bench) -> str:
    """Blocked where that can be, then a new PIN by the PUK; a wrong PUK is told."""
    if bench.tries:
        block(bench)
    told = code_of(bench.port.unblock(bench.card(), secret(b"00000000"), secret(bench.new)))
    assert told is Code.PUK_WRONG, told
    assert bench.port.unblock(bench.card(), secret(bench.puk), secret(bench.new)) is None
    bench.opens(bench.new)
    return ""


def cache_secret(bench: Bench) -> str:
    """The same secret twice, in two runs of the child."""
    info = bench.card()
    public = x509.load_der_x509_certificate(info.authentication.der).public_key()
    match info.unlock_method:
        case UnlockMethod.RSA_OAEP:
            assert isinstance(public, rsa.RSAPublicKey)
            scheme = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
            data = public.encrypt(b"k" * 32, scheme)
        case UnlockMethod.ECDH:
            assert isinstance(public, ec.EllipticCurvePublicKey)
            mine = ec.generate_private_key(public.curve).public_key()
            data = mine.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        case _:
            data = b"slot"
    tasks = CardTasks(None, UnlockChallenge(info.unlock_method, data))
    assert info.unlock_method is not UnlockMethod.NONE, "this card yields no cache secret"
    proofs = [good(bench.port.perform(info, secret(bench.pin), tasks)) for _ in range(2)]
    first, second = (bytes(present(proof.card_secret).buffer) for proof in proofs)
    assert first == second != b""
    return info.unlock_method.value


def pull(bench: Bench) -> str:
    """Out and asked for a login: told as removed; in again: opens."""
    info = bench.card()
    present(bench.pull)()
    assert code_of(bench.log_in(bench.pin, info)) is Code.CARD_REMOVED
    present(bench.put)()
    bench.opens(bench.pin)
    return ""


def swap(bench: Bench) -> str:
    """Another card in its place gets no PIN meant for the first, and opens with its own."""
    info = bench.card()
    present(bench.swap)()
    told = code_of(bench.log_in(bench.wrong, info))
    assert told in (Code.CARD_SWAPPED, Code.CARD_REMOVED), told
    other = bench.card()
    assert other.key != info.key
    assert not (other.pin.low or other.pin.last_try), "the other card lost a try"
    bench.opens(bench.pin)
    return told.value


PLAYED: Mapping[Operation, Callable[[Bench], str]] = {
    Operation.LOGIN: login,
    Operation.SIGN: sign,
    Operation.CHANGE_PIN: change_pin,
    Operation.WRONG_PIN: wrong_pin,
    Operation.BLOCK: block,
    Operation.UNBLOCK: unblock,
    Operation.CACHE_SECRET: cache_secret,
    Operation.PULL: pull,
    Operation.SWAP: swap,
}
