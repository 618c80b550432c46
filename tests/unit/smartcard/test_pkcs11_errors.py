"""Every PKCS#11 error that OpenSC and SoftHSM2 were seen to answer, at every step, on fake objects."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import pkcs11
import pytest
from pkcs11 import Attribute, ObjectClass, TokenFlag

from desktop.domain.card import PinAsker
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.smartcard import pkcs11_errors
from desktop.smartcard.borrowed_pin import BorrowedPin
from desktop.smartcard.child_messages import PinFacts, pack
from desktop.smartcard.child_server import CardAnswer
from desktop.smartcard.pkcs11_child import Pkcs11Stack
from desktop.smartcard.pkcs11_errors import CardOperation, code_for
from tests.answers import code_of as code

DER = b"certificate"
READER = "Reader 0"
FLAGS = TokenFlag.TOKEN_INITIALIZED | TokenFlag.LOGIN_REQUIRED | TokenFlag.USER_PIN_INITIALIZED


class FakeKey:
    def __init__(self, card: "FakeCard") -> None:
        self._card = card

    def __getitem__(self, attribute: Attribute) -> Any:
        if attribute is Attribute.ALWAYS_AUTHENTICATE:
            return self._card.always_authenticate
        if attribute is Attribute.ID:
            return b"\x01"
        raise pkcs11.AttributeTypeInvalid

    def sign(self, data: bytes, mechanism: object, pin: object = None) -> bytes:
        self._card.step("sign")
        return b"s" * 256


class FakeSession:
    def __init__(self, card: "FakeCard", *, logged_in: bool = True) -> None:
        self._card = self.token = card
        self._logged_in = logged_in

    def get_objects(self, wanted: dict[Attribute, object]) -> Any:
        if wanted[Attribute.CLASS] is ObjectClass.PRIVATE_KEY:
            self._card.step("key")
            if self._logged_in or self._card.shows_keys:
                yield FakeKey(self._card)
            return
        if wanted[Attribute.CLASS] is ObjectClass.PUBLIC_KEY:
            return
        self._card.step("objects")
        yield from self._card.certificates

    def set_pin(self, _old: object, _new: object) -> None:
        self._card.step("set_pin")

    def init_pin(self, _new: object) -> None:
        self._card.step("init_pin")

    def close(self) -> None:
        self._card.closed += 1
        self._card.step("close")


class FakeSlot:
    def __init__(self, card: "FakeCard") -> None:
        self._card = card
        self.slot_description = READER.ljust(64)

    def get_token(self) -> "FakeCard":
        self._card.step("token")
        return self._card

    def get_mechanisms(self) -> set[object]:
        return set()


class FakeCard:
    """Library, slot and token in one; ``errors`` maps a step to what happens there, once or always."""

    manufacturer_id = "Vendor"
    label, serial = "L", b"S"
    certificates: tuple[dict[Attribute, bytes], ...] = ({Attribute.VALUE: DER, Attribute.ID: b"\x01"},)
    library_description, library_version = "Fake", (1, 0)

    def __init__(self) -> None:
        self.errors: dict[str, list[type[Exception]]] = {}
        self.after_error: Callable[[FakeCard], None] = lambda _: None
        self.present = True
        self.flags = FLAGS
        self.always_authenticate = False
        self.shows_keys = True  # without a login
        self.closed = 0
        self.calls: list[str] = []

    @property
    def slot(self) -> FakeSlot:
        return FakeSlot(self)

    def step(self, name: str) -> None:
        self.calls.append(name)
        if self.errors.get(name):
            error = self.errors[name].pop(0)
            self.after_error(self)
            raise error

    def get_slots(self, token_present: bool = False) -> list[FakeSlot]:
        self.step("slots")
        return [FakeSlot(self)] if self.present or not token_present else []

    def open(self, rw: bool = False, user_pin: object = None, so_pin: object = None) -> FakeSession:
        self.step("login" if user_pin is not None else "so_login" if so_pin is not None else "open")
        return FakeSession(self, logged_in=user_pin is not None)


class NoPiv:
    @staticmethod
    def is_held(_reader: str) -> bool:
        return False

    @staticmethod
    def tries_left(_reader: str) -> int | None:
        return None


ARGUMENTS = {
    "reader": READER, "label": "L", "serial": "S", "key": "01", "public": "0f",
    "mechanism": "RSA_PKCS", "login": True, "certificate": hashlib.sha256(DER).hexdigest(), "unlock": None,
    "signed": [pack(b"1" * 32), pack(b"2" * 32)], "pin": asdict(PinFacts()),
}  # fmt: skip


def spied_logins(card: FakeCard, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The PINs that sessions are opened with from now on."""
    seen: list[object] = []
    session = FakeSession(card)

    def opened(**how: object) -> FakeSession:
        seen.append(how.get("user_pin"))
        return session

    monkeypatch.setattr(card, "open", opened)
    return seen


