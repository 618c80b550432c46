"""How the program starts itself again as a child: its own code, nothing of the current folder."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def own_command(module: str) -> list[str]:
    """``python -m module`` (inside a packaged program: itself, ``--child``); arguments go behind it."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--child", module]
    bytecode = ["-B"] if sys.flags.dont_write_bytecode else []
    return [sys.executable, "-s", "-P", *bytecode, "-m", module]


def own_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """This process's environment, *extra*, and the place of the program's code."""
    environment = {**os.environ, **extra}
    if not getattr(sys, "frozen", False):
        inherited = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_ROOT), inherited]))
    return environment
