"""What the counter and the prescriber's page leave in memory, on the disk and in logs (CF-017).

One PC, two professionals: the prescriber writes and logs out; the pharmacist finds an ordonnance, scans a
box, decides, and pulls her card with the cursor in a field; she delivers what was parked, looks at the day
and logs out; the prescriber's draft is locked in its turn, with the cursor in its field. So two sweeps of the
memory tell of both pages after a lock and after a logout.
"""

import json
import os
import time
from dataclasses import dataclass, field
from functools import partial

import pytest

from desktop.domain.prescription.identifier import OrdonnanceCode, OrdonnanceId, parse_qr_text
from desktop.scanning.separators import GS
from desktop.simulator.phones import phone_of
from desktop.simulator.prescription.scans import SCANS
from desktop.simulator.prescription.seeds import METFORMINE
from tests.e2e.test_scenes import Scene
from tests.e2e.tour.demo_run import TourRun
from tests.e2e.tour.driver import Window, key, type_keys
from tests.fakes.cups import cups
from tests.hostile import prescriber
from tests.hostile.processes import ours
from tests.hostile.scan import in_files, in_memory
from tests.hostile.traces import Known, Traces, known, printable, spelled
from tests.hostile.visit import Visit, held
from tests.process_memory import copies_of, spellings

pytestmark = pytest.mark.timeout(900)  # against a hang
TREATED = "pat-0012"  # for whom the prescriber writes
BATCH, SERIAL = "KX7731-B2041", "8QZ44TR1WV93M"  # as long as most
BOX = f"01{METFORMINE.gtin}1729060010{BATCH}{GS}21{SERIAL}"
# No words of the program or of the demo: noted of a call, why another brand, who collects, why a line is
# refused, what stands in the field at the lock; why a delivery is undone, and an alert passed over.
CALL, BRAND, PROXY, REFUSED, UNSAID = "wackelpeter", "knickebeinig", "bromelstein", "murkelwurz", "zwirbelig"
UNDONE, PASSED = "schnurzelgrund", "fransenwurzelig"
TRIED = "rx-expired"
OF_COUNTER = (
    "matricule", "named", "identifier", "letterhead", "batch", "serial", "call", "brand", "proxy", "refused",
    "unsaid",
)  # fmt: skip
OF_CODE = ("access code",)  # which the next code that is scanned overwrites
OF_DAY = ("batch",)
OF_PAGE = tuple(f"rx {name}" for name in (*prescriber.ON_IT, *prescriber.BESIDE_IT) if name != "favourite")
OF_PRESCRIBER = ("treated", "treated name", "posology", "letterhead", *OF_PAGE)
OF_ISSUED = ("issued", "passed", "treated", "rx magistral", "rx alert")
OF_MINE = ("issued", *(f"rx {name}" for name in prescriber.OF_MINE))
SHOWN = (
    "among the favourites", "prescribing", "issued", "found", "counter", "label", "day", "undoing",
    "passing over", "trying",
)  # fmt: skip
LOOKS = ["prescriber logged out, counter locked", "counter logged out, prescriber locked"]
_BY_HAND_S = 0.06  # a scanner's keys come closer together
_QUIET_S = 0.5  # behind a code no key acts for a moment


@dataclass
class Desks(Visit):
    """Both at one PC; ``pin``: where it was found, by moment and process."""

    pin: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)  # what no file may hold, by name
    issued: str = ""  # its identifier, and when its patient was born
    born: str = ""

    @property
    def window(self) -> Window:
        return self.scene.window

    def look_for(self, moment: str, names: tuple[str, ...]) -> None:
        """In the window, for what it shows now."""
        wanted = {name: self.traces.wanted[name] for name in names}
        self.found[moment] = copies_of(self.scene.stage.pid, wanted)

    def look_for_pin(self, moment: str) -> None:
        """It was typed seconds ago (CF-002)."""
        for name, pid in ours(self.scene.stage).items():
            (self.pin[moment, name],) = in_memory(pid, self.scene.stage.pin)

    def enter(self, card: str, then: str) -> None:
        self.scene.insert(card)
        self.scene.log_in()
        self.window.wait(then)

    def scan(self, code: str, *words: str) -> None:
        self.window.scan(code)
        self.window.wait_words(*words)
        time.sleep(_QUIET_S)

    def write(self, words: str) -> None:
        """Into the question's field, as slowly as a person: what comes faster is a code."""
        self.window.wait("counter-question-field")
        for letter in words:
            key(letter.replace(".", "period"))
            time.sleep(_BY_HAND_S)
        self.window.until("what was typed", lambda: self.window.wait("counter-question-field").text == words)

    def answer(self, keys: str, words: str) -> None:
        """Ask by *keys*, and answer."""
        key(keys)
        self.write(words)
        key("Return")
        self.window.until("the answer taken", lambda: not self.window.find("counter-question-field"))

    def pull(self, moment: str) -> None:
        self.scene.stage.console.click("pull")
        self.window.wait_words("errouill")
        self.look_when_swept(moment)


