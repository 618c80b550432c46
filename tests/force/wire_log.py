"""What the program sent of each deposit and what it was answered, over all kills and locks (contract §5).

The platform refuses a second document by itself and never sees what a network swallowed: whether the
program asked before it sent again, only its own side of the wire can tell.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from desktop.sync.wire import Answer, Call, Lost

_NAME = "wire.log"
_DEPOSIT = re.compile(rb'"masterIdentifier":\s*\{[^}]*"value":\s*"([^"]+)"')
_SENT, _NOT_TAKEN, _ABSENT = "sent", "not-taken", "absent"
_CHALLENGE = 401  # asks for another proof of the token, and takes nothing
_SLACK_S = 1.0  # between the program's look at its clock and ours


class WireLog:
    """Stands before a transport; a line is in the file before a byte leaves, so that a kill loses none.

    ``pass_on`` is what stands behind it: a test that loses answers stands there, for they are not heard then.
    """

    def __init__(self, home: Path, send: Callable[..., Answer | Lost], now: Callable[[], datetime]) -> None:
        self._file = os.open(home / _NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.pass_on, self._now = send, now

    def send(self, call: Call, **options: Any) -> Answer | Lost:
        """As the transport."""
        deposit = _DEPOSIT.search(call.body or b"") if call.method == "POST" else None
        if deposit is not None:
            self._note(_SENT, deposit.group(1).decode())
        answer = self.pass_on(call, **options)
        if deposit is not None and _took_nothing(answer):
            self._note(_NOT_TAKEN, deposit.group(1).decode())
        for asked in _asked_for(call):
            if isinstance(answer, Answer) and answer.ok and not json.loads(answer.body).get("entry"):
                self._note(_ABSENT, asked)
        return answer

    def close(self) -> None:
        """The program ends."""
        os.close(self._file)

    def _note(self, what: str, unique_id: str) -> None:
        os.write(self._file, f"{what} {unique_id} {self._now().timestamp()}\n".encode())


def sent_unasked(home: Path, settle: float) -> str:
    """Whether another sending followed one of unknown outcome too soon; "" when none did.

    Before it the platform says twice, *settle* seconds apart, that the document is not there.
    """
    unknown: set[str] = set()
    absent: dict[str, list[float]] = {}
    for line in (home / _NAME).read_text().splitlines():
        what, unique_id, moment = line.split()
        told = absent.setdefault(unique_id, [])
        if what == _ABSENT:
            told.append(float(moment))
        elif what == _NOT_TAKEN:
            unknown.discard(unique_id)
        elif unique_id in unknown and (not told or told[-1] - told[0] < settle - _SLACK_S):
            return f"sent again after {len(told)} answers that it is not there"
        else:
            unknown.add(unique_id)
            told.clear()
    return ""


def _took_nothing(answer: Answer | Lost) -> bool:
    return not answer.sent if isinstance(answer, Lost) else answer.status == _CHALLENGE


def _asked_for(call: Call) -> Iterator[str]:
    """masterIdentifiers that a search asks for, past all caches."""
    if call.headers.get("Cache-Control") != "no-cache":
        return
    query = urlsplit(call.url).query or bytes(call.body or b"").decode(errors="replace")
    for value in parse_qs(query).get("identifier", ()):
        yield value.rpartition("|")[2]
