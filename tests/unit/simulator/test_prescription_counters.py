"""Many counters at one line: lost answers, leases that end, clocks that differ (CF-076, CF-106, CF-107)."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from desktop.simulator import dpop
from desktop.simulator.calls import Answer, Call, Endpoint, Requester
from desktop.simulator.outcomes import Refused
from desktop.simulator.prescription import acting, dispensing, journal, leases, past
from desktop.simulator.prescription.sketches import Drug, Sketch, SketchedLine
from desktop.simulator.prescription.tables import DispenseTable, LineTable
from desktop.simulator.tables import PractitionerRow
from desktop.simulator.world import World
from tests.unit.simulator.conftest import Desk
from tests.unit.simulator.rx import Counter, Practice, error, lines_of

EPISODES = 1000
PRESCRIBED = 90
PEOPLE = ("ps-thill", "ps-arendt", "ps-wiltgen")


@pytest.fixture
def without_dpop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token is enough: proofs are not what is tried here, and a thousand episodes need many."""

    def signed_in(call: Call, database: Any) -> Requester:
        found = call.world.sessions.find(call.headers["authorization"], call.world.clock.now())
        if found is None:
            raise Refused("session_ended")
        return Requester(database.get_one(PractitionerRow, found.session.practitioner_id), found)

    for module in (acting, leases):
        monkeypatch.setattr(module, "signed_in", signed_in)


@dataclass
class Till:
    """One counter: what it believes, with a clock of its own."""

    world: World
    person: str
    line: str
    rng: Random
    skew: timedelta
    token: str = ""
    lease: str = ""
    open: dict[str, Any] | None = None
    sent: list[str] = field(default_factory=list)
    made: set[str] = field(default_factory=set)

    def login(self) -> None:
        _, self.token, _ = self.world.sessions.begin(self.person, "", "test", self.world.clock.now())

    def call(self, run: Endpoint, body: Any = None, headers: Any = None, **options: Any) -> Answer | str:
        """The answer, or the code of a refusal."""
        content = json.dumps(body).encode() if body is not None else b""
        known = {"authorization": self.token, **(headers or {})}
        call = Call(
            self.world, dpop.SeenOnce(), options.get("method", "POST"), "https://platform.test/x",
            {"id": options.get("id", self.line)}, options.get("query", {}), known, content,
        )  # fmt: skip
        try:
            return run(call)
        except Refused as refused:
            if refused.code == "session_ended":
                self.login()
            return refused.code

    def lost(self) -> bool:
        """Every fourth answer never arrives."""
        return self.rng.random() < 0.25

    def reserve(self) -> None:
        with self.world.database() as database:
            version = database.get_one(LineTable, self.line).version
        if self.rng.random() < 0.1:
            version -= 1  # somebody else was quicker
        given = (
            [{"name": "token", "valueString": self.lease}] if self.lease and self.rng.random() < 0.5 else []
        )
        answer = self.call(leases.reserve, {"parameter": given}, {"if-match": f'W/"{version}"'})
        if isinstance(answer, Answer) and not self.lost():
            parts = next(e for e in answer.body["extension"] if e["url"].endswith("rx-line"))["extension"]
            self.lease = next(p["valueString"] for p in parts if p["url"] == "lease-token")

    def release(self) -> None:
        self.call(leases.release, {"parameter": [{"name": "token", "valueString": self.lease}]})

    def deliver(self) -> None:
        """A new delivery; one whose fate is unknown is asked for or sent again, never made anew."""
        if self.open is None and self.rng.random() < 0.8:
            self.reserve()
        if self.open is None:
            self.open = self._written()
            self.sent.append(self.open["entry"][0]["resource"]["identifier"][0]["value"])
        identifier = self.sent[-1]
        if self.rng.random() < 0.2:
            self._ask(identifier)
            return
        answer = self.call(dispensing.deliver, self.open)
        if self.lost():
            return
        if isinstance(answer, Answer):
            self.made.add(identifier)
        if answer != "session_ended":
            self.open = None

    def resolve(self) -> None:
        """At the end nothing may stay unknown."""
        self.login()
        for identifier in self.sent:
            self._ask(identifier)

    def undo(self) -> None:
        with self.world.database() as database:
            mine = select(DispenseTable).where(DispenseTable.identifier.in_(self.made))
            rows = [r.id for r in database.scalars(mine) if r.status == "completed"]
        if rows:
            given = [
                {"name": "reason", "valueString": "erreur"},
                {"name": "box-returned", "valueBoolean": True},
            ]
            self.line, line = self.rng.choice(rows), self.line
            self.call(journal.undo, {"parameter": given})
            self.line = line

    def _ask(self, identifier: str) -> None:
        """« Did it arrive? »: a yes settles it; a no leaves it to be sent again."""
        answer = self.call(journal.search, method="GET", query={"identifier": [identifier]})
        if isinstance(answer, Answer) and answer.body["total"]:
            self.made.add(identifier)
            if identifier == self.sent[-1]:
                self.open = None

    def _written(self) -> dict[str, Any]:
        told = Counter.dispense(
            self,  # type: ignore[arg-type]
            {"id": self.line, "subject": {"reference": "Patient/p-1"}}, self.lease,
            self.rng.choice((30, 45, 60, 90, 91)),
        )  # fmt: skip
        now = (self.world.clock.now() + self.skew).isoformat()
        told |= {"whenHandedOver": now}
        told["extension"][0]["valueDateTime"] = now
        return Counter.delivery(self, told)  # type: ignore[arg-type]

    @property
    def name(self) -> str:
        return self.person.removeprefix("ps-")


