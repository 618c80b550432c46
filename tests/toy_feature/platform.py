"""The platform's side of the toy; as a program: the simulated platform with it (``running_simulator``)."""

import sys

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, mapped_column

from desktop.simulator.__main__ import main
from desktop.simulator.audit import Act, write
from desktop.simulator.calls import Answer, Call, in_record, patient_of, reference_id, signed_in
from desktop.simulator.capability import ResourceCapability
from desktop.simulator.feature import FhirRoute, SimulatedFeature, no_seed
from desktop.simulator.features import FEATURES
from desktop.simulator.searching import searchset
from desktop.simulator.tables import Base
from desktop.simulator.traced import TracedAction
from desktop.simulator.world import new_id

MOST = 2


class NoteTable(Base):
    """One note."""

    __tablename__ = "toy_note"
    id: Mapped[str] = mapped_column(primary_key=True)
    patient_id: Mapped[str]
    author_id: Mapped[str]
    words: Mapped[str]


class ToyAction(TracedAction):
    """What traces name."""

    NOTE = "toy-note", "C"


def search(call: Call) -> Answer:
    parameters = call.parameters()
    with call.world.database() as database:
        caller = signed_in(call, database)
        query = select(NoteTable).order_by(NoteTable.words)
        if "patient" in parameters:
            patient = patient_of(database, reference_id(parameters["patient"][0], "Patient"))
            in_record(call, database, caller, patient)
            query = query.where(NoteTable.patient_id == patient.id)
        else:
            query = query.where(NoteTable.author_id == caller.person.id)
        notes = [_basic(note) for note in database.scalars(query)]
    return searchset(call, "Basic", notes, {name: ",".join(values) for name, values in parameters.items()})


def add(call: Call) -> Answer:
    body = call.json()
    with call.world.database() as database:
        caller = signed_in(call, database)
        patient = patient_of(database, reference_id(body["subject"]["reference"], "Patient"))
        found = in_record(call, database, caller, patient)
        counted = select(func.count()).where(NoteTable.patient_id == patient.id)
        if database.scalar(counted) == MOST:
            coding = [{"system": "urn:dsp:error", "code": "toy_notebook_full"}]
            issue = {"severity": "error", "code": "business-rule", "details": {"coding": coding}}
            return Answer({"resourceType": "OperationOutcome", "issue": [issue]}, 422)
        note = NoteTable(
            id=new_id(), patient_id=patient.id, author_id=caller.person.id, words=body["code"]["text"]
        )
        database.add(note)
        write(database, call.world.clock.now(), caller.actor(found), Act(ToyAction.NOTE, patient.id))
        return Answer(_basic(note), 201)


def _basic(note: NoteTable) -> dict[str, object]:
    subject = {"reference": f"Patient/{note.patient_id}"}
    return {"resourceType": "Basic", "id": note.id, "code": {"text": note.words}, "subject": subject}


TOY_PLATFORM = SimulatedFeature(
    name="toy",
    routes=(FhirRoute("GET", "/Basic", search), FhirRoute("POST", "/Basic", add)),
    tables=(NoteTable,),
    capability=(ResourceCapability("Basic", ("search-type", "create"), {"patient": "reference"}, {}),),
    acts=tuple(ToyAction),
    console={},
    seed=no_seed,
    state=lambda _, database: {"notes": [note.words for note in database.scalars(select(NoteTable))]},
    data={},
    transactions={},
    scans=(),
)

if __name__ == "__main__":
    sys.exit(main(features=(*FEATURES, TOY_PLATFORM)))
