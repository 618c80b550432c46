"""Word and ODT letters through LibreOffice, when it is installed.

LibreOffice reads and writes files only: the letter and its PDF lie for these seconds, in clear, in a folder
that only this user can enter, in memory where the system has such a place. It is removed with LibreOffice's
own profile whatever happens, by the program's next start at the latest. This is the one exception to « no
file in clear »; everything else is done in memory. It is run from here and not from the work child, because
a killed child could not clear up. On Linux it is confined (:mod:`desktop.children.confinement`): no network
and of all files only those of its folder and what is installed; and it ends with the program, however that
ends (:mod:`desktop.children.confined_run`).
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from desktop.children.process import kill_group
from desktop.children.windows_job import confine
from desktop.common.own_process import own_command, own_environment
from desktop.common.passing_folders import Passing, PassingFolder, remove_left_behind
from desktop.domain.errors import Code, Failure, Result
from desktop.pdf.limits import MEMORY

SECONDS = 90.0
ROOM = 300 << 20  # bytes that a folder in memory must have left
_WATCHER_S = 2.0  # who watches over it ends all of it within that, by far
_ENDINGS = (".docx", ".doc", ".odt", ".rtf")
_ZIP, _OLE, _RTF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf"
_PLACES = (
    "/usr/bin/soffice",
    "/usr/bin/libreoffice",
    "/usr/local/bin/soffice",
    "/opt/libreoffice/program/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)
_PDFA_2 = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'
_NOWHERE = "http://127.0.0.1:9"
_SETTING = (
    '<item oor:path="/org.openoffice.Office.Common/{}"><prop oor:name="{}"><value>{}</value></prop></item>'
)
_SAFE = (
    ("Security/Scripting", "MacroSecurityLevel", "3"),
    ("Security/Scripting", "DisableMacrosExecution", "true"),
    ("Security/Scripting", "DisableActiveContent", "true"),
    ("Security/Scripting", "BlockUntrustedRefererLinks", "true"),
)


def is_office(content: bytes, name: str) -> bool:
    """True for Word, ODT and RTF: the ending says it and the first bytes agree."""
    return name.lower().endswith(_ENDINGS) and content.startswith((_ZIP, _OLE, _RTF))


def find_office() -> str | None:
    """LibreOffice's program, or None."""
    return next((place for place in _PLACES if Path(place).is_file()), None)


class LibreOffice:
    """Runs LibreOffice for one letter at a time; :meth:`kill` may come from any thread."""

    def __init__(self, seconds: float = SECONDS) -> None:
        """*seconds*: after that long a run is ended with all that it started."""
        self._seconds = seconds
        self._one = threading.Lock()
        self._state = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._unwanted = 0

    def to_pdf(self, content: bytes, name: str) -> Result[bytes]:
        """The letter as LibreOffice prints it.

        OFFICE_MISSING, FILE_UNREADABLE, FILE_UNSAFE (took too long), CANCELLED (killed meanwhile).
        """
        program = find_office()
        if program is None:
            return Failure.of(Code.OFFICE_MISSING)
        unwanted = self._unwanted
        with self._one, PassingFolder(Passing.LETTER, _place()) as private:
            folder = private.path
            source = folder / ("letter" + Path(name).suffix.lower())
            source.write_bytes(content)
            profile = _profile(folder)
            command = [
                program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nologo",
                "--convert-to", _PDFA_2, "--outdir", str(folder), str(source),
            ]  # fmt: skip
            in_time = self._run(_confined(command, folder), folder, unwanted)
            if self._unwanted != unwanted:
                return Failure.of(Code.CANCELLED)
            if not in_time:
                return Failure.of(Code.FILE_UNSAFE)
            try:
                return (folder / "letter.pdf").read_bytes()
            except OSError:
                return Failure.of(Code.FILE_UNREADABLE)

    def kill(self) -> None:
        """End a running LibreOffice with all that it started; its files go with it."""
        with self._state:
            self._unwanted += 1
            if self._running is not None:
                _end(self._running)

    def _run(self, command: list[str], folder: Path, unwanted: int) -> bool:
        """False when it did not end in time."""
        with self._state:
            if self._unwanted != unwanted:
                return False
            process = self._running = subprocess.Popen(
                command,
                cwd=folder,
                env=own_environment(_environment(folder)),
                stdin=subprocess.PIPE,  # its end tells who watches over it that nobody wants it any more
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            job = confine(process, MEMORY)
        try:
            process.wait(self._seconds)
        except subprocess.TimeoutExpired:
            return False
        finally:
            with self._state:
                self._running = None
                _end(process)
            _remove_pipe(folder / "profile")
            del job  # Windows: ends what the program started
        return True


def remove_left_letters() -> None:
    """Of programs that were killed with a letter in LibreOffice: its folder, and LibreOffice's socket."""
    for place in (*_in_memory(), None):
        for left in remove_left_behind([Passing.LETTER], place):
            _remove_pipe(left / "profile")


def _place() -> Path:
    """Memory rather than disk, where the system has a folder in it with room."""
    roomy = (place for place in _in_memory() if shutil.disk_usage(place).free > ROOM)
    return next(roomy, None) or Path(tempfile.gettempdir())


def _in_memory() -> list[Path]:
    if sys.platform != "linux":
        return []
    places = [Path(name) for name in (os.environ.get("XDG_RUNTIME_DIR"), "/dev/shm") if name]
    return [place for place in places if os.access(place, os.W_OK | os.X_OK)]


def _profile(folder: Path) -> Path:
    """LibreOffice's settings: nothing in a letter runs, and nothing outside is fetched."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    items = "".join(_SETTING.format(*setting) for setting in _SAFE)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        f"{items}</oor:items>",
        encoding="utf-8",
    )
    return profile


def _environment(folder: Path) -> dict[str, str]:
    temporary = dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(folder))
    no_network = dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), _NOWHERE)
    return {"HOME": str(folder), **temporary, **no_network}


def _confined(command: list[str], folder: Path) -> list[str]:
    """Linux: without the network and all files but these, and watched over by who starts it."""
    if not _is_watched():
        return command
    launcher = own_command("desktop.children.confined_run")
    return [*launcher, *map(str, _writable(folder)), "--", *command]


def _is_watched() -> bool:
    return sys.platform.startswith("linux")


def _writable(folder: Path) -> tuple[Path, ...]:
    return (folder,)


def _remove_pipe(profile: Path) -> None:
    """Its socket in the system's temporary folder, named after the profile: it stays when it is killed."""
    if sys.platform == "win32":
        return
    digest = hashlib.md5(profile.as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    name = "".join(f"{octet:x}" for octet in digest)  # its own spelling, without leading zeros
    with suppress(OSError):  # gone by itself, or another user put something in its place: no letter's matter
        Path(f"/tmp/OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{name}").unlink()


def _end(process: subprocess.Popen[bytes]) -> None:
    """The program, when it still runs, and all that it started."""
    if process.stdin is not None:
        process.stdin.close()
    if _is_watched():
        with suppress(subprocess.TimeoutExpired):
            process.wait(_WATCHER_S)
    kill_group(process)
    process.wait()
