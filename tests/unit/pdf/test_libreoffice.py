"""Word and ODT letters: LibreOffice is a stand-in here, a program that writes what it is told to."""

import hashlib
import io
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.common.own_process import own_command, own_environment
from desktop.common.passing_folders import Passing, PassingFolder
from desktop.domain.deposit import Conversion
from desktop.domain.errors import Code, Failure
from desktop.pdf import libreoffice
from desktop.pdf.libreoffice import LibreOffice, is_office
from desktop.pdf.service import PdfService
from tests.unit.children.test_process import LeftBehind
from tests.unit.pdf.pdf_samples import letter
from tests.waiting import LIMIT_S, ended, until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a #! line")

_PROGRAM = """#!{python}
import os, pathlib, sys, time
folder = pathlib.Path(sys.argv[sys.argv.index("--outdir") + 1])
pathlib.Path({seen!r}).write_text(f"{{folder}} {{oct(folder.stat().st_mode)}} {{os.environ['TMPDIR']}}")
{work}
"""
WRITES = "(folder / 'letter.pdf').write_bytes(pathlib.Path({source!r}).read_bytes())"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the private folders are made."""
    folder = tmp_path / "memory"
    folder.mkdir()
    monkeypatch.setattr(libreoffice, "_place", lambda: folder)
    return folder


@pytest.fixture
def service() -> Iterator[PdfService]:
    running = PdfService()
    yield running
    running.close()


def word() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return out.getvalue()


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: str) -> Path:
    """Puts a program in LibreOffice's place; the file that it writes when it starts."""
    seen, source, program = tmp_path / "seen", tmp_path / "source.pdf", tmp_path / "soffice"
    source.write_bytes(letter(None))
    script = _PROGRAM.format(python=sys.executable, seen=str(seen), work=work.format(source=str(source)))
    program.write_text(script, encoding="utf-8")
    program.chmod(0o700)
    monkeypatch.setattr(libreoffice, "find_office", lambda: str(program))
    # The stand-in writes down what it saw, and where it lies is no place of installed programs.
    monkeypatch.setattr(libreoffice, "_writable", lambda folder: (folder, tmp_path))
    code = (sys.prefix, sys.base_prefix, str(tmp_path))
    launcher = [*own_command("tests.unit.pdf.confined_stand_in"), *code, "--"]
    monkeypatch.setattr(libreoffice, "own_command", lambda _module: launcher)
    return seen


def test_kinds() -> None:
    assert is_office(word(), "Lettre.DOCX")
    assert is_office(b"{\\rtf1 }", "a.rtf")
    assert not is_office(word(), "archive.zip")
    assert not is_office(b"%PDF-1.4", "a.docx")


def test_a_letter_becomes_a_conforming_copy_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Path, service: PdfService
) -> None:
    seen = stand_in(tmp_path, monkeypatch, WRITES)
    made = service.convert(word(), "lettre.docx")
    assert isinstance(made, Conversion)
    assert made.changes == ("pdfa.change_from_office",)
    assert made.report.confirmed == "2b"
    folder, mode, temporary = seen.read_text().split()
    assert (Path(folder).parent, mode, temporary) == (place, "0o40700", folder)
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("work", "seconds", "code"),
    [("sys.exit(1)", LIMIT_S, Code.FILE_UNREADABLE), ("time.sleep(600)", 1.0, Code.FILE_UNSAFE)],
)
def test_one_that_fails_or_hangs_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Path, work: str, seconds: float, code: Code
) -> None:
    stand_in(tmp_path, monkeypatch, work)
    answer = LibreOffice(seconds=seconds).to_pdf(word(), "lettre.docx")
    assert isinstance(answer, Failure)
    assert answer.code is code
    assert list(place.iterdir()) == []


def test_a_lock_kills_it_and_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Path, service: PdfService
) -> None:
    seen = stand_in(tmp_path, monkeypatch, "time.sleep(600)")
    answers: list[object] = []
    lane = threading.Thread(target=lambda: answers.append(service.convert(word(), "lettre.docx")))
    lane.start()
    until("the office at work", seen.exists)
    service.wipe()
    ended(lane)
    assert answers == [Failure.of(Code.CANCELLED)]
    assert list(place.iterdir()) == []


