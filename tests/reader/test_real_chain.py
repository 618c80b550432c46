"""Card work through pcscd, the virtual reader and OpenSC."""

import os
import signal
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from desktop.domain.card import (
    CardProof,
    CardSource,
    CardTasks,
    SlotState,
    UnlockChallenge,
    UnlockMethod,
)
from desktop.domain.card_image import load_card
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.qa.readers import SILENT_MS
from desktop.smartcard import piv_pin
from desktop.smartcard.child_card import CardDeadlines
from desktop.smartcard.child_messages import READY
from desktop.smartcard.emulator.real_chain import RealChain
from desktop.smartcard.pause import COMMAND, PAUSE_AT, PAUSED_AT, SIGN
from tests.answers import code_of as code
from tests.answers import good, present
from tests.reader.workstation import PIN, PUK, Folder, Workstation, card, key
from tests.unit.smartcard.card_factory import rsa_key, verify_ecdsa, verify_rs256, yielded
from tests.waiting import LIMIT_S, ended, until

LOGIN = CardTasks(b"header.payload", None)


def secret(value: bytes) -> Secret:
    return Secret(bytearray(value))


def test_login_signs_and_yields_the_same_cache_secret_twice(station: Workstation) -> None:
    station.insert()
    info = station.card()
    assert info.source is CardSource.PKCS11
    assert (info.authentication.holder, info.pin.tries_left) == ("Dr gp auth", 3)
    assert info.signature is not None
    tasks = CardTasks(b"h.p", UnlockChallenge(UnlockMethod.RSA_SIGNATURE, b"slot"))
    pin = secret(PIN)
    first, second = station.port.perform(info, pin, tasks), station.port.perform(info, secret(PIN), tasks)
    assert isinstance(first, CardProof), first
    assert isinstance(second, CardProof), second
    assert not pin
    verify_rs256("Dr gp auth", first.signature, b"h.p")
    assert yielded(first) == yielded(second)
    assert [name for name, _ in first.timings_ms] == ["select", "login", "sign", "unlock", "logout", "total"]


@pytest.mark.parametrize(("kind", "algorithm"), [("ec", "ES256"), ("ec384", "ES384")])
def test_ec_card_signs_and_has_no_cache_secret(station: Workstation, kind: str, algorithm: str) -> None:
    station.folder.add(card("eca", kind, "auth"))
    station.insert("eca")
    info = station.card()
    assert (info.algorithm, info.unlock_method) == (algorithm, UnlockMethod.NONE)
    proof = station.port.perform(info, secret(PIN), LOGIN)
    assert isinstance(proof, CardProof), proof
    verify_ecdsa("Dr eca auth", kind, proof.signature, b"header.payload")


def test_ec_key_that_will_not_agree_still_logs_in(station: Workstation) -> None:
    """OpenSC lets PIV's authentication key sign only, whatever its certificate says: memory-only cache."""
    station.folder.add(card("ec", "ec", "auth-agree"))
    station.insert("ec")
    info = station.card()
    assert info.unlock_method is UnlockMethod.ECDH
    mine = key("ephemeral", "ec")
    point = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    tasks = CardTasks(b"h.p", UnlockChallenge(UnlockMethod.ECDH, point))
    proof = station.port.perform(info, secret(PIN), tasks)
    assert isinstance(proof, CardProof), proof
    assert proof.signature is not None
    assert proof.card_secret is None


def test_rsa_card_that_may_decipher_opens_an_oaep_challenge(station: Workstation) -> None:
    station.folder.add(card("oaep", "rsa", "auth-encipher"))
    station.insert("oaep")
    info = station.card()
    assert info.unlock_method is UnlockMethod.RSA_OAEP
    scheme = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
    sealed = rsa_key("Dr oaep auth-encipher").public_key().encrypt(b"k" * 32, scheme)
    tasks = CardTasks(b"h.p", UnlockChallenge(UnlockMethod.RSA_OAEP, sealed))
    proof = station.port.perform(info, secret(PIN), tasks)
    assert isinstance(proof, CardProof), proof
    assert proof.card_secret is not None
    assert proof.card_secret.buffer == b"k" * 32


def test_the_card_is_logged_out_afterwards(station: Workstation) -> None:
    """No other program finds an open card: the counter can be read, which a verified PIN would hide.

    (OpenSC's C_Logout sends this card nothing.)
    """
    station.insert()
    info = station.card()
    assert isinstance(station.port.perform(info, secret(PIN), LOGIN), CardProof)
    assert piv_pin.tries_left(info.reader) == 3
    assert isinstance(station.port.sign_documents(info, secret(PIN), (b"x", b"y")), tuple)
    assert piv_pin.tries_left(info.reader) == 3
    assert station.port.change_pin(info, secret(PIN), secret(b"222222")) is None
    assert piv_pin.tries_left(info.reader) == 3


