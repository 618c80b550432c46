"""The program's own files, of one commit; what of them belongs to the demo and never into the product."""

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

# Simulated platform, simulated cards and readers, the testers' eyes and hands, QA's scenarios.
DEMO_CODE = (
    "desktop/demo",
    "desktop/qa",
    "desktop/simulator",
    "desktop/smartcard/emulator",
    "desktop/smartcard/soft_keys.py",
    "desktop/smartcard/software_card.py",
    "desktop/smartcard/software_child.py",
    "desktop/smartcard/software_monitor.py",
)
DEMO_RESOURCES = ("resources/demo", "resources/profiles/demo.toml", "resources/scenarios")
DEMO = (*DEMO_CODE, *DEMO_RESOURCES)
SHIPPED = ("desktop", "resources")


def is_demo(path: str) -> bool:
    """Whether *path* of the repository ("desktop/demo/start.py") is the demo's."""
    return any(path == part or path.startswith(f"{part}/") for part in DEMO)


def commit_time(root: Path) -> int:
    """When the commit was made, in seconds: the time of every file that is built of it."""
    said = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=root, check=True, capture_output=True)
    return int(said.stdout)


def unpack(root: Path, site: Path) -> None:
    """The commit's ``desktop`` and ``resources`` into *site*, the latter inside the former.

    Of the commit, not of the folder: what lies beside it comes in no release.
    """
    made = subprocess.run(
        ["git", "archive", "--format=tar", "HEAD", *SHIPPED], cwd=root, check=True, capture_output=True
    )
    with tarfile.open(fileobj=io.BytesIO(made.stdout)) as archive:
        for member in archive.getmembers():
            place = site / shipped_place(member.name)
            if member.isdir():
                place.mkdir(parents=True, exist_ok=True)
            elif (content := archive.extractfile(member)) is not None:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content.read())


def remove_demo(site: Path) -> None:
    """Take the demo's files out of a tree."""
    for part in DEMO:
        place = site / shipped_place(part)
        shutil.rmtree(place) if place.is_dir() else place.unlink()


def shipped_place(path: str) -> Path:
    """Where *path* of the repository lies below the packages of a tree."""
    first, _, rest = path.partition("/")
    return (Path("desktop/resources") if first == "resources" else Path(first)) / rest
