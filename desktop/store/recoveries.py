"""What was found at an opening, kept among the settings of the store until the user has seen it."""

from dataclasses import replace

import msgspec

from desktop.common.built_types import built
from desktop.domain.deposit import OutboxState
from desktop.domain.recovery import Recovery
from desktop.store.codec import pack, unpack_row
from desktop.store.sqlcipher import Connection

_NAME = "store.recoveries"


def noted(c: Connection) -> tuple[Recovery, ...]:
    """What was found and not yet seen, oldest first, however long nobody looked."""
    return tuple(found for found in map(_read, _all(c)) if found is not None)


def note(c: Connection, found: Recovery) -> None:
    """Keep what was found."""
    _put(c, [*_all(c), msgspec.Raw(msgspec.json.encode(found))])


def seen(c: Connection, which: tuple[Recovery, ...]) -> None:
    """Forget what the user has seen."""
    _put(c, [raw for raw in _all(c) if _read(raw) not in which])


def doubt(c: Connection) -> None:
    """Rows that come from an older state may have been sent since: the platform is asked before they go.

    Nothing that is pending stays a first attempt (CF-079); what is over stays as it is.
    """
    for unique_id, data in c.execute("SELECT unique_id, data FROM outbox").fetchall():
        try:
            row = unpack_row(data)
        except msgspec.MsgspecError:
            continue
        if row.state.is_pending():
            asked = replace(row, state=OutboxState.UNKNOWN, attempts=max(1, row.attempts), next_try=None)
            c.execute("UPDATE outbox SET data = ? WHERE unique_id = ?", (pack(asked), unique_id))


def _all(c: Connection) -> list[msgspec.Raw]:
    """One by one: what only a newer program can read waits for it, and takes nothing else along."""
    row = c.execute("SELECT value FROM settings WHERE name = ?", (_NAME,)).fetchone()
    try:
        return msgspec.json.decode(row[0], type=built(list[msgspec.Raw])) if row else []
    except msgspec.MsgspecError:
        return []


def _read(raw: msgspec.Raw) -> Recovery | None:
    try:
        return msgspec.json.decode(raw, type=built(Recovery))
    except msgspec.MsgspecError:
        return None


def _put(c: Connection, all_of: list[msgspec.Raw]) -> None:
    value = msgspec.json.encode(all_of).decode()
    c.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (_NAME, value))
