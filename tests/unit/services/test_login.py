"""Login: one PIN, one child run, and every way out of it (CF-014, CF-018, CF-020, CF-079)."""

import json
from dataclasses import asdict
from datetime import timedelta

import pytest

from desktop.domain.account import Account, LoginRequest
from desktop.domain.card import CardInfo, CardProof, CardTasks, UnlockChallenge, UnlockMethod
from desktop.domain.errors import Code, Failure
from desktop.domain.secret import Secret
from desktop.ports.vault import VaultState
from desktop.services.login import LoggedIn, LoginService, TermsAsked
from tests.unit.services.fakes import ACCOUNT, NOW, Clock, card, certificate


class World:
    """Card, platform, vault and store in one; notes what was asked in which order."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.prepared: LoginRequest | Failure = LoginRequest("r", b"signing input", "RS256")
        self.proof: CardProof | Failure = CardProof(b"signature", Secret(bytearray(b"s" * 32)))
        self.account: Account | Failure = ACCOUNT
        self.terms: list[str | None] = []
        self.opened: VaultState | Failure = VaultState(False, True, False)
        self.kept: dict[str, str] = {}

    def server_now(self) -> None:
        return None

    def prepare_login(self, certificate: object, algorithm: str) -> LoginRequest | Failure:
        self.log.append("challenge")
        return self.prepared

    def finish_login(self, request: object, signature: bytes, terms: str | None) -> Account | Failure:
        self.log.append("token")
        self.terms.append(terms)
        return self.account

    def drop_session(self) -> None:
        self.log.append("drop")

    def challenge(self, certificate: object, method: UnlockMethod) -> UnlockChallenge:
        return UnlockChallenge(method, b"message")

    def open(self, certificate: object, secret: Secret | None) -> VaultState | Failure:
        self.log.append("open-disk" if secret is not None else "open-memory")
        if secret is not None:
            secret.wipe()
        return self.opened if "open-disk" in self.log[-1] else VaultState(True, False, False)

    def close(self) -> None:
        self.log.append("close")

    def perform(self, card: CardInfo, pin: Secret | None, tasks: CardTasks) -> CardProof | Failure:
        self.log.append("card" if tasks.signing_input else "card-offline")
        if pin is not None:
            pin.wipe()
        return self.proof

    def setting(self, name: str) -> str | None:
        return self.kept.get(name)

    def set_setting(self, name: str, value: str) -> None:
        self.kept[name] = value


@pytest.fixture
def world() -> World:
    return World()


def service(world: World) -> LoginService:
    return LoginService(world, world, world, world, Clock())  # type: ignore[arg-type]


def pin() -> Secret:
    return Secret(bytearray(b"123456"))


def test_challenge_comes_before_the_card_sees_the_pin(world: World) -> None:
    result = service(world).log_in(card(), pin())
    assert isinstance(result, LoggedIn) and result.account == ACCOUNT and result.offline is None
    assert world.log == ["challenge", "card", "token", "open-disk"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"not_after": NOW - timedelta(days=1)}, Code.CERTIFICATE_EXPIRED),
        ({"not_before": NOW + timedelta(days=1)}, Code.CERTIFICATE_NOT_YET_VALID),
    ],
)
def test_bad_certificate_is_told_before_the_pin_goes_anywhere(
    world: World, changes: dict[str, object], code: Code
) -> None:
    secret = pin()
    result = service(world).log_in(card(authentication=certificate(**changes)), secret)
    assert isinstance(result, Failure) and result.code is code
    assert world.log == [] and not secret


def test_cf014_unlock_refuses_another_holder_without_using_the_pin(world: World) -> None:
    secret = pin()
    result = service(world).log_in(card(), secret, holder_id="someone else")
    assert isinstance(result, Failure) and result.code is Code.OTHER_HOLDER
    assert world.log == [] and not secret


def test_wrong_pin_asks_for_no_token(world: World) -> None:
    world.proof = Failure(Code.PIN_WRONG)
    assert service(world).log_in(card(), pin()) == Failure(Code.PIN_WRONG)
    assert world.log == ["challenge", "card"]


def test_refused_account_leaves_no_secret(world: World) -> None:
    world.account = Failure(Code.PRACTICE_SUSPENDED)
    proof = world.proof
    assert isinstance(proof, CardProof) and proof.card_secret is not None
    assert service(world).log_in(card(), pin()) == Failure(Code.PRACTICE_SUSPENDED)
    assert not proof.card_secret and "open-disk" not in world.log


def test_cf020_terms_are_asked_before_the_store_opens(world: World) -> None:
    world.account = Failure.of(Code.TERMS_REQUIRED, version="2026-10")
    asked = service(world).log_in(card(), pin())
    assert isinstance(asked, TermsAsked) and asked.version == "2026-10"
    assert "open-disk" not in world.log
    world.account = ACCOUNT
    assert isinstance(service(world).accept(asked), LoggedIn)
    assert world.terms == [None, "2026-10"]


def test_cf020_declined_terms_leave_nothing(world: World) -> None:
    world.account = Failure.of(Code.TERMS_REQUIRED, version="1")
    asked = service(world).log_in(card(), pin())
    assert isinstance(asked, TermsAsked) and asked.card_secret is not None
    service(world).decline(asked)
    assert not asked.card_secret and world.log[-1] == "drop"


@pytest.mark.parametrize("when", ["challenge", "token"])
def test_cf079_platform_down_opens_the_kept_cache(world: World, when: str) -> None:
    world.kept["account"] = json.dumps(asdict(ACCOUNT))
    if when == "challenge":
        world.prepared = Failure(Code.OFFLINE)
        world.proof = CardProof(None, Secret(bytearray(b"s" * 32)))
    else:
        world.account = Failure(Code.TIMEOUT)
    result = service(world).log_in(card(), pin())
    assert isinstance(result, LoggedIn) and result.offline is not None
    assert result.account == ACCOUNT


def test_offline_without_a_kept_account_says_why(world: World) -> None:
    world.prepared = Failure(Code.OFFLINE)
    world.proof = CardProof(None, Secret(bytearray(b"s" * 32)))
    assert service(world).log_in(card(), pin()) == Failure(Code.OFFLINE)
    assert world.log[-1] == "close"


def test_damaged_store_still_gives_a_session_in_memory(world: World) -> None:
    world.opened = Failure(Code.STORE_DAMAGED)
    result = service(world).log_in(card(), pin())
    assert isinstance(result, LoggedIn) and result.vault.memory_only
