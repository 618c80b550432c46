"""Logging in, unlocking, and going on without the platform (contract §2, architecture "The session machine").

One PIN, one child run: it signs the login and yields the secret of the cache slot.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Protocol

from desktop.domain.account import Account, LoginRequest, Practice
from desktop.domain.card import CardInfo, CardTasks
from desktop.domain.catalog import Profile
from desktop.domain.errors import Code, Failure, Result
from desktop.domain.secret import Secret
from desktop.ports.card import CardKeysPort
from desktop.ports.clock import ClockPort
from desktop.ports.platform import LoginPort, PlatformClockPort
from desktop.ports.store import SettingsPort
from desktop.ports.vault import VaultPort, VaultState
from desktop.services.session import SHUT_OUT

UNREACHABLE = frozenset(
    {
        Code.OFFLINE,
        Code.TIMEOUT,
        Code.CAPTIVE_PORTAL,
        Code.PROXY_AUTH,
        Code.PROXY_FAILED,
        Code.TLS_INTERCEPTED,
        Code.TRUST_NOT_PINNED,
        Code.PLATFORM_MAINTENANCE,
        Code.PLATFORM_BUSY,
    }
)
_ACCOUNT = "account"
_BARRED = "barred"


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session that was proven by the card. ``offline`` is why the platform was left out, or None.

    ``timings_ms``: challenge, card and its parts, token, store.
    """

    account: Account
    card: CardInfo
    vault: VaultState
    offline: Failure | None
    timings_ms: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class TermsAsked:
    """The platform wants terms *version* accepted first (CF-020); finish with :meth:`LoginService.accept`."""

    version: str
    card: CardInfo
    request: LoginRequest
    signature: bytes = field(repr=False)
    card_secret: Secret | None = field(repr=False)


class LoginPlatform(LoginPort, PlatformClockPort, Protocol):
    """What a login asks the platform."""


