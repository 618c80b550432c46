"""My declared patients by ``GET Group/mr-patients``: pages of one Group (contract §9)."""

from collections.abc import Iterable, Mapping
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
    def day(name: str) -> str:
        return parts[name].value_date if name in parts else ""

    cause = parts.get("cause")
    return Declaration(
        signed_patient=fhir_read.day(day("signed-patient")),
        signed_doctor=fhir_read.day(day("signed-doctor")),
        notified=fhir_read.day(day("notified")),
        validated=fhir_read.day(day("validated")),
        effective=fhir_read.day(day("effective")),
        notice_on=fhir_read.day(day("notice")),
        ends_on=fhir_read.day(day("ends")),
        ended=fhir_read.day(day("ended")),
        cause=_code(EndCause, cause.value_code) if cause else None,
    )


def _summary(fact: Fact | None) -> Summary | None:
    """Without a readable count it is not told; versions without a day are not told either."""
    parts = _named(fact.extension) if fact else {}
    versions = _count(parts["versions"].value_integer) if "versions" in parts else None
    if versions is None:
        return None
    last = fhir_read.day(parts["last"].value_date) if "last" in parts else None
    return Summary(versions, last) if (versions > 0) == (last is not None) else None


def _statement(fact: Fact | None) -> Statement | None:
    parts = _named(fact.extension) if fact else {}
    state = _code(StatementState, parts["state"].value_code) if "state" in parts else None
    if state is None:
        return None
    accepted = fhir_read.day(parts["accepted"].value_date) if "accepted" in parts else None
    sent = fhir_read.moment(parts["sent"].value_date_time) if "sent" in parts else None
    return Statement(accepted, state, sent)


def _prestations(fact: Fact | None) -> Prestations | None:
    """``count`` 0 says that none ever came; without it and without a day nothing is told."""
    parts = _named(fact.extension) if fact else {}
    last = fhir_read.day(parts["last"].value_date) if "last" in parts else None
    count = _count(parts["count"].value_integer) if "count" in parts else None
    return Prestations(last) if last is not None or count == 0 else None


def _annonces(fact: Fact | None) -> Annonces | None:
    parts = _named(fact.extension) if fact else {}
    count = _count(parts["count"].value_integer) if "count" in parts else None
    if count is None:
        return None
    return Annonces(count, fhir_read.day(parts["since"].value_date) if "since" in parts else None)


def _named(facts: Iterable[Fact]) -> dict[str, Fact]:
    """By the last part of their addresses, as everywhere (contract §5)."""
    return {fact.url.rpartition("/")[2]: fact for fact in facts}


def _count(value: int | float | None) -> int | None:
    """A whole number that can be a count."""
    return int(value) if value is not None and 0 <= value < _MOST and value == int(value) else None


def _code(kind: type[_Code], code: str) -> _Code | None:
    return next((known for known in kind if known.value == code), None)
