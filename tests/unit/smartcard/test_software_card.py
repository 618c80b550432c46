"""The software card plays by a real card's rules."""

import hashlib
import signal
import threading
import time

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from desktop.domain.card import CardInfo, CardProof, CardSource, CardTasks, UnlockChallenge, UnlockMethod
from desktop.domain.card_image import load_card
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.smartcard.child_card import CardDeadlines
from desktop.smartcard.child_messages import READY
from desktop.smartcard.pause import COMMAND, PAUSE_AT, PAUSED_AT, SIGN, VERIFY
from desktop.smartcard.software_card import SoftwareCard
from tests.answers import code_of as code
from tests.unit.smartcard.card_factory import (
    PIN,
    PUK,
    Folder,
    card,
    ec_key,
    rsa_key,
    verify_ecdsa,
    verify_es256,
    verify_rs256,
    yielded,
)
from tests.waiting import LIMIT_S, ended, until

LOGIN = CardTasks(b"header.payload", None)


def secret(value: bytes) -> Secret:
    return Secret(bytearray(value))


def signed(result: tuple[bytes, ...] | Failure) -> tuple[bytes, ...]:
    assert isinstance(result, tuple), result
    return result


def only(port: SoftwareCard) -> CardInfo:
    cards = port.cards()
    assert isinstance(cards, tuple), cards
    (one,) = cards
    return one


def test_reads_holder_pin_state_and_certificates(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card())
    folder.insert("gp")
    info = only(software)
    assert info.source is CardSource.SOFTWARE
    assert (info.authentication.holder, info.authentication.holder_id) == ("Dr gp auth", "ID-Dr gp auth")
    assert info.authentication.issuer == "DSP Test CA"
    assert len(info.authentication.chain) == 1
    assert info.signature is not None
    assert info.signature.holder == "Dr gp sign"
    assert (info.pin.tries_left, info.pin.last_try, info.pin.blocked) == (3, False, False)
    assert info.unlock_method is UnlockMethod.RSA_SIGNATURE
    assert repr(info.authentication.der) not in repr(info)


def test_no_card_is_an_empty_answer(software: SoftwareCard) -> None:
    assert software.cards() == ()


def test_login_signature_verifies_and_unlock_secret_is_stable(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card())
    folder.insert("gp")
    info = only(software)
    tasks = CardTasks(b"h.p", UnlockChallenge(UnlockMethod.RSA_SIGNATURE, b"slot"))
    pin = secret(PIN)
    first, second = software.perform(info, pin, tasks), software.perform(info, secret(PIN), tasks)
    assert isinstance(first, CardProof)
    assert isinstance(second, CardProof)
    assert not pin, "the PIN is wiped"
    verify_rs256("Dr gp auth", first.signature, b"h.p")
    assert yielded(first) == yielded(second)
    verify_rs256("Dr gp auth", yielded(first), b"slot")
    assert {name for name, _ in first.timings_ms} == {"select", "login", "sign", "unlock", "total"}


def test_es256_and_ecdh(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card("ec", "ec", "auth-agree"))
    folder.insert("ec")
    info = only(software)
    assert (info.algorithm, info.unlock_method) == ("ES256", UnlockMethod.ECDH)
    mine = ec_key("ephemeral")
    point = mine.public_key().public_numbers()
    raw = b"\x04" + point.x.to_bytes(32, "big") + point.y.to_bytes(32, "big")
    proof = software.perform(info, secret(PIN), CardTasks(b"h.p", UnlockChallenge(UnlockMethod.ECDH, raw)))
    assert isinstance(proof, CardProof)
    assert yielded(proof) == mine.exchange(ec.ECDH(), ec_key("Dr ec auth-agree").public_key())
    verify_es256("Dr ec auth-agree", proof.signature, b"h.p")


def test_oaep_where_the_certificate_allows_it(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card("oaep", "rsa", "auth-encipher"))
    folder.insert("oaep")
    info = only(software)
    assert info.unlock_method is UnlockMethod.RSA_OAEP
    scheme = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    sealed = rsa_key("Dr oaep auth-encipher").public_key().encrypt(b"k" * 32, scheme)
    proof = software.perform(
        info, secret(PIN), CardTasks(None, UnlockChallenge(UnlockMethod.RSA_OAEP, sealed))
    )
    assert isinstance(proof, CardProof)
    assert proof.signature is None
    assert yielded(proof) == b"k" * 32


def test_ec_card_that_only_authenticates_yields_no_secret(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card("eca", "ec", "auth"))
    folder.insert("eca")
    assert only(software).unlock_method is UnlockMethod.NONE


def test_wrong_pins_block_and_the_puk_unblocks(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card())
    folder.insert("gp")
    info = only(software)
    wrong = software.perform(info, secret(b"000000"), LOGIN)
    assert wrong == Failure.of(Code.PIN_WRONG, tries_left=2)
    assert software.perform(info, secret(b"000000"), LOGIN) == Failure.of(Code.PIN_LAST_TRY, tries_left=1)
    assert only(software).pin.last_try
    assert code(software.perform(info, secret(b"000000"), LOGIN)) is Code.PIN_BLOCKED
    assert only(software).pin.blocked
    assert code(software.perform(info, secret(PIN), LOGIN)) is Code.PIN_BLOCKED, "even the right PIN"
    assert code(software.unblock(info, secret(b"00000000"), secret(b"112233"))) is Code.PUK_WRONG
    assert software.unblock(info, secret(PUK), secret(b"112233")) is None
    assert isinstance(software.perform(info, secret(b"112233"), LOGIN), CardProof)


