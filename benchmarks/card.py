"""The card on the real chain (pcscd, virtual reader, OpenSC): events, login, removal, child start.

The virtual reader looks for its card every 400 ms; that part is told apart from ours, which begins when the
event reaches the program. Falls back to nothing: without the chain's packages the rows say so.
"""

import os
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from desktop.domain.card import CardProof, CardTasks
from desktop.domain.card_image import load_readers, save_readers
from desktop.domain.secret import Secret
from desktop.smartcard.child_card import CardDeadlines
from desktop.smartcard.child_client import CardChild
from desktop.smartcard.emulator import real_chain
from desktop.smartcard.module_test import CHILD
from tests.e2e.tour.demo_run import TourRun
from tests.e2e.tour.driver import key, press
from tests.reader.workstation import PIN, Folder, Workstation, card

EVENTS, LOGINS, REMOVALS, STARTS, CHALLENGES = 15, 7, 3, 7, 9
CHALLENGE = b"header.payload"
CARD = "weber"
Found = dict[str, list[float]]
Row = tuple[str, str, str]


def rows(_against: Path | None = None) -> list[Row]:
    """Medians and worst cases over one run of the program."""
    if (reason := _why_not()) is not None:
        return [("card on the real chain", "", f"not here: {reason}")]
    found: Found = defaultdict(list)
    _child_starts(found)
    _challenges(found)
    with tempfile.TemporaryDirectory(prefix="dsp-bench-") as folder:
        bench = _Bench(Path(folder), found)
        try:
            bench.play()
        finally:
            bench.stage.stop()
    table = [
        ("card child: start to first answer of the module", "≤ 500 ms", "child"),
        ("card put in: until the event reaches us (reader polls 400 ms)", "", "in-reader"),
        ("card put in: event to « Lecture de la carte » on screen", "≤ 50 ms", "in-shown"),
        ("card put in: event to holder and PIN field on screen", "≤ 500 ms", "in-ready"),
        ("card pulled: until the event reaches us (reader polls 400 ms)", "", "out-reader"),
        ("card pulled: event to « Insérez votre carte » on screen", "≤ 50 ms", "out-shown"),
        ("PIN entered to home usable", "≤ 1000 ms", "login"),
        ("PIN given to signed challenge, child ready", "", "challenge"),
        ("pkcs11-tool --login --sign on the same card", "", "pkcs11-tool"),
    ]
    lines = [(what, target, _words(found[name])) for what, target, name in table]
    parts = [name for name in found if name.startswith("part ")]
    ours, theirs = (statistics.median(found[name]) for name in ("challenge", "pkcs11-tool"))
    lines.append(("  the first beside the second", "≤ 1.3 ×", f"{ours / theirs:.2f} ×"))
    lines += [(f"  {name.removeprefix('part ')}", "", _words(found[name])) for name in parts]
    for what in bench.removals():
        lines.append(
            (f"pulled with {what}: event to content hidden", "≤ 200 ms", _words(found[f"hide {what}"]))
        )
        lines.append((f"pulled with {what}: event to all wiped", "≤ 2000 ms", _words(found[f"wipe {what}"])))
    return lines


def _why_not() -> str | None:
    said = real_chain.obstacle()
    return None if said is None else " ".join(said)


def _words(values: list[float]) -> str:
    if not values:
        return "not measured"
    return f"{statistics.median(values):.0f} ms (max {max(values):.0f})"


def _child_starts(found: Found) -> None:
    for _ in range(STARTS):
        began = time.perf_counter()
        child = CardChild(CHILD, [str(real_chain.opensc_module())], {})
        child.call("test", {}, deadline=20)
        found["child"].append((time.perf_counter() - began) * 1000)
        child.close()


def _challenges(found: Found) -> None:
    """The program's card port and OpenSC's own tool in turn, on one card in one run."""
    with tempfile.TemporaryDirectory(prefix="dsp-bench-") as name:
        folder = Folder(Path(name) / "cards")
        folder.add(card("challenge"))
        data = Path(name) / "data"
        data.write_bytes(CHALLENGE)
        chain = real_chain.RealChain(folder.path)
        chain.start()
        station = Workstation(folder, chain, CardDeadlines())
        try:
            station.wait(lambda seen: seen.service_running and len(seen.readers) == 2)
            station.insert("challenge")
            for _ in range(CHALLENGES):
                info = station.card()
                time.sleep(1.0)  # a person types
                began = time.perf_counter()
                proof = station.port.perform(info, Secret(bytearray(PIN)), CardTasks(CHALLENGE, None))
                found["challenge"].append((time.perf_counter() - began) * 1000)
                assert isinstance(proof, CardProof), proof
                time.sleep(1.0)  # the next child gets ready
                _ask_tool(chain, data, found)
        finally:
            station.close()
            chain.stop()


def _ask_tool(chain: real_chain.RealChain, data: Path, found: Found) -> None:
    command = [
        "pkcs11-tool", "--module", str(real_chain.opensc_module()), "--login", "--pin", PIN.decode(),
        "--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", "01", "--input-file", str(data),
        "--output-file", str(data.with_name("signature")),
    ]  # fmt: skip
    began = time.perf_counter()
    subprocess.run(command, env={**os.environ, **chain.environment()}, check=True, capture_output=True)
    found["pkcs11-tool"].append((time.perf_counter() - began) * 1000)


