"""``dsp-desktop``: the program, and its tasks for the command line.

The installed command runs this isolated (``python -I``): nothing of the current folder and none of Python's
variables come in. ``python -m desktop`` is the developer's way: it trusts the folder where it is typed.
"""

import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import __version__
from desktop.common.qt_import import load_qt
from desktop.system import environment

if TYPE_CHECKING:
    from desktop.composition.options import Options


def main(arguments: list[str] | None = None) -> int:
    """Parse, harden, run; 0 when all went well. *arguments*: None = the command line's."""
    if arguments is None:  # before anything is loaded that asks the environment
        environment.restart()
        environment.cleanse()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--child"]:
        import runpy

        sys.argv = given[1:]
        runpy.run_module(given[1], run_name="__main__")
        return 0
    if given[:1] == ["pdfa"]:
        from desktop.pdf.cli import main as pdfa

        return pdfa(given[1:])
    if given[:1] == ["platform"]:
        from desktop.simulator.__main__ import main as platform

        return platform(given[1:])
    if given[:1] == ["demo"]:
        from desktop.demo.start import main as demo

        return demo(given[1:])
    if given[:1] == ["simulator"]:
        from desktop.qa.cli import main as simulator

        return simulator(given[1:])
    from desktop.composition.options import Options
    from desktop.composition.profiles import NATIONAL

    options = _parsed(given) if given else Options(NATIONAL)
    gc.disable()  # nothing of a start is garbage (desktop.composition.launch), what it imports neither
    load_qt()
    from desktop.composition.launch import run

    return run(options)


def _parsed(given: Sequence[str]) -> "Options":
    """What was typed; SystemExit where that cannot be, or asks for help only."""
    import argparse

    from desktop.composition.options import Options
    from desktop.composition.profiles import NATIONAL, shipped

    parser = argparse.ArgumentParser(prog="dsp-desktop", description=__doc__)
    parser.add_argument("--version", action="version", version=f"DSP Desktop {__version__}")
    parser.add_argument("--profile", default=NATIONAL, choices=shipped(), help="platform profile")
    parser.add_argument("--module", type=Path, help="PKCS#11 module of the card's middleware")
    chosen = parser.parse_args(given)
    return Options(profile=chosen.profile, module=chosen.module)


if __name__ == "__main__":
    sys.exit(main())
