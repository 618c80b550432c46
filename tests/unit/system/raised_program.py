"""The program as it starts, which writes down that it came forward (``test_second_start.py``).

``raised_program.py FOLDER``: FOLDER/stands once the window stands, FOLDER/raised at a second start.
"""

import sys
from pathlib import Path
from typing import Any

import desktop.app
from desktop.composition.launch import run
from desktop.composition.options import Options

FOLDER = Path(sys.argv[1])
on_built, come_forward = desktop.app.App._on_built, desktop.app.App._come_forward


def stands(app: desktop.app.App, built: object) -> None:
    on_built(app, built)  # type: ignore[arg-type]
    (FOLDER / "stands").touch()


def raised(app: desktop.app.App, calls: tuple[Any, ...]) -> None:
    come_forward(app, calls)
    assert app._first is not None and app._first.shell.isVisible()
    (FOLDER / "raised").touch()


desktop.app.App._on_built = stands  # type: ignore[method-assign, assignment]
desktop.app.App._come_forward = raised  # type: ignore[method-assign, assignment]
sys.exit(run(Options("esante")))
