"""Starts a demo of its own for the player, in a folder of its own, and ends it."""

import contextlib
import json
import os
import subprocess
import time
from pathlib import Path

from desktop.common.own_process import own_command, own_environment
from desktop.qa.program import NotSeen, Program

_START_S = 90.0
_LOG_LINES = 40


class DemoRun:
    """*card*: "reader" or "software"; *reader*: what the simulated readers are called, "" for their usual
    name. The demo console is not started: the player does its work."""

    def __init__(self, folder: Path, card: str, reader: str = "") -> None:
        self.folder = folder
        self.platform = folder / "platform"
        self.card, self.reader = card, reader
        self.probe = folder / "probes" / "program"
        self.program = Program(self.probe)
        self._platform: subprocess.Popen[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Simulated platform and program; returns once the window waits for a card."""
        for folder in (self.platform, self.probe.parent, self.folder / "home"):
            folder.mkdir(parents=True, exist_ok=True)
        command = [*own_command("desktop.simulator"), "--data", str(self.platform)]
        command += ["--ready-file", str(self.platform / "ready.json"), "--watch-parent", str(os.getpid())]
        self._platform = self._spawn(command)
        self.start_program()
        self._await_cards()

    def start_program(self) -> None:
        """The program alone, with fresh settings."""
        (self.folder / "home" / "settings.json").unlink(missing_ok=True)
        command = [*own_command("desktop"), "demo", "--attach", "--platform", str(self.platform)]
        command += ["--card", self.card, "--probes", str(self.probe.parent)]
        command += ["--watch-parent", str(os.getpid())]
        if self.reader:
            command += ["--reader", self.reader]
        self._process = self._spawn(command)
        self._await_window()

    def restart_program(self) -> None:
        """End it in order and start it anew."""
        _end(self._process)
        self.start_program()

    def stop(self) -> int:
        """End both; the program's exit code."""
        process, self._process = self._process, None
        _end(process)
        _end(self._platform)
        self._platform = None
        return 0 if process is None else int(process.returncode)

    def last_words(self) -> str:
        """How it ended, where it did, and the end of its own log: events by their names, no person."""
        logs = self.folder / "home" / "logs"
        said = [_end_of(logs / "dsp-desktop.log")]
        if self._process is not None and self._process.poll() is not None:
            said.insert(0, f"the program ended with {self._process.returncode}")
        said += [_end_of(crash) for crash in sorted(logs.glob("crash*.txt")) if crash.stat().st_size]
        return "\n".join(said)

    def _spawn(self, command: list[str]) -> "subprocess.Popen[bytes]":
        environment = own_environment(
            {"DSP_DESKTOP_HOME": str(self.folder / "home"), "PYTHONDONTWRITEBYTECODE": "1"}
        )
        with (self.folder / "program.log").open("ab") as log:
            return subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _await_window(self) -> None:
        end = time.monotonic() + _START_S
        while time.monotonic() < end:
            if self._process is not None and self._process.poll() is not None:
                break
            with contextlib.suppress(NotSeen, OSError, ValueError):
                if "session" in self.program.look().states:
                    return
            time.sleep(0.1)
        raise NotSeen("the program's window")

    def _await_cards(self) -> None:
        end = time.monotonic() + _START_S
        while time.monotonic() < end:
            with contextlib.suppress(OSError, ValueError, KeyError):
                console = json.loads((self.platform / "console.json").read_text(encoding="utf-8"))
                if console["cards"] and console["suggestions"] and (self.platform / "reader.json").exists():
                    return
            time.sleep(0.1)
        raise NotSeen("the simulated cards")


def _end_of(log: Path) -> str:
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:])
    except OSError as error:
        return f"no log: {type(error).__name__}"


def _end(process: "subprocess.Popen[bytes] | None") -> None:
    if process is None:
        return
    process.terminate()
    try:
        process.wait(60)  # against a hang
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
