"""Starts the demo for a tester: folders, secrets of this run, the three processes, their windows."""

import json
import os
import secrets
import signal
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from tests.e2e.tour.driver import Window
from tests.e2e.tour.loaded_platform import copy_loaded
from tests.fakes.cups import FakeCups

ROOT = Path(__file__).resolve().parents[3]
WINDOWS_AT = {"program": (0, 0), "console": (1400, 0)}


@dataclass(frozen=True, slots=True)
class Patient:
    """One suggested patient as the console shows it."""

    name: str
    birth_date: str
    matricule: str
    code: str


class TourRun:
    """The demo on a screen. ``home`` is DSP_DESKTOP_HOME, ``platform`` the simulator's folder.

    ``printer``: the print service that it finds; None: the computer's own. ``whole``: its platform begins
    with every document there, instead of making them while the first windows work.
    """

    def __init__(
        self, folder: Path, card: str, *, trace_network: str | None = None, build: Path = ROOT
    ) -> None:
        """*trace_network*: path of strace, to note every connect(). *build*: another checkout's program."""
        self.build = build
        self.folder = folder
        self.home = folder / "home"
        self.platform = folder / "platform"
        self.card = card
        self.settings: dict[str, str] = {}
        self.printer: FakeCups | None = None
        self.whole = False
        self._trace = folder / "connects.txt" if trace_network else None
        self._strace = trace_network
        self.pin = "".join(secrets.choice("123456789") for _ in range(8))
        self.code = "".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(10))
        self._process: subprocess.Popen[bytes] | None = None
        self._known: dict[str, Any] = {}

    def start(self) -> None:
        """Start everything; returns once both windows answer."""
        for name in (self.home, self.platform, self.folder / "probes", self.folder / "tmp"):
            name.mkdir(parents=True, exist_ok=True)
        if self.whole:
            copy_loaded(self.platform)
        if self.settings:
            (self.home / "settings.json").write_text(json.dumps(self.settings))
        given = self.platform / "secrets.json"
        given.write_text(json.dumps({"pin": {"*": self.pin}, "code": {"*": self.code}}))
        env = self.environment = {
            **os.environ,
            "DSP_DESKTOP_HOME": str(self.home),
            "TMPDIR": str(self.folder / "tmp"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        if self.printer is not None:
            env["HOME"] = str(self._user_of(self.printer))
        command = [
            sys.executable,
            "-m",
            "desktop",
            "demo",
            "--platform",
            str(self.platform),
            "--card",
            self.card,
        ]
        command += ["--secrets", str(given), "--probes", str(self.folder / "probes")]
        if self._strace:
            watch = [self._strace, "-f", "--seccomp-bpf", "-q", "-e", "trace=connect", "-o", str(self._trace)]
            command = [*watch, "-I", "4", *command]
        with (self.folder / "program.log").open("wb") as log:
            self._process = subprocess.Popen(command, cwd=self.build, env=env, stdout=log, stderr=log)
        self.program = Window(self.folder / "probes" / "program")
        self.console = Window(self.folder / "probes" / "console")
        self.program.until("the program's window", lambda: list(self.program.widgets()))
        self.console.until("the console's window", lambda: list(self.console.widgets()))
        if self.whole:  # its cards have the PINs of the day that they were made until the platform stands
            self.console.wait_words(self.pin)
        self._place()

    def _user_of(self, printer: FakeCups) -> Path:
        """Who set up *printer* for himself: the program lets no variable name a print service."""
        user = self.folder / "user"
        (user / ".cups").mkdir(parents=True)
        (user / ".cups/client.conf").write_text(f"ServerName {printer.server}\n")
        return user

    def _place(self) -> None:
        """Side by side: a hand must not press the one that lies over the other."""
        scale = int(os.environ.get("QT_SCALE_FACTOR", "1"))
        for window, title, left in (
            (self.program, "DSP Desktop", 0), (self.console, "émonstration", 1400 * scale),
        ):  # fmt: skip
            window.until(f"« {title} » in its place", partial(_moved, window, title, left, 100 * scale))

    @property
    def pid(self) -> int:
        """The window process."""
        assert self._process is not None
        if self._strace:
            return psutil.Process(self._process.pid).children()[0].pid
        return self._process.pid

    def network_log(self) -> str:
        """Every connect() of the run."""
        return self._trace.read_text() if self._trace else ""

    def platform_port(self) -> int:
        """The one port that the program may talk to."""
        return int(self._ready["base_url"].rsplit(":", 1)[1].split("/")[0])

    def stop(self) -> int:
        """Close the program like the window manager would; its exit code."""
        if self._process is None:
            return 0
        pid = self.pid
        process, self._process = self._process, None
        psutil.Process(pid).send_signal(signal.SIGTERM)
        try:
            return process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return -9

    @property
    def _ready(self) -> dict[str, Any]:
        if not self._known:
            self._known = json.loads((self.platform / "ready.json").read_text())
        return self._known

    # -- what the platform says ------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """The simulator's state."""
        return self.control("GET", "/state")

    def suggestion(self, number: int) -> dict[str, str]:
        """One of the suggested patients, as the console knows them."""
        shown = json.loads((self.platform / "console.json").read_text())
        return dict(shown["suggestions"][number])

    def control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """One call of the simulator's control API."""
        ready = self._ready
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {ready['control_token']}", "Content-Type": "application/json"}
        request = urllib.request.Request(ready["control_url"] + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            content = answer.read()
        return json.loads(content) if content else {}


def _moved(window: Window, title: str, left: int, about: int) -> bool:
    """Ask the window manager, which may not know the window yet, and look whether it is there."""
    search = ["xdotool", "search", "--onlyvisible", "--name", title]
    for found in subprocess.run(search, capture_output=True, text=True).stdout.split():
        subprocess.run(["xdotool", "windowmove", found, str(left), "0"], check=False)
    return any(abs(frame[0] - left) < about for frame in window.frames())