def run(card: FakeCard, op: str = "perform", secrets: int = 1) -> CardAnswer | Failure:
    pins = [Secret(bytearray(b"123456")) for _ in range(secrets)]
    return getattr(Pkcs11Stack(card, NoPiv()), op)(ARGUMENTS, pins)


def read(answer: CardAnswer) -> list[Any]:
    """The cards that an answer tells of."""
    assert isinstance(answer.value, list)
    return answer.value


# name of the error, where it happens → code while the card is still there
DOUBTFUL = [
    "GeneralError", "DeviceError", "DeviceMemory", "DeviceRemoved", "TokenNotPresent", "SessionHandleInvalid",
    "SessionClosed", "UserNotLoggedIn", "FunctionFailed",
]  # fmt: skip
TABLE = [
    ("PinIncorrect", "login", Code.PIN_WRONG),
    ("PinLocked", "login", Code.PIN_BLOCKED),
    ("PinLenRange", "login", Code.PIN_FORM_REFUSED),
    ("PinInvalid", "login", Code.PIN_FORM_REFUSED),
    ("PinExpired", "login", Code.PIN_INITIAL),
    ("PinExpired", "sign", Code.PIN_INITIAL),
    ("UserPinNotInitialized", "login", Code.PIN_NOT_SET),
    ("UserAlreadyLoggedIn", "login", Code.CARD_BUSY),
    ("AnotherUserAlreadyLoggedIn", "login", Code.CARD_BUSY),
    ("UserTooManyTypes", "login", Code.CARD_BUSY),
    ("SessionCount", "open", Code.CARD_BUSY),
    ("OperationActive", "sign", Code.CARD_BUSY),
    ("MechanismInvalid", "sign", Code.CARD_FAILED),
    ("NoSuchKey", "key", Code.KEY_MISSING),
    ("TokenNotRecognised", "open", Code.CARD_UNKNOWN),
    ("PKCS11Error", "sign", Code.CARD_FAILED),
    *[(name, "login", Code.PIN_UNCERTAIN) for name in DOUBTFUL],
    *[(name, "sign", Code.CARD_FAILED) for name in DOUBTFUL],
    *[(name, "objects", Code.CARD_FAILED) for name in DOUBTFUL],
]


@pytest.mark.parametrize(("name", "where", "expected"), TABLE)
def test_error_while_the_card_is_there(name: str, where: str, expected: Code) -> None:
    card = FakeCard()
    card.errors[where] = [getattr(pkcs11, name)] * 2
    assert code(run(card)) is expected


@pytest.mark.parametrize(("name", "where"), [(n, w) for n, w, _ in TABLE])
def test_same_error_with_the_card_gone_is_removal(name: str, where: str) -> None:
    """Removal never becomes PIN_WRONG or PIN_BLOCKED, whatever the module says."""
    card = FakeCard()
    card.errors[where] = [getattr(pkcs11, name)] * 2
    card.after_error = lambda c: setattr(c, "present", False)
    assert code(run(card)) is Code.CARD_REMOVED


