"""PIN and presence code, random for this run, are searched from outside after the whole main job.

CF-001 (disk), CF-002 (memory 5 s after use), CF-004 (crash files), CF-018 (PIN), CF-062 (no silent
read), CF-064 (logs), CF-069 (traffic). The simulator and its console hold the secrets by their nature;
their processes and folder are outside the scan.
"""

import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.e2e.tour.consultation import Consultation
from tests.e2e.tour.demo_run import TourRun
from tests.hostile.processes import ours
from tests.hostile.scan import in_files, in_memory, shapes

MARKER = "MARQUEUR7Q4X9Z2K"


@dataclass
class Aftermath:
    """What was found at each moment of one tour."""

    stage: TourRun
    results: list[dict[str, object]] = field(default_factory=list)
    pin_in_memory: dict[str, list[str]] = field(default_factory=dict)
    code_in_memory: dict[str, list[str]] = field(default_factory=dict)
    marker_in_memory: dict[str, list[str]] = field(default_factory=dict)
    reads_after_list: int = -1
    connects: str = ""


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    if "DISPLAY" not in os.environ:
        pytest.fail("needs a screen: run `python3 dev.py test hostile`")
    os.environ["DSP_TEST_MARKER"] = MARKER
    stage = TourRun(tmp_path_factory.mktemp("stage"), "software", trace_network=shutil.which("strace"))
    stage.whole = True
    found = Aftermath(stage)
    tour = Consultation(stage, tmp_path_factory.mktemp("pictures"))

    def look_at_memory() -> None:
        time.sleep(5)  # CF-002: five seconds after use
        for name, pid in ours(stage).items():
            moment = f"{tour.results[-1]['step'] if tour.results else ''} {name}"
            pin, code, marker = in_memory(pid, stage.pin, stage.code, MARKER)
            found.pin_in_memory[moment], found.code_in_memory[moment] = pin, code
            found.marker_in_memory[moment] = marker

    def after(step: str) -> None:
        if step in ("code", "open-document", "unlock"):
            look_at_memory()
        if step == "record":
            found.reads_after_list = len(tour.traces("read"))

    tour.after = after
    try:
        stage.start()
        assert tour.play(), tour.results[-1]
        found.results = tour.results
    finally:
        stage.stop()
        del os.environ["DSP_TEST_MARKER"]
    found.connects = stage.network_log()
    yield found


def test_cf002_cf018_no_process_of_ours_holds_pin_or_code(aftermath: Aftermath) -> None:
    assert not {k: v for k, v in aftermath.pin_in_memory.items() if v}
    assert not {k: v for k, v in aftermath.code_in_memory.items() if v}


def test_positive_control_memory(aftermath: Aftermath) -> None:
    """The same scan finds a marker in every process that it looked at."""
    kinds = {moment.split()[1] for moment in aftermath.marker_in_memory}
    assert {"window", "card", "pdf"} <= kinds
    assert all(aftermath.marker_in_memory.values())


def test_cf001_cf004_cf064_no_file_holds_pin_or_code(aftermath: Aftermath) -> None:
    folders = [aftermath.stage.home, aftermath.stage.folder / "tmp"]
    assert in_files(folders, aftermath.stage.code) == []
    assert in_files(folders, aftermath.stage.pin) == []
    log = aftermath.stage.folder / "program.log"
    for secret in (aftermath.stage.pin, aftermath.stage.code):
        assert not any(value in log.read_bytes() for value in shapes(secret).values())


def test_positive_control_files(aftermath: Aftermath) -> None:
    """The same scan finds the marker in each kind of file that the program writes, in every shape."""
    home = aftermath.stage.home
    kinds = {path.suffix for path in home.rglob("*") if path.is_file()}
    assert kinds, "the program wrote nothing"
    for kind in kinds:
        for name, value in shapes(MARKER).items():
            planted = home / f"planted{kind}"
            planted.write_bytes(b"x" * 1000 + value + b"y" * 1000)
            try:
                assert any(name in hit for hit in in_files([home], MARKER)), (kind, name)
            finally:
                planted.unlink()


def test_cf064_logs_hold_no_patient(aftermath: Aftermath) -> None:
    logs = b"".join(p.read_bytes() for p in (aftermath.stage.home / "logs").rglob("*") if p.is_file())
    assert logs, "no log was written"
    assert not re.search(rb"\b[12]\d{10,12}\b", logs), "a matricule stands in the log"


def test_cache_is_encrypted_from_the_first_byte(aftermath: Aftermath) -> None:
    """A SQLCipher file and encrypted bodies; nothing of a document in clear."""
    files = [p for p in aftermath.stage.home.rglob("*") if p.is_file()]
    databases = [p for p in files if p.suffix in (".db", ".sqlite")]
    assert databases and not any(p.read_bytes()[:15] == b"SQLite format 3" for p in databases)
    for path in files:
        content = path.read_bytes()
        assert b"%PDF-" not in content, path
        assert b"cardiologique" not in content, path


def test_cf062_opening_a_list_reads_no_document(aftermath: Aftermath) -> None:
    assert aftermath.reads_after_list == 0


def test_cf069_traffic_goes_to_the_platform_only(aftermath: Aftermath) -> None:
    """Every connect() of every process of the demo, seen by the kernel."""
    assert "AF_UNIX" in aftermath.connects, "the trace saw nothing"
    ports = {int(p) for p in re.findall(r"sa_family=AF_INET, sin_port=htons\((\d+)\)", aftermath.connects)}
    hosts = set(re.findall(r'sin_addr=inet_addr\("([^"]+)"\)', aftermath.connects))
    assert hosts == {"127.0.0.1"}
    assert ports == {aftermath.stage.platform_port()}
    assert "AF_INET6, sin6_port" not in aftermath.connects
