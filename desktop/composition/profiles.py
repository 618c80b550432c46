"""Which platform profiles this installation brings: names, never paths, the demo's for the demo alone."""

from pathlib import Path

from desktop.common.resource_files import resource
from desktop.composition.options import Options

NATIONAL = "esante"
DEMO = "demo"


def shipped() -> tuple[str, ...]:
    """The names that the command line takes."""
    return tuple(sorted(file.stem for file in resource("profiles").glob("*.toml") if file.stem != DEMO))


def profile_file(options: Options) -> Path:
    """The file of the chosen profile; ValueError for a name that this installation does not bring."""
    known = (DEMO,) if options.demo is not None else shipped()
    if options.profile not in known:
        raise ValueError("no profile of this installation")
    return resource("profiles", f"{options.profile}.toml")