def _qr(name: str = "rx-tour") -> str:
    return next(one.text for one in SCANS if one.id == name)


def _ordonnance(qr: str) -> OrdonnanceCode:
    read = parse_qr_text(qr)
    assert isinstance(read, OrdonnanceCode)
    return read


def _prescribe(visit: Desks, patient: Known) -> None:
    """Lines in the draft, and words in the fields that are none yet."""
    window = visit.window
    visit.scene.patient = {"patient_id": patient.id, "family": patient.family, "matricule": patient.matricule}
    visit.scene.open_record()
    window.click("tab-prescribing")
    window.wait("rx-field")
    prescriber.write(window, partial(visit.look_for, "among the favourites", ("rx favourite",)))
    visit.traces.wanted["posology"] = spelled(prescriber.posology(window))


def _issue(visit: Desks) -> None:
    code = prescriber.issue(visit.window, visit.scene.stage.pin)
    visit.issued = code.replace("-", "")
    visit.born = visit.window.wait("banner-birth").text.split()[2]  # « né le 12.05.1993 · … »
    visit.traces.wanted["issued"] = spelled(code, visit.issued)
    visit.look_for("issued", OF_MINE)


def _at_the_counter(visit: Desks) -> None:
    """One line by its box, the next one refused; nothing has left, and a sentence is not at its end."""
    visit.scan(_qr(), "Réservée pour vous", "✓ signature")
    visit.look_for("found", OF_CODE)
    visit.scan(BOX, f"Lot {BATCH}")
    visit.answer("ctrl+t", CALL)
    key("ctrl+u")
    visit.write(BRAND)
    visit.window.tick("counter-question-check")
    key("Return")
    visit.window.wait_words("Substitution notée")
    visit.answer("ctrl+d", PROXY)
    key("Down")
    visit.answer("alt+r", REFUSED)
    key("ctrl+t")
    visit.write(UNSAID)


def _deliver(visit: Desks) -> None:
    """What was parked goes on, and is handed over; the day tells it, and is searched."""
    window = visit.window
    window.wait_words("Remise interrompue")
    window.click("counter-message-act")
    window.wait_words("boîte lue", "Réservée pour vous")
    key("F7")
    key("F9")
    window.wait_words("Entrée confirme")
    key("Return")
    window.wait_words("Dispensation enregistrée")
    key("ctrl+p")
    window.wait("print-act")
    visit.traces.wanted["label"] = printable(visit.scene.stage.pid)
    visit.look_for("label", ("label",))
    window.click("print-act")
    window.until("printed", lambda: visit.scene.stage.printer and visit.scene.stage.printer.jobs)
    window.click("counter-tab-day")
    window.until("the day", lambda: window.rows("counter-day-table"))
    key("ctrl+f")
    type_keys(BATCH)
    window.wait_words(BATCH)
    visit.look_for("day", OF_DAY)


def _undo(visit: Desks) -> None:
    """What was handed over goes back, for a reason."""
    window = visit.window
    window.click("counter-day-undo")
    window.type_into("counter-undo-field", UNDONE)
    window.until("what was typed", lambda: window.wait("counter-undo-field").text == UNDONE)
    visit.look_for("undoing", ("undone",))
    window.tick("counter-undo-check")
    key("Return")
    window.wait_words("Remise annulée")


def _pass_over(visit: Desks) -> None:
    """The prescriber's ordonnance, whose alert is passed over here too; another's code is tried elsewhere."""
    window = visit.window
    window.click("counter-tab-counter")
    window.wait("counter-scan")
    visit.scan(visit.issued, "date de naissance")
    visit.write(visit.born)
    key("Return")
    window.wait_words("Réservée pour vous")
    visit.answer("F2", "5")
    visit.answer("F4", PASSED)
    visit.look_for("passing over", OF_ISSUED)
    window.click("counter-tab-scanner")
    window.wait("counter-scanner-code")
    visit.scan(_qr(TRIED), "Ce n'est pas le code d'essai")
    visit.look_for("trying", ("tried",))


