"""The demo: platform simulator and console in processes of their own, then the program itself."""

import argparse
import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

from desktop.common.lean_import import load_qt
from desktop.common.own_process import own_command, own_environment
from desktop.composition.options import DemoOptions, Options


def main(arguments: list[str]) -> int:
    """Start the three, wait for the program, end the others."""
    parser = argparse.ArgumentParser(prog="dsp-desktop demo", description=__doc__)
    parser.add_argument("--platform", type=Path, required=True, help="folder of the simulated platform")
    parser.add_argument("--card", choices=("software", "reader"), default="software")
    parser.add_argument("--secrets", type=Path, help="PIN and codes of this run (JSON), for tests")
    parser.add_argument("--probes", type=Path, help="folder for the testers' local sockets")
    parser.add_argument("--simulator", action="store_true", help="open the window « Simulateur » too")
    parser.add_argument(
        "--attach", action="store_true", help="the platform runs already; start the program only"
    )
    given = parser.parse_args(arguments)

    folder: Path = given.platform.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    ready = folder / "ready.json"
    with contextlib.ExitStack() as stack:
        # A local socket's path is short: the demo's own folder may lie too deep.
        probes = given.probes or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dsp-demo-")))
        return _start(given, folder, ready, probes)


def _start(given: argparse.Namespace, folder: Path, ready: Path, probes: Path) -> int:
    probe = probes / "program"
    if given.attach:
        return _program(DemoOptions(folder, ready, given.card, probe))
    ready.unlink(missing_ok=True)
    me = ["--watch-parent", str(os.getpid())]
    platform = [*own_command("desktop.simulator"), "--data", str(folder)]
    platform += ["--ready-file", str(ready), *me]
    if given.secrets:
        platform += ["--secrets", str(given.secrets)]
    console = [*own_command("desktop.simulator.console"), "--data", str(folder), *me]
    console += ["--program", str(probe)]
    if given.probes:
        console += ["--probe", str(probes / "console")]
    if given.simulator:
        console += ["--simulator"]
    environment = own_environment({})
    children = [subprocess.Popen(platform, env=environment, stdin=subprocess.DEVNULL)]
    try:
        children.append(subprocess.Popen(console, env=environment, stdin=subprocess.DEVNULL))
        return _program(DemoOptions(folder, ready, given.card, probe))
    finally:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()


def _program(demo: DemoOptions) -> int:
    load_qt()
    from desktop.app import run  # after the simulator was started: both load at the same time

    return run(Options(profile="demo", demo=demo))
