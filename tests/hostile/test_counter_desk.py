"""What the counter and the prescriber's page leave in memory, on the disk, in logs and on the way out.

One PC, two professionals (CF-014, CF-017): the prescriber writes and logs out; the pharmacist finds the
ordonnance, scans a box and pulls her card; she delivers what was parked and logs out; the prescriber's draft
is locked in its turn. So two sweeps of the memory tell of both pages after a lock and after a logout.
"""

import json
import os
import re
import shutil
import time
from dataclasses import dataclass, field

import pytest

from desktop.domain.prescription.identifier import OrdonnanceCode, parse_qr_text
from desktop.simulator.prescription.scans import SCANS
from tests.e2e.test_scenes import Scene
from tests.e2e.tour.demo_run import TourRun
from tests.e2e.tour.driver import key, type_keys
from tests.hostile.processes import ours
from tests.hostile.scan import in_files, in_memory
from tests.hostile.traces import Known, Traces, known, spelled
from tests.hostile.visit import Visit, held

pytestmark = pytest.mark.timeout(900)  # against a hang
TOURED = "pat-0002"  # whose ordonnance the console's scanner has
TREATED = "pat-0012"  # for whom the prescriber writes
PRODUCT, BATCH, SERIAL = "Metformine 850 mg", "MF2291", "SN70001"
# No words of the program or of the demo: what is noted of a call, and what is left in the prescriber's field.
CALL, LINE = "wackelpeter am telefon", "quetschwurzel morgens"
_QUIET_S = 0.5  # behind a code no key acts for a moment


@dataclass
class Counter(Visit):
    """Both at one PC; ``pin``: where it was found, by moment and process."""

    pin: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)  # what no file may hold, by name

    def look_for_pin(self, moment: str) -> None:
        """It was typed seconds ago (CF-002)."""
        for name, pid in ours(self.scene.stage).items():
            (self.pin[moment, name],) = in_memory(pid, self.scene.stage.pin)


def _code(name: str) -> str:
    return next(one.text for one in SCANS if one.id == name)


def _ordonnance() -> OrdonnanceCode:
    read = parse_qr_text(_code("rx-tour"))
    assert isinstance(read, OrdonnanceCode)
    return read


def _enter(visit: Counter, card: str, then: str) -> None:
    visit.scene.insert(card)
    visit.scene.log_in()
    visit.scene.window.wait(then)


def _scan(visit: Counter, name: str, *words: str) -> None:
    visit.scene.window.scan(_code(name))
    visit.scene.window.wait_words(*words)
    time.sleep(_QUIET_S)


def _prescribe(visit: Counter, patient: Known) -> None:
    """One line in the draft, and words in the field that are none yet."""
    window = visit.scene.window
    visit.scene.patient = {"patient_id": patient.id, "family": patient.family, "matricule": patient.matricule}
    visit.scene.open_record()
    window.click("tab-prescribing")
    window.wait("rx-field")
    window.click("rx-field")
    if not window.rows("rx-lines"):
        type_keys("amox 500 gel 1-1-1 7j")
        key("Return")
        window.until("the line", lambda: window.rows("rx-lines"))
    type_keys(LINE)
    window.until("what was typed", lambda: LINE in (window.wait("rx-field").text or ""))


def _at_the_counter(visit: Counter) -> None:
    """Found, a box, and a call that was noted; nothing has left."""
    window = visit.scene.window
    _scan(visit, "rx-tour", "Réservée pour vous", "✓ signature")
    _scan(visit, "box-metformine", "Lot MF2291")
    key("ctrl+t")
    window.wait("counter-question-field")
    type_keys(CALL)


def _deliver(visit: Counter) -> None:
    """What was parked goes on, and is handed over; the day tells it."""
    window = visit.scene.window
    window.wait_words("Remise interrompue")
    window.click("counter-message-act")
    window.wait_words("boîte lue", "Réservée pour vous")
    key("F7")
    key("F9")
    window.wait_words("Entrée confirme")
    key("Return")
    window.wait_words("Dispensation enregistrée")
    window.click("counter-tab-day")
    window.until("the day", lambda: window.rows("counter-day-table"))
    window.wait_words(BATCH)


def _wanted(toured: Known, treated: Known) -> dict[str, tuple[bytes, ...]]:
    code = _ordonnance()
    return {
        "name": toured.named,
        "matricule": toured.numbered,
        "product": spelled(PRODUCT),
        "batch": spelled(BATCH),
        "serial": spelled(SERIAL),
        "identifier": spelled(code.identifier.value, code.identifier.grouped()),
        "access code": spelled(code.access_code),
        "call": spelled(CALL),
        "treated": treated.named,
        "treated matricule": treated.numbered,
        "line": spelled(LINE),
    }