@pytest.mark.parametrize("name", DOUBTFUL)
def test_listing_slots_fails_before_and_after(name: str) -> None:
    card = FakeCard()
    card.errors["slots"] = [getattr(pkcs11, name)] * 3
    assert code(run(card)) is Code.CARD_REMOVED, "the monitor judges this one: see ChildCard"


@pytest.mark.parametrize("name", ["GeneralError", "DeviceError", "FunctionFailed", "SessionHandleInvalid"])
def test_wrong_pin_that_nobody_can_confirm_is_no_wrong_pin(name: str) -> None:
    card = FakeCard()
    card.errors["login"] = [pkcs11.PinIncorrect]
    card.after_error = lambda c: c.errors.update(slots=[getattr(pkcs11, name)])
    assert code(run(card)) is Code.CARD_REMOVED


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        (TokenFlag(0), Failure.of(Code.PIN_WRONG)),
        (TokenFlag.USER_PIN_COUNT_LOW, Failure.of(Code.PIN_WRONG)),
        (TokenFlag.USER_PIN_FINAL_TRY, Failure.of(Code.PIN_LAST_TRY)),
        (TokenFlag.USER_PIN_LOCKED, Failure.of(Code.PIN_BLOCKED)),
    ],
)
def test_wrong_pin_reads_the_flags_again(flag: TokenFlag, expected: Failure) -> None:
    card = FakeCard()
    card.errors["login"] = [pkcs11.PinIncorrect]
    card.after_error = lambda c: setattr(c, "flags", FLAGS | flag)
    assert run(card) == expected


@pytest.mark.parametrize(
    "name", ["UserNotLoggedIn", "SessionHandleInvalid", "SessionClosed", "DeviceRemoved"]
)
def test_login_taken_away_by_another_program_is_repeated_once(name: str) -> None:
    card = FakeCard()
    card.errors["sign"] = [getattr(pkcs11, name)]
    assert isinstance(run(card), CardAnswer)
    assert card.calls.count("login") == 2


@pytest.mark.parametrize("name", ["PinIncorrect", "PinLocked", "GeneralError", "UserNotLoggedIn"])
def test_a_login_that_failed_is_never_repeated(name: str) -> None:
    """A second VERIFY could cost a second try."""
    card = FakeCard()
    card.errors["login"] = [getattr(pkcs11, name)]
    run(card)
    assert card.calls.count("login") == 1


def test_swapped_card_is_not_logged_into() -> None:
    card = FakeCard()
    card.serial = b"OTHER"
    assert code(run(card)) is Code.CARD_SWAPPED
    assert "login" not in card.calls


def test_same_serial_with_another_certificate_is_swapped() -> None:
    card = FakeCard()
    assert (
        code(Pkcs11Stack(card, NoPiv()).perform({**ARGUMENTS, "certificate": "00"}, [])) is Code.CARD_SWAPPED
    )


HALF = [
    ("serial", b""),  # the module did not get that far
    ("label", "half of it"),
    ("certificates", ()),
    ("certificates", ({Attribute.VALUE: b"", Attribute.ID: b"\x01"},)),
]


@pytest.mark.parametrize(("what", "value"), HALF)
@pytest.mark.parametrize("op", ["perform", "change_pin", "unblock"])
def test_half_a_card_was_pulled_not_swapped(what: str, value: object, op: str) -> None:
    """A card pulled while it is read leaves less than it is, never another serial or certificate."""
    card = FakeCard()
    setattr(card, what, value)
    assert code(run(card, op, 2)) is Code.CARD_REMOVED, "the monitor judges this one: see ChildCard"
    assert not {"login", "so_login"} & set(card.calls)


def test_error_while_closing_hides_nothing() -> None:
    card = FakeCard()
    card.errors["close"] = [pkcs11.SessionHandleInvalid] * 9
    assert isinstance(run(card), CardAnswer)
    card.errors["login"] = [pkcs11.PinIncorrect]
    assert code(run(card)) is Code.PIN_WRONG


