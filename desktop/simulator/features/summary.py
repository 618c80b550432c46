"""The patient summary's side of the platform: who may write it passes from one doctor to another.

Taking one in is the kernel's (``deposits``, ``data_deposits``, ``structured``): any document may have data.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from desktop.domain.record import MandateKind
from desktop.simulator.access import times
from desktop.simulator.feature import SimulatedFeature, no_seed
from desktop.simulator.mandates import MandateState
from desktop.simulator.rules import SUMMARY
from desktop.simulator.tables import DocumentRow, MandateRow, PractitionerRow
from desktop.simulator.world import World, new_id

_REFERENT = MandateKind.MEDECIN_REFERENT.value


def _hand_over(world: World, database: Database, data: dict[str, Any]) -> None:
    """``patient``, ``practitioner``: he is the médecin référent from now on, and nobody else."""
    now = world.clock.now()
    person = database.get_one(PractitionerRow, data["practitioner"])
    query = select(MandateRow).where(MandateRow.patient_id == data["patient"], MandateRow.kind == _REFERENT)
    for mandate in database.scalars(query).all():
        if times(mandate).state(now) is MandateState.ACTIVE:
            mandate.end, mandate.grace_end, mandate.updated = now, None, now
            mandate.version += 1
    database.add(
        MandateRow(
            id=new_id(), patient_id=data["patient"], practitioner_id=person.id, kind=_REFERENT,
            start=now, end=None, grace_end=None, version=1, updated=now,
        )
    )  # fmt: skip


def _state(world: World, database: Database) -> Mapping[str, Any]:
    """Of each patient the current summary: the ids of its PDF and of its data, "" where there are none."""
    current = select(DocumentRow).where(
        DocumentRow.category == SUMMARY, DocumentRow.superseded.is_(False), DocumentRow.disabled.is_(False)
    )
    rows = database.scalars(current).all()
    data = {row.transforms: row.id for row in rows if row.transforms}
    return {
        row.patient_id: {"pdf": row.id, "data": data.get(row.id, "")} for row in rows if not row.transforms
    }


FEATURE = SimulatedFeature(
    name="summary",
    routes=(),
    tables=(),
    capability=(),
    acts=(),
    console={"hand-over": _hand_over},
    seed=no_seed,
    state=_state,
    data={},
    transactions={},
    scans=(),
)