def _play(stage: TourRun) -> Desks:
    code, tried = _ordonnance(_qr()), _ordonnance(_qr(TRIED))
    told = stage.state()["features"]["prescription"]["ordonnances"][code.identifier.value]
    served, treated = known(stage, told["patient"]), known(stage, TREATED)
    written = {**prescriber.ON_IT, **prescriber.BESIDE_IT, **prescriber.OF_MINE}
    # The words of his name alone stand in the program's own examples.
    named = (
        f"{served.family.upper()} {served.given} ·",
        f": {served.family.upper()} {served.given}",
        f'"{served.family}","given"',
        f"{served.given} {served.family}",
    )
    wanted = {
        "matricule": served.numbered,
        "named": spelled(*named),
        "identifier": spelled(code.identifier.value, OrdonnanceId(code.identifier.value).grouped()),
        "access code": spellings(code.access_code),
        "batch": spelled(BATCH),
        "serial": spelled(SERIAL),
        "call": spelled(CALL),
        "brand": spelled(BRAND),
        "proxy": spelled(PROXY),
        "refused": spelled(REFUSED),
        "unsaid": spelled(UNSAID),
        "undone": spelled(UNDONE),
        "passed": spelled(PASSED),
        "tried": spelled(tried.identifier.value, OrdonnanceId(tried.identifier.value).grouped()),
        "letterhead": spelled(phone_of("ps-weber")),
        "treated": treated.numbered,
        "treated name": treated.named,
        **{f"rx {name}": spelled(words) for name, words in written.items()},
    }
    typed = {"unsaid": UNSAID, "undone": UNDONE, "passed": PASSED, **written}
    secrets = {
        "matricule": served.matricule, "name": f"{served.family.upper()} {served.given}", "serial": SERIAL,
        "batch": BATCH, "call": CALL, "brand": BRAND, "proxy": PROXY, "refused": REFUSED, "unsaid": UNSAID,
        "undone": UNDONE, "passed": PASSED, "treated": treated.matricule, "PIN": stage.pin,
        "identifier": code.identifier.value, "access code": code.access_code, **written,
    }  # fmt: skip
    visit = Desks(Scene(stage), Traces(stage, wanted, typed), secrets=secrets)
    visit.scene.insert("weber")
    visit.found["before"] = visit.traces.look()
    visit.scene.log_in()
    _prescribe(visit, treated)
    visit.look_for("prescribing", OF_PRESCRIBER)
    visit.keys["typed"] = visit.traces.keys()
    _issue(visit)
    visit.scene.log_out()

    visit.enter("thill", "counter-scan")
    _at_the_counter(visit)
    visit.look_for("counter", OF_COUNTER)
    visit.look_for_pin("counter")
    visit.pull(LOOKS[0])

    visit.enter("thill", "counter-scan")
    _deliver(visit)
    _undo(visit)
    _pass_over(visit)
    visit.scene.log_out()
    visit.enter("weber", "search-field")
    _prescribe(visit, treated)
    visit.pull(LOOKS[1])
    visit.look_for_pin("at the end")
    return visit


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Desks:
    assert "DISPLAY" in os.environ, "needs a screen: run `python3 dev.py test hostile`"
    stage = TourRun(tmp_path_factory.mktemp("stage"), "software")
    stage.whole = True
    with cups("Imprimante") as stage.printer:
        stage.start()
        try:
            return _play(stage)
        finally:
            stage.stop()


def test_positive_control_each_is_found_while_it_is_shown(visit: Desks) -> None:
    for moment in SHOWN:
        assert all(visit.found[moment].values()), (moment, visit.found[moment])
    assert visit.keys["typed"]["line"], visit.keys


def test_negative_control_none_is_found_before_anybody_logged_in(visit: Desks) -> None:
    assert not any(visit.found["before"].values()), visit.found["before"]


@pytest.mark.parametrize("moment", LOOKS)
def test_cf017_nothing_of_either_page_stays(visit: Desks, moment: str) -> None:
    """Of who is still signed in his own telephone stays, on the letterhead of what he writes next."""
    his_own = {"letterhead"} if moment == LOOKS[1] else set()
    assert not {name: count for name, count in visit.found[moment].items() if count and name not in his_own}
    assert not any(visit.keys[moment].values()), visit.keys[moment]
    assert not held(visit.in_children[moment])


def test_cf018_no_process_holds_the_pin(visit: Desks) -> None:
    assert {name.split()[0] for _, name in visit.pin} >= {"window", "card"}, "looked at by kind"
    assert not {where: hits for where, hits in visit.pin.items() if hits}


def test_cf001_cf064_no_file_and_no_log_holds_any_of_it(visit: Desks) -> None:
    stage = visit.scene.stage
    assert any((stage.home / "logs").rglob("*")), "no log was written"
    folders = [stage.home, stage.folder / "tmp"]
    found = {name: in_files(folders, secret) for name, secret in visit.secrets.items()}
    assert not {name: hits for name, hits in found.items() if hits}
    log = (stage.folder / "program.log").read_bytes()
    assert not [name for name, secret in visit.secrets.items() if secret.encode() in log]


def test_positive_control_files(visit: Desks) -> None:
    """What was parked and drafted lies in the home folder, sealed; a copy in clear would be found."""
    planted = visit.scene.stage.home / "planted.json"
    planted.write_text(json.dumps(visit.secrets, ensure_ascii=False))
    try:
        hits = [name for name, secret in visit.secrets.items() if in_files([planted.parent], secret)]
    finally:
        planted.unlink()
    assert hits == list(visit.secrets)