def _play(stage: TourRun) -> Counter:
    toured, treated = known(stage, TOURED), known(stage, TREATED)
    visit = Counter(
        Scene(stage), Traces(stage, _wanted(toured, treated), {"call": CALL, "line": LINE}),
        secrets={
            "matricule": toured.matricule, "name": f"{toured.family.upper()} {toured.given}",
            "product": PRODUCT, "serial": SERIAL, "batch": BATCH, "call": CALL, "line": LINE,
            "identifier": _ordonnance().identifier.value, "access code": _ordonnance().access_code,
            "treated": treated.matricule, "PIN": stage.pin,
        },
    )  # fmt: skip
    visit.scene.insert("weber")
    visit.found["before"] = visit.traces.look()
    visit.scene.log_in()
    _prescribe(visit, treated)
    visit.found["prescribing"] = visit.traces.look()
    visit.keys["prescribing"] = visit.traces.keys()
    visit.scene.log_out()

    _enter(visit, "thill", "counter-scan")
    _at_the_counter(visit)
    visit.found["counter"] = visit.traces.look()
    visit.keys["counter"] = visit.traces.keys()
    visit.look_for_pin("counter")
    stage.console.click("pull")
    visit.scene.window.wait_words("errouill")
    visit.look_when_swept("prescriber logged out, counter locked")

    _enter(visit, "thill", "counter-scan")
    _deliver(visit)
    visit.found["day"] = visit.traces.look()
    visit.scene.log_out()
    _enter(visit, "weber", "search-field")
    _prescribe(visit, treated)
    visit.found["prescribing again"] = visit.traces.look()
    visit.look_for_pin("prescribing again")
    stage.console.click("pull")
    visit.scene.window.wait_words("errouill")
    visit.look_when_swept("counter logged out, prescriber locked")
    visit.look_for_pin("at the end")
    return visit


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Counter:
    assert "DISPLAY" in os.environ, "needs a screen: run `python3 dev.py test hostile`"
    stage = TourRun(tmp_path_factory.mktemp("stage"), "software", trace_network=shutil.which("strace"))
    stage.whole = True
    stage.start()
    try:
        return _play(stage)
    finally:
        stage.stop()


LOOKS = ["prescriber logged out, counter locked", "counter logged out, prescriber locked"]
AT_THE_COUNTER = ("name", "product", "batch", "serial", "identifier", "call")
PRESCRIBING = ("treated", "treated matricule", "line")


def test_positive_control_each_is_found_while_it_is_shown(visit: Counter) -> None:
    found = visit.found
    assert all(found["counter"][name] for name in (*AT_THE_COUNTER, "matricule")), found["counter"]
    assert all(found["day"][name] for name in ("product", "batch")), found["day"]
    for moment in ("prescribing", "prescribing again"):
        assert all(found[moment][name] for name in PRESCRIBING), found[moment]
    assert visit.keys["counter"]["call"] and visit.keys["prescribing"]["line"], visit.keys


def test_negative_control_none_is_found_before_anybody_logged_in(visit: Counter) -> None:
    assert not any(visit.found["before"].values()), visit.found["before"]


@pytest.mark.parametrize("moment", LOOKS)
def test_cf017_nothing_of_a_patient_stays(visit: Counter, moment: str) -> None:
    assert not any(visit.found[moment].values()), visit.found[moment]
    assert not any(visit.keys[moment].values()), visit.keys[moment]
    assert not held(visit.in_children[moment])


def test_cf018_no_process_holds_the_pin(visit: Counter) -> None:
    assert {name.split()[0] for _, name in visit.pin} >= {"window", "card"}, "looked at by kind"
    assert not {where: hits for where, hits in visit.pin.items() if hits}


def test_cf001_cf064_no_file_and_no_log_holds_any_of_it(visit: Counter) -> None:
    stage = visit.scene.stage
    folders = [stage.home, stage.folder / "tmp"]
    assert any((stage.home / "logs").rglob("*")), "no log was written"
    found = {name: in_files(folders, secret) for name, secret in visit.secrets.items()}
    assert not {name: hits for name, hits in found.items() if hits}
    log = stage.folder / "program.log"
    assert not [name for name, secret in visit.secrets.items() if secret.encode() in log.read_bytes()]


def test_positive_control_files(visit: Counter) -> None:
    """What was parked and drafted lies in the home folder, sealed; a copy in clear would be found."""
    home = visit.scene.stage.home
    planted = home / "planted.json"
    planted.write_text(json.dumps(visit.secrets, ensure_ascii=False))
    try:
        hits = [name for name, secret in visit.secrets.items() if in_files([home], secret)]
    finally:
        planted.unlink()
    assert hits == list(visit.secrets)


def test_cf069_traffic_goes_to_the_platform_only(visit: Counter) -> None:
    stage = visit.scene.stage
    connects = stage.network_log()
    if shutil.which("strace") is None:
        assert connects == ""
        return
    ports = {int(p) for p in re.findall(r"sa_family=AF_INET, sin_port=htons\((\d+)\)", connects)}
    assert "AF_UNIX" in connects, "the trace saw nothing"
    assert ports == {stage.platform_port()} and "AF_INET6, sin6_port" not in connects
