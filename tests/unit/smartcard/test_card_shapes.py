"""Tokens of odd shapes, made in SoftHSM2: none of them costs the card, and no try is lost."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from desktop.children.standby import Standby
from desktop.domain.card import CardInfo, CardTasks, UnlockChallenge, UnlockMethod
from desktop.domain.errors import Code, Failure
from desktop.smartcard.child_client import CardChild
from desktop.smartcard.pkcs11_card import Pkcs11Card
from desktop.store.key_slots import new_offer
from tests.answers import code_of, good, present
from tests.unit.smartcard.card_factory import (
    PIN,
    PUK,
    _usage,
    certificate,
    der,
    key,
    verify_ecdsa,
    verify_es256,
    verify_rs256,
    yielded,
)
from tests.unit.smartcard.test_signature_pin import OneReader
from tests.unit.smartcard.test_softhsm import MODULE, run, secret

LOGIN = CardTasks(b"h.p", None)
AUTH = _usage(digital_signature=True)


class Shop:
    """Makes tokens, object by object, and the port that reads them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.conf = folder / "softhsm2.conf"
        self.ports: list[Pkcs11Card] = []
        self.pins: dict[str, bytes] = {}
        (folder / "tokens").mkdir()
        self.configure()

    def configure(self, mechanisms: str = "ALL") -> None:
        """*mechanisms*: what the module knows, in SoftHSM's own words."""
        self.conf.write_text(
            f"directories.tokendir = {self.folder / 'tokens'}\nlog.level = ERROR\n"
            f"slots.mechanisms = {mechanisms}\n"
        )

    def token(self, label: str, pin: bytes = PIN) -> None:
        run(
            shutil.which("softhsm2-util") or "", "--init-token", "--free", "--label", label,
            "--so-pin", PUK.decode(), "--pin", pin.decode(), conf=self.conf,
        )  # fmt: skip
        self.pins[label] = pin

    def key(self, label: str, name: str, kind: str, id: str, *options: str) -> None:
        """The private key that the certificates of that *name* have."""
        file = self.folder / "key.der"
        file.write_bytes(
            key(name, kind).private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.NoEncryption(),
            )
        )
        usage = "--usage-decrypt" if kind == "rsa" else "--usage-derive"
        self._write(label, file, "privkey", *(("--id", id) if id else ()), "--usage-sign", usage, *options)

    def public_key(self, label: str, name: str, kind: str, id: str) -> None:
        file = self.folder / "public.der"
        file.write_bytes(
            key(name, kind)
            .public_key()
            .public_bytes(
                serialization.Encoding.DER,
                serialization.PublicFormat.SubjectPublicKeyInfo,
            )
        )
        self._write(label, file, "pubkey", "--id", id)

    def certificate(self, label: str, made: x509.Certificate, id: str) -> None:
        file = self.folder / "certificate.der"
        file.write_bytes(der(made))
        self._write(label, file, "cert", *(("--id", id) if id else ()))

    def port(self, kind: type[Pkcs11Card] = Pkcs11Card) -> Pkcs11Card:
        made = kind(module=MODULE, environment={"SOFTHSM2_CONF": str(self.conf)})
        self.ports.append(made)
        return made

    def _write(self, label: str, file: Path, kind: str, *options: str) -> None:
        run(
            shutil.which("pkcs11-tool") or "", "--module", str(MODULE), "--token-label", label, "--login",
            "--pin", self.pins[label].decode(), "--write-object", str(file), "--type", kind, "--label", kind,
            *options, conf=self.conf,
        )  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """With one token, T, that nobody but its test fills: a token without certificates is passed over."""
    made = Shop(tmp_path)
    made.token("T")
    yield made
    for port in made.ports:
        port.close()


def only(port: Pkcs11Card) -> CardInfo:
    (card,) = good(port.cards())
    return card


def logs_in(port: Pkcs11Card, name: str, kind: str = "rsa") -> CardInfo:
    """With the key of that *name*, and no try is missing afterwards."""
    card = only(port)
    assert card.authentication.holder == name
    proof = good(port.perform(card, secret(PIN), LOGIN))
    if kind == "rsa":
        verify_rs256(name, proof.signature, b"h.p")
    else:
        verify_ecdsa(name, kind, proof.signature, b"h.p")
    assert not only(port).pin.low
    return card


def test_a_certificate_without_a_key_costs_no_try_and_not_the_card(shop: Shop) -> None:
    """The rest of a renewal: it is valid longer than the one whose key is there."""
    shop.certificate("T", certificate("Rest", "rsa", AUTH, days=2000), "B001")
    shop.key("T", "Real", "rsa", "A001")
    shop.certificate("T", certificate("Real", "rsa", AUTH, days=100), "A001")
    port = shop.port()
    assert only(port).authentication.holder == "Rest"
    pin = secret(PIN)
    assert code_of(port.perform(only(port), pin, LOGIN)) is Code.KEY_MISSING
    assert not pin
    logs_in(port, "Real")


