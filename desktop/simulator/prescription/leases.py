"""Reserving a line, holding it longer, letting it go (contract §8.3, CF-076, CF-109)."""

import secrets

from sqlalchemy.orm import Session as Database

from desktop.simulator.calls import Answer, Call, Requester, signed_in
from desktop.simulator.json_shapes import as_text
from desktop.simulator.prescription import shapes
from desktop.simulator.prescription.acting import (
    LEASE,
    RxAction,
    changed,
    check_version,
    line_of,
    no_such_state,
    parameters,
    pharmacist,
    same,
)
from desktop.simulator.prescription.deadlines import SIX_MONTHS
from desktop.simulator.prescription.refusals import refused
from desktop.simulator.prescription.rules import rule_for
from desktop.simulator.prescription.standing import end_lease, leased, obstacle_of, state_of
from desktop.simulator.prescription.tables import LineTable


def reserve(call: Call) -> Answer:
    """Ten minutes for one pharmacy; its session is told the same token again, as an answer may be lost."""
    given = parameters(call)
    with call.world.database() as database:
        caller = pharmacist(call, database, RxAction.DISPENSE)
        line = line_of(database, call.path["id"], "MedicationRequest")
        check_version(call, line)
        now = call.world.clock.now()
        mine = leased(call.world, line, now) and _is_mine(caller, line, as_text(given.get("token")))
        state = state_of(call.world, line, now)
        if state == "reservee" and not mine:
            pharmacy = shapes.pharmacy_name(database, line.lease_pharmacy)
            raise refused("rx_reserved", line=line.id, pharmacy=pharmacy, until=line.lease_until)
        outside = given.get("outside-insurance") is True or line.outside_insurance
        obstacle = obstacle_of(line, now) if line.state in ("active", "partielle") else ""
        if obstacle and not (obstacle == SIX_MONTHS and outside):
            raise refused("rx_not_deliverable", line=line.id, obstacle=obstacle)
        if not mine and rule_for("reserver", "pharmacie", state) is None:
            raise no_such_state(line, state, obstacle_of(line, now) if state == "delivree" else "")
        line.lease_token = line.lease_token if mine else secrets.token_urlsafe(24)
        line.lease_since = line.lease_since if mine else now
        line.lease_pharmacy, line.lease_session = caller.person.organization_id, caller.token.session.id
        line.lease_until, line.outside_insurance = now + LEASE, outside
        changed(line)
        return line_answer(call, database, line, line.lease_token)


def release(call: Call) -> Answer:
    """By its token; where nothing is held, nothing changes."""
    token = as_text(parameters(call).get("token"))
    with call.world.database() as database:
        caller = signed_in(call, database)
        line = line_of(database, call.path["id"], "MedicationRequest")
        now = call.world.clock.now()
        if leased(call.world, line, now) and holds(caller, line, token):
            end_lease(line)
            changed(line)
        return line_answer(call, database, line)


def line_answer(call: Call, database: Database, line: LineTable, lease_token: str = "") -> Answer:
    """The line with its ETag."""
    resource = shapes.line(call.world, database, line, call.world.clock.now(), lease_token)
    return Answer(resource, headers={"ETag": f'W/"{line.version}"'})


def holds(caller: Requester, line: LineTable, token: str) -> bool:
    """Whether *token* is the line's, in the hands of its pharmacy; says nothing of the time."""
    here = line.lease_pharmacy == caller.person.organization_id
    return here and bool(token) and same(line.lease_token, token)


def _is_mine(caller: Requester, line: LineTable, token: str) -> bool:
    return holds(caller, line, token) or line.lease_session == caller.token.session.id
