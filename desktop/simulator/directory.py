"""Professionals and organisations: mCSD (contract §7)."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from desktop.domain.folding import fold, search_words
from desktop.simulator import fhir_out
from desktop.simulator.calls import Answer, Call, reference_id, signed_in
from desktop.simulator.outcomes import Refused
from desktop.simulator.searching import first, searchset
from desktop.simulator.tables import (
    OrganizationRow,
    PractitionerRow,
)


def search_practitioners(call: Call) -> Answer:
    """mCSD Practitioner by id, identifier or name."""
    return _directory(call, "Practitioner", select(PractitionerRow), fhir_out.practitioner)


def search_organizations(call: Call) -> Answer:
    """mCSD Organization by id, identifier or name."""
    return _directory(call, "Organization", select(OrganizationRow), fhir_out.organization)


def search_roles(call: Call) -> Answer:
    """mCSD PractitionerRole of one practitioner, with ``_include`` of person and place."""
    with call.world.database() as database:
        signed_in(call, database)
        person = database.get(PractitionerRow, reference_id(first(call, "practitioner"), "Practitioner"))
        if person is None:
            return searchset(call, "PractitionerRole", [], {})
        place = database.get(OrganizationRow, person.organization_id)
        found = [fhir_out.practitioner_role(person, place)]
        included = call.parameters().get("_include", [])
        if any(i.endswith(":practitioner") for i in included):
            found.append(fhir_out.practitioner(person))
        if place and any(i.endswith(":organization") for i in included):
            found.append(fhir_out.organization(place))
    answer = searchset(call, "PractitionerRole", found, {}, total=1)
    for entry in answer.body["entry"][1:]:
        entry["search"]["mode"] = "include"
    return answer


def _directory(call: Call, kind: str, query: Any, shape: Callable[[Any], dict[str, Any]]) -> Answer:
    parameters = {name: values[0] for name, values in call.parameters().items()}
    with call.world.database() as database:
        signed_in(call, database)
        rows = list(database.scalars(query))
    if "_id" in parameters:
        rows = [r for r in rows if r.id == parameters["_id"]]
    if "identifier" in parameters:
        wanted = parameters["identifier"].rpartition("|")[2]
        rows = [r for r in rows if wanted in _numbers(r)]
    if "name" in parameters:
        words = search_words(parameters["name"])
        rows = [r for r in rows if all(w in fold(r.name) for w in words)]
    return searchset(call, kind, [shape(r) for r in rows[:50]], parameters, total=len(rows))


def _numbers(row: Any) -> tuple[str, ...]:
    return (row.ehealth_id, row.card_number) if isinstance(row, PractitionerRow) else (row.id,)


def read_practitioner(call: Call) -> Answer:
    """One Practitioner."""
    with call.world.database() as database:
        signed_in(call, database)
        person = database.get(PractitionerRow, call.path["id"])
    if person is None:
        raise Refused("not_found")
    return Answer(fhir_out.practitioner(person))


def read_organization(call: Call) -> Answer:
    """One Organization."""
    with call.world.database() as database:
        signed_in(call, database)
        place = database.get(OrganizationRow, call.path["id"])
    if place is None:
        raise Refused("not_found")
    return Answer(fhir_out.organization(place))
