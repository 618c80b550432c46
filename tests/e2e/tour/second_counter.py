"""A second program at the same platform: another pharmacy, with its own folder, reader and card."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace

from desktop.domain.card_image import SimulatedReader, load_readers, save_readers
from tests.e2e.tour.demo_run import TourRun
from tests.e2e.tour.driver import Window

_LIMIT_S = 60


class SecondCounter:
    """It has the whole stage's screen: its window lies over the first one's. The software card plays."""

    def __init__(self, stage: TourRun) -> None:
        self._stage = stage
        self._folder = stage.folder / "second"
        self._platform = self._folder / "platform"
        self.program = Window(self._folder / "probes" / "program")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, card: str) -> None:
        """Start it with *card* in its first reader; returns once the window stands there, over the other."""
        for name in ("home", "platform", "probes", "tmp"):
            (self._folder / name).mkdir(parents=True)
        for name in ("ready.json", "reader.json"):
            shutil.copy(self._stage.platform / name, self._platform / name)
        (self._platform / "cards").mkdir()
        # A card is in one reader at a time: this one is out of the first counter's hands.
        shutil.copy(self._stage.platform / "cards" / f"{card}.json", self._platform / "cards")
        if self._stage.settings:
            (self._folder / "home" / "settings.json").write_text(json.dumps(self._stage.settings))
        self._insert(card)
        command = [sys.executable, "-m", "desktop", "demo", "--attach", "--platform", str(self._platform)]
        command += ["--probes", str(self._folder / "probes")]
        env = {
            **os.environ,
            "DSP_DESKTOP_HOME": str(self._folder / "home"),
            "TMPDIR": str(self._folder / "tmp"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        with (self._folder / "program.log").open("wb") as log:
            self._process = subprocess.Popen(command, cwd=self._stage.build, env=env, stdout=log, stderr=log)
        self.program.until("the second program's window", lambda: list(self.program.widgets()))
        self.to_front()

    def to_front(self) -> None:
        """Its window over the first one's, with the keyboard in it."""
        assert self._process is not None
        in_front(self.program, self._process.pid)

    def stop(self) -> int:
        """Close it like the window manager would; its exit code."""
        if self._process is None:
            return 0
        process, self._process = self._process, None
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return -signal.SIGKILL

    def _insert(self, card: str) -> None:
        path = self._platform / "reader.json"
        first, *others = (SimulatedReader(one.name) for one in load_readers(path))
        save_readers(path, (replace(first, card=card, events=1), *others))


def in_front(window: Window, pid: int) -> None:
    """Raise the window of process *pid* to the first one's place, with the keyboard in it."""

    def raised() -> bool:
        search = ["xdotool", "search", "--all", "--onlyvisible", "--pid", str(pid), "--name", "DSP Desktop"]
        found = subprocess.run(search, capture_output=True, text=True).stdout.split()
        for one in found:
            subprocess.run(["xdotool", "windowmove", one, "0", "0", "windowactivate", one], check=False)
        active = subprocess.run(["xdotool", "getactivewindow"], capture_output=True, text=True).stdout.strip()
        return active in found

    window.until("the window in front", raised)
