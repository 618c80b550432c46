"""``python -m desktop.children.confined_run FOLDER… -- PROGRAM …``: runs a program that gives up the rest.

This process watches over it: when the program ends, or when this process's standard input does, because the
parent closed it or is gone, however it went, all that the program started ends with it.
"""

import os
import subprocess
import sys
import threading
from pathlib import Path

from desktop.children.confinement import confine_office
from desktop.children.descendants import adopt_orphans, end_all


def main(arguments: list[str]) -> int:
    """Folders that may be changed stand before ``--``; the program's answer, once nothing of it is left."""
    border = arguments.index("--")
    folders = [Path(folder) for folder in arguments[:border]]
    adopt_orphans()
    # Between fork and exec there is no thread yet, and what is given up there is the program's alone.
    program = subprocess.Popen(
        arguments[border + 1 :],
        stdin=subprocess.DEVNULL,
        preexec_fn=lambda: confine_office(folders),
    )
    threading.Thread(target=_end_with_parent, args=(program,), daemon=True).start()
    answer = program.wait()
    end_all()
    return answer


def _end_with_parent(program: "subprocess.Popen[bytes]") -> None:
    os.read(0, 1)  # nothing is ever said there
    program.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