# Like LibreOffice: a program that starts another one. This one leaves its session besides.
STARTS_ANOTHER = """
if not os.fork():
    os.setsid()
    with open({fifo!r}, 'wb', 0) as fifo:
        fifo.write(b'%d' % os.getpid())
        time.sleep(600)
        fifo.write(b'lived on')
time.sleep(600)
"""
HOLDER = """
import pathlib, sys
import pytest
from tests.unit.pdf import test_libreoffice as test
folder, work = pathlib.Path(sys.argv[1]), sys.argv[2]
patch = pytest.MonkeyPatch()
patch.setattr(test.libreoffice, "_place", lambda: folder)
test.stand_in(folder, patch, work)
test.LibreOffice().to_pdf(test.word(), "lettre.docx")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="watched over on Linux only")
class TestItStartedAnother:
    def test_kill_9_of_the_program_leaves_nothing_running(self, tmp_path: Path) -> None:
        left = LeftBehind(tmp_path / "fifo")
        work = STARTS_ANOTHER.format(fifo=str(left.path))
        program = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(tmp_path), work], env=own_environment({})
        )
        left.pid()
        program.kill()
        program.wait()
        assert left.last_word() == b""

    def test_a_lock_leaves_nothing_running(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Path, service: PdfService
    ) -> None:
        left = LeftBehind(tmp_path / "fifo")
        stand_in(tmp_path, monkeypatch, STARTS_ANOTHER.format(fifo=str(left.path)))
        lane = threading.Thread(target=lambda: service.convert(word(), "lettre.docx"))
        lane.start()
        left.pid()
        service.wipe()
        assert left.last_word() == b""
        ended(lane)


def test_what_a_killed_program_left_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    """In each place where a letter may lie; LibreOffice's socket lies elsewhere, by its profile's name."""
    monkeypatch.setattr(libreoffice, "_in_memory", lambda: [place])
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    sockets: list[Path] = []
    monkeypatch.setattr(libreoffice, "_remove_pipe", sockets.append)
    left = [there / f"dsp-letter-0000000{n}" for n, there in enumerate((place, tmp_path))]
    for folder in left:
        folder.mkdir()
        (folder / "letter.docx").write_bytes(b"x")
    with PassingFolder(Passing.LETTER, place) as kept:
        libreoffice.remove_left_letters()
        assert list(place.iterdir()) == [kept.path]
    assert [folder for folder in left if folder.exists()] == []
    assert sockets == [folder / "profile" for folder in left]


def test_without_libreoffice_it_says_so(monkeypatch: pytest.MonkeyPatch, service: PdfService) -> None:
    monkeypatch.setattr(libreoffice, "find_office", lambda: None)
    assert service.convert(word(), "lettre.odt") == Failure.of(Code.OFFICE_MISSING)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="confined on Linux only")
def test_it_is_started_confined_and_its_socket_does_not_stay(tmp_path: Path) -> None:
    """LibreOffice names its socket after its profile, and leaves it when it is ended."""
    command = libreoffice._confined(["/usr/bin/soffice", "--headless"], tmp_path)
    start = ["desktop.children.confined_run", str(tmp_path), "--", "/usr/bin/soffice", "--headless"]
    assert command[-5:] == start
    profile = Path("/dev/shm/lo-e2k38x80/profile")  # seen with LibreOffice 7.4
    left = Path(f"/tmp/OSL_PIPE_{os.getuid()}_SingleOfficeIPC_66b1a48dfb62319e89798d845e36d3e")
    left.touch()
    libreoffice._remove_pipe(profile)
    assert not left.exists()


def test_what_another_user_put_in_the_sockets_place_stops_nothing(tmp_path: Path) -> None:
    """He reads the letter's folder's name where all may list; the sweep of the others' letters goes on."""
    profile = tmp_path / "profile"
    digest = hashlib.md5(profile.as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    name = "".join(f"{octet:x}" for octet in digest)
    in_the_way = Path(f"/tmp/OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{name}")
    in_the_way.mkdir()
    try:
        libreoffice._remove_pipe(profile)
    finally:
        in_the_way.rmdir()