class LoginService:
    """From a PIN to an open session."""

    def __init__(
        self,
        card: CardKeysPort,
        platform: LoginPlatform,
        vault: VaultPort,
        settings: SettingsPort,
        clock: ClockPort,
    ) -> None:
        self._card = card
        self._platform = platform
        self._vault = vault
        self._settings = settings
        self._clock = clock

    def log_in(
        self,
        card: CardInfo,
        pin: Secret | None,
        *,
        holder_id: str | None = None,
        terms_accepted: str | None = None,
    ) -> Result[LoggedIn] | TermsAsked:
        """Log in with *card*; ``holder_id`` restricts an unlock to the same holder (CF-014).

        ``pin=None`` asks the reader's keypad. The PIN is wiped in every case.
        """
        refused = self._refusal_before_pin(card, holder_id)
        if refused is not None:
            if pin is not None:
                pin.wipe()
            return refused
        certificate = card.authentication
        laps = _Laps(self._clock)
        request = self._platform.prepare_login(certificate, card.algorithm)
        laps.note("challenge")
        if isinstance(request, Failure) and request.code not in UNREACHABLE:
            if pin is not None:
                pin.wipe()
            return request
        signing_input = None if isinstance(request, Failure) else request.signing_input
        challenge = self._vault.challenge(certificate, card.unlock_method)
        proof = self._card.perform(card, pin, CardTasks(signing_input, challenge))
        if isinstance(proof, Failure):
            return proof
        laps.add("card", proof.timings_ms)
        if isinstance(request, Failure) or proof.signature is None:
            reason = request if isinstance(request, Failure) else Failure(Code.LOGIN_REFUSED)
            return self._go_offline(card, proof.card_secret, reason, laps)
        account = self._platform.finish_login(request, proof.signature, terms_accepted)
        laps.note("token")
        if isinstance(account, Failure):
            if account.code is Code.TERMS_REQUIRED:
                version = str(account.facts.get("version", ""))
                return TermsAsked(version, card, request, proof.signature, proof.card_secret)
            if account.code in UNREACHABLE:
                return self._go_offline(card, proof.card_secret, account, laps)
            return self._refused(card, proof.card_secret, account)
        return self._open_store(card, proof.card_secret, account, laps)

    def accept(self, asked: TermsAsked) -> Result[LoggedIn]:
        """Repeat the token request with the accepted version (contract §2).

        LOGIN_REFUSED when the user read for longer than the proof is valid: the PIN is asked once more.
        """
        account = self._platform.finish_login(asked.request, asked.signature, asked.version)
        if isinstance(account, Failure):
            return self._refused(asked.card, asked.card_secret, account)
        return self._open_store(asked.card, asked.card_secret, account, _Laps(self._clock))

    def shut_out(self, holder_id: str, failure: Failure) -> None:
        """The platform shut the holder out: in the open store, and where no copy of it reaches (CF-019)."""
        self._settings.set_setting(_BARRED, failure.code.value)
        self._vault.bars.bar(holder_id, failure.code.value)

    def _refused(self, card: CardInfo, secret: Secret | None, failure: Failure) -> Failure:
        """The platform's answer at a login, remembered where it must be."""
        if failure.code in SHUT_OUT and secret is not None:
            holder_id = card.authentication.holder_id
            self._vault.open(card.authentication, secret)
            self.shut_out(holder_id, failure)
            self._vault.close()
        _wipe(secret)
        return failure

    def decline(self, asked: TermsAsked) -> None:
        """Forget a login whose terms were not accepted."""
        _wipe(asked.card_secret)
        self._platform.drop_session()

    def _refusal_before_pin(self, card: CardInfo, holder_id: str | None) -> Failure | None:
        certificate = card.authentication
        if holder_id is not None and certificate.holder_id != holder_id:
            return Failure.of(Code.OTHER_HOLDER, holder=certificate.holder)
        now = self._platform.server_now() or self._clock.now()
        return certificate.refusal(now) or (Failure(Code.PIN_BLOCKED) if card.pin.blocked else None)

    def _open_store(
        self,
        card: CardInfo,
        secret: Secret | None,
        account: Account,
        laps: "_Laps",
    ) -> Result[LoggedIn]:
        vault = self._open_vault(card, secret)
        if isinstance(vault, Failure):
            return vault
        self._settings.set_setting(_ACCOUNT, json.dumps(asdict(account)))
        self._settings.set_setting(_BARRED, "")
        self._vault.bars.admit(card.authentication.holder_id)
        laps.note("store")
        return LoggedIn(account, card, vault, None, laps.all())

    def _go_offline(
        self,
        card: CardInfo,
        secret: Secret | None,
        reason: Failure,
        laps: "_Laps",
    ) -> Result[LoggedIn]:
        """The opened slot proves the card; without a kept account there is nothing to open."""
        if secret is None:
            return reason
        vault = self._vault.open(card.authentication, secret)
        if isinstance(vault, Failure):
            return reason
        shut_out = self._shut_out_before(card, vault)
        if shut_out is not None:
            self._vault.close()
            return shut_out
        kept = self._settings.setting(_ACCOUNT)
        account = _account(kept) if isinstance(kept, str) else None
        if account is None or account.holder_id != card.authentication.holder_id:
            self._vault.close()
            return reason
        laps.note("store")
        return LoggedIn(account, card, vault, reason, laps.all())

    def _shut_out_before(self, card: CardInfo, vault: VaultState) -> Failure | None:
        """Why nothing opens before the platform says otherwise (CF-019)."""
        told = self._vault.bars.barred(card.authentication.holder_id)
        if isinstance(told, Failure):
            return told if vault.keyring_share else None
        word = told or self._settings.setting(_BARRED)
        return Failure.of(Code.SHUT_OUT_BEFORE, reason=word) if isinstance(word, str) and word else None

    def _open_vault(self, card: CardInfo, secret: Secret | None) -> Result[VaultState]:
        opened = self._vault.open(card.authentication, secret)
        if not isinstance(opened, Failure) or opened.code is Code.STORE_TOO_NEW:
            return opened
        memory = self._vault.open(card.authentication, None)  # the session works, nothing is kept
        return memory if isinstance(memory, Failure) else replace(memory, reason=opened.code)


class _Laps:
    """How long each part of a login took (ms), for benchmarks."""

    def __init__(self, clock: ClockPort) -> None:
        self._clock = clock
        self._last = clock.monotonic()
        self._laps: list[tuple[str, float]] = []

    def note(self, name: str) -> None:
        """*name* ends now."""
        now = self._clock.monotonic()
        self._laps.append((name, (now - self._last) * 1000))
        self._last = now

    def add(self, name: str, parts: tuple[tuple[str, float], ...]) -> None:
        """*name* ends now, and these are its own parts."""
        self.note(name)
        self._laps += [(f"{name}: {part}", spent) for part, spent in parts]

    def all(self) -> tuple[tuple[str, float], ...]:
        """In order."""
        return tuple(self._laps)


def _wipe(secret: Secret | None) -> None:
    if secret is not None:
        secret.wipe()


def _account(kept: str) -> Account | None:
    try:
        data = json.loads(kept)
        practice = Practice(**data.get("practice", {}))  # what a former version kept has none
        return Account(**{**data, "profile": Profile(data["profile"]), "practice": practice})
    except (ValueError, KeyError, TypeError):
        return None