def test_one_that_never_had_a_key_is_told_before_the_next_pin(shop: Shop) -> None:
    shop.certificate("T", certificate("Rest", "rsa", AUTH), "B001")
    port = shop.port()
    assert code_of(port.perform(only(port), secret(PIN), LOGIN)) is Code.KEY_MISSING
    assert code_of(port.cards()) is Code.KEY_MISSING


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_certificate_without_an_id_has_its_key(shop: Shop, kind: str) -> None:
    shop.key("T", f"Nameless {kind}", kind, "A001")
    shop.certificate("T", certificate(f"Nameless {kind}", kind, AUTH), "")
    logs_in(shop.port(), f"Nameless {kind}", kind)


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_ids_that_differ_are_matched_by_public_key(shop: Shop, kind: str) -> None:
    """Another key has the certificate's id. SoftHSM tells an EC key by its public object only."""
    mine, other = f"Mine {kind}", f"Other {kind}"
    shop.key("T", other, "rsa", "A001")
    shop.key("T", mine, kind, "B002")
    shop.public_key("T", mine, kind, "B002")
    shop.certificate("T", certificate(mine, kind, AUTH), "A001")
    logs_in(shop.port(), mine, kind)


@pytest.mark.parametrize("order", [("Twin A", "Twin B"), ("Twin B", "Twin A")])
def test_ids_that_repeat_are_matched_by_public_key(shop: Shop, order: tuple[str, str]) -> None:
    for name in order:
        shop.key("T", name, "rsa", "A001")
    sign = _usage(content_commitment=True)
    shop.certificate("T", certificate("Twin A", "rsa", AUTH), "A001")
    shop.certificate("T", certificate("Twin B", "rsa", sign, client_auth=None), "A001")
    port = shop.port()
    card = logs_in(port, "Twin A")
    assert present(card.signature).holder == "Twin B"
    (signature,) = good(port.sign_documents(card, secret(PIN), (b"document",)))
    verify_rs256("Twin B", signature, b"document")


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_keys_that_want_the_pin_at_each_use(shop: Shop, kind: str) -> None:
    """One PIN typed, used as often as the card asks, wiped; of the authentication key as of the other."""
    agrees = _usage(digital_signature=True, key_encipherment=kind == "rsa", key_agreement=kind == "ec")
    shop.key("T", f"Careful {kind}", kind, "A001", "--always-auth")
    made = certificate(f"Careful {kind}", kind, agrees)
    shop.certificate("T", made, "A001")
    sign = _usage(content_commitment=True)
    shop.key("T", f"Careful {kind} sign", kind, "A002", "--always-auth")
    shop.certificate("T", certificate(f"Careful {kind} sign", kind, sign, client_auth=None), "A002")
    port = shop.port()
    card = logs_in(port, f"Careful {kind}", kind)
    offer = new_offer(card.authentication, card.unlock_method)
    assert offer.expected
    pin = secret(PIN)
    proof = good(port.perform(card, pin, CardTasks(b"h.p", UnlockChallenge(offer.method, offer.challenge))))
    assert not pin
    assert yielded(proof) == offer.expected
    signatures = good(port.sign_documents(card, secret(PIN), (b"document", b"bundle")))
    for signature, document in zip(signatures, (b"document", b"bundle"), strict=True):
        check = verify_rs256 if kind == "rsa" else verify_es256
        check(f"Careful {kind} sign", signature, document)
    assert not only(port).pin.low


WITHOUT_RAW = "CKM_SHA256_RSA_PKCS"  # what SoftHSM lists; the stand-in refuses the raw one


class WithoutRaw(Pkcs11Card):
    """The program's own card port over a child whose module refuses raw mechanisms."""

    def _standby(self, stack: str) -> Standby[CardChild]:
        environment = self._child_environment(stack)
        return Standby(lambda: CardChild("tests.unit.smartcard.no_raw_child", [stack], environment))


def test_a_token_without_the_raw_mechanism_hashes_itself(shop: Shop) -> None:
    """And the slot that its signature opens is the same one: PKCS#1 v1.5 is deterministic."""
    shop.key("T", "Hashing", "rsa", "A001")
    shop.certificate("T", certificate("Hashing", "rsa", AUTH), "A001")
    sign = _usage(content_commitment=True)
    shop.key("T", "Hashing sign", "rsa", "A002")
    shop.certificate("T", certificate("Hashing sign", "rsa", sign, client_auth=None), "A002")
    task = CardTasks(None, UnlockChallenge(UnlockMethod.RSA_SIGNATURE, b"slot"))
    before = yielded(good(shop.port().perform(only(shop.port()), secret(PIN), task)))
    shop.configure(WITHOUT_RAW)
    port = shop.port(WithoutRaw)
    card = logs_in(port, "Hashing")
    assert card.unlock_method is UnlockMethod.RSA_SIGNATURE
    assert yielded(good(port.perform(card, secret(PIN), task))) == before
    (signature,) = good(port.sign_documents(card, secret(PIN), (b"document",)))
    verify_rs256("Hashing sign", signature, b"document")


