"""My declared patients by ``GET Group/mr-patients``: pages of one Group (contract §9)."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from desktop.domain.errors import Failure, Result
from desktop.features.worklist.domain import (
    Annonces,
    Declaration,
    Declared,
    EndCause,
    Prestations,
    Statement,
    StatementState,
    Summary,
)
from desktop.features.worklist.port import MY_PATIENTS, Listed
from desktop.sync import fhir_read
from desktop.sync.fhir_shapes import PatientResource, Reference, Struct
from desktop.sync.wire_kit import WireKit

PAGE = "200"
_MOST = 100_000  # a count beyond any record is no count
_YEARS = range(1900, 2200)  # 9999 is how many a system writes "no end": it is no day
_Code = TypeVar("_Code", bound=StrEnum)


class Fact(Struct):
    """An extension: a date, a moment, a code, a count, or parts of its own."""

    url: str = ""
    value_date: str = ""
    value_date_time: str = ""
    value_code: str = ""
    value_integer: int | float | None = None
    extension: list["Fact"] = []


class Member(Struct):
    """Group.member: whose line, by the id of a contained Patient, and what is told of him."""

    entity: Reference | None = None
    extension: list[Fact] = []


class Group(Struct):
    """One page: ``quantity`` counts the members of all pages."""

    quantity: int | float | None = None
    contained: list[PatientResource] = []
    member: list[Member] = []


class WorklistWire:
    """WorklistPort over the platform."""

    def __init__(self, kit: WireKit) -> None:
        self._kit = kit

    def mine(self) -> Result[Listed]:
        """As the port says."""
        pages = self._kit.search(MY_PATIENTS, {"_count": PAGE}, Group)
        return pages if isinstance(pages, Failure) else listed(pages, self._kit)


def listed(pages: Iterable[Group], kit: WireKit) -> Listed:
    """What can be read of *pages*; a patient who comes twice (the list changed meanwhile) stands once."""
    found: dict[str, Declared] = {}
    told = 0
    for page in pages:
        told = max(told, _count(page.quantity) or 0)
        people = {raw.id: raw for raw in page.contained}
        for member in page.member:
            read = _declared(member, people, kit)
            if read is not None:
                found[read.patient.id] = read
    return Listed(tuple(found.values()), max(0, told - len(found)))


def _declared(member: Member, people: Mapping[str, PatientResource], kit: WireKit) -> Declared | None:
    reference = member.entity.reference if member.entity else ""
    raw = people.get(reference.removeprefix("#"))
    patient = kit.patient(raw) if raw is not None else None
    if patient is None:
        return None
    facts = _named(member.extension)
    declaration = facts.get("mr-declaration")
    if declaration is None:
        return None
    new = facts.get("mr-new-documents")
    double = facts.get("mr-duplicates")
    return Declared(
        patient,
        _declaration(_named(declaration.extension)),
        _summary(facts.get("mr-summary")),
        _statement(facts.get("mr-ald-statement")),
        _prestations(facts.get("mr-prestations")),
        _count(new.value_integer) if new else None,
        _annonces(facts.get("mr-annonces")),
        _count(double.value_integer) if double else None,
    )


def _declaration(parts: Mapping[str, Fact]) -> Declaration:
    cause = parts.get("cause")
    return Declaration(
        signed_patient=_day(parts, "signed-patient"),
        signed_doctor=_day(parts, "signed-doctor"),
        notified=_day(parts, "notified"),
        validated=_day(parts, "validated"),
        effective=_day(parts, "effective"),
        notice_on=_day(parts, "notice"),
        ends_on=_day(parts, "ends"),
        ended=_day(parts, "ended"),
        cause=_code(EndCause, cause.value_code) if cause else None,
    )


def _summary(fact: Fact | None) -> Summary | None:
    """Without a readable count it is not told; versions without a day are not told either."""
    parts = _named(fact.extension) if fact else {}
    versions = _count(parts["versions"].value_integer) if "versions" in parts else None
    if versions is None:
        return None
    last = _day(parts, "last")
    return Summary(versions, last) if (versions > 0) == (last is not None) else None


def _statement(fact: Fact | None) -> Statement | None:
    parts = _named(fact.extension) if fact else {}
    state = _code(StatementState, parts["state"].value_code) if "state" in parts else None
    if state is None:
        return None
    accepted = _day(parts, "accepted")
    sent = fhir_read.moment(parts["sent"].value_date_time) if "sent" in parts else None
    return Statement(accepted, state, sent)


def _prestations(fact: Fact | None) -> Prestations | None:
    """``count`` 0 says that none ever came; without it and without a day nothing is told."""
    parts = _named(fact.extension) if fact else {}
    last = _day(parts, "last")
    count = _count(parts["count"].value_integer) if "count" in parts else None
    return Prestations(last) if last is not None or count == 0 else None


def _annonces(fact: Fact | None) -> Annonces | None:
    parts = _named(fact.extension) if fact else {}
    count = _count(parts["count"].value_integer) if "count" in parts else None
    if count is None:
        return None
    return Annonces(count, _day(parts, "since"))


def _named(facts: Iterable[Fact]) -> dict[str, Fact]:
    """By the last part of their addresses, as everywhere (contract §5)."""
    return {fact.url.rpartition("/")[2]: fact for fact in facts}


def _day(parts: Mapping[str, Fact], name: str) -> date | None:
    """A day from which months can be counted; any other is not told."""
    day = fhir_read.day(parts[name].value_date) if name in parts else None
    return day if day is not None and day.year in _YEARS else None


def _count(value: int | float | None) -> int | None:
    """A whole number that can be a count."""
    return int(value) if value is not None and 0 <= value < _MOST and value == int(value) else None


def _code(kind: type[_Code], code: str) -> _Code | None:
    return next((known for known in kind if known.value == code), None)