def _issue(world: World, number: int) -> str:
    with world.database() as database:
        line = SketchedLine(Drug("Ramipril 5 mg"), "1 le matin", PRESCRIBED, "comprimé", 90, "RR")
        sketch = Sketch(f"episode {number}", world.clock.now() - timedelta(hours=1), (line,))
        [made] = past.issue(database, past.Directory(database), sketch, ("p-1", "ps-weber"))
        return made.id


def _steps(till: Till) -> Iterator[tuple[Callable[[], None], float]]:
    yield till.reserve, 4
    yield till.deliver, 5
    yield till.release, 1
    yield till.undo, 0.7


@pytest.mark.usefixtures("without_dpop")
def test_what_is_delivered_never_exceeds_what_was_prescribed(world: World) -> None:
    """CF-106, CF-076: and nothing is made twice, whatever was lost on the way (CF-107)."""
    begun, refusals, over = datetime.now(UTC), 0, 0
    for number in range(EPISODES):
        rng = Random(number)
        world.clock.offset_s = 0.0
        line = _issue(world, number)
        tills = [
            Till(world, who, line, rng, timedelta(minutes=rng.randint(-600, 600))) for who in PEOPLE
        ]  # fmt: skip
        for till in tills:
            till.login()
        for _ in range(rng.randint(4, 14)):
            till = rng.choice(tills)
            steps = list(_steps(till))
            rng.choices([run for run, _ in steps], [weight for _, weight in steps])[0]()
            if rng.random() < 0.15:
                world.clock.offset_s += rng.choice((60, 301, 599, 601))
            if rng.random() < 0.05:
                world.sessions.end_of(till.person)
        for till in tills:
            till.resolve()
        with world.database() as database:
            rows = database.scalars(select(DispenseTable).where(DispenseTable.line_id == line)).all()
            standing = sum((Decimal(r.quantity) for r in rows if r.status == "completed"), Decimal(0))
            row = database.get_one(LineTable, line)
            assert standing <= PRESCRIBED, number
            assert standing == Decimal(row.handed_over), number
            assert (row.state == "delivree") == (standing == PRESCRIBED), number
            assert {r.identifier for r in rows} == set().union(*(till.made for till in tills)), number
            refusals += sum(len(till.sent) for till in tills) - len(rows)
            over += standing == PRESCRIBED
    assert refusals > EPISODES / 2 and over > EPISODES / 10, "the episodes meet what they are to meet"
    assert begun <= datetime.now(UTC)


def test_two_at_the_same_moment(desk: Desk) -> None:
    """The last tablets are handed over once, by whoever came first."""
    issued = Practice(desk).issue()
    counters = [Counter(desk, "thill"), Counter(desk, "arendt")]
    [one] = counters[0].resources(issued.by_qr)
    token = counters[0].held(one)
    barrier, statuses = threading.Barrier(2), []

    def act(counter: Counter) -> None:
        told = counter.dispense(one, token, 60)
        barrier.wait()
        statuses.append(counter.deliver(told).status_code)

    threads = [threading.Thread(target=act, args=(counter,)) for counter in counters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 409]
    assert lines_of(desk, issued)[0]["delivered"] == "60"


def test_cf107_the_same_delivery_sent_again_is_answered_as_the_first_was(desk: Desk) -> None:
    issued, counter = Practice(desk).issue(), Counter(desk)
    [one] = counter.resources(issued.by_qr)
    told = counter.dispense(one, counter.held(one), quantity=30)
    first, again = counter.deliver(told), counter.deliver(told)
    assert (first.status_code, again.status_code) == (200, 200)
    path = f"/MedicationDispense?identifier=urn:ietf:rfc:3986|{told['identifier'][0]['value']}"
    assert counter.client.call("GET", path).json()["total"] == 1


def test_a_lost_answer_is_found_again_by_its_identifier(desk: Desk) -> None:
    """CF-107: with an index that lags, « it is not there » is true only later."""
    issued, counter = Practice(desk).issue(), Counter(desk)
    [one] = counter.resources(issued.by_qr)
    told = counter.dispense(one, counter.held(one))
    counter.deliver(told)
    identifier = told["identifier"][0]["value"]
    path = f"/MedicationDispense?identifier=urn:ietf:rfc:3986|{identifier}"
    assert counter.client.call("GET", path).json()["total"] == 1
    desk.world.intake.settle_s = 30
    assert counter.client.call("GET", path).json()["total"] == 0
    desk.later(31)
    assert counter.client.call("GET", path).json()["total"] == 1
    assert Counter(desk, "wiltgen").client.call("GET", path).json()["total"] == 0, "another pharmacy's"
    assert error(Counter(desk, "weber").client.call("GET", path)) == (403, "not_entitled")
