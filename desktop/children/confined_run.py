"""``python -m desktop.children.confined_run FOLDER… -- PROGRAM …``: gives up the rest, then becomes it."""

import os
import sys
from pathlib import Path

from desktop.children.confinement import confine_office


def main(arguments: list[str]) -> None:
    """Folders that may be changed stand before ``--``; never returns."""
    border = arguments.index("--")
    confine_office(Path(folder) for folder in arguments[:border])
    os.execv(arguments[border + 1], arguments[border + 1 :])


if __name__ == "__main__":
    main(sys.argv[1:])
