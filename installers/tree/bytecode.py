"""Bytecode beside each module: an installed program may not write there and would compile at each start."""

import subprocess
from pathlib import Path


def compile_tree(python: Path, site: Path, installed: Path) -> None:
    """Compile all below *site* with *python*, whose version the bytecode is of.

    Unchecked: valid whatever the time of a file, which packages change. The names in tracebacks are those
    below *installed*, so that the folder of the build is in no file. Raises subprocess.CalledProcessError.
    """
    tool = [str(python), "-I", "-S", "-m", "compileall", "-qq", "-j", "0"]
    tool += ["--invalidation-mode", "unchecked-hash", "-s", str(site), "-p", str(installed), str(site)]
    subprocess.run(tool, check=True)


def unpack_pyside(python: Path, site: Path) -> None:
    """PySide6 carries Python in a library and compiles it at each start; asked to, it puts it into files."""
    words = f"import sys; sys.path.insert(0, {str(site)!r}); import PySide6.QtCore"
    tool = [str(python), "-I", "-S", "-B", "-c", words]
    subprocess.run(tool, check=True, env={"SBK_EMBED": "0"}, capture_output=True)
