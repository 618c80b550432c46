"""``dsp-desktop``: the program, and its tasks for the command line.

The installed command runs this isolated (``python -I``): nothing of the current folder and none of Python's
variables come in. ``python -m desktop`` is the developer's way: it trusts the folder where it is typed.
"""

import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import __version__
from desktop.common.qt_import import load_qt
from desktop.system import environment

if TYPE_CHECKING:
    from desktop.composition.options import Options

_BESIDE = {
    "platform": ("desktop.simulator", "__main__"),
    "demo": ("desktop.demo", "start"),
    "simulator": ("desktop.qa", "cli"),
}


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
    if given and (task := _beside(given[0])) is not None:
        return task(given[1:])
    if given[:1] == ["open"] or _is_link(given):
        from desktop.composition.opening import hand_over

        if (code := hand_over(given)) is not None:
            return code
        environment.begin_again(left_out=len(given))
        given = []
    from desktop.composition.options import Options
    from desktop.composition.profiles import NATIONAL

    options = _parsed(given) if given else Options(NATIONAL)
    gc.disable()  # nothing of a start is garbage (desktop.composition.launch), what it imports neither
    load_qt()
    from desktop.composition.launch import run

    return run(options)


def _is_link(given: Sequence[str]) -> bool:
    """Whether the desktop passed on a ``dsp-desktop:`` link, which somebody followed."""
    return given[:1] != [] and given[0].lower().startswith("dsp-desktop:")


def _beside(name: str) -> Callable[[list[str]], int] | None:
    """A task of the demo's or QA's, by name: the product comes without them, and then knows no such word."""
    if name not in _BESIDE:
        return None
    from importlib import import_module
    from importlib.util import find_spec

    package, module = _BESIDE[name]
    if find_spec(package) is None:
        return None
    task: Callable[[list[str]], int] = import_module(f"{package}.{module}").main
    return task


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
