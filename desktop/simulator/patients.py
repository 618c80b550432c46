"""Patients by matricule and by traits (contract §3)."""

from datetime import date
from typing import Any

from sqlalchemy import select

from desktop.domain.folding import begins_words, fold, search_words
from desktop.simulator import fhir_out
from desktop.simulator import wire_names as names
from desktop.simulator.calls import Answer, Call, patient_of, signed_in
from desktop.simulator.json_shapes import as_dict, as_dicts, as_list, as_text
from desktop.simulator.outcomes import Refused, operation_outcome
from desktop.simulator.searching import first, searchset
from desktop.simulator.tables import PatientRow

_MOST_MATCHES = 5


def search_patients(call: Call) -> Answer:
    """By matricule, in the body of a POST (contract §3)."""
    system, _, value = first(call, "identifier").partition("|")
    if system != names.MATRICULE or not value:
        raise Refused("request_invalid", detail="identifier")
    with call.world.database() as database:
        signed_in(call, database)
        rows = database.scalars(select(PatientRow).where(PatientRow.matricule == value)).all()
        found = [fhir_out.patient(row) for row in rows]
    # the self link leaves the matricule out: it may be logged
    return searchset(call, "Patient", found, {"identifier": f"{names.MATRICULE}|"})


def match_patients(call: Call) -> Answer:
    """ITI-119 by traits: more than five answers none, and asks for more traits (contract §3)."""
    family, birth = _traits(call.json())
    words = search_words(family)
    if sum(len(w) for w in words) < 2:
        raise Refused("search_too_short")
    with call.world.database() as database:
        signed_in(call, database)
        rows = list(database.scalars(select(PatientRow)))
    matches = [
        row for row in rows
        if begins_words(fold(f"{row.given} {row.family}"), words)
        and (birth is None or row.birth_date == birth)
    ]  # fmt: skip
    if len(matches) > _MOST_MATCHES:
        outcome = operation_outcome("too_many_matches")
        outcome["issue"][0]["severity"] = "warning"
        return searchset(call, "Patient", [outcome], {}, total=len(matches))
    return searchset(call, "Patient", [fhir_out.patient(row) for row in matches], {})


def read_patient(call: Call) -> Answer:
    """One Patient."""
    with call.world.database() as database:
        signed_in(call, database)
        return Answer(fhir_out.patient(patient_of(database, call.path["id"])))


def _traits(body: Any) -> tuple[str, date | None]:
    parameters = as_dicts(as_dict(body).get("parameter"))
    person = next((as_dict(p.get("resource")) for p in parameters if p.get("name") == "resource"), {})
    names_given = as_dicts(person.get("name"))
    if not names_given:
        raise Refused("request_invalid", detail="Patient.name")
    name = names_given[0]
    words = [*as_list(name.get("given")), name.get("family"), name.get("text")]
    birth = person.get("birthDate")
    try:
        return " ".join(map(as_text, words)), date.fromisoformat(birth) if birth else None
    except (ValueError, TypeError):
        raise Refused("request_invalid", detail="Patient.birthDate") from None