KEYPAD = [
    ("FunctionCancelled", Code.PIN_CANCELLED),
    ("FunctionRejected", Code.PIN_CANCELLED),
    ("PinIncorrect", Code.PIN_WRONG),
    ("PinLocked", Code.PIN_BLOCKED),
    ("GeneralError", Code.KEYPAD_FAILED),
    ("FunctionFailed", Code.KEYPAD_FAILED),
    ("ArgumentsBad", Code.KEYPAD_FAILED),
]


@pytest.mark.parametrize(("name", "expected"), KEYPAD)
def test_pin_on_the_readers_keypad(name: str, expected: Code) -> None:
    card = FakeCard()
    card.flags = FLAGS | TokenFlag.PROTECTED_AUTHENTICATION_PATH
    card.errors["login"] = [getattr(pkcs11, name)]
    assert code(run(card, secrets=0)) is expected


def test_keypad_login_passes_no_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    card = FakeCard()
    card.flags = FLAGS | TokenFlag.PROTECTED_AUTHENTICATION_PATH
    seen = spied_logins(card, monkeypatch)
    assert isinstance(run(card, secrets=0), CardAnswer)
    assert seen == [None, pkcs11.PROTECTED_AUTH]


PUK = [
    ("PinIncorrect", Code.PUK_WRONG),
    ("PinLocked", Code.PUK_BLOCKED),
    ("PinLenRange", Code.PIN_FORM_REFUSED),
    ("FunctionNotSupported", Code.PIN_CHANGE_UNSUPPORTED),
    ("GeneralError", Code.PUK_UNCERTAIN),
]


@pytest.mark.parametrize(("name", "expected"), PUK)
@pytest.mark.parametrize("opensc", [True, False])
def test_unblocking(name: str, expected: Code, opensc: bool) -> None:
    card = FakeCard()
    card.manufacturer_id = "OpenSC Project" if opensc else "Vendor"
    card.errors["set_pin" if opensc else "so_login"] = [getattr(pkcs11, name)]
    assert code(run(card, "unblock", 2)) is expected
    assert ("so_login" in card.calls) is not opensc


NEW_PIN = [
    ("login", "PinIncorrect", Code.PIN_WRONG),
    ("login", "PinLocked", Code.PIN_BLOCKED),
    ("set_pin", "PinLenRange", Code.PIN_FORM_REFUSED),
    ("set_pin", "PinTooWeak", Code.PIN_FORM_REFUSED),
    ("set_pin", "FunctionNotSupported", Code.PIN_CHANGE_UNSUPPORTED),
    ("set_pin", "TokenWriteProtected", Code.PIN_CHANGE_UNSUPPORTED),
]


@pytest.mark.parametrize(("where", "name", "expected"), NEW_PIN)
def test_changing_the_pin(where: str, name: str, expected: Code) -> None:
    card = FakeCard()
    card.errors[where] = [getattr(pkcs11, name)]
    assert code(run(card, "change_pin", 2)) is expected


def test_a_first_pin_opens_nothing_and_can_be_changed() -> None:
    """CKR_PIN_EXPIRED: of a card that comes with an initial PIN."""
    card = FakeCard()
    card.errors["login"] = [pkcs11.PinExpired] * 2
    assert code(run(card)) is Code.PIN_INITIAL
    assert isinstance(run(card, "change_pin", 2), CardAnswer)
    assert card.calls[-3:-1] == ["open", "set_pin"]


LOW, FINAL, LOCKED = (
    TokenFlag.USER_PIN_COUNT_LOW, TokenFlag.USER_PIN_FINAL_TRY, TokenFlag.USER_PIN_LOCKED,
)  # fmt: skip
FLAGS_AROUND = [
    (PinFacts(), LOW, Code.PIN_WRONG),
    (PinFacts(), LOW | FINAL, Code.PIN_LAST_TRY),
    (PinFacts(low=True), LOW | FINAL, Code.PIN_LAST_TRY),
    (PinFacts(low=True, last_try=True), LOW | LOCKED, Code.PIN_BLOCKED),
    (PinFacts(low=True), LOW, Code.PIN_UNCERTAIN),
    (PinFacts(low=True, last_try=True), LOW | FINAL, Code.PIN_UNCERTAIN),
    (PinFacts(), TokenFlag(0), Code.PIN_UNCERTAIN),
]


