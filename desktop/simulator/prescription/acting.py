"""Who may act on ordonnances, what traces name, and how an operation's parameters are read."""

import hmac
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.domain.local_time import end_of
from desktop.simulator.audit import Act, write
from desktop.simulator.calls import Call, Requester, signed_in
from desktop.simulator.json_shapes import as_dict, as_dicts, as_text
from desktop.simulator.outcomes import Refused
from desktop.simulator.prescription.issuing import PRESCRIBERS
from desktop.simulator.prescription.refusals import refused
from desktop.simulator.prescription.tables import LineTable, OrdonnanceTable
from desktop.simulator.rules import Lock
from desktop.simulator.traced import TracedAction

PHARMACIST = "Pharmacien"
LEASE = timedelta(minutes=10)
SHORTEST_REASON = 5
_DAY = len("2026-11-30")


class RxAction(TracedAction):
    """What traces name."""

    FIND = "rx-find", "E"
    LIST = "rx-list", "E"
    MINE = "rx-mine", "E"
    DISPENSE = "rx-dispense", "C"
    JOURNAL = "rx-journal", "E"
    UNDO = "rx-undo", "U"
    CANCEL = "rx-cancel", "U"
    STOP = "rx-stop", "U"
    SUSPEND = "rx-suspend", "U"
    RESUME = "rx-resume", "U"
    ERASE = "rx-erase", "U"


def pharmacist(call: Call, database: Database, action: TracedAction) -> Requester:
    """Who may dispense; raises Refused, which is traced."""
    return _entitled(call, database, action, frozenset({PHARMACIST}))


def author(call: Call, database: Database, action: TracedAction) -> Requester:
    """Who may prescribe; raises Refused, which is traced."""
    return _entitled(call, database, action, PRESCRIBERS)


def trace(call: Call, database: Database, caller: Requester, action: TracedAction, **what: str) -> None:
    """One trace of an act by the ordonnance's right; *what* as in ``Act``."""
    write(database, call.world.clock.now(), caller.actor(), Act(action, **what))


def line_of(database: Database, id: str, kind: str) -> LineTable:
    """Raises Refused."""
    line = database.get(LineTable, id)
    if line is None or line.kind != kind:
        raise Refused("not_found")
    return line


def ordonnance_of(database: Database, line: LineTable) -> OrdonnanceTable:
    """The ordonnance of a line."""
    return database.get_one(OrdonnanceTable, line.code)


def lines_of(database: Database, codes: Sequence[str]) -> Sequence[LineTable]:
    """Of these ordonnances, in their order."""
    found = select(LineTable).where(LineTable.code.in_(codes))
    return database.scalars(found.order_by(LineTable.code, LineTable.number)).all()


def parameters(call: Call) -> dict[str, Any]:
    """The values of a Parameters body by name; none where there is no body."""
    body = as_dict(call.json()) if call.body else {}
    return {
        as_text(p.get("name")): next((p[k] for k in p if k.startswith("value")), None)
        for p in as_dicts(body.get("parameter"))
    }


def reason_of(given: dict[str, Any]) -> str:
    """Five characters at least; raises Refused."""
    reason = as_text(given.get("reason")).strip()
    if len(reason) < SHORTEST_REASON:
        raise Refused("request_invalid", detail="reason")
    return reason


def check_version(call: Call, line: LineTable) -> None:
    """``If-Match``; raises Refused."""
    if call.if_match() != str(line.version):
        raise Refused("changed_elsewhere")


def changed(line: LineTable) -> None:
    """Another version of it."""
    line.version += 1


def moment(text: str) -> datetime:
    """A dateTime of a search (``ge2026-11-01``: its first moment in Luxembourg); raises Refused."""
    words = text[2:] if text[:2].isalpha() else text
    try:
        if len(words) == _DAY:
            return end_of(date.fromisoformat(words) - timedelta(days=1))
        found = datetime.fromisoformat(words)
    except (ValueError, OverflowError):
        raise Refused("request_invalid", detail="date") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def same(secret: str, given: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(secret.encode(), given.encode())


def no_such_state(line: LineTable, state: str, obstacle: str = "") -> Refused:
    """The table has no row for it; *obstacle*: why nothing more comes of a delivered line (CF-102)."""
    return refused("rx_state", line=line.id, state=state, obstacle=obstacle or None)


def _entitled(call: Call, database: Database, action: TracedAction, professions: frozenset[str]) -> Requester:
    caller = signed_in(call, database)
    if caller.person.profession not in professions:
        trace(call, database, caller, action, reason="not_entitled")
        database.commit()  # the refusal is traced although the request ends here
        raise Refused("not_entitled", Lock.HABILITATION.value)
    return caller