def test_wrong_pins_block_and_the_puk_unblocks(station: Workstation) -> None:
    station.insert()
    info = station.card()
    perform = station.port.perform
    assert perform(info, secret(b"000000"), LOGIN) == Failure.of(Code.PIN_WRONG, tries_left=2)
    assert not station.card().pin.last_try
    last = perform(info, secret(b"000000"), LOGIN)
    assert last == Failure.of(Code.PIN_LAST_TRY, tries_left=1)
    assert station.card().pin.last_try
    assert code(perform(info, secret(b"000000"), LOGIN)) is Code.PIN_BLOCKED
    assert code(perform(info, secret(PIN), LOGIN)) is Code.PIN_BLOCKED
    blocked = station.card().pin
    assert (blocked.blocked, blocked.tries_left, blocked.last_try) == (True, 0, False)
    assert code(station.port.unblock(info, secret(b"00000000"), secret(b"112233"))) is Code.PUK_WRONG
    assert station.port.unblock(info, secret(PUK), secret(b"112233")) is None
    assert isinstance(perform(info, secret(b"112233"), LOGIN), CardProof)


def test_puk_blocks(station: Workstation) -> None:
    station.folder.add(card().with_tries(pin=0, puk=1))
    station.insert()
    info = station.card()
    assert code(station.port.unblock(info, secret(b"00000000"), secret(b"112233"))) in (
        Code.PUK_WRONG, Code.PUK_BLOCKED,
    )  # fmt: skip
    assert code(station.port.unblock(info, secret(PUK), secret(b"112233"))) is Code.PUK_BLOCKED


def test_change_pin(station: Workstation) -> None:
    station.insert()
    info = station.card()
    assert code(station.port.change_pin(info, secret(b"999999"), secret(b"222222"))) is Code.PIN_WRONG
    assert station.port.change_pin(info, secret(PIN), secret(b"222222")) is None
    assert code(station.port.perform(info, secret(PIN), LOGIN)) is Code.PIN_WRONG
    assert isinstance(station.port.perform(info, secret(b"222222"), LOGIN), CardProof)


@pytest.mark.parametrize("pin", [b"12", b"123456789"])
def test_impossible_pins_cost_no_try(station: Workstation, pin: bytes) -> None:
    station.insert()
    info = station.card()
    assert code(station.port.perform(info, secret(pin), LOGIN)) is Code.PIN_FORMAT
    assert code(station.port.change_pin(info, secret(PIN), secret(pin))) is Code.PIN_FORMAT
    assert station.card().pin.tries_left == 3


def test_pin_with_letters_is_a_wrong_pin_or_a_bad_format_but_says_so(station: Workstation) -> None:
    station.insert()
    assert code(station.port.perform(station.card(), secret(b"abcdef"), LOGIN)) in (
        Code.PIN_WRONG, Code.PIN_FORM_REFUSED,
    )  # fmt: skip


def test_document_signatures_ask_the_pin_for_themselves(station: Workstation) -> None:
    """The card wants the PIN before each signature; the user types it once."""
    station.insert()
    info = station.card()
    pin = secret(PIN)
    signatures = good(station.port.sign_documents(info, pin, (b"document", b"bundle")))
    assert not pin
    verify_rs256("Dr gp sign", signatures[0], b"document")
    verify_rs256("Dr gp sign", signatures[1], b"bundle")
    assert code(station.port.sign_documents(info, secret(b"000000"), (b"x", b"y"))) is Code.PIN_WRONG
    assert station.card().pin.tries_left == 2, "one wrong PIN costs one try, not two"


@pytest.mark.parametrize("kind", ["ec", "ec384"])
def test_document_signatures_of_an_elliptic_key(station: Workstation, kind: str) -> None:
    station.folder.add(card("eca", signature_kind=kind))
    station.insert("eca")
    signatures = good(station.port.sign_documents(station.card(), secret(PIN), (b"document", b"bundle")))
    for signature, document in zip(signatures, (b"document", b"bundle"), strict=True):
        verify_ecdsa("Dr eca sign", kind, signature, document)


