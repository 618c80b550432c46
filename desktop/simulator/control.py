"""The control interface for tests, tour and the patient's console: plain HTTP on loopback with a token."""

import hmac
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session as Database
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desktop.common.built_types import built
from desktop.domain.record import DspState, MandateKind
from desktop.simulator import console_actions, mandates
from desktop.simulator.access import times
from desktop.simulator.clock import instant
from desktop.simulator.faults import Faults
from desktop.simulator.loading import Background
from desktop.simulator.outcomes import Refused
from desktop.simulator.tables import (
    SEEDED,
    BlacklistedRow,
    DocumentRow,
    MandateRow,
    PatientRow,
    PractitionerRow,
    TraceRow,
)
from desktop.simulator.world import World

Work = Callable[[dict[str, Any]], Any]
# Not by their time: who moved the platform's clock on and back again left traces of the future behind.
_WRITTEN = text("trace.rowid")


def control(world: World, faults: Faults, background: Background, token: str) -> Starlette:
    """``GET /state``, ``POST|DELETE /faults``, ``POST /intake``, ``POST /act``, ``POST /clock``."""
    console_actions.acts(world.features)  # two of one name are told at the start

    def add_faults(data: dict[str, Any]) -> Any:
        wanted = data.get("faults", [data])
        for fault in wanted:
            faults.add(fault)
        return _faults(faults)

    def drop_faults(_: dict[str, Any]) -> Any:
        faults.clear()
        return _faults(faults)

    def set_clock(data: dict[str, Any]) -> Any:
        world.clock.offset_s = float(data["offset_s"])
        return {"now": instant(world.clock.now())}

    def show_state(_: dict[str, Any]) -> Any:
        return state(world, faults, background)

    def route(path: str, method: str, work: Work) -> Route:
        return Route(path, _guarded(token, work), methods=[method])

    return Starlette(
        routes=[
            route("/state", "GET", show_state),
            route("/faults", "POST", add_faults),
            route("/faults", "DELETE", drop_faults),
            route("/intake", "POST", world.intake.be),
            route("/clock", "POST", set_clock),
            route("/act", "POST", lambda data: console_actions.perform(world, data)),
        ]
    )


def state(world: World, faults: Faults, background: Background) -> dict[str, Any]:
    """What a test may want to compare with what the client shows. No code; of tokens and keys the digests.

    Traces stand in the order of their writing.
    """
    now = world.clock.now()
    with world.database() as database:
        documents = database.scalars(select(DocumentRow).where(DocumentRow.submission_id != "")).all()
        total = database.scalar(select(func.count()).select_from(DocumentRow))
        made = select(TraceRow).where(TraceRow.id.not_like(f"{SEEDED}%"))
        traces = database.scalars(made.order_by(_WRITTEN)).all()
        rows = database.scalars(select(MandateRow)).all()
        patients = database.scalars(select(PatientRow)).all()
        return {
            "now": instant(now),
            "loaded": background.done.is_set(),
            "documents": total,
            "patients": [_patient(p) for p in patients],
            "deposits": [_deposit(d) for d in documents],
            "traces": [_trace(t) for t in traces],
            "mandates": [_mandate(m) | {"state": _state_of(database, m, now)} for m in rows],
            "sessions": [
                {
                    "practitioner": s.practitioner_id,
                    "software": s.software,
                    "begun": instant(s.begun),
                    "tokens": world.sessions.digests_of(s),
                    "patient_tokens": world.sessions.patient_digests_of(s),
                    "key": s.jkt,
                }
                for s in world.sessions.living(now)
            ],
            "requests": dict(world.requests),
            "sendings": dict(world.intake.sendings),
            "without_traceparent": world.without_traceparent,
            "faults": _faults(faults),
            "features": {feature.name: dict(feature.state(world, database)) for feature in world.features},
        }


def _guarded(token: str, work: Work) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return _json({"error": "token"}, 401)
        body = await request.body()
        try:
            data = msgspec.json.decode(body, type=built(dict[str, Any])) if body else {}
            return _json(await run_in_threadpool(work, data))
        except Refused as refused:
            return _json({"error": refused.code}, 409)
        except (KeyError, TypeError, ValueError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, 400)

    return handle


def _json(data: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(data), status, media_type="application/json")


def _faults(faults: Faults) -> list[dict[str, Any]]:
    return [
        {"kind": f.kind, "path": f.path, "times": f.times, "value": f.value, "hits": f.hits}
        for f in faults.active
    ]


def _patient(row: PatientRow) -> dict[str, Any]:
    return {
        "id": row.id, "matricule": row.matricule, "name": row.name, "dsp": row.dsp,
        "birth_date": row.birth_date.isoformat(),
    }  # fmt: skip


def _deposit(row: DocumentRow) -> dict[str, Any]:
    return {
        "id": row.id, "unique_id": row.unique_id, "submission_id": row.submission_id,
        "patient": row.patient_id, "author": row.author_id, "category": row.category, "title": row.title,
        "created": row.created, "level": row.level, "sha1": row.sha1, "size": row.size,
        "replaces": row.replaces, "superseded": row.superseded, "registered": instant(row.registered),
        "transforms": row.transforms,
    }  # fmt: skip


def _trace(row: TraceRow) -> dict[str, Any]:
    return {
        "id": row.id, "when": instant(row.when), "practitioner": row.practitioner_id, "who": row.who,
        "function": row.function, "as": row.acting_as, "mandate": row.mandate_id, "software": row.software,
        "action": row.action, "patient": row.patient_id, "document": row.document_id,
        "change": row.change, "succeeded": row.succeeded, "reason": row.reason,
    }  # fmt: skip


def _state_of(database: Database, row: MandateRow, now: datetime) -> str:
    patient = database.get_one(PatientRow, row.patient_id)
    person = database.get(PractitionerRow, row.practitioner_id)
    banned = database.get(BlacklistedRow, (row.patient_id, row.practitioner_id)) is not None
    found = mandates.state(
        MandateKind(row.kind), times(row), now, dsp=DspState(patient.dsp), blacklisted=banned,
        suspended=person is not None and person.suspended,
    )  # fmt: skip
    return found.value


def _mandate(row: MandateRow) -> dict[str, Any]:
    return {
        "id": row.id, "patient": row.patient_id, "practitioner": row.practitioner_id, "kind": row.kind,
        "start": instant(row.start), "end": instant(row.end) if row.end else None,
        "grace_end": instant(row.grace_end) if row.grace_end else None,
    }  # fmt: skip
