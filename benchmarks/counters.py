"""Fifty counters at one platform, each with a delivery every 15 seconds from a random start, for 5 minutes.

Open loop: a counter begins when its time has come, however long the one before took; what it waited for its
turn counts. Beside it one counter alone, on the same platform in the same run.
"""

import random
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from desktop.domain.account import Account
from desktop.domain.catalog import Profile
from desktop.domain.errors import Failure
from desktop.domain.local_time import local_day
from desktop.domain.prescription.identifier import OrdonnanceCode, parse_qr_text
from desktop.domain.texts import Language
from desktop.features.counter.domain.act import CounterAct, FoundBy, LineWork, begun, handed_over
from desktop.features.counter.domain.delivery import Report
from desktop.features.counter.feature import COUNTER
from desktop.features.counter.service.composing import delivery
from desktop.features.counter.service.reserving import release, reserve
from desktop.features.counter.wire import CounterWire
from desktop.simulator.minimal_data import plain_pdf
from tests.simulator_fixture import Simulator, running_simulator
from tests.unit.sync.live.doctor import Doctor, good

COUNTERS, EVERY_S, FOR_S, ALONE = 50, 15, 300, 40
PHARMACISTS = ("thill", "arendt", "wiltgen")
_ONE = Decimal(1)
_MOST = FOR_S // EVERY_S + ALONE
_ACCOUNT = Account("Sandra Thill", "", "", "Pharmacien", Profile.PHARMACIEN, "ps-thill")
_PDF = plain_pdf("Dispensation")


@dataclass
class Till:
    """A counter with an ordonnance of its own, one tablet at a time."""

    doctor: Doctor
    wire: CounterWire
    code: OrdonnanceCode
    sent: list[str] = field(default_factory=list)

    def opened(self) -> CounterAct:
        """Found and reserved, as after a scan."""
        now = datetime.now(UTC)
        found = good(self.wire.by_code(self.code))
        return good(reserve(self.wire, begun(found, FoundBy.CODE, local_day(now)), now)).act

    def work(self, act: CounterAct) -> LineWork | None:
        """The line that one tablet can still be taken of."""
        return next((one for one in act.lines if one.mine and (one.line.left or 0) >= _ONE), None)

    def leave(self, act: CounterAct, delivered: LineWork | None) -> None:
        """What was reserved beside it is given back, as when an ordonnance is left."""
        others = tuple(one for one in act.lines if one is not delivered)
        assert release(self.wire, replace(act, lines=others)) is None

    def deliver(self) -> None:
        """One whole act at the counter; a lost answer is asked for, never guessed (CF-107)."""
        act = self.opened()
        work = self.work(act)
        assert work is not None
        report = Report(uuid.uuid4().urn, uuid.uuid4().urn, "Dispensation", Language.FR, _ACCOUNT.name, _PDF)
        made = delivery(
            act.with_work(handed_over(work, _ONE)), _ACCOUNT, "Pharmacie", datetime.now(UTC), report,
            lambda: uuid.uuid4().urn,
        )  # fmt: skip
        self.sent += made.identifiers
        if isinstance(self.wire.deliver(made), Failure):
            good(self.wire.arrived(made.identifiers))
        self.leave(act, work)


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """p95 of one counter alone and of all, what was lost and what was doubled."""
    with (
        tempfile.TemporaryDirectory(prefix="dsp-bench-") as folder,
        running_simulator(Path(folder), cards=",".join(PHARMACISTS), options=()) as simulator,
    ):
        while not simulator.control.state()["loaded"]:
            time.sleep(1)
        tills = _tills(simulator)
        before = _handed_over(simulator)
        alone = [_timed(tills[0], time.monotonic()) for _ in range(ALONE)]
        waits = _together(tills)
        after = _handed_over(simulator)
        for till in tills:
            till.doctor.leave()
    lost = doubled = 0
    for till in tills:
        code = till.code.identifier.value
        missing = len(till.sent) - (after[code] - before[code])
        lost, doubled = lost + max(missing, 0), doubled + max(-missing, 0)
    one, together = _p95(alone), _p95(waits)
    return [
        (f"a delivery at one counter alone, p95 of {len(alone)}", "", f"{one:.0f} ms"),
        (f"{COUNTERS} counters, {len(waits)} deliveries in {FOR_S} s, p95", "", f"{together:.0f} ms"),
        ("  against one alone", "≤ 3.0 ×", f"{together / one:.2f} ×"),
        ("  lost", "≤ 0 deliveries", f"{lost} deliveries"),
        ("  doubled", "≤ 0 deliveries", f"{doubled} deliveries"),
    ]


def _tills(simulator: Simulator) -> list[Till]:
    """One for each ordonnance with enough left, its pharmacist logged in for himself."""
    tills: list[Till] = []
    told = simulator.control.state()["features"]["prescription"]["ordonnances"].values()
    wanted = [one for one in told if one["qr"] and any(map(_has_enough, one["lines"]))]
    for one in wanted:
        if len(tills) == COUNTERS:
            return tills
        code = parse_qr_text(one["qr"])
        assert isinstance(code, OrdonnanceCode)
        doctor = Doctor(simulator, PHARMACISTS[len(tills) % len(PHARMACISTS)]).log_in()
        till = Till(doctor, CounterWire(doctor.platform.kit(COUNTER.wire_calls, COUNTER.refusals)), code)
        act = till.opened()
        till.leave(act, None)
        if till.work(act) is None:
            doctor.leave()
        else:
            tills.append(till)
    raise AssertionError(f"{len(tills)} of {len(wanted)} ordonnances can be delivered")


def _has_enough(line: dict[str, Any]) -> bool:
    return line["state"] in ("active", "partielle") and Decimal(line["quantity"] or 0) >= _MOST


def _together(tills: list[Till]) -> list[float]:
    """Milliseconds from when each delivery was due to its end."""
    waits: list[float] = []
    begin, chance = time.monotonic() + 1, random.Random(11)

    def run(till: Till, first: float) -> None:
        due = begin + first
        while due < begin + FOR_S:
            time.sleep(max(0.0, due - time.monotonic()))
            waits.append(_timed(till, due))
            due += EVERY_S

    threads = [
        threading.Thread(target=run, args=(till, chance.uniform(0, EVERY_S))) for till in tills
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waits


def _timed(till: Till, due: float) -> float:
    till.deliver()
    return (time.monotonic() - due) * 1000


def _handed_over(simulator: Simulator) -> dict[str, int]:
    """Tablets of each ordonnance that left, by what the platform keeps of each delivery."""
    told = simulator.control.state()["features"]["prescription"]
    codes = {line["id"]: code for code, one in told["ordonnances"].items() for line in one["lines"]}
    counts = dict.fromkeys(told["ordonnances"], 0)
    for one in told["dispenses"].values():
        counts[codes[one["line"]]] += int(Decimal(one["quantity"])) if one["status"] == "completed" else 0
    return counts


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]
