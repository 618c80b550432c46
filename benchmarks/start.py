"""From the start of the process to the first mapped window and to the picture at rest, beside other programs.

All start one after the other in every round, on one X server, files and bytecode warm. A picture is at rest
when nothing on it changed for 300 ms; of this program the very last change in two seconds counts. What is
compared is a round's own ratio, so that a busy machine weighs on both sides.
"""

import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.screen_watch import ScreenWatch, Shown
from desktop.system import environment

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5
WATCH_S = 2.0
_BARE = (
    "import sys; from PySide6.QtWidgets import QApplication, QLabel; a = QApplication(sys.argv);"
    "w = QLabel('DSP Desktop'); w.resize(1366, 740); w.show(); sys.exit(a.exec())"
)
_OURS, _LABEL, _FORMER, _AUSWEIS = "this program", "a bare label", "the former build", "AusweisApp"
# Against whom: window, picture at rest.
_LIMITS = {_LABEL: (1.8, 2.0), _AUSWEIS: (0.9, 0.8), _FORMER: (1.0, 1.0)}


@dataclass(frozen=True, slots=True)
class Peer:
    """A program to start in *folder*."""

    command: tuple[str, ...]
    folder: Path = ROOT


def rows(against: Path | None = None) -> Iterator[tuple[str, str, str]]:
    """Medians of five rounds; *against*: a checkout of a former build."""
    found = _measure(_peers(against))
    for name, shown in found.items():
        window = statistics.median(s.mapped for s in shown)
        rest = statistics.median(_rest(name, s) for s in shown)
        work = statistics.median(s.processor_ms for s in shown)
        yield f"start of {name}: window / at rest", "", f"{window:.0f} / {rest:.0f} ms"
        yield "  its processor time until it is ended", "", f"{work:.0f} ms"
    for other, limits in _LIMITS.items():
        for what, limit, time in zip(("window", "at rest"), limits, (_mapped, _rest), strict=True):
            target, measured = f"≤ {limit} ×", "not installed"
            if other in found:
                pairs = zip(found[_OURS], found[other], strict=True)
                measured = f"{statistics.median(time(_OURS, a) / time(other, b) for a, b in pairs):.2f} ×"
            yield f"{what}, against {other}", target, measured


def _peers(against: Path | None) -> dict[str, Peer]:
    told = map("=".join, environment.AT_THE_START.items())  # as the launcher, else it begins twice
    program = ("/usr/bin/env", *told, sys.executable, "-m", "desktop")
    found = {_LABEL: Peer((sys.executable, "-c", _BARE)), _OURS: Peer(program)}
    if against is not None:
        found[_FORMER] = Peer(program, against)
    for name, command in ((_AUSWEIS, ("AusweisApp2", "--show")), ("KeePassXC", ("keepassxc",))):
        if shutil.which(command[0]):
            found[name] = Peer(command)
    return found


def _measure(peers: Mapping[str, Peer]) -> dict[str, list[Shown]]:
    watch = ScreenWatch()
    found: dict[str, list[Shown]] = {name: [] for name in peers}
    with tempfile.TemporaryDirectory(prefix="dsp-bench-") as homes:
        for turn in range(1 + ROUNDS):
            for number, (name, peer) in enumerate(peers.items()):
                env = _environment(Path(homes) / str(number))
                shown = watch.run(peer.command, env, peer.folder, WATCH_S)
                if turn:  # the first one warms files and bytecode
                    found[name].append(shown)
    return found


def _environment(home: Path) -> dict[str, str]:
    """A home of its own; bytecode may be written, as after a set-up."""
    home.mkdir(exist_ok=True)
    env = {**os.environ, "HOME": str(home), "DSP_DESKTOP_HOME": str(home / "dsp")}
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        env[variable] = str(home / variable)
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env


def _mapped(_: str, shown: Shown) -> float:
    return shown.mapped


def _rest(name: str, shown: Shown) -> float:
    """Ours and the former build are held to the very last change."""
    return shown.last if name in (_OURS, _FORMER) else shown.rested