class _Bench:
    """One run of the program; cards are moved by the file that the virtual readers follow."""

    def __init__(self, folder: Path, found: Found) -> None:
        self.stage = TourRun(folder, "reader")
        self._found = found
        self._readers = self.stage.platform / "reader.json"

    def removals(self) -> dict[str, object]:
        """What is on the screen when the card is pulled, and how it comes there."""
        return {
            "a record": lambda: None,
            "an open document": self._open_document,
            "the file chooser": self._open_chooser,
            "an open menu": lambda: self.stage.program.click("user-menu-button"),
            "the help over the page": lambda: key("F1"),
        }

    def play(self) -> None:
        """All of it, once."""
        stage = self.stage
        stage.start()
        stage.program.until("data", lambda: stage.state()["loaded"], 90)
        for _ in range(EVENTS):
            self._in_and_out()
        self._put(CARD)
        for number in range(LOGINS):
            self._log_in()
            if number < LOGINS - 1:
                stage.program.click("user-menu-button")
                stage.program.click("user-log-out")
                stage.program.wait("pin-field")
        self._open_record()
        for what, prepare in self.removals().items():
            for _ in range(REMOVALS):
                assert callable(prepare)
                prepare()
                time.sleep(0.3)
                self._pull_and_unlock(what)

    # -- the reader ------------------------------------------------------------------------------------

    def _move(self, card: str | None) -> float:
        """Put *card* in (None: pull); the moment in ms since the epoch."""
        first, *others = load_readers(self._readers)
        moved = replace(first, card=card, events=first.events + 1)
        began = time.time() * 1000
        save_readers(self._readers, (moved, *others))
        return began

    def _put(self, card: str) -> float:
        began = self._move(card)
        self._mark("shown-ready", began)
        self.stage.program.wait("pin-field")
        return began

    def _in_and_out(self) -> None:
        began = self._move(CARD)
        ready = self._mark("shown-ready", began)
        event = self._mark("card-event", began)
        self._found["in-reader"].append(event - began)
        self._found["in-shown"].append(self._mark("shown-reading", began) - event)
        self._found["in-ready"].append(ready - event)
        time.sleep(0.5)
        began = self._move(None)
        shown = self._mark("shown-reader-empty", began)
        event = self._mark("card-event", began)
        self._found["out-reader"].append(event - began)
        self._found["out-shown"].append(shown - event)
        time.sleep(0.5)

    # -- the session -----------------------------------------------------------------------------------

    def _log_in(self) -> None:
        program = self.stage.program
        program.type_into("pin-field", self.stage.pin)
        known = len(program.ask("figures")["spans"])
        began = time.time() * 1000
        key("Return")
        usable = self._mark("home-usable", began)
        self._found["login"].append(usable - self._mark("pin-given", began))
        for part, spent in program.ask("figures")["spans"][known:]:
            self._found[f"part {part}"].append(spent)
        program.wait("search-field")

    def _open_record(self) -> None:
        program = self.stage.program
        program.type_into("search-field", self.stage.suggestion(1)["matricule"])
        key("Return")
        program.tick("identity-confirm")
        program.type_into("code-field", self.stage.code)
        key("Return")
        program.wait("document-list")
        self._wait_for_rows()

    def _wait_for_rows(self) -> None:
        program = self.stage.program
        program.until("documents", lambda: program.wait("document-list").raw.get("rows"))

    def _open_document(self) -> None:
        self._wait_for_rows()
        row = self.stage.program.wait("document-list").raw["rows"][0]
        x, y, width, height = row["rect"]
        press((x + width // 3, y + height // 2))
        key("Return")
        self.stage.program.wait("viewer-pages")
        time.sleep(0.7)

    def _open_chooser(self) -> None:
        program = self.stage.program
        program.click("record-deposit")
        program.click("deposit-choose-file")
        program.wait("fileNameEdit")

    def _pull_and_unlock(self, what: str) -> None:
        program = self.stage.program
        began = self._move(None)
        hidden = self._mark("content-hidden", began)
        event = self._mark("card-event", began)
        wiped = max(self._mark("vault-closed", began), self._mark("documents-wiped", began))
        self._found[f"hide {what}"].append(hidden - event)
        self._found[f"wipe {what}"].append(wiped - event)
        time.sleep(0.5)
        self._put(CARD)
        program.type_into("pin-field", self.stage.pin)
        began = time.time() * 1000
        key("Return")
        self._mark("logged-in", began)
        program.wait("record-close")
        time.sleep(0.7)
        if program.find("viewer-close"):
            program.click("viewer-close")
        elif not program.find("document-list"):
            program.click("deposit-back")
        self._wait_for_rows()

    def _mark(self, name: str, since: float) -> float:
        """The first moment called *name* after *since*, waited for."""
        program = self.stage.program

        def found() -> float | None:
            marks = program.ask("figures")["marks"]
            return next((moment for what, moment in marks if what == name and moment >= since - 1), None)

        return float(program.until(f"moment {name}", found))
