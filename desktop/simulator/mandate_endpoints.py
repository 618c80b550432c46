"""My mandates and the care episodes of an open record (contract §4, §5)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.domain.mandates import EmergencyLevel
from desktop.domain.record import DspState
from desktop.simulator import fhir_out, rules
from desktop.simulator.access import access
from desktop.simulator.audit import Act, write
from desktop.simulator.calls import (
    Answer,
    Call,
    Requester,
    in_record,
    patient_of,
    reference_id,
    signed_in,
    told,
)
from desktop.simulator.outcomes import Refused, raise_if
from desktop.simulator.searching import conditional, first, searchset
from desktop.simulator.tables import (
    EpisodeRow,
    MandateRow,
    OrganizationRow,
    PatientRow,
)
from desktop.simulator.traced import Action


def search_consents(call: Call) -> Answer:
    """My running mandates, with a validator for If-None-Match (contract §4): for one patient, or for all.

    No record is looked at, so no access is traced.
    """
    with call.world.database() as database:
        caller = signed_in(call, database)
        actor = reference_id(first(call, "actor"), "Practitioner")
        if actor != caller.person.id:
            raise_if(rules.NOT_ENTITLED)
        if first(call, "status") != "active":
            raise Refused("request_invalid", detail="status=active only")
        now = call.world.clock.now()
        patients = _asked(call, database, actor)
        found = [
            fhir_out.consent(m, caller.person, EmergencyLevel(patient.emergency), running=True)
            for patient in patients
            for m in _mine(database, caller, patient, now)
        ]
    parameters = {"actor": f"Practitioner/{actor}", "status": "active"}
    if "patient" in call.parameters():
        parameters = {"patient": f"Patient/{patients[0].id}", **parameters}
    return conditional(call, searchset(call, "Consent", found, parameters))


def _asked(call: Call, database: Database, actor: str) -> list[PatientRow]:
    """The one that is named, else everybody who ever gave *actor* a mandate."""
    if "patient" in call.parameters():
        return [patient_of(database, reference_id(first(call, "patient"), "Patient"))]
    gave = select(MandateRow.patient_id).where(MandateRow.practitioner_id == actor)
    return list(database.scalars(select(PatientRow).where(PatientRow.id.in_(gave)).order_by(PatientRow.id)))


def read_consent(call: Call) -> Answer:
    """One mandate of mine: the state of the DSP where that ended it (CF-036), else 404 once it is over; 304
    while nothing changed."""
    with call.world.database() as database:
        caller = signed_in(call, database)
        mandate = database.get(MandateRow, call.path["id"])
        if mandate is None or mandate.practitioner_id != caller.person.id:
            raise Refused("not_found")
        patient = patient_of(database, mandate.patient_id)
        raise_if(rules.dossier(DspState(patient.dsp)))
        if mandate not in _mine(database, caller, patient, call.world.clock.now()):
            raise Refused("not_found")
        emergency = EmergencyLevel(patient.emergency)
        answer = Answer(fhir_out.consent(mandate, caller.person, emergency, running=True))
    return conditional(call, answer, f'W/"{mandate.version}"')


def search_encounters(call: Call) -> Answer:
    """Care episodes; refused ones do not exist for anybody (CF-038)."""
    with call.world.database() as database:
        caller = signed_in(call, database)
        patient = patient_of(database, reference_id(first(call, "patient"), "Patient"))
        found = in_record(call, database, caller, patient)
        told(caller, patient.id, rules.ligne_de_vie(found.viewer, found.record))
        rows = database.scalars(
            select(EpisodeRow).where(EpisodeRow.patient_id == patient.id, EpisodeRow.refused.is_(False))
        ).all()
        places = {o.id: o for o in database.scalars(select(OrganizationRow))}
        shown = [fhir_out.encounter(e, places.get(e.organization_id)) for e in sorted(rows, key=_newest)]
        write(database, call.world.clock.now(), caller.actor(found), Act(Action.LIFE_LINE, patient.id))
    return searchset(call, "Encounter", shown, {"patient": f"Patient/{patient.id}"})


def _mine(
    database: Database, caller: Requester, patient: PatientRow, now: datetime
) -> tuple[MandateRow, ...]:
    """Running mandates that give access now; none in a DSP that is not active or when blacklisted."""
    found = access(database, caller.person, patient, now)
    if rules.open_record(found.viewer, found.record) is not None:
        return ()
    return found.mandates


def _newest(episode: EpisodeRow) -> float:
    return -episode.start.timestamp()