def test_what_the_card_cannot_do_is_said_before_a_pin(shop: Shop) -> None:
    shop.key("T", "Unable", "rsa", "A001")
    shop.certificate("T", certificate("Unable", "rsa", AUTH), "A001")
    shop.configure("CKM_SHA256,CKM_RSA_PKCS_PSS")
    assert shop.port().cards() == Failure.of(Code.CARD_CANNOT_SIGN)


def test_a_certificate_for_another_purpose_is_refused_with_the_reason(shop: Shop) -> None:
    shop.key("T", "Server", "rsa", "A001")
    shop.certificate("T", certificate("Server", "rsa", AUTH, client_auth=False), "A001")
    assert shop.port().cards() == Failure.of(Code.CERTIFICATE_PURPOSE)


SIGNATURE_PIN = b"735511"


def two_slots(shop: Shop, signature_pin: bytes) -> None:
    """One card, two tokens that both show the login's certificate; T holds its key."""
    shop.key("T", "Here", "rsa", "A001")
    made = certificate("Here", "rsa", AUTH)
    shop.certificate("T", made, "A001")
    shop.token("SIGN", signature_pin)
    sign = _usage(content_commitment=True)
    shop.key("SIGN", "Here sign", "rsa", "A002")
    shop.certificate("SIGN", certificate("Here sign", "rsa", sign, client_auth=None), "A002")
    shop.certificate("SIGN", made, "A001")


def test_the_slot_that_shows_the_key_is_asked(shop: Shop) -> None:
    """So no PIN goes to the token whose PIN is the signature's."""
    two_slots(shop, SIGNATURE_PIN)
    shop.public_key("T", "Here", "rsa", "A001")
    shop.public_key("SIGN", "Here sign", "rsa", "A002")
    port = shop.port(OneReader)
    card = logs_in(port, "Here")
    assert card.label == "T" and card.own_signature_pin is not None and not card.signature_pin.low
    (signature,) = good(port.sign_documents(card, secret(SIGNATURE_PIN), (b"document",)))
    verify_rs256("Here sign", signature, b"document")


def test_where_neither_slot_tells_the_documents_one_is_not_the_login_s(shop: Shop) -> None:
    """So the PIN opens at once, whichever slot the module lists first; a refused one is told as that."""
    two_slots(shop, SIGNATURE_PIN)
    port = shop.port(OneReader)
    card = only(port)
    assert card.label == "T" and card.pin.either, "it may be another card's way all the same: said before"
    good(port.perform(card, secret(PIN), LOGIN))
    assert port.perform(card, secret(b"000000"), LOGIN) == Failure.of(Code.PIN_OF_EITHER)
    assert only(port).label == "SIGN"


def both_in_both(shop: Shop, signature_pin: bytes) -> None:
    """Neither slot shows a key, and each shows every certificate."""
    two_slots(shop, signature_pin)
    sign = _usage(content_commitment=True)
    shop.certificate("T", certificate("Here sign", "rsa", sign, client_auth=None), "A002")


def test_where_nothing_tells_a_refused_pin_goes_to_the_other_one_next_and_that_is_said(shop: Shop) -> None:
    """A second time to the same one, and a third, would block the signature's PIN."""
    both_in_both(shop, SIGNATURE_PIN)
    port = shop.port(OneReader)
    first = only(port)
    assert first.pin.either
    answer = port.perform(first, secret(PIN), LOGIN)
    if first.label == "SIGN":  # which is first is the module's to say
        assert answer == Failure.of(Code.PIN_OF_EITHER)
    else:
        good(answer)
        assert port.perform(first, secret(b"000000"), LOGIN) == Failure.of(Code.PIN_OF_EITHER)
        assert only(port).label == "SIGN"
        assert port.perform(only(port), secret(b"000000"), LOGIN) == Failure.of(Code.PIN_OF_EITHER)
    assert only(port).label == "T"
    good(port.perform(only(port), secret(PIN), LOGIN))


def test_a_slot_that_takes_the_pin_and_has_not_the_key_leaves_it_to_the_other(shop: Shop) -> None:
    both_in_both(shop, PIN)
    port = shop.port(OneReader)
    first = only(port)
    if first.label == "SIGN":
        assert code_of(port.perform(first, secret(PIN), LOGIN)) is Code.KEY_MISSING
    assert logs_in(port, "Here").label == "T"


def test_a_signature_key_that_the_card_cannot_use_is_said_before_a_pin(shop: Shop) -> None:
    """An elliptic one beside an RSA login, on a token that knows RSA alone."""
    shop.key("T", "Half", "rsa", "A001")
    shop.certificate("T", certificate("Half", "rsa", AUTH), "A001")
    shop.key("T", "Half sign", "ec", "A002")
    sign = _usage(content_commitment=True)
    shop.certificate("T", certificate("Half sign", "ec", sign, client_auth=None), "A002")
    assert only(shop.port()).signature is not None
    shop.configure("CKM_RSA_PKCS,CKM_SHA256")
    port = shop.port()
    card = logs_in(port, "Half")
    assert card.signature is None and card.no_signature is Code.SIGNATURE_KEY_UNUSABLE
    pin = secret(PIN)
    assert port.sign_documents(card, pin, (b"x",)) == Failure.of(Code.SIGNATURE_KEY_UNUSABLE) and not pin
