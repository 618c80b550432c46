"""Login: one PIN, one child run, and every way out of it (CF-014, CF-018, CF-020, CF-079)."""

import json
from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from desktop.domain.account import Practice
from desktop.domain.card import CardProof
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.services.login import LoggedIn, LoginService, TermsAsked
from tests.fakes import FakePorts
from tests.samples.practice import ACCOUNT, NOW, card, certificate


@pytest.fixture
def world() -> FakePorts:
    return FakePorts()


def service(world: FakePorts) -> LoginService:
    return LoginService(world.card, world.platform, world.vault, world.store, world.clock)


def keep_account(world: FakePorts) -> None:
    """From an earlier session on this computer."""
    world.vault.shelf().settings["account"] = json.dumps(asdict(ACCOUNT))


def pin() -> Secret:
    return Secret(bytearray(b"123456"))


def test_challenge_comes_before_the_card_sees_the_pin(world: FakePorts) -> None:
    result = service(world).log_in(card(), pin())
    assert isinstance(result, LoggedIn) and result.account == ACCOUNT and result.offline is None
    assert world.log == ["prepare_login", "card asked", "finish_login", "vault opened"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"not_after": NOW - timedelta(days=1)}, Code.CERTIFICATE_EXPIRED),
        ({"not_before": NOW + timedelta(days=1)}, Code.CERTIFICATE_NOT_YET_VALID),
    ],
)
def test_bad_certificate_is_told_before_the_pin_goes_anywhere(
    world: FakePorts, changes: dict[str, object], code: Code
) -> None:
    secret = pin()
    result = service(world).log_in(card(authentication=certificate(**changes)), secret)
    assert isinstance(result, Failure) and result.code is code
    assert world.log == [] and not secret


def test_cf014_unlock_refuses_another_holder_without_using_the_pin(world: FakePorts) -> None:
    secret = pin()
    result = service(world).log_in(card(), secret, holder_id="someone else")
    assert isinstance(result, Failure) and result.code is Code.OTHER_HOLDER
    assert world.log == [] and not secret


def test_wrong_pin_asks_for_no_token(world: FakePorts) -> None:
    world.card.refusals = [Failure(Code.PIN_WRONG)]
    assert service(world).log_in(card(), pin()) == Failure(Code.PIN_WRONG)
    assert world.log == ["prepare_login", "card asked"]


def test_refused_account_leaves_no_secret(world: FakePorts) -> None:
    world.platform.account = Failure(Code.PRACTICE_SUSPENDED)
    yielded = Secret(bytearray(b"s" * 32))
    world.card.proof = CardProof(b"signature", yielded)
    assert service(world).log_in(card(), pin()) == Failure(Code.PRACTICE_SUSPENDED)
    assert not yielded and not world.vault.is_open()


def test_cf020_terms_are_asked_before_the_store_opens(world: FakePorts) -> None:
    world.platform.terms = "2026-10"
    asked = service(world).log_in(card(), pin())
    assert isinstance(asked, TermsAsked) and asked.version == "2026-10"
    assert "vault opened" not in world.log
    assert isinstance(service(world).accept(asked), LoggedIn)


def test_cf020_declined_terms_leave_nothing(world: FakePorts) -> None:
    world.platform.terms = "1"
    asked = service(world).log_in(card(), pin())
    assert isinstance(asked, TermsAsked) and asked.card_secret is not None
    service(world).decline(asked)
    assert not asked.card_secret and world.log[-1] == "tokens dropped"


@pytest.mark.parametrize(("call", "code"), [("prepare_login", Code.OFFLINE), ("finish_login", Code.TIMEOUT)])
def test_cf079_platform_down_opens_the_kept_cache(world: FakePorts, call: str, code: Code) -> None:
    keep_account(world)
    world.platform.answers[call] = Failure(code)
    result = service(world).log_in(card(), pin())
    assert isinstance(result, LoggedIn) and result.offline == Failure(code)
    assert result.account == ACCOUNT


def test_the_letterhead_is_known_offline_too_and_a_former_account_has_none(world: FakePorts) -> None:
    settings, practice = world.vault.shelf().settings, Practice("Cabinet", "1, rue X", "+352 1")
    settings["account"] = json.dumps(asdict(replace(ACCOUNT, practice=practice)))
    result = _log_in_offline(world)
    assert isinstance(result, LoggedIn) and result.account.practice == practice
    former = {name: told for name, told in asdict(ACCOUNT).items() if name != "practice"}
    settings["account"] = json.dumps(former)
    result = _log_in_offline(world)
    assert isinstance(result, LoggedIn) and result.account == ACCOUNT


