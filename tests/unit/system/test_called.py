"""A foreign program has the running one show a patient, as docs/integration.md says. Real processes."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.composition import opening
from desktop.domain.errors import Code, Failure
from desktop.domain.patient_call import Origin, PatientCall
from desktop.system.patient_calls import CallBox, ticket_folder
from desktop.system.policy import Policy
from desktop.system.single_instance import SingleInstance, is_held, lock_file
from tests.waiting import LIMIT_S, ended, until

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(__file__).with_name("called_program.py")
NUMBER = "1893120105732"  # of the example in docs/integration.md
TICKET = "AbCdEfGhIjKlMnOpQrSt_-"
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def run_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This user's place for what passes, as a login makes it."""
    place = tmp_path / "run"
    place.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place))
    return place


@pytest.fixture
def start(run_place: Path) -> Iterator[Start]:
    """Another program; ``words`` after Python's own command."""
    running: list[subprocess.Popen[str]] = []
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": f"{run_place.parent}:{os.environ['PATH']}"}
    command = run_place.parent / "dsp-desktop"
    command.write_text(f'#!/bin/sh\ncd "{ROOT}" && exec "{sys.executable}" -m desktop "$@"\n')
    command.chmod(0o700)

    def begin(*words: str, told: str | None = None) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            words, env=environment, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        running.append(process)
        assert process.stdin is not None
        if told is not None:
            process.stdin.write(told)
        process.stdin.close()
        process.stdin = None
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def stands(start: Start, said: Path) -> "subprocess.Popen[str]":
    """The program, once its window stands."""
    said.mkdir()
    process = start(sys.executable, str(PROGRAM), str(said))
    until("the window stands", (said / "stands").exists)
    return process


def calls(said: Path, count: int) -> list[str]:
    """What the program was called for, once it was that often."""

    def lines() -> list[str] | None:
        found = (said / "calls").read_text().splitlines() if (said / "calls").exists() else []
        return found if len(found) >= count else None

    return until(f"{count} calls", lines)


