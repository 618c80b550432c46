"""Word and ODT letters through LibreOffice, when it is installed.

LibreOffice reads and writes files only: the letter and its PDF lie for these seconds, in clear, in a folder
that only this user can enter, and that is removed with LibreOffice's own profile whatever happens. This is
the one exception to « no file in clear »; everything else is done in memory.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from desktop.domain.errors import Code, Failure, Result

SECONDS = 90.0
_ENDINGS = (".docx", ".doc", ".odt", ".rtf")
_ZIP, _OLE, _RTF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf"
_PLACES = (
    "/usr/bin/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)
_PDFA_2 = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'


def is_office(content: bytes, name: str) -> bool:
    """True for Word, ODT and RTF: the ending says it and the first bytes agree."""
    return name.lower().endswith(_ENDINGS) and content.startswith((_ZIP, _OLE, _RTF))


def find_office() -> str | None:
    """LibreOffice's program, or None."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def office_to_pdf(content: bytes, name: str) -> Result[bytes]:
    """The letter as LibreOffice prints it. OFFICE_MISSING, FILE_UNREADABLE, FILE_UNSAFE (took too long)."""
    program = find_office()
    if program is None:
        return Failure.of(Code.OFFICE_MISSING)
    with tempfile.TemporaryDirectory(prefix="dsp-", ignore_cleanup_errors=True) as folder:
        source = Path(folder, "letter" + Path(name).suffix.lower())
        source.write_bytes(content)
        profile = Path(folder, "profile")
        command = [
            program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nologo",
            "--convert-to", _PDFA_2, "--outdir", folder, str(source),
        ]  # fmt: skip
        if not _run(command, folder):
            return Failure.of(Code.FILE_UNSAFE)
        try:
            return Path(folder, "letter.pdf").read_bytes()
        except OSError:
            return Failure.of(Code.FILE_UNREADABLE)


def _run(command: list[str], folder: str) -> bool:
    """False when it did not end in time; then it and all that it started are killed."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_own_limits if sys.platform != "win32" else None,
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        _end(process)
        return False
    return True


def _own_limits() -> None:
    """LibreOffice needs more address space than this child may have."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
