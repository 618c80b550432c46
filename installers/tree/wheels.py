"""The pinned packages of a target, each by its hash; what was written is what its wheel's RECORD says.

A machine may change files while Python runs on it (one appended its own certificate to certifi's): so no
Python of the machine runs inside the tree with its ``site``, and :func:`verify` looks before anything goes.
"""

import base64
import csv
import hashlib
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from installers.tree.target import Target


class Spoilt(Exception):
    """A file in the tree is not what its wheel brought."""


def install(python: Path, requirements: Path, name: str, target: Target, site: Path) -> None:
    """The set *name* ("run", "simulator") of *requirements* into *site*; *python* has pip.

    Wheels only, but for pyscard, of which there is none for Linux: it is built from its hashed source. Raises
    subprocess.CalledProcessError.
    """
    with tempfile.TemporaryDirectory(prefix="dsp-tree-") as place:
        pip = [
            str(python),
            "-m",
            "pip",
            "install",
            "-q",
            "--disable-pip-version-check",
            "--no-warn-script-location",
        ]
        pip += ["--root-user-action=ignore", "--require-hashes", "--target"]
        _run([*pip, place, "-r", str(requirements / "lock.txt")])
        uv = [str(Path(place) / "bin" / "uv"), "pip", "install", "-q", "--no-config", "--link-mode", "copy"]
        uv += [
            "--python-platform",
            target.wheels,
            "--python-version",
            target.python,
            "--only-binary",
            ":all:",
        ]
        _run([*uv, "--require-hashes", "--target", str(site), "-r", str(requirements / f"{name}.txt")])
        # Debug data, an identity made of it, and the place of this Python would differ elsewhere; a wheel
        # that pip keeps was built without this.
        plain = {"CFLAGS": "-O2 -g0 -DNDEBUG", "LDSHARED": "cc -shared -Wl,--build-id=none"}
        built = Path(place) / "reader"
        _run(
            [
                *pip,
                str(built),
                "--no-deps",
                "--no-compile",
                "--no-cache-dir",
                "-r",
                str(requirements / "pcsc.txt"),
            ],
            plain,
        )
        _run(["cp", "-a", f"{built}/.", str(site)])


def verify(site: Path) -> int:
    """How many files are as their wheels' RECORDs say. Raises :class:`Spoilt`."""
    seen = 0
    for record in sorted(site.glob("*.dist-info/RECORD")):
        with record.open(encoding="utf-8", newline="") as rows:
            for name, said, _ in csv.reader(rows):
                file = site / name
                if not said or ".." in name or not file.is_file():
                    continue  # commands of wheels lie outside, and are not taken
                kind, _, wanted = said.partition("=")
                found = hashlib.new(kind, file.read_bytes()).digest()
                if base64.urlsafe_b64encode(found).rstrip(b"=").decode() != wanted:
                    raise Spoilt(f"{name} is not what {record.parent.name} brought")
                seen += 1
    return seen


def _run(command: Sequence[str], more: Mapping[str, str] | None = None) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    subprocess.run(command, check=True, env={**kept, **(more or {})})