@pytest.mark.parametrize("name", ["UserNotLoggedIn", "GeneralError", "PKCS11Error"])
@pytest.mark.parametrize(("before", "flags", "expected"), FLAGS_AROUND)
def test_cf003_a_login_that_failed_without_a_word_is_judged_by_the_flags_around_it(
    name: str, before: PinFacts, flags: TokenFlag, expected: Code
) -> None:
    """A card was seen to call a wrong PIN « not logged in »: three times « put it back » block it."""
    card = FakeCard()
    card.errors["login"] = [getattr(pkcs11, name)]
    card.after_error = lambda c: setattr(c, "flags", FLAGS | flags)
    arguments = {**ARGUMENTS, "pin": asdict(before)}
    assert code(Pkcs11Stack(card, NoPiv()).perform(arguments, [Secret(bytearray(b"123456"))])) is expected


@pytest.mark.parametrize(
    ("left", "expected"),
    [(3, Code.CARD_FAILED), (2, Code.PIN_WRONG), (1, Code.PIN_LAST_TRY), (0, Code.PIN_BLOCKED)],
)
def test_cf003_a_number_of_tries_proves_whether_one_went(left: int, expected: Code) -> None:
    card = FakeCard()
    card.manufacturer_id = "piv_II"
    card.errors["login"] = [pkcs11.GeneralError]
    piv = SimpleNamespace(is_held=lambda _: False, tries_left=lambda _: left, log_out=lambda _: None)
    arguments = {**ARGUMENTS, "pin": asdict(PinFacts(tries_left=3))}
    assert code(Pkcs11Stack(card, piv).perform(arguments, [Secret(bytearray(b"123456"))])) is expected


@pytest.mark.parametrize(
    ("always", "keypad", "typed", "expected"),
    [
        (True, TokenFlag(0), 1, [b"123456", b"123456"]),
        (False, TokenFlag(0), 1, [None, None]),
        # An empty PIN sends the module to the keypad; one with its own dialog is given none.
        (True, TokenFlag.PROTECTED_AUTHENTICATION_PATH, 0, [b"", b""]),
        (True, TokenFlag(0), 0, [None, None]),
        (False, TokenFlag.PROTECTED_AUTHENTICATION_PATH, 0, [None, None]),
    ],
)
def test_signature_key_gets_the_pin_again_only_if_it_asks(
    monkeypatch: pytest.MonkeyPatch,
    always: bool,
    keypad: TokenFlag,
    typed: int,
    expected: list[bytes | None],
) -> None:
    card = FakeCard()
    card.flags = FLAGS | keypad
    card.always_authenticate = always
    pins: list[bytes | None] = []

    def spy(_key: FakeKey, _data: bytes, mechanism: object, pin: Any = None) -> bytes:
        pins.append(None if pin is None else bytes(pin.encode("utf-8")))
        return b"s"

    monkeypatch.setattr(FakeKey, "sign", spy)
    answer = run(card, "sign_documents", typed)
    assert isinstance(answer, CardAnswer) and isinstance(answer.value, dict)
    assert len(answer.value["signatures"]) == 2
    assert pins == expected
    assert card.calls.count("login") == 1, "one session for all of them"


