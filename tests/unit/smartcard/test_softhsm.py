"""The PKCS#11 child proved against a real module, SoftHSM2."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding

from desktop.domain.card import (
    CardInfo,
    CardProof,
    CardSource,
    CardTasks,
    KeypadSetting,
    PinAsker,
    UnlockChallenge,
    UnlockMethod,
)
from desktop.domain.errors import Code, Failure
from desktop.domain.pin_askers import AskerRule, PinAskers
from desktop.domain.secret import Secret
from desktop.smartcard.pkcs11_card import Pkcs11Card
from desktop.store.key_slots import new_offer
from tests.answers import code_of, good
from tests.unit.smartcard.card_factory import (
    PIN,
    PUK,
    ec_key,
    pair,
    rsa_key,
    verify_ecdsa,
    verify_es256,
    verify_rs256,
    yielded,
)
from tests.waiting import LIMIT_S

MODULES = [
    Path(p) for p in ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
]
MODULE = next((p for p in MODULES if p.exists()), MODULES[0])
LOGIN = CardTasks(b"h.p", None)
SIGNERS = ("rsa", "ec", "ec384")


def secret(value: bytes) -> Secret:
    return Secret(bytearray(value))


def run(*command: str, conf: Path) -> None:
    subprocess.run(
        command, check=True, capture_output=True, env={"SOFTHSM2_CONF": str(conf)}, timeout=LIMIT_S
    )


def make_token(folder: Path, conf: Path, label: str, kind: str, purpose: str) -> None:
    util = shutil.which("softhsm2-util")
    assert util, "softhsm2 is not installed"
    run(
        util,
        "--init-token",
        "--free",
        "--label",
        label,
        "--so-pin",
        PUK.decode(),
        "--pin",
        PIN.decode(),
        conf=conf,
    )
    add_key(folder, conf, label, kind, purpose)


def add_key(folder: Path, conf: Path, label: str, kind: str, purpose: str, id: str = "A001") -> None:
    """A key and its certificate on a token that is there."""
    tool = shutil.which("pkcs11-tool")
    assert tool, "opensc is not installed"
    name = f"Dr {label} {purpose}"
    keys = pair(name, kind, purpose)
    der = folder / f"{label}.der"
    certificate = x509.load_pem_x509_certificate(keys.certificate_pem.encode())
    der.write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    private = serialization.load_pem_private_key(keys.key_pem.encode(), None)
    key_der = folder / f"{label}.key.der"
    key_der.write_bytes(
        private.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    usage = ["--usage-sign", "--usage-decrypt" if kind == "rsa" else "--usage-derive"]
    run(
        tool, "--module", str(MODULE), "--token-label", label, "--login", "--pin", PIN.decode(),
        "--write-object", str(key_der), "--type", "privkey", *usage, "--id", id, "--label", purpose,
        conf=conf,
    )  # fmt: skip
    run(
        tool, "--module", str(MODULE), "--token-label", label, "--login", "--pin", PIN.decode(),
        "--write-object", str(der), "--type", "cert", "--id", id, "--label", purpose, conf=conf,
    )  # fmt: skip


@pytest.fixture(scope="module")
def conf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    make_token(folder, conf, "RSA", "rsa", "auth-encipher")
    make_token(folder, conf, "EC", "ec", "auth-agree")
    make_token(folder, conf, "EC384", "ec384", "auth-agree")
    for kind in SIGNERS:
        make_token(folder, conf, f"SIGN-{kind}", "rsa", "auth")
        add_key(folder, conf, f"SIGN-{kind}", kind, "sign", "A002")
    return conf


@pytest.fixture
def port(conf: Path) -> Iterator[Pkcs11Card]:
    port = Pkcs11Card(module=MODULE, environment={"SOFTHSM2_CONF": str(conf)})
    yield port
    port.close()


def named(port: Pkcs11Card, label: str) -> CardInfo:
    cards = port.cards()
    assert isinstance(cards, tuple), cards
    return next(c for c in cards if c.label == label)


def test_rsa_login_signature_and_oaep(port: Pkcs11Card) -> None:
    info = named(port, "RSA")
    assert (info.source, info.algorithm, info.unlock_method) == (
        CardSource.PKCS11, "RS256", UnlockMethod.RSA_OAEP,
    )  # fmt: skip
    public = rsa_key("Dr RSA auth-encipher").public_key()
    sealed = public.encrypt(b"k" * 32, padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None))
    pin = secret(PIN)
    proof = port.perform(info, pin, CardTasks(b"h.p", UnlockChallenge(UnlockMethod.RSA_OAEP, sealed)))
    assert isinstance(proof, CardProof), proof
    assert not pin
    verify_rs256("Dr RSA auth-encipher", proof.signature, b"h.p")
    assert yielded(proof) == b"k" * 32


def test_rsa_signature_unlocks_the_same_way_twice(port: Pkcs11Card) -> None:
    info = named(port, "RSA")
    task = CardTasks(None, UnlockChallenge(UnlockMethod.RSA_SIGNATURE, b"slot"))
    first, second = (port.perform(info, secret(PIN), task) for _ in range(2))
    assert isinstance(first, CardProof)
    assert isinstance(second, CardProof)
    assert yielded(first) == yielded(second) != b""


def test_es256_and_ecdh(port: Pkcs11Card) -> None:
    info = named(port, "EC")
    assert (info.algorithm, info.unlock_method) == ("ES256", UnlockMethod.ECDH)
    mine = ec_key("ephemeral")
    raw = mine.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    proof = port.perform(info, secret(PIN), CardTasks(b"h.p", UnlockChallenge(UnlockMethod.ECDH, raw)))
    assert isinstance(proof, CardProof), proof
    verify_es256("Dr EC auth-agree", proof.signature, b"h.p")
    assert yielded(proof) == mine.exchange(ec.ECDH(), ec_key("Dr EC auth-agree").public_key())


def test_es384_and_the_whole_of_the_shared_secret(port: Pkcs11Card) -> None:
    """Asked for 32 bytes of the 48, SoftHSM gives the last ones: a slot would open on one module only."""
    info = named(port, "EC384")
    assert (info.algorithm, info.unlock_method) == ("ES384", UnlockMethod.ECDH)
    offer = new_offer(info.authentication, info.unlock_method)
    task = CardTasks(b"h.p", UnlockChallenge(offer.method, offer.challenge))
    proof = good(port.perform(info, secret(PIN), task))
    verify_ecdsa("Dr EC384 auth-agree", "ec384", proof.signature, b"h.p")
    assert offer.expected is not None and len(offer.expected) == 48
    assert yielded(proof) == offer.expected


@pytest.mark.parametrize("kind", SIGNERS)
def test_one_pin_signs_several_documents(port: Pkcs11Card, kind: str) -> None:
    info = named(port, f"SIGN-{kind}")
    assert info.signature is not None and info.own_signature_pin is None
    pin, documents = secret(PIN), (b"document", b"bundle")
    signatures = good(port.sign_documents(info, pin, documents))
    assert not pin
    for signature, document in zip(signatures, documents, strict=True):
        if kind == "rsa":
            verify_rs256(f"Dr SIGN-{kind} sign", signature, document)
        else:
            verify_ecdsa(f"Dr SIGN-{kind} sign", kind, signature, document)
    assert port.sign_documents(info, secret(b"000000"), documents) == Failure.of(Code.PIN_WRONG)
    good(port.sign_documents(info, secret(PIN), documents))


def test_a_token_without_signature_key_signs_no_document(port: Pkcs11Card) -> None:
    info = named(port, "RSA")
    assert code_of(port.sign_documents(info, secret(PIN), (b"x",))) is Code.SIGNATURE_KEY_MISSING


def test_wrong_pin_says_so_and_the_right_one_still_works(port: Pkcs11Card) -> None:
    info = named(port, "RSA")
    assert port.perform(info, secret(b"000000"), LOGIN) == Failure.of(Code.PIN_WRONG)
    assert named(port, "RSA").pin.low
    assert isinstance(port.perform(info, secret(PIN), LOGIN), CardProof)
    assert not named(port, "RSA").pin.low


def test_pin_too_long_for_the_token(port: Pkcs11Card) -> None:
    info = named(port, "RSA")
    assert (info.pin.min_length, info.pin.max_length) == (4, 255), "the token's own word"
    for pin in (b"1" * 256, b"12"):
        failure = port.perform(info, secret(pin), LOGIN)
        assert isinstance(failure, Failure)
        assert failure.code is Code.PIN_FORMAT


def test_change_pin_and_unblock_by_security_officer(port: Pkcs11Card) -> None:
    info = named(port, "EC")
    assert port.change_pin(info, secret(PIN), secret(b"55555555")) is None
    assert port.perform(info, secret(PIN), LOGIN) == Failure.of(Code.PIN_WRONG)
    assert port.unblock(info, secret(b"00000000"), secret(PIN)) == Failure.of(Code.PUK_WRONG)
    assert port.unblock(info, secret(PUK), secret(PIN)) is None
    assert isinstance(port.perform(info, secret(PIN), LOGIN), CardProof)


def test_token_that_disappeared(port: Pkcs11Card, conf: Path) -> None:
    make_token(conf.parent, conf, "GONE", "rsa", "auth")
    info = named(port, "GONE")
    run(shutil.which("softhsm2-util") or "", "--delete-token", "--token", "GONE", conf=conf)
    failure = port.perform(info, secret(PIN), LOGIN)
    assert isinstance(failure, Failure)
    assert failure.code in (Code.CARD_REMOVED, Code.CARD_SWAPPED)


def test_module_report(port: Pkcs11Card) -> None:
    report = port.test_module(MODULE)
    assert not isinstance(report, Failure)
    assert (report.library, report.slots >= 2) == ("Implementation of PKCS11", True)
    assert all("RSA" not in token for token in report.tokens), "no token label: it may be a name"


def test_keypad_by_setting_asks_the_module_and_costs_no_try(port: Pkcs11Card) -> None:
    """Setting « always »: this token has no keypad, which is told as such and never as a wrong PIN."""
    port.use_askers(PinAskers((AskerRule(KeypadSetting.YES, str(MODULE)),)))
    info = named(port, "RSA")
    assert info.pin.asker is PinAsker.MODULE and not info.can_change_pin
    assert code_of(port.perform(info, None, LOGIN)) is Code.MODULE_ASKED_IN_VAIN
    signer = named(port, "SIGN-rsa")
    assert signer.signature_pin.asker is PinAsker.MODULE
    assert code_of(port.sign_documents(signer, None, (b"x", b"y"))) is Code.MODULE_ASKED_IN_VAIN
    port.use_askers(PinAskers((AskerRule(KeypadSetting.NO, str(MODULE)),)))
    info = named(port, "RSA")
    assert info.pin.typed_here and not info.pin.low
    assert isinstance(port.perform(info, secret(PIN), LOGIN), CardProof)


def test_no_login_by_setting_costs_no_try_on_a_module_that_wants_one(port: Pkcs11Card) -> None:
    port.use_askers(PinAskers((AskerRule(KeypadSetting.NONE, str(MODULE)),)))
    info = named(port, "RSA")
    assert info.pin.asker is PinAsker.MODULE
    assert code_of(port.perform(info, None, LOGIN)) is Code.MODULE_ASKED_IN_VAIN
    port.use_askers(PinAskers((AskerRule(KeypadSetting.AUTO, str(MODULE)),)))
    info = named(port, "RSA")
    assert info.pin.typed_here and not info.pin.low
    assert isinstance(port.perform(info, secret(PIN), LOGIN), CardProof)
