"""The demo: platform simulator and console in processes of their own, then the program itself."""

import argparse
import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from desktop.common.own_process import own_command, own_environment
from desktop.common.passing_folders import Passing, PassingFolder
from desktop.common.qt_import import load_qt
from desktop.composition.options import DemoOptions, Options
from desktop.demo.stage import SimulatedStage

CHILDREN_S = 0.5
_WATCH_S = 0.5


def main(arguments: list[str]) -> int:
    """Start the three, wait for the program, end the others."""
    parser = argparse.ArgumentParser(prog="dsp-desktop demo", description=__doc__)
    parser.add_argument("--platform", type=Path, required=True, help="folder of the simulated platform")
    parser.add_argument("--card", choices=("software", "reader"), default="software")
    parser.add_argument("--reader", default="", metavar="NAME", help="what the simulated readers are called")
    parser.add_argument("--secrets", type=Path, help="PIN and codes of this run (JSON), for tests")
    parser.add_argument("--probes", type=Path, help="folder for the testers' local sockets")
    parser.add_argument("--simulator", action="store_true", help="open the window « Simulateur » too")
    parser.add_argument(
        "--attach", action="store_true", help="the platform runs already; start the program only"
    )
    parser.add_argument("--watch-parent", type=int, help="end when this process is not the parent any more")
    given = parser.parse_args(arguments)

    folder: Path = given.platform.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    ready = folder / "ready.json"
    if given.watch_parent:
        threading.Thread(target=_end_with, args=(given.watch_parent,), daemon=True).start()
    with contextlib.ExitStack() as stack:
        # A local socket's path is short: the demo's own folder may lie too deep.
        probes = given.probes or stack.enter_context(PassingFolder(Passing.DEMO)).path
        demo = DemoOptions(folder, ready, given.card, probes / "program", SimulatedStage(), given.reader)
        return _start(given, demo, stack)


def _start(given: argparse.Namespace, demo: DemoOptions, stack: contextlib.ExitStack) -> int:
    if not given.attach:
        demo.ready.unlink(missing_ok=True)
        me = ["--watch-parent", str(os.getpid())]
        platform = [*own_command("desktop.simulator"), "--data", str(demo.folder)]
        platform += ["--ready-file", str(demo.ready), *me]
        if given.secrets:
            platform += ["--secrets", str(given.secrets)]
        console = [*own_command("desktop.simulator.console"), "--data", str(demo.folder), *me]
        console += ["--program", str(demo.probe)]
        if given.probes:
            console += ["--probe", str(given.probes / "console")]
        if given.simulator:
            console += ["--simulator"]
        children: list[subprocess.Popen[bytes]] = []
        stack.callback(end_children, children)
        for command in (platform, console):
            children.append(subprocess.Popen(command, env=own_environment({}), stdin=subprocess.DEVNULL))
    return _program(demo, stack.close)


def _end_with(parent: int) -> None:
    """Whoever plays with this demo was killed: it ends in order."""
    while os.getppid() == parent:
        time.sleep(_WATCH_S)
    os.kill(os.getpid(), signal.SIGTERM)


def end_children(children: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Ask all to end, and end those that did not within :data:`CHILDREN_S` in all."""
    for child in children:
        child.terminate()
    until = time.monotonic() + CHILDREN_S
    for child in children:
        try:
            child.wait(max(until - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _program(demo: DemoOptions, before_forced_end: Callable[[], object]) -> int:
    load_qt()
    from desktop.composition.launch import run  # after the simulator was started: both load at the same time

    return run(Options(profile="demo", demo=demo), before_forced_end)
