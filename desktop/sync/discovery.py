"""What the platform says of itself (contract §1): endpoints and whether it takes transactions."""

import threading
from dataclasses import dataclass

import msgspec

from desktop.common.built_types import built
from desktop.domain.errors import Code, Failure
from desktop.sync.caller import Caller
from desktop.sync.profile import PlatformProfile
from desktop.sync.wire import JSON, Call


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Absolute addresses, all inside the profile's origins."""

    token: str
    challenge: str
    revocation: str


class _SmartConfiguration(msgspec.Struct):
    token_endpoint: str = ""
    challenge_endpoint: str = ""
    revocation_endpoint: str = ""


class _Interaction(msgspec.Struct):
    code: str = ""


class _Rest(msgspec.Struct):
    interaction: list[_Interaction] = []


class _Capability(msgspec.Struct):
    rest: list[_Rest] = []


class Discovery:
    """Asked once, kept for the life of the program; :meth:`probe` asks anew."""

    def __init__(self, caller: Caller, profile: PlatformProfile) -> None:
        """Nothing is asked before it is needed."""
        self._caller = caller
        self._profile = profile
        self._lock = threading.Lock()
        self._endpoints: Endpoints | None = None
        self._transactional: bool | None = None

    def probe(self) -> Failure | None:
        """Ask the smart-configuration page; the answer is kept."""
        found = self._ask_endpoints()
        if isinstance(found, Failure):
            return found
        with self._lock:
            self._endpoints = found
        return None

    def endpoints(self) -> Endpoints | Failure:
        """Token, challenge and revocation endpoints."""
        with self._lock:
            if self._endpoints is not None:
                return self._endpoints
        failure = self.probe()
        return failure or self._endpoints or Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)

    def known_endpoints(self) -> Endpoints | None:
        """What was learnt so far, without asking."""
        return self._endpoints

    def takes_transactions(self) -> bool:
        """Whether to publish by ITI-65; a server that says nothing of it gets the light form (ITI-105)."""
        if self._profile.publish != "auto":
            return self._profile.publish == "transaction"
        if self._transactional is None:
            answer = self._caller.fetch(Call("GET", self._caller.addresses.at("metadata"), repeatable=True))
            if isinstance(answer, Failure):
                return True  # the contract's form; not remembered, asked again next time
            try:
                rest = msgspec.json.decode(answer.body, type=built(_Capability)).rest
            except (msgspec.DecodeError, RecursionError):
                return True
            self._transactional = any(i.code == "transaction" for r in rest for i in r.interaction)
        return self._transactional

    def _ask_endpoints(self) -> Endpoints | Failure:
        url = self._caller.addresses.at(".well-known/smart-configuration")
        answer = self._caller.fetch(Call("GET", url, accept=JSON, repeatable=True, deadline=10))
        page = _SmartConfiguration()
        if isinstance(answer, Failure):
            if answer.code is not Code.NOT_FOUND:
                return answer
        else:
            try:
                page = msgspec.json.decode(answer.body, type=built(_SmartConfiguration))
            except (msgspec.DecodeError, RecursionError):
                return Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)
        own = self._profile
        endpoints = Endpoints(
            page.token_endpoint or own.token_endpoint,
            page.challenge_endpoint or own.challenge_endpoint,
            page.revocation_endpoint or own.revocation_endpoint,
        )
        addresses = self._caller.addresses
        if not (addresses.permits(endpoints.token) and addresses.permits(endpoints.challenge)):
            return Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)
        return endpoints
