"""The main job, played on the installed program by an ordinary user of a clean root."""

import shutil
import subprocess
from pathlib import Path

from installers.debian.clean_root import USER, CleanRoot

_SCREEN = ("xvfb", "xauth", "xdotool", "openbox", "dbus", "gnome-keyring", "fonts-dejavu-core", "libcups2")
_PLACE, _OUT = "var/tmp/tour", f"home/{USER}/tour"
_PLAY = """
import subprocess, sys
import dev
with dev.virtual_desktop() as screen:
    command = [sys.executable, "-m", "tests.e2e.tour", "--card", "software", "--as", "medecin", "--out"]
    sys.exit(subprocess.run([*command, sys.argv[1]], env=screen).returncode)
"""


def play(root: Path, clean: CleanRoot, python: Path, home: Path) -> str:
    """How many steps went well.

    The tests lie beside the program, without its sources; psutil is that of the checkout, whose *python*
    tells where. The Secret Service is a real one. Raises subprocess.CalledProcessError where a step failed.
    """
    clean.install(*_SCREEN)
    place = clean.folder / _PLACE
    shutil.copytree(root / "tests", place / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(root / "dev.py", place / "dev.py")
    asked = [str(python), "-c", "import psutil; print(psutil.__path__[0])"]
    psutil = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    shutil.copytree(psutil, place / "psutil")
    (place / "play.py").write_text(_PLAY, encoding="utf-8")
    words = f"mkdir /{_OUT} && cd /{_PLACE} && exec /{home}/bin/python -B play.py /{_OUT}"
    said = clean.run("sh", "-c", words, user=USER).stdout
    return said.strip().splitlines()[-1]
