"""ePrescription on the platform's side (contract §8): issued, found, reserved, delivered, cancelled.

What it does stands in ``desktop/simulator/prescription``.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.simulator import wire_names as names
from desktop.simulator.capability import ResourceCapability
from desktop.simulator.clock import instant
from desktop.simulator.feature import FhirRoute, SimulatedFeature
from desktop.simulator.prescription import (
    dispensing,
    finding,
    issuing,
    journal,
    leases,
    prescriber,
    scans,
    seeds,
)
from desktop.simulator.prescription.acting import RxAction
from desktop.simulator.prescription.issuing import access_hash
from desktop.simulator.prescription.signed import FORMAT
from desktop.simulator.prescription.standing import delivered, deliveries, leased, state_of
from desktop.simulator.prescription.tables import DispenseTable, LineTable, OrdonnanceTable, TryTable
from desktop.simulator.world import World

_OPERATION = names.EXTENSIONS.replace("StructureDefinition", "OperationDefinition")
_COUNTER = {"reserve": leases.reserve, "release": leases.release}


def state(world: World, database: Database) -> Mapping[str, Any]:
    """By code: the QR text where the data set made it, and of each line where it stands."""
    now = world.clock.now()
    told: dict[str, Any] = {}
    for row in database.scalars(select(OrdonnanceTable).order_by(OrdonnanceTable.code)):
        told[row.code] = {"patient": row.patient_id, "prescriber": row.practitioner_id, "lines": []}
        qr = seeds.qr_text(row.code)
        known = access_hash(qr.rpartition(":")[2]) == row.access_hash
        told[row.code]["qr"] = qr if known else ""
    for line in database.scalars(select(LineTable).order_by(LineTable.code, LineTable.number)):
        held = leased(world, line, now)
        told[line.code]["lines"].append(
            {
                "id": line.id, "identifier": line.identifier, "number": line.number, "nature": line.nature,
                "state": state_of(world, line, now), "delivered": str(delivered(line)),
                "deliveries": deliveries(line), "quantity": line.quantity, "version": line.version,
                "lease": line.lease_pharmacy if held else "", "asked_back": line.asked_back,
                "until": instant(line.lease_until) if held and line.lease_until else "",
            }
        )  # fmt: skip
    dispenses = {
        d.identifier: {"line": d.line_id, "status": d.status, "quantity": d.quantity, "pharmacy": d.pharmacy}
        for d in database.scalars(select(DispenseTable))
    }
    return {"ordonnances": told, "dispenses": dispenses}


def _operations(kind: str) -> tuple[FhirRoute, ...]:
    return tuple(
        FhirRoute("POST", f"/{kind}/{{id}}/${name}", prescriber.act(kind, name)) for name in prescriber.ACTS
    )


FEATURE = SimulatedFeature(
    name="prescription",
    routes=(
        FhirRoute("GET", "/MedicationRequest", finding.search),
        FhirRoute("POST", "/MedicationRequest/_search", finding.search),
        *(FhirRoute("POST", f"/MedicationRequest/{{id}}/${name}", run) for name, run in _COUNTER.items()),
        *(route for kind in prescriber.KINDS for route in _operations(kind)),
        FhirRoute("GET", "/MedicationDispense", journal.search),
        FhirRoute("POST", "/MedicationDispense/_search", journal.search),
        FhirRoute("POST", "/MedicationDispense/{id}/$undo", journal.undo),
    ),
    tables=(OrdonnanceTable, LineTable, DispenseTable, TryTable),
    capability=(
        ResourceCapability(
            "MedicationRequest",
            ("search-type",),
            {
                "group-identifier": "token",
                "requester": "reference",
                "authored": "date",
                "patient": "reference",
            },
            {name: _OPERATION + f"rx-{name}" for name in (*_COUNTER, *prescriber.ACTS)},
        ),
        ResourceCapability(
            "ServiceRequest", (), {}, {name: _OPERATION + f"rx-{name}" for name in prescriber.ACTS}
        ),
        ResourceCapability(
            "MedicationDispense",
            ("search-type", "create"),
            {"identifier": "token", "performer": "reference", "recorded": "date"},
            {"undo": _OPERATION + "rx-undo"},
        ),
    ),
    acts=tuple(RxAction),
    console={"rx-expire-lease": prescriber.expire_lease, "rx-erase": prescriber.erase},
    seed=seeds.seed,
    state=state,
    data={FORMAT: issuing.take},
    transactions={"MedicationDispense": dispensing.deliver},
    scans=scans.SCANS,
)