def test_puk_blocks_too(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card().with_tries(puk=1))
    folder.insert("gp")
    info = only(software)
    assert code(software.unblock(info, secret(b"00000000"), secret(b"112233"))) is Code.PUK_BLOCKED
    assert code(software.unblock(info, secret(PUK), secret(b"112233"))) is Code.PUK_BLOCKED


def test_right_pin_gives_all_tries_back(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card().with_tries(pin=1))
    folder.insert("gp")
    assert isinstance(software.perform(only(software), secret(PIN), LOGIN), CardProof)
    assert only(software).pin.tries_left == 3


@pytest.mark.parametrize("pin", [b"12", b"123456789", b""])
def test_impossible_length_costs_no_try(folder: Folder, software: SoftwareCard, pin: bytes) -> None:
    folder.add(card())
    folder.insert("gp")
    info = only(software)
    assert software.perform(info, secret(pin), LOGIN) == Failure.of(Code.PIN_FORMAT, min=4, max=8)
    assert code(software.change_pin(info, secret(PIN), secret(pin))) is Code.PIN_FORMAT
    assert only(software).pin.tries_left == 3


def test_change_pin(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card())
    folder.insert("gp")
    info = only(software)
    assert software.change_pin(info, secret(b"999999"), secret(b"222222")) == Failure.of(
        Code.PIN_WRONG, tries_left=2
    )
    assert software.change_pin(info, secret(PIN), secret(b"222222")) is None
    assert code(software.perform(info, secret(PIN), LOGIN)) is Code.PIN_WRONG
    assert isinstance(software.perform(info, secret(b"222222"), LOGIN), CardProof)


def test_document_signature_uses_the_other_key(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card())
    folder.insert("gp")
    pin = secret(PIN)
    signatures = signed(software.sign_documents(only(software), pin, (b"document", b"bundle")))
    for signature, document in zip(signatures, (b"document", b"bundle"), strict=True):
        verify_rs256("Dr gp sign", signature, document)
    assert not pin


def test_a_card_pulled_between_two_signatures_gives_none(folder: Folder, software: SoftwareCard) -> None:
    """The first is made, the card stops at the second, and leaves."""
    folder.add(card())
    folder.insert("gp")
    info = only(software)
    (folder.path / PAUSE_AT).write_text(f"{SIGN} 1", encoding="utf-8")
    results: list[object] = []
    run = threading.Thread(
        target=lambda: results.append(software.sign_documents(info, secret(PIN), (b"one", b"two")))
    )
    run.start()
    until("the card at its second signature", (folder.path / PAUSED_AT).exists)
    folder.pull()
    ended(run)
    assert [code(result) for result in results] == [Code.CARD_REMOVED]


@pytest.mark.parametrize("kind", ["ec", "ec384"])
def test_document_signature_of_an_elliptic_key(folder: Folder, software: SoftwareCard, kind: str) -> None:
    """r and s of the curve's size, over the digest that goes with it (RFC 7518)."""
    folder.add(card("nurse", signature_kind=kind))
    folder.insert("nurse")
    (signature,) = signed(software.sign_documents(only(software), secret(PIN), (b"document",)))
    verify_ecdsa("Dr nurse sign", kind, signature, b"document")


def test_a_wrong_pin_costs_one_try_for_all_documents(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card())
    folder.insert("gp")
    info = only(software)
    wrong = software.sign_documents(info, secret(b"000000"), (b"one", b"two"))
    assert wrong == Failure.of(Code.PIN_WRONG, tries_left=2)
    signed(software.sign_documents(info, secret(PIN), (b"one", b"two")))


def test_card_without_signature_key(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card(signature=False))
    folder.insert("gp")
    pin = secret(PIN)
    assert code(software.sign_documents(only(software), pin, (b"x",))) is Code.SIGNATURE_KEY_MISSING
    assert not pin


def test_two_readers_two_cards(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card())
    folder.add(card("nurse"))
    folder.insert("gp", 0)
    folder.insert("nurse", 1)
    cards = software.cards()
    assert isinstance(cards, tuple)
    assert [(c.reader, c.label) for c in cards] == [("Reader 0", "Card gp"), ("Reader 1", "Card nurse")]
    for info in cards:
        assert isinstance(software.perform(info, secret(PIN), LOGIN), CardProof)


def test_swapped_card_is_found_out_and_costs_no_try(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card())
    folder.add(card("nurse"))
    folder.insert("gp")
    info = only(software)
    folder.insert("nurse")
    assert code(software.perform(info, secret(PIN), LOGIN)) is Code.CARD_SWAPPED
    assert load_card(folder.card_path("nurse")).pin_tries == 3


