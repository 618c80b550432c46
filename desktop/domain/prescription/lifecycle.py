"""What can happen to a line, who may do it, and what it becomes: one table (domain §C.4).

The platform decides; the client asks this table what to offer, and why something is not. The simulator has a
table of its own, written apart, and a test compares the two.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class LineState(StrEnum):
    """Where a line stands. UNKNOWN while an answer is missing: nothing is delivered on a guess."""

    DRAFT = "brouillon"
    ACTIVE = "active"
    RESERVED = "reservee"
    PARTIAL = "partielle"
    DELIVERED = "delivree"
    SUSPENDED = "suspendue"
    CANCELLED = "annulee"
    STOPPED = "arretee"
    REFUSED = "refusee"
    EXPIRED = "expiree"
    ERASED = "effacee"
    UNKNOWN = "inconnu"


class OrdonnanceState(StrEnum):
    """Derived from the lines (domain §C.4)."""

    DRAFT = "brouillon"
    ISSUED = "emise"
    IN_PROGRESS = "en-cours"
    PARTLY_EXECUTED = "partiellement-executee"
    EXECUTED = "executee"
    CANCELLED = "annulee"
    EXPIRED = "expiree"
    CLOSED = "close-sans-delivrance"
    UNKNOWN = "inconnu"


class LineActor(StrEnum):
    """Who acts."""

    PRESCRIBER = "prescripteur"
    PHARMACY = "pharmacie"
    HOLDER = "pharmacie-qui-reserve"
    DISPENSER = "pharmacie-qui-a-delivre"
    CLOCK = "horloge"
    PATIENT = "patient"


class LineAct(StrEnum):
    """What is done to a line. DELIVER_RENEWABLE: the whole quantity, and renewals are left."""

    SIGN = "signer"
    RESERVE = "reserver"
    DELIVER = "delivrer"
    DELIVER_RENEWABLE = "delivrer-renouvelable"
    DELIVER_PART = "delivrer-partie"
    OWE = "a-devoir"
    REFUSE = "refuser"
    FORBID = "refuser-definitivement"
    RELEASE = "liberer"
    CANCEL = "annuler"
    STOP = "arreter"
    SUSPEND = "suspendre"
    RESUME = "reprendre"
    EXPIRE = "expirer"
    UNDO = "annuler-la-delivrance"
    ERASE = "effacer"


class Guard(StrEnum):
    """What must be true besides the state; each is a refusal with words of its own."""

    NONE = ""
    SIGNED = "signature-valide"
    OPEN_AND_LEFT = "valable-et-reste"
    WITHIN_REST = "quantite-du-reste"
    REASON = "motif"
    NOTHING_DELIVERED = "rien-delivre"
    DATE_PASSED = "date-depassee"
    SAME_DAY = "meme-jour"
    NOT_DELIVERED = "non-delivree"


@dataclass(frozen=True, slots=True)
class LineTransition:
    """One row. ``to`` None: back to what the line was before it was reserved or delivered."""

    before: LineState
    act: LineAct
    actor: LineActor
    guard: Guard
    to: LineState | None


_S, _A, _G, _W = LineState, LineAct, Guard, LineActor

TABLE: Final = tuple(
    LineTransition(*row)
    for row in (
        # before       act              actor          guard                to
        (_S.DRAFT,     _A.SIGN,         _W.PRESCRIBER, _G.SIGNED,            _S.ACTIVE),
        (_S.ACTIVE,    _A.RESERVE,      _W.PHARMACY,   _G.OPEN_AND_LEFT,     _S.RESERVED),
        (_S.PARTIAL,   _A.RESERVE,      _W.PHARMACY,   _G.OPEN_AND_LEFT,     _S.RESERVED),
        (_S.RESERVED,  _A.DELIVER,      _W.HOLDER,     _G.WITHIN_REST,       _S.DELIVERED),
        (_S.RESERVED,  _A.DELIVER_RENEWABLE, _W.HOLDER, _G.WITHIN_REST,      _S.PARTIAL),
        (_S.RESERVED,  _A.DELIVER_PART, _W.HOLDER,     _G.WITHIN_REST,       _S.PARTIAL),
        (_S.RESERVED,  _A.OWE,          _W.HOLDER,     _G.NONE,              _S.PARTIAL),
        (_S.RESERVED,  _A.REFUSE,       _W.HOLDER,     _G.REASON,            None),
        (_S.RESERVED,  _A.FORBID,       _W.HOLDER,     _G.REASON,            _S.REFUSED),
        (_S.RESERVED,  _A.RELEASE,      _W.HOLDER,     _G.NONE,              None),
        (_S.RESERVED,  _A.RELEASE,      _W.CLOCK,      _G.DATE_PASSED,       None),
        (_S.ACTIVE,    _A.CANCEL,       _W.PRESCRIBER, _G.NOTHING_DELIVERED, _S.CANCELLED),
        (_S.SUSPENDED, _A.CANCEL,       _W.PRESCRIBER, _G.NOTHING_DELIVERED, _S.CANCELLED),
        (_S.PARTIAL,   _A.STOP,         _W.PRESCRIBER, _G.REASON,            _S.STOPPED),
        (_S.ACTIVE,    _A.SUSPEND,      _W.PRESCRIBER, _G.NONE,              _S.SUSPENDED),
        (_S.SUSPENDED, _A.RESUME,       _W.PRESCRIBER, _G.NONE,              _S.ACTIVE),
        (_S.ACTIVE,    _A.EXPIRE,       _W.CLOCK,      _G.DATE_PASSED,       _S.EXPIRED),
        (_S.PARTIAL,   _A.EXPIRE,       _W.CLOCK,      _G.DATE_PASSED,       _S.EXPIRED),
        (_S.SUSPENDED, _A.EXPIRE,       _W.CLOCK,      _G.DATE_PASSED,       _S.EXPIRED),
        (_S.DELIVERED, _A.UNDO,         _W.DISPENSER,  _G.SAME_DAY,          None),
        (_S.PARTIAL,   _A.UNDO,         _W.DISPENSER,  _G.SAME_DAY,          None),
        (_S.ACTIVE,    _A.ERASE,        _W.PATIENT,    _G.NOT_DELIVERED,     _S.ERASED),
        (_S.PARTIAL,   _A.ERASE,        _W.PATIENT,    _G.NOT_DELIVERED,     _S.ERASED),
        (_S.SUSPENDED, _A.ERASE,        _W.PATIENT,    _G.NOT_DELIVERED,     _S.ERASED),
        (_S.REFUSED,   _A.ERASE,        _W.PATIENT,    _G.NOT_DELIVERED,     _S.ERASED),
        (_S.CANCELLED, _A.ERASE,        _W.PATIENT,    _G.NOT_DELIVERED,     _S.ERASED),
        (_S.EXPIRED,   _A.ERASE,        _W.PATIENT,    _G.NOT_DELIVERED,     _S.ERASED),
    )
)  # fmt: skip

OPEN: Final = frozenset({LineState.ACTIVE, LineState.PARTIAL, LineState.RESERVED, LineState.SUSPENDED})
"""Something may still be delivered."""


def transition(before: LineState, act: LineAct, actor: LineActor) -> LineTransition | None:
    """The row that allows it, or None: then it is refused with the state's name."""
    return next((t for t in TABLE if (t.before, t.act, t.actor) == (before, act, actor)), None)


def offered(before: LineState, actor: LineActor) -> tuple[LineAct, ...]:
    """What *actor* can be offered on such a line, in the table's order."""
    return tuple(t.act for t in TABLE if t.before is before and t.actor is actor)


def of_lines(lines: tuple[tuple[LineState, bool], ...]) -> OrdonnanceState:
    """From each line's state and whether anything of it was delivered (CF-075)."""
    states = [state for state, _ in lines]
    touched = any(delivered for _, delivered in lines)
    if not states or LineState.UNKNOWN in states:
        return OrdonnanceState.UNKNOWN
    if LineState.DRAFT in states:
        return OrdonnanceState.DRAFT
    if LineState.RESERVED in states:
        return OrdonnanceState.IN_PROGRESS
    still_open = any(state in OPEN for state in states)
    if touched:
        return OrdonnanceState.PARTLY_EXECUTED if still_open else OrdonnanceState.EXECUTED
    if still_open:
        return OrdonnanceState.ISSUED
    if all(state is LineState.CANCELLED for state in states):
        return OrdonnanceState.CANCELLED
    if all(state is LineState.EXPIRED for state in states):
        return OrdonnanceState.EXPIRED
    return OrdonnanceState.CLOSED