def test_card_pulled_between_two_signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The module says so at the second; the first is not given out."""
    card = FakeCard()
    made: list[bytes] = []

    def pulled(_key: FakeKey, data: bytes, mechanism: object, pin: object = None) -> bytes:
        if made:
            card.present = False
            raise pkcs11.DeviceRemoved
        made.append(data)
        return b"s"

    monkeypatch.setattr(FakeKey, "sign", pulled)
    assert code(run(card, "sign_documents")) is Code.CARD_REMOVED
    assert len(made) == 1


def test_card_pulled_and_back_between_two_signatures_signs_both_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """No PIN is at stake: the card took it a moment ago. All signatures are of one login."""
    card = FakeCard()
    made: list[bytes] = []

    def unsettled(_key: FakeKey, data: bytes, mechanism: object, pin: object = None) -> bytes:
        made.append(data)
        if len(made) == 2:
            raise pkcs11.SessionHandleInvalid
        return b"s"

    monkeypatch.setattr(FakeKey, "sign", unsettled)
    assert isinstance(run(card, "sign_documents"), CardAnswer)
    assert len(made) == 4 and made[:2] == made[2:]


def test_reading_cards_leaves_out_what_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = FakeCard(), FakeCard()
    bad.errors["open"] = [pkcs11.DeviceError]
    monkeypatch.setattr(good, "get_slots", lambda token_present=False: [FakeSlot(bad), FakeSlot(good)])
    answer = Pkcs11Stack(good, NoPiv()).cards({}, [])
    assert isinstance(answer, CardAnswer)
    assert len(read(answer)) == 1


def test_exclusive_use_by_another_program() -> None:
    card = FakeCard()
    card.errors["slots"] = [pkcs11.DeviceError]
    assert code(Pkcs11Stack(card, NoPiv()).cards({}, [])) is Code.CARD_FAILED


class TakenPiv(NoPiv):
    @staticmethod
    def is_held(reader: str) -> bool:
        return reader == READER


def test_a_card_that_another_program_has_taken_is_busy() -> None:
    """The reader monitor is not told of it: PC/SC is asked before a card is called gone or broken."""
    card = FakeCard()
    card.present = False
    stack = Pkcs11Stack(card, TakenPiv())
    assert code(stack.cards({"present": [READER]}, [])) is Code.CARD_BUSY
    assert code(stack.perform(ARGUMENTS, [])) is Code.CARD_BUSY
    answer = stack.cards({"present": ["another"]}, [])
    assert isinstance(answer, CardAnswer)
    assert answer.value == []
    card.errors["slots"] = [pkcs11.DeviceError]
    assert code(stack.cards({"present": [READER]}, [])) is Code.CARD_BUSY


def test_blank_token_is_nobodys_card() -> None:
    card = FakeCard()
    card.flags = TokenFlag(0)
    card.certificates = ()
    answer = Pkcs11Stack(card, NoPiv()).cards({}, [])
    assert isinstance(answer, CardAnswer)
    assert answer.value == []


def test_a_module_with_its_own_dialog_asks_itself() -> None:
    card = FakeCard()
    card.flags = TokenFlag.TOKEN_INITIALIZED
    answer = Pkcs11Stack(card, NoPiv()).cards({}, [])
    assert isinstance(answer, CardAnswer)
    assert read(answer)[0]["pin"]["asker"] == PinAsker.MODULE
    assert isinstance(run(card, secrets=0), CardAnswer)
    assert "login" not in card.calls


# -- the table is complete -----------------------------------------------------------------------------

# Every error that was measured on OpenSC 0.23 and SoftHSM2 2.6, with the situation it came out of.
NOTED = {
    "PinIncorrect": "wrong PIN, wrong PUK",
    "PinLocked": "third wrong PIN, and any PIN after; PUK under OpenSC's default style",
    "PinLenRange": "new PIN too short",
    "GeneralError": "PUK as SO login; pulled in the middle of a signature or of VERIFY; service killed",
    "DeviceRemoved": "pulled while idle; pulled and put back, or swapped, unseen",
    "SessionHandleInvalid": "after any listing of slots once the card or the service went",
    "TokenNotPresent": "empty slot",
    "UserNotLoggedIn": "another program reset the card; always-authenticate key without PIN",
    "DeviceError": "another program opened the card exclusively",
    "UserAlreadyLoggedIn": "old slot object used again",
    "DeviceMemory": "rule of recovery",
    "SessionClosed": "rule of recovery",
    "FunctionFailed": "rule of recovery",
    "MechanismInvalid": "mechanism that the token has not",
}
EVERY_ERROR = sorted(
    (
        kind
        for kind in vars(pkcs11).values()
        if isinstance(kind, type) and issubclass(kind, pkcs11.PKCS11Error)
    ),
    key=lambda kind: kind.__name__,
)
ABOUT_THE_PIN = {
    "PinIncorrect", "PinLocked", "PinLenRange", "PinInvalid", "PinTooWeak", "PinExpired",
    "UserPinNotInitialized",
}  # fmt: skip
PIN_ANSWERS = {
    Code.PIN_WRONG, Code.PIN_LAST_TRY, Code.PIN_BLOCKED, Code.PIN_FORMAT, Code.PUK_WRONG, Code.PUK_BLOCKED,
}  # fmt: skip


@pytest.mark.parametrize("name", NOTED)
def test_every_noted_error_is_played(name: str) -> None:
    played = [*TABLE, *((n, "", c) for n, c in [*KEYPAD, *PUK]), *((n, "", c) for _, n, c in NEW_PIN)]
    assert name in {row[0] for row in played}
    assert isinstance(getattr(pkcs11, name), type)


@pytest.mark.parametrize("step", CardOperation)
@pytest.mark.parametrize("error", EVERY_ERROR, ids=lambda kind: kind.__name__)
def test_every_error_of_the_library_has_a_code_at_every_step(
    error: type[pkcs11.PKCS11Error], step: CardOperation
) -> None:
    """And only the errors about the PIN ever speak of the PIN."""
    found = code_for(error(), step)
    assert isinstance(found, Code)
    if found in PIN_ANSWERS:
        assert error.__name__ in ABOUT_THE_PIN


def test_the_table_names_errors_that_exist() -> None:
    names = {name for table in (pkcs11_errors._ANY, *pkcs11_errors._BY_STEP.values()) for name in table}
    assert names <= {kind.__name__ for kind in EVERY_ERROR}
    assert {name for name in names if not hasattr(pkcs11, name)} == set()
    assert names >= pkcs11_errors.REPEATABLE


def test_keypad_by_setting_without_the_tokens_flag_costs_no_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting « always »: no PIN is passed, and a module that refuses is not blamed on the PIN."""
    card = FakeCard()
    seen = spied_logins(card, monkeypatch)
    assert isinstance(run(card, secrets=0), CardAnswer)
    assert seen[-1] is pkcs11.PROTECTED_AUTH


