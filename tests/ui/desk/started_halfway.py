"""Run as a program: ``python -m tests.ui.desk.started_halfway HOME`` starts one whose contents cannot be
loaded, and prints in which order it went."""

import os
import sys
from collections.abc import Callable
from types import ModuleType

os.environ["DSP_DESKTOP_HOME"] = sys.argv[1]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from desktop.composition import cards, launch
from desktop.composition.options import Options
from desktop.domain.card import ReaderSnapshot


def _say(words: str) -> None:
    print(words, flush=True)


class Readers:
    """Of a :class:`SharedMonitor` what a start needs."""

    def start(self, _: Callable[[ReaderSnapshot], None]) -> None:
        shown = any(window.isVisible() for window in QApplication.topLevelWidgets())
        _say("readers watched behind a window" if shown else "readers watched")

    def stop(self) -> None:
        _say("readers left")


class Contents(ModuleType):
    """In the place of ``desktop.app``."""

    def __getattr__(self, name: str) -> object:
        if name == "App":
            _say("contents imported")
        raise AttributeError(name)


def main() -> None:
    cards.reader_monitor = lambda *_: Readers()  # type: ignore[assignment]
    sys.modules["desktop.app"] = Contents("desktop.app")
    launch.run(Options("esante"))


if __name__ == "__main__":
    main()