def example() -> str:
    """The foreign program of docs/integration.md, word for word."""
    found = re.search(
        r"```python\n(.*?)```", (ROOT / "docs/integration.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    return found[1]


class Watch:
    """Looks for *number* in every command line of the computer, as any user's program can."""

    def __init__(self, number: str) -> None:
        self.seen = threading.Event()
        self._number, self._over = number.encode(), threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def end(self) -> bool:
        """Whether it was seen."""
        self._over.set()
        ended(self._thread)
        return self.seen.is_set()

    def _look(self) -> None:
        while not self._over.wait(0.002):
            for line in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    if self._number in line.read_bytes():
                        self.seen.set()
                except OSError:
                    continue


@linux
def test_a_foreign_program_opens_its_patient(
    tmp_path: Path, run_place: Path, data_home: Path, start: Start
) -> None:
    """System row 34: nobody sees the matricule in the list of processes, and no file keeps it."""
    said = tmp_path / "said"
    program = stands(start, said)
    foreign = tmp_path / "foreign.py"
    foreign.write_text(example())
    watch = Watch(NUMBER)
    vendor = start(sys.executable, "-I", str(foreign))
    assert vendor.wait(LIMIT_S) == 0
    asked = start("dsp-desktop", "open", "--patient", "-", told=f'{{"id": "{NUMBER}", "code": "SECRET1"}}')
    assert asked.wait(LIMIT_S) == 0
    assert "origin=<Origin.TICKET: 'ticket'>" in calls(said, 2)[0] and NUMBER in calls(said, 2)[0]
    assert not watch.end()
    by_argument = Watch(NUMBER)
    refused = start("dsp-desktop", "open", "--patient", NUMBER)
    _, words = refused.communicate(timeout=LIMIT_S)
    assert by_argument.end(), "positive control: who says it there is seen"
    assert refused.returncode == 1 and "DSP-915" in words and NUMBER not in words
    assert "DSP-915" in calls(said, 3)[2]
    program.send_signal(signal.SIGTERM)
    assert program.wait(LIMIT_S) == 0
    logged = (data_home / "logs" / "dsp-desktop.log").read_text()
    assert "a parameter of a call is not read: code" in logged, "CF-145, and that this was logged at all"
    kept = [p for folder in (data_home, run_place) for p in folder.rglob("*") if p.is_file()]
    for path in kept:
        assert NUMBER.encode() not in path.read_bytes() and b"SECRET1" not in path.read_bytes(), path.name


def test_the_second_process_loads_no_window(tmp_path: Path, data_home: Path, start: Start) -> None:
    said = tmp_path / "said"
    stands(start, said)
    script = (
        "import sys\nfrom desktop.__main__ import main\ncode = main(sys.argv[1:])\n"
        "print(code, [name for name in sys.modules if name.startswith('PySide6')])"
    )
    second = start(sys.executable, "-c", script, "open", "--patient", "-", told=NUMBER)
    told, errors = second.communicate(timeout=LIMIT_S)
    assert (told.strip(), errors) == ("0 []", "")
    assert NUMBER in calls(said, 1)[0]


@linux
def test_where_no_program_runs_it_becomes_one_that_names_nobody(
    run_place: Path, data_home: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the link said is in nobody's command line while the program runs."""
    tickets = ticket_folder(data_home)
    tickets.mkdir(parents=True)
    for folder in (tickets.parent, tickets):
        folder.chmod(0o700)
    (tickets / TICKET).write_text(f'{{"id": "{NUMBER}"}}')
    (tickets / TICKET).chmod(0o600)
    program = start(sys.executable, "-m", "desktop", f"dsp-desktop:patient?ticket={TICKET}")
    line = Path(f"/proc/{program.pid}/cmdline")
    until("it is the program", lambda: line.read_bytes().endswith(b"\0desktop\0"))
    until("it runs", lambda: is_held(lock_file(data_home)))
    until("it took the call", lambda: not [p for p in run_place.rglob("*") if p.is_file()])
    program.send_signal(signal.SIGTERM)
    assert program.wait(LIMIT_S) == 0


def test_a_program_that_does_not_answer_is_told(
    data_home: Path, run_place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nothing that it was called for lies about."""
    monkeypatch.setattr(opening, "PATIENCE_S", 0.05)
    monkeypatch.setattr("desktop.system.hardening.harden_process", lambda: ())
    holder = SingleInstance(data_home)
    assert holder.acquire() is None
    try:
        assert opening.hand_over(["dsp-desktop:send"]) == opening.UNANSWERED
    finally:
        holder.release()
    assert "DSP-916" in capsys.readouterr().err and CallBox(data_home).take() == ()
    assert opening.hand_over(["dsp-desktop:send"]) is None, "with nobody there, this process is the program"
    assert CallBox(data_home).take() == (Failure.of(Code.CALL_UNREADABLE),)


@pytest.mark.parametrize(
    ("words", "origin"),
    [
        (["open", "--patient", NUMBER], Origin.TICKET),
        ([f"dsp-desktop:patient?id={NUMBER}"], Origin.LINK),
    ],
)
def test_a_matricule_in_the_open_is_the_administrator_s_choice(
    words: list[str], origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "read_policy", Policy)
    assert opening.read(words, tmp_path) == Failure.of(Code.CALL_NOT_ALLOWED)
    monkeypatch.setattr(opening, "read_policy", lambda: Policy(matricule_in_url=True))
    assert opening.read(words, tmp_path) == PatientCall(origin, NUMBER)


@pytest.mark.parametrize("words", [["open"], ["open", "--ticket", TICKET, "--patient", "-"], ["open", "x"]])
def test_a_wrong_command_line_is_told_at_once(words: list[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as told:
        opening.read(words, tmp_path)
    assert told.value.code == 2


def test_a_link_stands_alone(tmp_path: Path) -> None:
    """No word beside it chooses a profile or a module."""
    link = f"dsp-desktop:patient?ticket={TICKET}"
    assert opening.read([link, "--profile", "demo"], tmp_path) == Failure.of(Code.CALL_UNREADABLE)


def test_a_gdt_file_is_gone_once_it_was_read_and_any_other_stays(tmp_path: Path) -> None:
    handed = tmp_path / "patient.gdt"
    handed.write_bytes(b"01380006302\r\n0223000" + NUMBER.encode() + b"\r\n")
    handed.chmod(0o644)
    words = ["open", "--gdt", str(handed)]
    assert opening.read(words, tmp_path) == PatientCall(Origin.TICKET, NUMBER)
    assert not handed.exists() and opening.read(words, tmp_path) == Failure.of(Code.CALL_USED)
    handed.write_bytes(b"a letter that nobody wrote twice")
    assert opening.read(words, tmp_path) == Failure.of(Code.CALL_UNREADABLE) and handed.exists()


@pytest.mark.skipif(os.name == "nt", reason="rights of POSIX")
def test_a_gdt_file_that_others_may_write_is_not_followed(tmp_path: Path) -> None:
    handed, link = tmp_path / "patient.gdt", tmp_path / "link.gdt"
    handed.write_bytes(b"01380006302\r\n0223000" + NUMBER.encode() + b"\r\n")
    link.symlink_to(handed)
    for path, mode in ((handed, 0o646), (handed, 0o664), (link, 0o644)):
        handed.chmod(mode)
        assert opening.read(["open", "--gdt", str(path)], tmp_path) == Failure.of(Code.CALL_UNSAFE)
    assert handed.exists()
    handed.chmod(0o644)
    assert opening.read(["open", "--gdt", str(handed)], tmp_path) == PatientCall(Origin.TICKET, NUMBER)
