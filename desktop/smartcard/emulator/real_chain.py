"""The real chain for QA: private pcscd, two virtual readers, OpenSC and the card emulator.

Everything lives in mount, network and process namespaces of its own: the virtual reader listens on every
address, and a pcscd of this machine must not be disturbed. Only the service's socket is reached from here.
"""

import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

from desktop.common.passing_folders import Passing, PassingFolder
from desktop.smartcard.modules import OPENSC

log = logging.getLogger("dsp.card")
DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
READER_NAME = "DSP Simulator"
# From OpenSC 0.24 on, the IDPrime driver claims a LuxTrust ATR before PIV does.
OPENSC_DRIVERS = ("PIV-II",)
_PORT = 35963
_SOCKET_VARIABLE = "PCSCLITE_CSOCK_NAME"
_SOURCE_ROOT = Path(__file__).resolve().parents[3]


def available() -> str | None:
    """None when the chain can run here; else the reason in one English sentence for the log and QA guide."""
    found = obstacle()
    return None if found is None else _SENTENCES[found[0]].format(found[1])


_SENTENCES = {
    "system": "the virtual reader exists on Linux only",
    "packages": "packages are missing: {}",
    "namespaces": "this user may not make namespaces (unshare failed)",
}


def obstacle() -> tuple[str, str] | None:
    """What stands in the way: "system", "packages" (and which), or "namespaces"; None when nothing does."""
    if sys.platform != "linux":
        return "system", sys.platform
    missing = [
        package
        for package, there in (
            ("pcscd", shutil.which("pcscd") is not None),
            ("vsmartcard-vpcd", DRIVER.is_file()),
            ("opensc-pkcs11", opensc_module() is not None),
            ("util-linux", shutil.which("unshare") is not None),
        )
        if not there
    ]
    if missing:
        return "packages", " ".join(missing)
    probe = subprocess.run([*_unshare(), "true"], capture_output=True, check=False)
    return None if probe.returncode == 0 else ("namespaces", "")


def opensc_module() -> Path | None:
    """OpenSC's PKCS#11 module, the one that plays with the emulated cards."""
    return next((Path(p) for p in OPENSC.linux if Path(p).is_file()), None)


def _unshare() -> list[str]:
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", *as_root, "--mount", "--net", "--pid", "--fork", "--kill-child"]


class RealChain:
    """Start and stop the chain, and its smartcard service; cards move by editing ``cards/reader.json``."""

    def __init__(self, cards: Path, *, settle_ms: int = 500, name: str = READER_NAME) -> None:
        """*cards*: folder with ``reader.json`` (first two readers count) and ``cards/``. *name*: of both
        readers; the service adds their numbers.

        *settle_ms*: how long a swapped card stays away; 0 makes swaps that the reader misses.
        """
        self.cards = cards
        self._settle_ms, self._name = settle_ms, name
        self._run: PassingFolder | None = None
        self._process: subprocess.Popen[str] | None = None

    @property
    def socket(self) -> Path:
        """The service's socket."""
        assert self._run is not None, "not started"
        return self._run.path / "pcscd.comm"

    def environment(self) -> dict[str, str]:
        """What PC/SC clients need; set it before the first PC/SC call of a process, which remembers it."""
        return {_SOCKET_VARIABLE: str(self.socket)}

    def start(self) -> None:
        """Namespaces, service, emulator; RuntimeError when it does not come up (see :func:`available`)."""
        self._run = PassingFolder(Passing.SERVICE)
        run = self._run.path
        (run / "readers").mkdir()
        (run / "readers" / "simulator").write_text(
            f'FRIENDLYNAME "{self._name}"\nDEVICENAME /dev/null:{_PORT}\n'
            f"LIBPATH {DRIVER}\nCHANNELID {_PORT}\n",
            encoding="utf-8",
        )
        # Inside, the service stands in its usual place; another chain's must not be found instead.
        inherited = {name: value for name, value in os.environ.items() if name != _SOCKET_VARIABLE}
        self._process = subprocess.Popen(
            [*_unshare(), sys.executable, "-P", "-m", "desktop.smartcard.emulator.namespace",
             str(run), str(self.cards), str(self._settle_ms)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**inherited, "PYTHONPATH": str(_SOURCE_ROOT)},
        )  # fmt: skip
        try:
            self.start_service()
        except RuntimeError:
            self.stop()
            raise

    def start_service(self) -> None:
        """(Re)start pcscd; the readers and their cards come back by themselves."""
        self._command("start")

    def stop_service(self) -> None:
        """Stop pcscd in order."""
        self._command("stop")

    def kill_service(self) -> None:
        """pcscd crashes."""
        self._command("kill")

    def freeze_service(self) -> None:
        """pcscd runs, and answers nobody until :meth:`start_service`."""
        self._command("freeze")

    def stop(self) -> None:
        """End everything; nothing outlives the namespace."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        if self._run is not None:
            self._run.remove()
            self._run = None

    def _command(self, word: str) -> None:
        process = self._process
        assert process is not None, "not started"
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(f"{word}\n")
            process.stdin.flush()
            answer = process.stdout.readline().strip()
        except OSError:
            answer = ""
        if answer != "ok":
            raise RuntimeError(f"the private smartcard service did not obey: {word}")
