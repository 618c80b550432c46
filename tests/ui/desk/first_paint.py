"""Run as a program: ``python -m tests.ui.desk.first_paint HOME`` starts the program up to its first paint and
prints the modules that are loaded and the classes of widgets that are built by then."""

import os
import sys
from pathlib import Path

os.environ["DSP_DESKTOP_HOME"] = sys.argv[1]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6 import QtWidgets

from desktop.app import App
from desktop.composition.cards import reader_monitor
from desktop.composition.options import Options
from desktop.system.paths import data_folder
from desktop.system.single_instance import SingleInstance
from desktop.ui.application import make_application
from desktop.ui.shell import Shell


def main() -> None:
    qt = make_application(sys.argv[0])
    instance = SingleInstance(data_folder().home)
    assert instance.acquire() is None and Path(sys.argv[1]).is_dir()
    app = App(Options("demo"), data_folder(), qt, instance, lambda: (), reader_monitor())
    shell = Shell()
    shell.show()
    app.show(shell)  # building is asked for with a timer, and no event has been handled yet
    first = app._first
    assert first is not None
    assert not shell._painted, "the window was painted empty"
    assert not shell.grab().isNull()
    print("\n".join(sorted(sys.modules)))
    print(
        "\n".join(f"class {name}" for name, kind in vars(QtWidgets).items() if isinstance(kind, type)),
        flush=True,
    )
    os._exit(0)


if __name__ == "__main__":
    main()