def test_pulled_before_and_during_is_removed_never_wrong_pin(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card())
    folder.insert("gp")
    info = only(software)
    (folder.path / PAUSE_AT).write_text(f"{COMMAND} 1", encoding="utf-8")
    results: list[object] = []
    run = threading.Thread(target=lambda: results.append(software.perform(info, secret(b"000000"), LOGIN)))
    run.start()
    until("the card in the midst of it", (folder.path / PAUSED_AT).exists)
    folder.pull()
    ended(run)
    assert code(results[0]) is Code.CARD_REMOVED
    assert code(software.perform(info, secret(PIN), LOGIN)) is Code.CARD_REMOVED
    assert load_card(folder.card_path("gp")).pin_tries == 3, "pulled before VERIFY was done: no try lost"


@pytest.mark.parametrize(
    ("step", "tries", "why"),
    [
        (COMMAND, 3, "nothing was asked of the PIN yet"),
        (f"{COMMAND} 1", 3, "nor at the next command"),
        (VERIFY, 2, "a try is counted off before the PIN is compared"),
        (SIGN, 3, "the PIN was right: all tries are back before the key is used"),
    ],
)
@pytest.mark.parametrize("end", ["pulled", "child killed"])
def test_a_try_is_lost_in_the_pin_check_and_never_in_the_signature(
    folder: Folder, software: SoftwareCard, step: str, tries: int, why: str, end: str
) -> None:
    folder.add(card())
    folder.insert("gp")
    info = only(software)
    (folder.path / PAUSE_AT).write_text(step, encoding="utf-8")
    results: list[object] = []
    run = threading.Thread(target=lambda: results.append(software.perform(info, secret(PIN), LOGIN)))
    run.start()
    until(f"the card at {step}", (folder.path / PAUSED_AT).exists)
    folder.pull() if end == "pulled" else software.abort()
    ended(run)
    assert [code(result) for result in results] == [Code.CARD_REMOVED]
    assert load_card(folder.card_path("gp")).pin_tries == tries, why
    folder.insert("gp")
    assert only(software).pin.tries_left == tries, "the card's own count is told"
    assert isinstance(software.perform(info, secret(PIN), LOGIN), CardProof), "one order stops one card once"
    assert load_card(folder.card_path("gp")).pin_tries == 3


def test_abort_cuts_the_running_call_only(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card())
    folder.insert("gp")
    info = only(software)
    software.abort()  # nothing runs: nothing happens
    folder.slow(60_000)
    results: list[object] = []
    run = threading.Thread(target=lambda: results.append(software.perform(info, secret(PIN), LOGIN)))
    run.start()
    until("the child at work", lambda: software._running)
    software.abort()
    ended(run)
    assert code(results[0]) is Code.CARD_REMOVED
    folder.slow(0)
    assert isinstance(software.perform(only(software), secret(PIN), LOGIN), CardProof)


def test_card_that_never_answers_meets_the_deadline(folder: Folder) -> None:
    """Only the deadline of the card that hangs is short."""
    port = SoftwareCard(folder.path)
    try:
        folder.add(card())
        folder.insert("gp")
        info = only(port)
        folder.slow(600_000)
        port._children["software"].child().call(READY, {}, deadline=LIMIT_S)
        patient, port._deadlines = port._deadlines, CardDeadlines(work=2)
        assert code(port.perform(info, secret(PIN), LOGIN)) is Code.CARD_TIMEOUT
        folder.slow(0)
        port._deadlines = patient
        assert isinstance(port.perform(info, secret(PIN), LOGIN), CardProof)
    finally:
        port.close()


def test_mute_card_is_not_read(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card())
    folder.insert("gp", mute=True)
    assert software.cards() == ()


def test_killing_the_child_never_gives_a_try_back(folder: Folder) -> None:
    """Kills at many moments of a wrong PIN: the counter only ever falls."""
    folder.add(card())
    folder.insert("gp")
    port = SoftwareCard(folder.path)
    try:
        info = only(port)
        before = 3
        for wait in (0.0, 0.004, 0.008, 0.012, 0.02, 0.04, 0.08):
            run = threading.Thread(target=port.perform, args=(info, secret(b"000000"), LOGIN))
            run.start()
            time.sleep(wait)
            port.abort()
            run.join()
            now = load_card(folder.card_path("gp")).pin_tries
            assert now <= before
            before = now
        assert before < 3 or code(port.perform(info, secret(b"000000"), LOGIN)) is Code.PIN_WRONG
    finally:
        port.close()


def test_child_that_saw_a_pin_is_gone(folder: Folder, software: SoftwareCard) -> None:
    folder.add(card())
    folder.insert("gp")
    info = only(software)
    before = software._children["software"].child()
    software.perform(info, secret(PIN), LOGIN)
    after = software._children["software"].child()
    assert before.pid != after.pid
    assert before.exit_code() in (0, -signal.SIGKILL), "over, by itself or with its session"


def test_image_on_disk_holds_no_pin(folder: Folder) -> None:
    folder.add(card())
    content = folder.card_path("gp").read_bytes()
    for value in (PIN, PUK):
        assert value not in content
        assert hashlib.sha256(value).hexdigest().encode() not in content
