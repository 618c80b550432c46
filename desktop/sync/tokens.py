"""The token endpoint: one POST with a DPoP proof, and the shapes of its answers."""

import msgspec

from desktop.common.built_types import built
from desktop.domain.account import Practice
from desktop.domain.errors import Code, Failure
from desktop.sync import fhir_read
from desktop.sync.dpop import DpopKey
from desktop.sync.errors import proof_refused
from desktop.sync.transport import Transport
from desktop.sync.wire import FORM, JSON, Answer, Call, Lost

EARLY_SECONDS = 30.0  # a token is renewed this long before it ends
DEADLINE = 20.0


class TokenAnswer(msgspec.Struct):
    """What every grant answers; the login answer also says who you are (contract §2)."""

    access_token: str
    expires_in: float = 600
    refresh_token: str = ""
    name: str = ""
    ehealth_id: str = ""
    profession: str = ""
    profile: str = ""
    fhirUser: str = ""
    practice: msgspec.Raw = msgspec.Raw(b"{}")
    authorization_details: list[msgspec.Raw] = []


def post(
    transport: Transport,
    key: DpopKey,
    url: str,
    body: bytes | bytearray,
    *,
    once: bool = False,
    final: bool = True,
    hear_out: float = 0.0,
) -> Answer | Lost:
    """Ask for a token; a refused proof is made anew, with the nonce and the time that the refusal told.

    *once*: never a second time, not even then (presence code). *hear_out*: seconds that the answer of a sent
    request is waited for after a cancel.
    """
    for last in (once, True):
        headers = {"DPoP": key.proof("POST", url)}
        call = Call("POST", url, JSON, FORM, body, headers, deadline=DEADLINE, hear_out=hear_out)
        answer = transport.send(call, final=final)
        if isinstance(answer, Lost):
            return answer
        key.hear_nonce(answer.header("dpop-nonce"))
        if last or not proof_refused(answer):
            return answer
    raise AssertionError("unreachable")


def read(answer: Answer) -> TokenAnswer | Failure:
    """Decode a 2xx answer."""
    try:
        return msgspec.json.decode(answer.body, type=built(TokenAnswer))
    except (msgspec.DecodeError, RecursionError):
        return Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)


class _PracticeTold(msgspec.Struct):
    name: str = ""
    address: str = ""
    phone: str = ""


def practice(answer: TokenAnswer) -> Practice:
    """Where who logged in works; what cannot be read is left out, and never keeps anybody from working."""
    try:
        told = msgspec.json.decode(answer.practice, type=built(_PracticeTold))
    except (msgspec.DecodeError, RecursionError):
        return Practice()
    return Practice(*map(fhir_read.plain, (told.name, told.address, told.phone)))
