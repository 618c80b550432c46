"""My declared patients by ``GET Group/mr-patients``: pages of one Group (contract §9)."""

from collections.abc import Iterable, Mapping

from desktop.domain.errors import Failure, Result
from desktop.domain.referent import Statement, StatementState
from desktop.features.worklist.domain import Annonces, Declared, Prestations, Summary
from desktop.features.worklist.port import MY_PATIENTS, Listed
from desktop.sync import fhir_read
from desktop.sync.fhir_shapes import PatientResource, Reference, Struct
from desktop.sync.referent_facts import Fact, code, count, day, declaration, named
from desktop.sync.wire_kit import WireKit

PAGE = "200"


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
        told = max(told, count(page.quantity) or 0)
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
    facts = named(member.extension)
    told = facts.get("mr-declaration")
    if told is None:
        return None
    new = facts.get("mr-new-documents")
    double = facts.get("mr-duplicates")
    return Declared(
        patient,
        declaration(told),
        _summary(facts.get("mr-summary")),
        _statement(facts.get("mr-ald-statement")),
        _prestations(facts.get("mr-prestations")),
        count(new.value_integer) if new else None,
        _annonces(facts.get("mr-annonces")),
        count(double.value_integer) if double else None,
    )


def _summary(fact: Fact | None) -> Summary | None:
    """Without a readable count it is not told; versions without a day are not told either."""
    parts = named(fact.extension) if fact else {}
    versions = count(parts["versions"].value_integer) if "versions" in parts else None
    if versions is None:
        return None
    last = day(parts, "last")
    return Summary(versions, last) if (versions > 0) == (last is not None) else None


def _statement(fact: Fact | None) -> Statement | None:
    parts = named(fact.extension) if fact else {}
    state = code(StatementState, parts["state"].value_code) if "state" in parts else None
    if state is None:
        return None
    accepted = day(parts, "accepted")
    sent = fhir_read.moment(parts["sent"].value_date_time) if "sent" in parts else None
    return Statement(accepted, state, sent)


def _prestations(fact: Fact | None) -> Prestations | None:
    """``count`` 0 says that none ever came; without it and without a day nothing is told."""
    parts = named(fact.extension) if fact else {}
    last = day(parts, "last")
    came = count(parts["count"].value_integer) if "count" in parts else None
    return Prestations(last) if last is not None or came == 0 else None


def _annonces(fact: Fact | None) -> Annonces | None:
    parts = named(fact.extension) if fact else {}
    waiting = count(parts["count"].value_integer) if "count" in parts else None
    return Annonces(waiting, day(parts, "since")) if waiting is not None else None
