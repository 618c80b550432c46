"""``dev.py package debian [--check]``: what is made goes into ``dist``."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from installers.debian import check
from installers.debian import package as debian
from installers.tree.build import Tools
from installers.tree.target import debian as on_debian

Say = Callable[[str], None]


def check_debian(root: Path, pip: Path, say: Say) -> bool:
    """Make them twice, and try them in a clean root; True when all passed. Needs root, and downloads."""
    if os.geteuid() != 0:
        raise SystemExit("the check installs packages in a root of its own: start it as root")
    made = package_debian(root, pip, say)
    with tempfile.TemporaryDirectory(prefix="dsp-check-") as place:
        work = Path(place)
        for name in ("again", "out"):
            (work / name).mkdir()
        again = debian.make(root, work / "again", work / "out", on_debian(), _tools(pip), say)
        shutil.rmtree(work / "again")
        return check.run(root, work, made, again, pip, say)


def _tools(pip: Path) -> Tools:
    return Tools(pip, Path(sys.executable))


def package_debian(root: Path, pip: Path, say: Say) -> debian.Made:
    """The packages of *root*'s commit for the Debian whose Python runs this; *pip*: a Python that has it."""
    changed = subprocess.run(
        ["git", "status", "--porcelain", "-uno"], cwd=root, capture_output=True, text=True
    )
    if changed.stdout:
        say("what is not committed is not in the packages")
    out = root / "dist"
    out.mkdir(exist_ok=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="dsp-package-") as work:
        made = debian.make(root, Path(work), out, on_debian(), _tools(pip), say)
    installed = f"{made.installed / 1e6:.1f} MB installed"
    say(f"{made.product.name}: {made.product.stat().st_size / 1e6:.1f} MB, {installed}")
    say(f"{made.demo.name}: {made.demo.stat().st_size / 1e6:.1f} MB")
    say(f"made in {time.monotonic() - started:.0f} s")
    return made