def test_offline_without_a_kept_account_says_why(world: FakePorts) -> None:
    world.platform.answers["prepare_login"] = Failure(Code.OFFLINE)
    assert service(world).log_in(card(), pin()) == Failure(Code.OFFLINE)
    assert world.log[-1] == "vault closed"


def test_damaged_store_still_gives_a_session_in_memory(world: FakePorts) -> None:
    world.vault.state = Failure(Code.STORE_DAMAGED)
    result = service(world).log_in(card(), pin())
    assert isinstance(result, LoggedIn) and result.vault.memory_only
    assert result.vault.reason is Code.STORE_DAMAGED, "why nothing is kept"


SHUT_OUT_CODES = [
    Code.PRACTICE_SUSPENDED,
    Code.CERTIFICATE_REVOKED,
    Code.CERTIFICATE_SUSPENDED,
    Code.ACCOUNT_NOT_ACTIVATED,
]


def _log_in_offline(world: FakePorts) -> object:
    world.platform.answers["prepare_login"] = Failure(Code.OFFLINE)
    result = service(world).log_in(card(), pin())
    del world.platform.answers["prepare_login"]
    return result


@pytest.mark.parametrize("told", SHUT_OUT_CODES)
@pytest.mark.parametrize("lost", ["nothing", "the folder's", "the keyring's"])
def test_cf019_who_was_shut_out_opens_nothing_without_the_platform(
    world: FakePorts, told: Code, lost: str
) -> None:
    """In store and keyring: a copy of yesterday's folder, or an emptied keyring, brings nothing back."""
    keep_account(world)
    yesterday = dict(world.vault.shelf().settings)
    world.platform.account = Failure(told)
    assert service(world).log_in(card(), pin()) == Failure(told)
    if lost == "the folder's":
        world.vault.shelf().settings = yesterday
    elif lost == "the keyring's":
        world.vault.bars.words.clear()
    for _ in range(2):
        assert _log_in_offline(world) == Failure.of(Code.SHUT_OUT_BEFORE, reason=told.value)
        assert not world.vault.is_open()
    world.platform.account = ACCOUNT
    assert isinstance(service(world).log_in(card(), pin()), LoggedIn)
    world.vault.close()
    assert isinstance(_log_in_offline(world), LoggedIn), "the platform said otherwise"


def test_cf019_a_suspension_that_the_session_hears_is_remembered(world: FakePorts) -> None:
    assert isinstance(service(world).log_in(card(), pin()), LoggedIn)
    service(world).shut_out("H1", Failure(Code.PRACTICE_SUSPENDED))
    world.vault.close()
    assert _log_in_offline(world) == Failure.of(Code.SHUT_OUT_BEFORE, reason="DSP-311")


def test_cf019_terms_that_are_answered_by_a_suspension(world: FakePorts) -> None:
    keep_account(world)
    world.platform.terms = "1"
    asked = service(world).log_in(card(), pin())
    assert isinstance(asked, TermsAsked)
    world.platform.account = Failure(Code.PRACTICE_SUSPENDED)
    assert service(world).accept(asked) == Failure(Code.PRACTICE_SUSPENDED)
    assert _log_in_offline(world) == Failure.of(Code.SHUT_OUT_BEFORE, reason="DSP-311")


@pytest.mark.parametrize("told", [Code.LOGIN_REFUSED, Code.VERSION_REFUSED, Code.PLATFORM_ERROR])
def test_cf079_other_refusals_shut_nobody_out(world: FakePorts, told: Code) -> None:
    keep_account(world)
    world.platform.account = Failure(told)
    assert service(world).log_in(card(), pin()) == Failure(told)
    assert isinstance(_log_in_offline(world), LoggedIn)


def test_cf019_a_keyring_that_does_not_answer_opens_nothing(world: FakePorts) -> None:
    keep_account(world)
    world.vault.bars.failure = Failure(Code.KEYRING_LOCKED)
    assert _log_in_offline(world) == Failure(Code.KEYRING_LOCKED)
