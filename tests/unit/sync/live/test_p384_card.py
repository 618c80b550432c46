"""A card with keys on P-384 (ES384), from its key to the platform's session and the cache slot's secret."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from desktop.domain.account import Account
from desktop.domain.card import CardTasks, UnlockChallenge, UnlockMethod
from desktop.domain.card_image import CardImage, KeyPair, load_card, new_card
from desktop.domain.secret import Secret
from desktop.simulator.pki import Subject, card_certificate, key_pem, open_pki, pem_of
from desktop.smartcard.software_card import SoftwareCard
from desktop.store.key_slots import new_offer, proves
from tests.simulator_fixture import PIN, PUK, Simulator
from tests.unit.smartcard.card_factory import Folder
from tests.unit.sync.live.doctor import Make, good


def renewed_on_p384(simulator: Simulator, card: str) -> CardImage:
    """That professional's card as the same authority would issue it with another kind of key."""
    old = load_card(simulator.folder / "cards" / f"{card}.json")
    leaf = x509.load_pem_x509_certificate(old.authentication.certificate_pem.encode())

    def name(oid: x509.ObjectIdentifier) -> str:
        return str(leaf.subject.get_attributes_for_oid(oid)[0].value)

    key = ec.generate_private_key(ec.SECP384R1())
    subject = Subject(name(NameOID.SURNAME), name(NameOID.GIVEN_NAME), name(NameOID.SERIAL_NUMBER))
    validity = (leaf.not_valid_before_utc, leaf.not_valid_after_utc)
    issuing = open_pki(simulator.folder / "pki").issuing
    made = pem_of(card_certificate(issuing, subject, key, validity, signature=False))
    pair = KeyPair(key_pem(key), made, old.authentication.chain_pem)
    return new_card(
        "p384", old.label, "P384", old.atr_hex, pair, old.signature, PIN.encode(), PUK.encode()
    )  # fmt: skip


def test_a_card_on_p384_logs_in_and_opens_its_cache_slot(
    simulator: Simulator, doctor: Make, tmp_path: Path
) -> None:
    folder = Folder(tmp_path)
    folder.add(renewed_on_p384(simulator, "weber"))
    folder.insert("p384")
    platform = doctor("weber", logged_in=False).platform
    port = SoftwareCard(folder.path)
    try:
        (card,) = good(port.cards())
        assert (card.algorithm, card.unlock_method) == ("ES384", UnlockMethod.ECDH)
        request = good(platform.prepare_login(card.authentication, card.algorithm))
        offer = new_offer(card.authentication, card.unlock_method)
        unlock = UnlockChallenge(offer.method, offer.challenge)
        pin = Secret(bytearray(PIN.encode()))
        proof = good(port.perform(card, pin, CardTasks(request.signing_input, unlock)))
    finally:
        port.close()
    assert proof.signature is not None and proof.card_secret is not None
    assert isinstance(platform.finish_login(request, proof.signature, None), Account)
    assert len(proof.card_secret) == 48
    assert proves(card.authentication, offer, proof.card_secret.buffer)
