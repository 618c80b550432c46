"""Which processes are the program's: the window, and its children that read cards, documents and printers."""

import contextlib

import psutil

from tests.e2e.tour.demo_run import TourRun


def ours(stage: TourRun) -> dict[str, int]:
    """Process ids, by "kind id"; not the simulator and its console."""
    window = psutil.Process(stage.pid)
    return {"window": window.pid, **children(stage)}


def children(stage: TourRun) -> dict[str, int]:
    """The same without the window."""
    found = {}
    for child in psutil.Process(stage.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):  # it ended: it holds nothing
            command = " ".join(child.cmdline())
            if "desktop.simulator" in command or child.status() == psutil.STATUS_ZOMBIE:
                continue
            kind = "pdf" if "desktop.pdf" in command else "card" if "smartcard" in command else child.name()
            found[f"{kind} {child.pid}"] = child.pid
    return found