@pytest.mark.parametrize("name", ["FunctionCancelled", "FunctionRejected"])
def test_a_signature_refused_on_the_keypad_is_cancelled(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    card = FakeCard()
    card.flags = FLAGS | TokenFlag.PROTECTED_AUTHENTICATION_PATH
    card.always_authenticate = True
    card.errors["sign"] = [getattr(pkcs11, name)]
    assert code(run(card, "sign_documents", 0)) is Code.PIN_CANCELLED


class Unreadable(dict[Attribute, bytes]):
    """A certificate object whose content the module cannot read."""

    def __getitem__(self, _attribute: Attribute) -> bytes:
        raise self.error

    error: type[pkcs11.PKCS11Error] = pkcs11.GeneralError


def test_one_unreadable_certificate_does_not_cost_the_card() -> None:
    card = FakeCard()
    card.certificates = (Unreadable(), *FakeCard.certificates, {Attribute.VALUE: b""})
    answer = run(card, "cards", 0)
    assert isinstance(answer, CardAnswer)
    (row,) = read(answer)
    assert [c["id"] for c in row["certificates"]] == ["01"]
    assert isinstance(run(card), CardAnswer)


def test_none_that_is_readable_is_the_module_s_error() -> None:
    card = FakeCard()
    card.certificates = (Unreadable(),)
    assert code(run(card, "cards", 0)) is Code.CARD_FAILED


def test_a_card_that_goes_while_it_is_read_is_not_half_a_card() -> None:
    card = FakeCard()
    gone = Unreadable()
    gone.error = pkcs11.DeviceRemoved
    card.certificates = (*FakeCard.certificates, gone)
    assert code(run(card, "cards", 0)) is Code.CARD_REMOVED


def only_card(card: FakeCard) -> Any:
    answer = run(card, "cards", 0)
    assert isinstance(answer, CardAnswer)
    (row,) = read(answer)
    return row


def test_a_token_that_does_not_say_that_it_is_initialised_is_one_where_it_holds_a_certificate() -> None:
    card = FakeCard()
    card.flags = TokenFlag.LOGIN_REQUIRED
    assert only_card(card)["serial"] == "S"
    card.certificates = ()
    assert run(card, "cards", 0) == CardAnswer([]), "a blank one is nobody's card"
    card.errors["open"] = [pkcs11.TokenNotRecognised]
    assert run(card, "cards", 0) == CardAnswer([])


def test_a_token_that_forgot_to_say_that_it_needs_a_login_is_given_the_pin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its keys are not there without one; a module with its own dialog shows them."""
    card = FakeCard()
    card.flags = TokenFlag.TOKEN_INITIALIZED
    assert only_card(card)["pin"]["asker"] == PinAsker.MODULE
    card.shows_keys = False
    assert only_card(card)["pin"]["asker"] == PinAsker.PROGRAM
    card.flags |= TokenFlag.PROTECTED_AUTHENTICATION_PATH
    assert only_card(card)["pin"]["asker"] == PinAsker.KEYPAD
    card.flags = TokenFlag.TOKEN_INITIALIZED
    seen = spied_logins(card, monkeypatch)
    assert isinstance(run(card), CardAnswer)
    assert isinstance(seen[-1], BorrowedPin)


def test_who_was_to_ask_is_named_where_nobody_did() -> None:
    """The same error: of the keypad, of the module that the user made ask, of one without a login."""
    for flags, told in ((TokenFlag.PROTECTED_AUTHENTICATION_PATH, Code.KEYPAD_FAILED),
                        (TokenFlag(0), Code.MODULE_ASKED_IN_VAIN)):  # fmt: skip
        card = FakeCard()
        card.flags = FLAGS | flags
        card.errors["login"] = [pkcs11.FunctionFailed]
        assert code(run(card, secrets=0)) is told


def without_login(card: FakeCard) -> CardAnswer | Failure:
    return Pkcs11Stack(card, NoPiv()).perform({**ARGUMENTS, "login": False}, [])


def test_a_module_that_asks_in_its_own_window_gets_no_login(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the token says that it requires one, and for a key that wants the PIN at each use."""
    card = FakeCard()
    card.flags = FLAGS | TokenFlag.PROTECTED_AUTHENTICATION_PATH
    card.always_authenticate = True
    pins: list[object] = []

    def spy(_key: FakeKey, _data: bytes, mechanism: object, pin: object = None) -> bytes:
        pins.append(pin)
        return b"s"

    monkeypatch.setattr(FakeKey, "sign", spy)
    assert isinstance(without_login(card), CardAnswer)
    assert "login" not in card.calls and set(pins) == {None}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("FunctionCancelled", Code.PIN_CANCELLED),
        ("PinIncorrect", Code.PIN_WRONG),
        ("UserNotLoggedIn", Code.MODULE_ASKED_IN_VAIN),
        ("GeneralError", Code.MODULE_ASKED_IN_VAIN),
    ],
)
def test_what_goes_wrong_in_the_module_s_window_is_about_the_pin(name: str, expected: Code) -> None:
    card = FakeCard()
    card.errors["sign"] = [getattr(pkcs11, name)] * 2
    assert code(without_login(card)) is expected


def test_a_key_that_is_not_there_without_a_login_is_not_missing() -> None:
    """It would be passed over from then on; what helps is another choice of who asks."""
    card = FakeCard()
    card.shows_keys = False
    assert code(without_login(card)) is Code.MODULE_ASKED_IN_VAIN
