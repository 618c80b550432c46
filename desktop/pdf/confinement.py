"""What the children that read foreign files may still open: the program's own code and fonts."""

import sys
from pathlib import Path

from desktop.children.confinement import Held, confine
from desktop.common import resource_files

_PACKAGE = Path(__file__).resolve().parents[1]


def confine_child() -> tuple[Held, ...]:
    """Give up the rest; what took hold on this system."""
    return confine(own_files())


def own_files() -> tuple[Path, ...]:
    """Code and resources. Of a working copy not the whole: what lies beside them may be a user's."""
    places = (Path(place).resolve() for place in sys.path if place)
    libraries = (place for place in places if not (place / "pyproject.toml").exists())
    return (_PACKAGE, resource_files.ROOT, *libraries)
