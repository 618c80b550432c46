"""Runs inside the private namespaces: loopback up, private /run/pcscd, pcscd and the emulator as children.

Started by :mod:`real_chain` as process 1 of a process namespace, so that nothing can outlive it. Takes one
command a line on standard input (start, stop, kill, freeze: the smartcard service) and answers ``ok`` or
``error``. A tester in another process uses files beside the cards instead: ``service-stopped`` (in it how:
"kill", it crashes; "freeze", it hears nobody any more; else it stops in order), ``card-held`` (another
program takes the card in the reader whose number is in it), and a ``reader.json`` without readers unplugs
them.
"""

import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

_MS_BIND = 4096
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1
_READY_S = 5.0
_POLL_S = 0.05


class Namespace:
    """The service and the emulator."""

    def __init__(self, run: Path, cards: Path, settle_ms: str) -> None:
        self._run = run
        self._cards = cards
        self._service: subprocess.Popen[bytes] | None = None
        self._holder: subprocess.Popen[bytes] | None = None
        self.lock = threading.Lock()
        self._stopped = self._unplugged = False
        (run / "no-readers").mkdir(exist_ok=True)
        _loopback_up()
        _private_run(run)
        self._emulator = subprocess.Popen(
            [sys.executable, "-P", "-m", "desktop.smartcard.emulator",
             "--dir", str(cards), "--settle-ms", settle_ms],
            stdin=subprocess.PIPE,
        )  # fmt: skip

    def watch_files(self) -> None:
        """Follow the tester's files, for ever."""
        while True:
            with self.lock:
                self._follow_files()
            time.sleep(_POLL_S)

    def _follow_files(self) -> None:
        stopped = (self._cards / "service-stopped").exists()
        unplugged = _is_empty_list(self._cards / "reader.json")
        self._hold_card(self._cards / "card-held")
        if stopped != self._stopped:
            self._stopped = stopped
            if stopped:
                how = {"kill": self.kill, "freeze": self.freeze}
                how.get((self._cards / "service-stopped").read_text(), self.stop)()
            else:
                self.start()
        elif unplugged != self._unplugged:
            self._unplugged = unplugged
            if not stopped:
                self.stop()
                self.start()

    def _hold_card(self, wanted: Path) -> None:
        if wanted.exists() and self._holder is None:
            command = [sys.executable, "-P", "-m", "desktop.smartcard.emulator.exclusive_client"]
            command += [wanted.read_text(), str(self._cards / "card-taken")]
            self._holder = subprocess.Popen(command, stdin=subprocess.PIPE)
        elif self._holder is not None and not wanted.exists():
            self._holder.communicate()
            self._holder = None

    def start(self) -> bool:
        """Start pcscd, or wake it; True once it listens."""
        if self._service is not None and self._service.poll() is None:
            self._service.send_signal(signal.SIGCONT)
            return True
        readers = "no-readers" if self._unplugged else "readers"
        for left_over in ("pcscd.pid", "pcscd.comm"):
            (self._run / left_over).unlink(missing_ok=True)
        with (self._run / "pcscd.log").open("ab") as log:
            self._service = subprocess.Popen(
                ["pcscd", "--foreground", "--config", str(self._run / readers)], stdout=log, stderr=log
            )
        limit = time.monotonic() + _READY_S
        while time.monotonic() < limit and self._service.poll() is None:
            if _listens(self._run / "pcscd.comm"):
                return True
            time.sleep(0.005)
        return False

    def stop(self) -> bool:
        """Orderly end of the service."""
        if self._service is not None:
            self._service.terminate()
            self._service.send_signal(signal.SIGCONT)
            self._service.wait(5)
        return True

    def kill(self) -> bool:
        """The service crashes."""
        if self._service is not None:
            self._service.kill()
            self._service.wait(5)
        return True

    def freeze(self) -> bool:
        """The service runs, and answers nobody."""
        if self._service is not None:
            self._service.send_signal(signal.SIGSTOP)
        return True


def _is_empty_list(path: Path) -> bool:
    try:
        return path.read_text(encoding="utf-8").strip() == "[]"
    except OSError:
        return False


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", _IFF_UP))


def _private_run(run: Path) -> None:
    """Our folder becomes /run/pcscd here, while clients outside reach the same socket by its real path."""
    folder = os.open(run, os.O_PATH)
    _mount("none", "/run", "tmpfs", 0)
    Path("/run/pcscd").mkdir()
    _mount(f"/proc/self/fd/{folder}", "/run/pcscd", "none", _MS_BIND)
    os.close(folder)


def _mount(source: str, target: str, kind: str, flags: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(source.encode(), target.encode(), kind.encode(), flags, None) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


def main() -> None:
    """Serve commands until standard input ends."""
    namespace = Namespace(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
    names = ("start", "stop", "kill", "freeze")
    commands = {name: getattr(namespace, name) for name in names}
    threading.Thread(target=namespace.watch_files, daemon=True).start()
    for line in sys.stdin:
        with namespace.lock:
            done = commands[line.strip()]()
        sys.stdout.write("ok\n" if done else "error\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
