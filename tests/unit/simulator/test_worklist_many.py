"""CF-101: every badge of 2,000 declared patients, against a computation from the platform's own tables.

What is expected is written here a second time, from domain §B.3 and the rows, by another way: months are
walked one by one on a calendar.
"""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session as Database

from desktop.common.resource_files import resource
from desktop.domain.local_time import local_day
from desktop.domain.record import Patient
from desktop.features.worklist.domain import Choice
from desktop.features.worklist.service import Worklist, WorklistService
from desktop.features.worklist.wire import Group, listed
from desktop.simulator.referent import DeclarationTable, new_statement
from desktop.simulator.tables import DocumentRow, MandateRow, PatientRow
from desktop.sync import fhir_read
from desktop.sync.fhir_shapes import PatientResource, shaped
from desktop.sync.profile import load_profile
from desktop.sync.wire_kit import WireKit
from tests.fakes.features import FakeWorklist
from tests.unit.simulator.conftest import Desk

MANY, MINE = 2000, "ps-kieffer"
Row = dict[str, Any]


class ReadingKit(WireKit):
    """Reads patients as the client does; makes no call."""

    def __init__(self) -> None:
        self._systems = load_profile(resource("profiles", "demo.toml")).systems

    def patient(self, raw: PatientResource) -> Patient | None:
        return fhir_read.patient(raw, self._systems)


def over_the_wire(desk: Desk) -> FakeWorklist:
    """A port that answers with what came over the wire, page by page."""
    client, pages, path = desk.login("kieffer"), [], "/Group/mr-patients?_count=200"
    while path:
        bundle = client.call("GET", path).json()
        page = shaped(_bytes(bundle["entry"][0]["resource"]), Group)
        assert page is not None
        pages.append(page)
        path = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), "")
    port = FakeWorklist()
    port.listed = listed(pages, ReadingKit())
    return port


def _bytes(tree: Any) -> bytes:
    return msgspec.json.encode(tree)


@pytest.fixture
def today(desk: Desk) -> date:
    day = local_day(desk.world.clock.now())
    with desk.world.database() as database:
        rng = Random(101)
        for number in range(MANY):
            _add(database, rng, f"many-{number:04d}", day)
    return day


def _add(database: Database, rng: Random, id: str, today: date) -> None:
    def ago(low: int, high: int) -> date:
        return today - timedelta(days=rng.randint(low, high))

    state = rng.choice(
        ["draft", "signed", "notified", *["on"] * 14, "notice", "over", "ended", "closed", "dead"]
    )
    dsp = {"closed": "closed", "dead": "deceased"}.get(state, "active")
    database.add(
        PatientRow(
            id=id,
            matricule=f"17{id[5:]}0101012",
            family=f"Name{id[5:]}",
            given="X",
            sex="male",
            birth_date=ago(9000, 30000),
            dsp=dsp,
            inactive_until=None,
            address="",
            emergency="standard",
        )
    )
    validated = None if state in ("draft", "signed", "notified") else ago(0, 1500)
    d = DeclarationTable(
        id=f"d-{id}",
        patient_id=id,
        practitioner_id=MINE,
        cause="",
        signed_patient=ago(1600, 1700),
        signed_doctor=None if state == "draft" else ago(1600, 1700),
        notified=ago(1500, 1600) if state not in ("draft", "signed") else None,
        validated=validated,
        effective=None if validated is None else validated + timedelta(days=rng.randint(-20, 40)),
        notice=None,
        ends=None,
        ended=None,
    )
    if state in ("notice", "over"):
        d.notice = ago(1, 50) if state == "notice" else ago(70, 90)
        d.ends = d.notice + timedelta(days=61) if rng.random() < 0.5 else None
    elif state == "ended":
        d.ended, d.cause = ago(0, 80), "replaced"
    database.add(d)
    if validated is None:
        return
    running = state in ("on", "notice", "over")
    start = datetime.combine(validated, time(8), UTC)
    database.add(
        MandateRow(
            id=f"m-{id}",
            patient_id=id,
            practitioner_id=MINE,
            kind="medecin-referent",
            start=min(start, datetime.combine(today, time(0), UTC)),
            end=None if running else datetime.combine(today - timedelta(days=1), time(0), UTC),
            grace_end=None,
            updated=start,
        )
    )
    _statements(database, rng, d, today)
    versions = rng.choice([0, 0, 1, 2])
    for n in range(versions):
        _document(
            database,
            f"s{n}-{id}",
            id,
            "resume-patient",
            ago(300, 400),
            superseded=n < versions - 1,
            replaces=f"s{n - 1}-{id}" if n else "",
        )
    if rng.random() < 0.8:
        _document(database, f"p-{id}", id, "resume-prestations", ago(1, 500))
    for n in range(rng.choice([0, 0, 0, 1, 2])):
        _document(database, f"a{n}-{id}", id, "imagerie", ago(1, 30), level="annonce")


def _statements(database: Database, rng: Random, d: DeclarationTable, today: date) -> None:
    """One that was accepted some day, one that is on its way: both, either or none."""

    def ago(low: int, high: int) -> date:
        return today - timedelta(days=rng.randint(low, high))

    state = rng.choice(["a-faire", "envoye", "recu", "retourne"])
    accepted = rng.choice([None, ago(600, 800), ago(1, 900)])
    for number, (stands, day) in enumerate((("accepte", accepted), (state, None))):
        if stands == "a-faire" or (stands == "accepte" and day is None):
            continue
        on = day - timedelta(days=20) if day else ago(0, 3)
        sent = datetime.combine(on, time(3), UTC)
        row = new_statement(d.id, d.patient_id, MINE, f"urn:{d.id}-{number}", sent)
        row.state, row.accepted, row.content = stands, day, "{}"
        database.add(row)


