"""Calls with a token: proof, nonce, renewal after 401, retries of reads, redirects inside the origin."""

import random
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from desktop.domain.errors import Code, ErrorCode, Failure
from desktop.sync.cancel import current_scope
from desktop.sync.errors import failure_of, proof_refused
from desktop.sync.transport import Transport
from desktop.sync.wire import Addresses, Answer, Call, Lost

if TYPE_CHECKING:  # cryptography is not needed to ask whether the platform can be reached
    from desktop.sync.dpop import DpopKey

TRIES = 3
BACKOFF_SECONDS = (0.3, 1.0)
LONGEST_WAIT = 5
REDIRECTS = 3
_TRANSIENT = (502, 503, 504)


class Bearer(Protocol):
    """A DPoP-bound access token that can be renewed."""

    def grant(self) -> "tuple[DpopKey, str] | Failure":
        """Key and living token."""
        ...

    def renew(self, refused: str) -> Failure | None:
        """Replace the token that the platform refused."""
        ...


class Caller:
    """Sends calls for the FHIR part; the token endpoint has its own rules (login, record access)."""

    def __init__(
        self, transport: Transport, addresses: Addresses, own: Mapping[str, ErrorCode] = MappingProxyType({})
    ) -> None:
        """Stateless but for the connection pool below. *own*: see :func:`desktop.sync.errors.failure_of`."""
        self._transport = transport
        self.addresses = addresses
        self._own = own

    def knowing(self, own: Mapping[str, ErrorCode]) -> "Caller":
        """The same way to the platform for a feature with codes of its own."""
        return Caller(self._transport, self.addresses, own)

    def ask(self, call: Call, bearer: Bearer | None = None) -> Answer | Failure:
        """Any answer of the platform (4xx too), or why there is none."""
        answer = self.attempt(call, bearer)
        return answer.failure if isinstance(answer, Lost) else answer

    def fetch(self, call: Call, bearer: Bearer | None = None) -> Answer | Failure:
        """A 2xx answer, or the failure."""
        answer = self.ask(call, bearer)
        return answer if isinstance(answer, Failure) or answer.ok else failure_of(answer, self._own)

    def attempt(self, call: Call, bearer: Bearer | None) -> Answer | Lost:
        """Like :meth:`ask`, but says whether a lost call may have reached the platform."""
        tries, redirects, renewed, nonced = 1, 0, False, False
        while True:
            granted = bearer.grant() if bearer is not None else None
            if isinstance(granted, Failure):
                return Lost(granted, sent=False)
            final = not call.repeatable or tries >= TRIES
            answer = self._transport.send(_authorised(call, granted), final=final)
            if isinstance(answer, Answer) and granted is not None:
                granted[0].hear_nonce(answer.header("dpop-nonce"))
            if call.repeatable and tries < TRIES and _is_transient(answer):
                if not _pause(answer, tries):
                    return Lost(Failure.of(Code.CANCELLED), sent=False)
                tries += 1
                continue
            if isinstance(answer, Lost):
                return answer
            if answer.status == 401 and bearer is not None and granted is not None:
                # a 401 was not carried out, so even a publish may be sent once more
                if not nonced and proof_refused(answer):
                    nonced = True
                    continue
                if not renewed:
                    renewed = True
                    failure = bearer.renew(granted[1])
                    if failure is not None:
                        return Lost(failure, sent=False)
                    continue
            if 300 <= answer.status < 400 and call.method == "GET" and redirects < REDIRECTS:
                target = self.addresses.resolve(answer.header("location"))
                if not isinstance(target, Failure) and answer.status != 304:
                    redirects += 1
                    call = replace(call, url=target)
                    continue
            return answer


def _authorised(call: Call, granted: "tuple[DpopKey, str] | None") -> Call:
    if granted is None:
        return call
    key, token = granted
    proof = key.proof(call.method, call.url, token)
    return replace(call, headers={**call.headers, "Authorization": f"DPoP {token}", "DPoP": proof})


def _is_transient(answer: Answer | Lost) -> bool:
    if isinstance(answer, Answer):
        wait = answer.retry_after()
        return answer.status in _TRANSIENT and (wait is None or wait <= LONGEST_WAIT)
    return answer.may_pass


def _pause(answer: Answer | Lost, tries: int) -> bool:
    """Wait before the next try; False when the call was cancelled meanwhile."""
    wait = answer.retry_after() if isinstance(answer, Answer) else None
    seconds = float(wait) if wait is not None else BACKOFF_SECONDS[tries - 1] * random.uniform(0.5, 1.0)
    scope = current_scope()
    return scope is None or scope.pause(seconds)