def test_card_pulled_between_two_document_signatures(station: Workstation) -> None:
    station.insert()
    info = station.card()
    (station.folder.path / PAUSE_AT).write_text(f"{SIGN} 1", encoding="utf-8")
    results: list[object] = []
    run = threading.Thread(
        target=lambda: results.append(station.port.sign_documents(info, secret(PIN), (b"one", b"two")))
    )
    run.start()
    until("the card at its second signature", (station.folder.path / PAUSED_AT).exists)
    station.pull()
    ended(run)
    assert [code(result) for result in results] == [Code.CARD_REMOVED]


def test_document_signatures_of_a_blocked_card_and_of_one_without_the_key(station: Workstation) -> None:
    station.insert()
    info = station.card()
    for _ in range(3):
        station.port.sign_documents(info, secret(b"000000"), (b"x", b"y"))
    assert code(station.port.sign_documents(info, secret(PIN), (b"x", b"y"))) is Code.PIN_BLOCKED
    assert station.card().signature_pin.blocked
    station.pull()
    station.folder.add(card("half", signature=False))
    station.insert("half")
    half = station.card()
    assert half.signature is None
    assert code(station.port.sign_documents(half, secret(PIN), (b"x",))) is Code.SIGNATURE_KEY_MISSING
    assert station.card().pin.tries_left == 3


def test_removal_and_reinsertion(station: Workstation) -> None:
    station.insert()
    info = station.card()
    station.pull()
    assert station.port.cards() == ()
    assert code(station.port.perform(info, secret(PIN), LOGIN)) is Code.CARD_REMOVED
    station.insert()
    assert isinstance(station.port.perform(info, secret(PIN), LOGIN), CardProof)


def test_pulled_unseen_is_removed_never_a_wrong_pin(station: Workstation) -> None:
    """Work right after the card is out, before the reader noticed (it polls every 400 ms)."""
    station.insert()
    info = station.card()
    station.pull_unseen()
    assert code(station.port.perform(info, secret(b"000000"), LOGIN)) is Code.CARD_REMOVED
    assert load_card(station.folder.card_path("gp")).pin_tries == 3


@pytest.mark.parametrize("commands", [0, 1, 3, 5, 8, 11, 14, 17])
def test_pulled_in_the_middle(station: Workstation, commands: int) -> None:
    """After so many commands of a run, the late ones while the certificate is read.

    Never a wrong PIN, never « another card », and the right PIN costs no try for good.
    """
    station.insert()
    info = station.card()
    station.stop_at(f"{COMMAND} {commands}")
    answer = station.begin(lambda: station.port.perform(info, secret(PIN), LOGIN))
    station.stopped()
    station.folder.pull()
    assert code(answer()) is Code.CARD_REMOVED
    station.wait_slot(0, SlotState.EMPTY)
    station.insert()
    assert isinstance(station.port.perform(station.card(), secret(PIN), LOGIN), CardProof)


def test_swap_seen_by_its_event_counter(station: Workstation) -> None:
    station.folder.add(card("nurse"))
    station.insert()
    info = station.card()
    before = station.seen[-1].readers[0].events
    station.folder.insert("nurse")
    station.wait(lambda s: s.readers[0].slot is SlotState.PRESENT and s.readers[0].events >= before + 2)
    assert code(station.port.perform(info, secret(PIN), LOGIN)) in (Code.CARD_SWAPPED, Code.CARD_REMOVED)
    assert load_card(station.folder.card_path("nurse")).pin_tries == 3, "the other card was not touched"
    assert station.card().authentication.holder == "Dr nurse auth"


def test_two_readers_two_cards(station: Workstation) -> None:
    station.folder.add(card("nurse"))
    station.insert("gp", 0)
    station.insert("nurse", 1)
    cards = station.port.cards()
    assert isinstance(cards, tuple), cards
    assert [c.authentication.holder for c in cards] == ["Dr gp auth", "Dr nurse auth"]
    for info in cards:
        assert isinstance(station.port.perform(info, secret(PIN), LOGIN), CardProof)
    station.pull(0)
    assert station.card().authentication.holder == "Dr nurse auth"


def test_the_other_program_takes_the_card_of_its_own_chain(chain: RealChain, tmp_path: Path) -> None:
    """A second chain beside this one, whose socket stands in the environment: its holder must not stray."""
    assert str(chain.socket) in os.environ.values()
    folder = Folder(tmp_path / "cards")
    folder.add(card())
    other = RealChain(folder.path)
    other.start()
    try:
        folder.insert("gp")
        (folder.path / "card-held").write_text("1")
        until("the card is taken", (folder.path / "card-taken").exists)
    finally:
        other.stop()


