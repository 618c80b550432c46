"""What the practice software asks for: whose identity page to open, and nothing else (domain §G.5).

A **link** ``dsp-desktop:patient?ticket=NAME`` names a ticket: a small file that the user's own program wrote,
whose content only the user could write. ``dsp-desktop:patient?id=MATRICULE&birth=YYYY-MM-DD&ctx=OPAQUE`` says
the same in the open, and anybody can make one. Neither can hold a code or a PIN, send, or open a record:
what a link has beside these is not read, and only its name is told (CF-145).

A ticket is JSON: ``{"id": "1893120105732", "name": "Muller Anne", "birth": "1893-12-01"}``, with ``id`` or
``name``. Anything here may be hostile: each value is judged by its form, and each answer is data.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import parse_qsl

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.matricule import parse

SCHEME = "dsp-desktop"
LONGEST_LINK = 2_000  # characters
LARGEST_TICKET = 4_096  # bytes
_ACTION = "patient"
_LINK = re.compile(rf"{SCHEME}:(?://)?([a-z]{{1,20}})/?\?([!-~]*)", re.IGNORECASE)
_TICKET = re.compile(r"[A-Za-z0-9_-]{22,64}")  # 128 random bits and more
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TELLABLE = re.compile(r"[A-Za-z_.-]{1,32}")  # of a parameter that is ignored: nothing that could be a value
_UNTELLABLE = "unnamed"
_MOST_FIELDS = 16
_SHORTEST_NUMBER, _LONGEST_NUMBER = 9, 13
_LONGEST_NAME = 80
_CONTEXT = "ctx"  # the caller's own mark, for a later way back


class Origin(StrEnum):
    """Who asks. TICKET: a program of this user's, who alone could write there; LINK: anybody, also a page
    of the web, so that it is asked about first."""

    TICKET = "ticket"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class TicketName:
    """A link's: the random name of a file; ``ignored``: parameters that nobody reads, by name."""

    name: str
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PatientCall:
    """Whom to look for: ``matricule`` (digits) or ``name``, "" where not told."""

    origin: Origin
    matricule: str = ""
    name: str = ""
    birth_date: date | None = None
    ignored: tuple[str, ...] = ()

    def typed(self) -> str:
        """What the user would type into the search."""
        if self.matricule:
            return self.matricule
        born = "" if self.birth_date is None else f" {self.birth_date.isoformat()}"
        return f"{self.name}{born}"


def is_link(words: str) -> bool:
    """Whether it is meant for this program; what it asks says :func:`read_link`."""
    return words[: len(SCHEME) + 1].lower() == f"{SCHEME}:"


def read_link(link: str) -> Result[TicketName | PatientCall]:
    """What *link* asks for; CALL_UNREADABLE for any other scheme, action or form."""
    found = _LINK.fullmatch(link) if len(link) <= LONGEST_LINK else None
    if found is None or found[1].lower() != _ACTION:
        return _unreadable()
    try:
        given = parse_qsl(found[2], keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:  # too many fields; bytes that are no letters
        return _unreadable()
    fields = dict(given)
    if len(fields) != len(given):
        return _unreadable()
    if "ticket" in fields:
        ticket = fields.pop("ticket")
        return TicketName(ticket, _names(fields)) if is_ticket_name(ticket) else _unreadable()
    return _call(Origin.LINK, fields)


def is_ticket_name(name: str) -> bool:
    """Random letters that no path can be made of."""
    return _TICKET.fullmatch(name) is not None


def read_ticket(content: bytes) -> Result[PatientCall]:
    """Whom a ticket asks for; CALL_UNREADABLE."""
    fields = _object(content)
    if fields is None:
        return _unreadable()
    return _call(Origin.TICKET, {name: value for name, value in fields.items() if value is not None})


def read_number(typed: str) -> Result[PatientCall]:
    """Who is meant by a matricule that the user's own program gave; CALL_UNREADABLE."""
    return _call(Origin.TICKET, {"id": typed.strip()})


def read_identity(fields: Mapping[str, str]) -> Result[PatientCall]:
    """Whom ``id``, ``name`` and ``birth`` mean, which the user's own program gave; CALL_UNREADABLE."""
    return _call(Origin.TICKET, fields)


def passed_on(call: Result[PatientCall]) -> bytes:
    """For the running program, which reads it with :func:`taken`."""
    if isinstance(call, Failure):
        return json.dumps({"refused": call.code.value}).encode()
    born = None if call.birth_date is None else call.birth_date.isoformat()
    told = {"id": call.matricule, "name": call.name, "birth": born, "ignored": call.ignored}
    return json.dumps({"origin": call.origin.value, **told}).encode()


def taken(content: bytes) -> Result[PatientCall]:
    """What another start of the program was asked for; CALL_UNREADABLE where no start wrote it."""
    fields = _object(content) or {}
    refused, origin, ignored = fields.get("refused"), fields.get("origin"), fields.get("ignored", [])
    if isinstance(refused, str) and refused in set(Code):
        return Failure.of(Code(refused))
    if not isinstance(origin, str) or origin not in set(Origin) or not isinstance(ignored, list):
        return _unreadable()
    named = {name: value for name in ("id", "name", "birth") if (value := fields.get(name))}
    call = _call(Origin(origin), named)
    if isinstance(call, Failure):
        return call
    names = _names(dict.fromkeys(map(str, ignored)))
    return PatientCall(call.origin, call.matricule, call.name, call.birth_date, names)


def _call(origin: Origin, fields: Mapping[str, object]) -> Result[PatientCall]:
    left = dict(fields)
    number, name, born = left.pop("id", ""), left.pop("name", ""), left.pop("birth", None)
    left.pop(_CONTEXT, None)
    if not isinstance(number, str) or not isinstance(name, str) or not isinstance(born, str | None):
        return _unreadable()
    matricule, day = parse(number) if number else None, _day(born)
    if number and (matricule is None or not _SHORTEST_NUMBER <= len(matricule.digits) <= _LONGEST_NUMBER):
        return _unreadable()
    name = " ".join(name.split(" ")).strip()
    if (name and not _is_name(name)) or (born is not None and day is None) or not (number or name):
        return _unreadable()
    digits = "" if matricule is None else matricule.digits
    return PatientCall(origin, digits, name, day, _names(left))


def _is_name(name: str) -> bool:
    """No controls, no marks that turn the direction of writing, no digits: these would be a date."""
    short = len(name) <= _LONGEST_NAME and sum(c.isalpha() for c in name) >= 2
    return short and name.isprintable() and not any(c.isdigit() for c in name)


def _day(said: str | None) -> date | None:
    if said is None or not _DAY.fullmatch(said):
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _names(ignored: Mapping[str, object]) -> tuple[str, ...]:
    names = list(ignored)[:_MOST_FIELDS]
    return tuple(dict.fromkeys(name if _TELLABLE.fullmatch(name) else _UNTELLABLE for name in names))


def _object(content: bytes) -> dict[str, object] | None:
    if len(content) > LARGEST_TICKET:
        return None
    try:
        read = json.loads(content.decode("utf-8-sig"))  # some editors put their mark before it
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _unreadable() -> Failure:
    return Failure.of(Code.CALL_UNREADABLE)
