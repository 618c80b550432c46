"""The program as it starts, which writes down what it was called for (``test_called.py``).

``called_program.py FOLDER``: FOLDER/stands once the window stands, FOLDER/calls a line for each call.
"""

import sys
from pathlib import Path

import desktop.app
from desktop.composition.launch import run
from desktop.composition.options import Options
from desktop.ui.bind.call_binding import CallBinding

FOLDER = Path(sys.argv[1])
on_built, take = desktop.app.App._on_built, CallBinding.take


def stands(app: desktop.app.App, built: object) -> None:
    on_built(app, built)  # type: ignore[arg-type]
    (FOLDER / "stands").touch()


def taken(binding: CallBinding, asked: object) -> None:
    take(binding, asked)  # type: ignore[arg-type]
    with (FOLDER / "calls").open("a", encoding="utf-8") as file:
        file.write(f"{asked!r}\n")


desktop.app.App._on_built = stands  # type: ignore[method-assign, assignment]
CallBinding.take = taken  # type: ignore[method-assign, assignment]
sys.exit(run(Options("esante")))
