"""``dev.py package debian [--check]``: what is made goes into ``dist``."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from installers.debian import package as debian
from installers.tree.build import Tools
from installers.tree.target import debian as on_debian

Say = Callable[[str], None]


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
        made = debian.make(root, Path(work), out, on_debian(), Tools(pip, Path(sys.executable)), say)
    installed = f"{made.installed / 1e6:.1f} MB installed"
    say(f"{made.product.name}: {made.product.stat().st_size / 1e6:.1f} MB, {installed}")
    say(f"{made.demo.name}: {made.demo.stat().st_size / 1e6:.1f} MB")
    say(f"made in {time.monotonic() - started:.0f} s")
    return made
