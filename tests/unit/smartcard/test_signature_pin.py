"""A signature key with a PIN of its own, set on its own token: SoftHSM2, two tokens in one reader."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

import pkcs11
import pytest
from pkcs11 import TokenFlag

from desktop.children.standby import Standby
from desktop.domain.card import CardInfo, CardPin, CardProof, CardTasks
from desktop.domain.errors import Code, Failure
from desktop.smartcard.child_client import CardChild
from desktop.smartcard.child_messages import PinFacts
from desktop.smartcard.pkcs11_card import Pkcs11Card
from desktop.smartcard.pkcs11_child import Pkcs11Stack
from desktop.smartcard.pkcs11_errors import CardOperation
from tests.answers import code_of, good, present
from tests.unit.smartcard.card_factory import PIN, PUK, verify_rs256
from tests.unit.smartcard.test_softhsm import MODULE, make_token, secret

LOGIN, SIGN = "LOGIN", "SIGN"
NEW = b"55555555"
TASKS = CardTasks(b"h.p", None)


class OneReader(Pkcs11Card):
    """The program's own card port over a child whose module shows one reader."""

    def _standby(self, stack: str) -> Standby[CardChild]:
        environment = self._child_environment(stack)
        return Standby(lambda: CardChild("tests.unit.smartcard.one_reader_child", [stack], environment))


@pytest.fixture
def port(tmp_path: Path) -> Iterator[OneReader]:
    """Fresh tokens for each test: what a PIN is, is what it is about."""
    (tmp_path / "tokens").mkdir()
    conf = tmp_path / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nlog.level = ERROR\n")
    make_token(tmp_path, conf, LOGIN, "rsa", "auth")
    make_token(tmp_path, conf, SIGN, "rsa", "sign")
    made = OneReader(module=MODULE, environment={"SOFTHSM2_CONF": str(conf)})
    yield made
    made.close()


def card(port: OneReader) -> CardInfo:
    (found,) = good(port.cards())
    return found


def signs_with(port: OneReader, pin: bytes) -> None:
    (signature,) = good(port.sign_documents(card(port), secret(pin), (b"document",)))
    verify_rs256("Dr SIGN sign", signature, b"document")


def opens_with(port: OneReader, pin: bytes) -> None:
    assert isinstance(port.perform(card(port), secret(pin), TASKS), CardProof)


def test_both_tokens_are_one_card_with_two_pins(port: OneReader) -> None:
    found = card(port)
    assert found.label == LOGIN and found.own_signature_pin is not None
    assert present(found.signature).holder == "Dr SIGN sign"


def test_the_signature_pin_is_changed_and_the_login_s_stays(port: OneReader) -> None:
    old, new = secret(PIN), secret(NEW)
    assert port.change_pin(card(port), old, new, CardPin.SIGNATURE) is None
    assert not old and not new
    refused = port.sign_documents(card(port), secret(PIN), (b"document",))
    assert refused == Failure.of(Code.PIN_WRONG)
    signs_with(port, NEW)
    opens_with(port, PIN)


def test_the_login_pin_is_changed_and_the_signature_s_stays(port: OneReader) -> None:
    assert port.change_pin(card(port), secret(PIN), secret(NEW)) is None
    signs_with(port, PIN)
    opens_with(port, NEW)
    assert port.perform(card(port), secret(PIN), TASKS) == Failure.of(Code.PIN_WRONG)


def test_a_wrong_old_one_is_counted_on_the_signature_token_alone(port: OneReader) -> None:
    refused = port.change_pin(card(port), secret(b"000000"), secret(NEW), CardPin.SIGNATURE)
    assert refused == Failure.of(Code.PIN_WRONG)
    found = card(port)
    assert found.signature_pin.low and not found.pin.low
    signs_with(port, PIN)


def test_it_is_unblocked_with_its_own_puk(port: OneReader) -> None:
    assert (
        code_of(port.unblock(card(port), secret(b"00000000"), secret(NEW), CardPin.SIGNATURE))
        is Code.PUK_WRONG
    )
    assert port.unblock(card(port), secret(PUK), secret(NEW), CardPin.SIGNATURE) is None
    signs_with(port, NEW)
    opens_with(port, PIN)


def test_a_pin_that_no_token_takes_is_refused_before_the_card(port: OneReader) -> None:
    refused = port.change_pin(card(port), secret(PIN), secret(b"12"), CardPin.SIGNATURE)
    assert code_of(refused) is Code.PIN_FORMAT
    assert not card(port).signature_pin.low


@pytest.mark.parametrize(("label", "expected"), [("SIGN", Code.PIN_WRONG), ("LOGIN", Code.PIN_BLOCKED)])
def test_what_is_told_of_a_wrong_pin_is_its_own_token_s(label: str, expected: Code) -> None:
    """OpenSC gives the tokens of one card one serial: the label alone tells them apart."""
    needed = TokenFlag.TOKEN_INITIALIZED | TokenFlag.LOGIN_REQUIRED
    slots = []
    for name, flags in ((LOGIN, needed | TokenFlag.USER_PIN_LOCKED), (SIGN, needed)):
        token = SimpleNamespace(label=name, serial=b"S", flags=flags, manufacturer_id="M")
        slots.append(SimpleNamespace(slot_description="R", get_token=lambda token=token: token))
    stack = Pkcs11Stack(SimpleNamespace(get_slots=lambda **_: slots))
    asked = {"reader": "R", "serial": "S", "label": label, "pin": asdict(PinFacts())}
    assert stack._explain(pkcs11.PinIncorrect(), CardOperation.LOGIN, asked).code is expected
