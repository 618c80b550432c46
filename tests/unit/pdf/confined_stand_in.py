"""``confined_run`` for a program that lies elsewhere: folders of its code stand before a first ``--``."""

import sys
from pathlib import Path

from desktop.children import confined_run, confinement

if __name__ == "__main__":
    border = sys.argv.index("--")
    code = tuple(Path(folder) for folder in sys.argv[1:border])
    confinement._PROGRAMS = (*confinement._PROGRAMS, *code)
    sys.exit(confined_run.main(sys.argv[border + 1 :]))