LUXTRUST_ATRS = [
    "3B6D000080318065B08302047E83009000",
    "3B7D94000080318065B0831100C883009000",
    "3B7F96000080318065B085050011120FFF829000",
    "3B8F800180318065B0850300EF120FFF82900073",
    "3B88800100883C1F7781005F0B",
]


@pytest.mark.parametrize("atr", LUXTRUST_ATRS)
def test_a_card_that_looks_like_luxtrust(station: Workstation, atr: str) -> None:
    station.folder.add(replace(card(), atr_hex=atr))
    station.insert()
    info = station.card()
    assert info.atr == bytes.fromhex(atr)
    assert isinstance(station.port.perform(info, secret(PIN), LOGIN), CardProof)


def test_mute_card(station: Workstation) -> None:
    station.insert(mute=True)
    assert code(station.port.cards()) is Code.CARD_MUTE


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_service_stops_and_comes_back(station: Workstation, how: str) -> None:
    station.insert()
    info = station.card()
    station.chain.stop_service() if how == "stop" else station.chain.kill_service()
    station.wait(lambda s: not s.service_running)
    assert code(station.port.cards()) is Code.CARD_SERVICE_MISSING
    assert code(station.port.perform(info, secret(PIN), LOGIN)) is Code.CARD_SERVICE_MISSING
    station.chain.start_service()
    station.wait_slot(0, SlotState.PRESENT)
    assert isinstance(station.port.perform(station.card(), secret(PIN), LOGIN), CardProof)


def test_service_killed_in_the_middle(station: Workstation) -> None:
    station.insert()
    info = station.card()
    station.stop_at(f"{COMMAND} 2")
    answer = station.begin(lambda: station.port.perform(info, secret(PIN), LOGIN))
    station.stopped()
    station.chain.kill_service()
    assert code(answer()) in (Code.CARD_SERVICE_MISSING, Code.CARD_REMOVED)


def test_killed_child_is_replaced(station: Workstation) -> None:
    station.insert()
    info = station.card()
    (standby,) = station.port._children.values()
    idle = standby.child()
    os.kill(idle.pid, signal.SIGKILL)
    idle.exit_code()
    assert isinstance(station.port.perform(info, secret(PIN), LOGIN), CardProof), "nobody notices"
    station.slow(200)  # not stopped: a card that waits to be pulled would hold the reader too
    answer = station.begin(lambda: station.port.perform(info, secret(PIN), LOGIN))
    os.kill(standby.child().pid, signal.SIGKILL)
    assert code(answer()) is Code.MODULE_CRASHED
    station.slow(0)
    assert isinstance(station.port.perform(info, secret(PIN), LOGIN), CardProof)


def test_hanging_card_meets_the_deadline_and_recovers(
    station: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A card that never answers: the deadline alone ends the work. Only this work's deadline is short."""
    station.insert()
    info = station.card()
    station.slow(SILENT_MS)
    (standby,) = station.port._children.values()
    standby.child().call(READY, {}, deadline=LIMIT_S)  # what is late from here on is the card
    with monkeypatch.context() as short:
        short.setattr(station.port, "_deadlines", CardDeadlines(read=LIMIT_S, work=2.0))
        assert code(station.port.perform(info, secret(PIN), LOGIN)) is Code.CARD_TIMEOUT
    station.pull()
    station.insert()
    assert isinstance(station.port.perform(station.card(), secret(PIN), LOGIN), CardProof)


def test_abort_on_removal_is_immediate(station: Workstation) -> None:
    station.insert()
    info = station.card()
    station.slow(SILENT_MS)
    answer = station.begin(lambda: station.port.perform(info, secret(PIN), LOGIN))
    station.port.abort()
    assert code(answer()) is Code.CARD_REMOVED, "the deadline would have said CARD_TIMEOUT"


def test_monitor_survives_being_stopped_and_started(station: Workstation) -> None:
    station.monitor.stop()
    station.seen.clear()
    station.monitor.start(station._note)
    station.wait(lambda s: s.service_running and len(s.readers) == 2)


def test_a_service_that_answers_nobody_is_told_as_gone_until_it_does(station: Workstation) -> None:
    """SIGSTOP: no call of its library returns. The window hears of it, and again of the card."""
    station.insert()
    station.chain.freeze_service()
    station.wait(lambda s: not s.service_running)
    station.chain.start_service()
    station.wait_slot(0, SlotState.PRESENT)


def test_module_report(station: Workstation) -> None:
    station.insert()
    report = station.port.test_module(present(station.port._module))
    assert not isinstance(report, Failure), report
    assert (report.library, report.tokens) == ("OpenSC smartcard framework", ("piv_II PKCS#15 emulated",))