def _document(
    database: Database,
    id: str,
    patient: str,
    category: str,
    day: date,
    *,
    superseded: bool = False,
    replaces: str = "",
    level: str = "standard",
) -> None:
    at = datetime.combine(day, time(10), UTC)
    database.add(
        DocumentRow(
            id=id,
            unique_id=f"urn:{id}",
            locator=id,
            patient_id=patient,
            category=category,
            title="geheim",
            created=day.isoformat(),
            registered=at,
            author_id="ps-x",
            organization_id="",
            level=level,
            language="fr",
            episode_id="",
            replaces=replaces,
            superseded=superseded,
            annonce_at=at if level == "annonce" else None,
            content_type="application/pdf",
            size=1,
            sha1="",
            updated=at,
        )
    )


def _after(day: date, months: int) -> date:
    """By the calendar: the month is counted, then the last day that it has up to this number."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def expected(
    rows: dict[str, Row], documents: dict[str, list[Row]], id: str, now: datetime
) -> tuple[str, ...]:
    """State, and what each clock says, for one patient."""
    row, today = rows[id], local_day(now)
    d = {
        key: date.fromisoformat(row[key]) if row[key] else None
        for key in (
            "signed_patient",
            "signed_doctor",
            "notified",
            "validated",
            "effective",
            "notice",
            "ends",
            "ended",
            "accepted",
        )
    }
    if row["dsp"] in ("closed", "deceased"):
        return "ended", "-", "-", "-", "0"
    last = d["ends"] or (_after(d["notice"], 2) if d["notice"] else None)
    if (d["ended"] and d["ended"] <= today) or (last and last < today):
        return "ended", "-", "-", "-", "0"
    if d["validated"] is None:
        signed = d["signed_patient"] and d["signed_doctor"]
        return ("notified" if d["notified"] else "signed" if signed else "draft"), "-", "-", "-", "0"
    state = "notice" if last else "effective" if d["effective"] and d["effective"] <= today else "validated"
    current = [doc for doc in documents.get(id, ()) if not doc["superseded"]]
    summaries = [date.fromisoformat(doc["created"]) for doc in current if doc["category"] == "resume-patient"]
    due = _after(summaries[0], 12) if summaries else _after(d["validated"], 3)
    summary = "old" if summaries and today > due else "late" if today > due else _soon(due, 30, today)
    due = _after(d["accepted"] or d["validated"], 24)
    sent = datetime.fromisoformat(row["sent"]).replace(tzinfo=UTC) if row["sent"] else now
    waits = row["state"] == "envoye" and (now - sent).total_seconds() > 86400
    statement = "awaited" if waits else "late" if today > due else _soon(due, 60, today)
    came = [date.fromisoformat(doc["created"]) for doc in current if doc["category"] == "resume-prestations"]
    birthdays = [_after(d["effective"], 12 * n) for n in range(1, 9)] if d["effective"] else []
    past = [day for day in birthdays if day <= today]
    missing = past and (today - past[-1]).days > 30 and not [day for day in came if day >= past[-1]]
    annonces = sum(doc["level"] == "annonce" for doc in current)
    return state, summary, statement, "missing" if missing else "nothing", str(annonces)


def _soon(due: date, days: int, today: date) -> str:
    return "soon" if (due - today).days <= days else "nothing"


def test_cf101_every_badge_agrees(desk: Desk, today: date) -> None:
    now = desk.world.clock.now()
    found = WorklistService(over_the_wire(desk)).read(now)
    assert isinstance(found, Worklist) and found.unread == 0
    mine = [shown for shown in found.lines if shown.told.patient.id.startswith("many-")]
    with desk.world.database() as database:
        query = (
            "SELECT p.dsp, d.*, (SELECT max(accepted) FROM ald_statement WHERE declaration_id = d.id) AS"
            " accepted, s.state, s.sent FROM declaration_declaration d JOIN patient p ON p.id = d.patient_id"
            " LEFT JOIN ald_statement s ON s.id = (SELECT id FROM ald_statement WHERE declaration_id = d.id"
            " ORDER BY sent DESC LIMIT 1)"
        )
        rows = {row["patient_id"]: dict(row) for row in database.execute(text(query)).mappings()}
        documents: dict[str, list[Row]] = {}
        for row in database.execute(text("SELECT * FROM document")).mappings():
            documents.setdefault(row["patient_id"], []).append(dict(row))
    assert {shown.told.patient.id for shown in mine} == {id for id in rows if id.startswith("many-")}
    seen: set[tuple[int, str]] = set()
    for shown in mine:
        clocks = (shown.summary, shown.statement, shown.prestations)
        said = [due.mark.value if due is not None else "?" for due in clocks] if shown.works else ["-"] * 3
        computed = (shown.state.value, *said, str(shown.annonces))
        assert computed == expected(rows, documents, shown.told.patient.id, now), shown
        seen |= set(enumerate(computed))
    marks = {
        0: {"draft", "signed", "notified", "validated", "effective", "notice", "ended"},
        1: {"-", "nothing", "soon", "late", "old"},
        2: {"-", "nothing", "soon", "late", "awaited"},
        3: {"-", "nothing", "missing"},
        4: {"0", "1", "2"},
    }
    assert seen == {(n, value) for n, values in marks.items() for value in values}, "every line of it was met"
    late = {s.told.patient.id for s in mine if Choice.LATE.takes(s)}
    assert late == {
        s.told.patient.id for s in mine if "late" in expected(rows, documents, s.told.patient.id, now)
    }
