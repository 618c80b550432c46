"""What a child that reads foreign files can still do: tried inside a real one, and inside an open one."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.children import landlock, seccomp
from desktop.children.confinement import Held
from desktop.common.own_process import own_command, own_environment
from desktop.domain.errors import Failure
from desktop.pdf.child_client import PdfChild
from desktop.pdf.service import PdfService
from tests.waiting import LIMIT_S

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux' own means")

# The real child, whose calls are an intruder's. Each answers "done" or the name of what refused it.
INTRUDER = """
import errno, os, signal, socket, subprocess, sys, threading
import desktop.pdf.child as child
def tried(act):
    def call(*given):
        try:
            act(*given)
        except OSError as refusal:
            return errno.errorcode[refusal.errno]
        return "done"
    return call
def fork():
    if not os.fork():
        os._exit(0)
def thread():
    begun = threading.Thread(target=lambda: None)
    begun.start()
    begun.join()
acts = dict(
    read=lambda path: open(path).close(),
    write=lambda path: os.close(os.open(path, os.O_WRONLY | os.O_CREAT)),
    remove=os.unlink,
    enter=os.listdir,
    rights=lambda path: os.chmod(path, 0o777),
    connect=lambda port: socket.create_connection(("127.0.0.1", port)).close(),
    local=lambda path: socket.socket(socket.AF_UNIX).connect(path),
    listen=lambda: socket.socket().bind(("127.0.0.1", 0)),
    run=lambda: subprocess.run(["/bin/true"], check=True),
    fork=fork,
    signal=lambda pid: os.kill(pid, 0),
    thread=thread,
    itself=lambda: os.kill(os.getpid(), 0),
)
child.render_calls = lambda: {name: tried(act) for name, act in acts.items()}
if sys.argv[1] == "open":
    child.confine_child = lambda: ()
child.serve("render")
"""
Try = Callable[..., str]


@pytest.fixture
def intruder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], PdfChild]]:
    script = tmp_path / "intruder.py"
    script.write_text(INTRUDER)
    started: list[PdfChild] = []

    def start(kind: str) -> PdfChild:
        monkeypatch.setattr(
            "desktop.children.process.own_command", lambda _module: [sys.executable, str(script), kind]
        )
        started.append(PdfChild("render"))
        return started[-1]

    yield start
    for child in started:
        child.close()


def tried(child: PdfChild, name: str, *given: object) -> str:
    answer = child.call(str, name, *given, seconds=LIMIT_S)
    assert not isinstance(answer, Failure), (name, answer)
    return answer


def held(child: PdfChild) -> tuple[str, ...]:
    answer = child.call(tuple[str, ...], "confinement", seconds=LIMIT_S)
    assert not isinstance(answer, Failure), answer
    return answer


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@linux
@pytest.mark.parametrize("kind", ["confined", "open"])
def test_files_of_others_stay_closed(
    intruder: Callable[[str], PdfChild], kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What the kernel offers is what holds; where it offers nothing, or without the measure, all is open."""
    mine = tmp_path_factory.mktemp("documents")
    letter = mine / "letter.pdf"
    letter.write_text("of a patient")
    child = intruder(kind)
    closed = kind == "confined" and landlock.version() > 0
    assert (Held.FILES in held(child)) is closed
    refusal = "EACCES" if closed else "done"
    assert tried(child, "read", str(letter)) == refusal
    assert tried(child, "enter", str(mine)) == refusal
    assert tried(child, "write", str(mine / "new")) == refusal
    assert tried(child, "remove", str(letter)) == refusal
    assert tried(child, "read", "/etc/passwd") == refusal
    changed = "EPERM" if kind == "confined" and seccomp.offered() else "done"
    assert tried(child, "rights", str(mine)) == changed


@linux
@pytest.mark.parametrize("kind", ["confined", "open"])
def test_nobody_is_reached(
    intruder: Callable[[str], PdfChild], kind: str, listener: int, tmp_path: Path
) -> None:
    child = intruder(kind)
    closed = kind == "confined" and seccomp.offered()
    assert (Held.NETWORK in held(child)) is closed
    refusal = "EPERM" if closed else "done"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        server.listen()
        assert tried(child, "connect", listener) == refusal
        assert tried(child, "local", str(tmp_path / "s")) == refusal
        assert tried(child, "listen") == refusal


@linux
@pytest.mark.parametrize("kind", ["confined", "open"])
def test_nothing_is_started_and_nobody_ended(intruder: Callable[[str], PdfChild], kind: str) -> None:
    child = intruder(kind)
    closed = kind == "confined" and seccomp.offered()
    assert (Held.PROGRAMS in held(child)) is closed
    refusal = "EPERM" if closed else "done"
    assert tried(child, "run") == refusal
    assert tried(child, "fork") == refusal
    assert tried(child, "signal", os.getpid()) == refusal
    assert tried(child, "thread") == tried(child, "itself") == "done"  # what its own work needs


@linux
def test_a_working_copy_is_not_open_as_a_whole() -> None:
    """What lies beside the program's code may be a user's: the demo's folder, somebody's documents."""
    from desktop.pdf.confinement import own_files

    root = Path(__file__).resolve().parents[3]
    assert root not in own_files()
    assert {root / "desktop", root / "resources"} <= set(own_files())


def test_the_service_says_what_its_children_gave_up() -> None:
    service = PdfService()
    try:
        said = service.closed_to_children()
    finally:
        service.close()
    if sys.platform.startswith("linux"):
        files = ("files",) if landlock.version() else ()
        assert said == (*files, *(("network", "programs") if seccomp.offered() else ()))


OFFICE = """
import os, pathlib, socket, subprocess, sys
own, foreign, port, said = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3]), []
def tried(act):
    try:
        act()
    except OSError:
        return said.append("refused")
    said.append("done")
tried(lambda: (own / "own.pdf").write_text("x"))
tried(lambda: subprocess.run(["/bin/true"], check=True))
tried(lambda: foreign.read_text())
tried(lambda: (foreign.parent / "new").write_text("x"))
tried(lambda: socket.create_connection(("127.0.0.1", port)))
print(" ".join(said))
"""


@linux
@pytest.mark.parametrize("kind", ["confined", "open"])
def test_an_office_program_has_its_folder_and_no_network(kind: str, tmp_path: Path, listener: int) -> None:
    """As LibreOffice is started; Python stands for it, which a system without an office has too."""
    own, foreign = tmp_path / "own", tmp_path / "documents"
    own.mkdir()
    foreign.mkdir()
    (foreign / "letter.pdf").write_text("of a patient")
    code = Path(sys.prefix), Path(sys.base_prefix)
    program = [sys.executable, "-I", "-c", OFFICE, str(own), str(foreign / "letter.pdf"), str(listener)]
    if kind == "confined":
        # The stand-in lies where no installed program does; LibreOffice's own folder is one of the system's.
        program = ["/usr/bin/env", *program]
        program = [
            *own_command("tests.unit.pdf.confined_stand_in"),
            *map(str, code),
            "--",
            str(own),
            "--",
            *program,
        ]
    output = subprocess.PIPE
    running = subprocess.Popen(
        program, env=own_environment({}), cwd=own, stdin=output, stdout=output, stderr=output, text=True
    )  # its input stays open: its end would end it
    assert running.wait(LIMIT_S) == 0
    said, complaint = running.communicate()
    assert not complaint
    closed = kind == "confined"
    files = "refused" if closed and landlock.version() else "done"
    network = "refused" if closed and seccomp.offered() else "done"
    assert said.split() == ["done", "done", files, files, network]
