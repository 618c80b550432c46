"""The program over ports of which one hangs for ten minutes, as a process of its own (``test_quitting.py``,
``benchmarks/quit.py``).

``hanging_program.py WHAT FOLDER``: FOLDER/hangs appears once it hangs; then a draft is given to the store's
lane, whose writing makes FOLDER/draft. "nothing" hangs nowhere; « pdf », « office », « printers »,
« card-child » and « silent » are the real adapters.
"""

import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import certifi
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog

import desktop.app
from desktop.composition import adapters
from desktop.composition.launch import run
from desktop.composition.options import DemoOptions, Options
from desktop.composition.platform_link import link_platform
from desktop.demo.stage import SimulatedStage
from desktop.pdf import libreoffice
from desktop.pdf.service import PdfService
from desktop.smartcard.software_card import SoftwareCard
from desktop.ui.tasks import Lane
from tests import fakes

TEN_MINUTES_S = 600
WHAT, FOLDER = sys.argv[1], Path(sys.argv[2])
made = fakes.FakePorts()
ports = made.ports()
lock = threading.Lock()  # what the hanging one holds, and its own close asks for


def hang() -> None:
    with lock:
        (FOLDER / "hangs").touch()
        time.sleep(TEN_MINUTES_S)


def ask() -> None:
    with lock:
        pass


def purge(cut: threading.Event) -> None:
    """Thousands of documents; the store cuts it when it is told to hurry."""
    (FOLDER / "hangs").touch()
    cut.wait(TEN_MINUTES_S)


def in_lane(lane: Lane, work: Callable[[], object]) -> None:
    program._tasks.run(lane, work, print, owner=program)


def in_flight(lane: Lane, call: Callable[[], object]) -> None:
    (FOLDER / "hangs").touch()
    in_lane(lane, call)


def show_dialog() -> None:
    """Whatever asks the user something runs a loop of its own."""
    assert program._first is not None
    dialog = QDialog(program._first.shell)
    dialog.setModal(True)
    QTimer.singleShot(0, dialog, lambda: (FOLDER / "hangs").touch())
    dialog.exec()


def begin() -> None:
    match WHAT:
        case "nothing":
            (FOLDER / "hangs").touch()
        case "dialog":
            QTimer.singleShot(0, program, show_dialog)
        case "share":
            in_lane(Lane.FOLDER, hang)
        case "pdf":
            pdf = ports.pdf
            assert isinstance(pdf, PdfService)
            os.kill(pdf._children.convert.child().pid, signal.SIGSTOP)
            in_flight(Lane.PDF, lambda: pdf.convert(b"%PDF-1.7", "a.pdf"))
        case "office":
            in_lane(Lane.PDF, lambda: ports.pdf.convert(b"{\\rtf1 }", "a.rtf"))
        case "printers":
            threading.Thread(target=heard, daemon=True).start()
            in_lane(Lane.PDF, lambda: ports.pdf.printers())
        case "card-child":
            card = ports.card
            assert isinstance(card, SoftwareCard)
            os.kill(card._children["software"].child().pid, signal.SIGSTOP)
            in_flight(Lane.CARD, card.cards)
        case "silent":
            in_lane(Lane.NET, lambda: ports.platform.probe())
            threading.Thread(target=heard, daemon=True).start()
        case "keyring":
            made.vault.close = ask  # type: ignore[method-assign]
        case "card":
            made.card.close = ask  # type: ignore[method-assign]
            in_lane(Lane.CARD, hang)
        case "platform":
            made.platform.close = ask  # type: ignore[method-assign]
            in_lane(Lane.NET, hang)
            in_lane(Lane.UPLOAD, hang)
        case "readers":
            made.monitor.stop = ask  # type: ignore[method-assign]
            threading.Thread(target=hang, daemon=True).start()
        case "system":
            made.system.stop = ask  # type: ignore[method-assign]
            threading.Thread(target=hang, daemon=True).start()
        case "purge":
            cut = threading.Event()
            made.vault.hurry = cut.set  # type: ignore[method-assign]
            in_lane(Lane.STORE, lambda: purge(cut))
    in_lane(Lane.STORE, lambda: (FOLDER / "draft").touch())


def warm_keyring() -> None:
    if WHAT == "keyring":
        hang()


def heard() -> None:
    """A platform or a print service that takes a connection and says nothing."""
    taken, _ = listening.accept()
    (FOLDER / "hangs").touch()
    threading.Event().wait(TEN_MINUTES_S)
    taken.close()


def listen() -> None:
    listening.bind(("127.0.0.1", 0))
    listening.listen()


def real_ports() -> None:
    """The adapter that this run is about, instead of its fake."""
    global ports
    match WHAT:
        case "pdf" | "office":
            ports = replace(ports, pdf=PdfService())
        case "printers":
            listen()
            os.environ["CUPS_SERVER"] = f"127.0.0.1:{listening.getsockname()[1]}"
            ports = replace(ports, pdf=PdfService())
        case "card-child":
            ports = replace(ports, card=SoftwareCard(FOLDER))
        case "silent":
            listen()
            url = f"https://127.0.0.1:{listening.getsockname()[1]}"
            ready = FOLDER / "ready.json"
            anchors = certifi.where()
            told = {"base_url": url, "ca_file": anchors, "card_authorities": anchors}
            ready.write_text(json.dumps(told))
            demo = DemoOptions(FOLDER, ready, "software", None, SimulatedStage())
            ports = replace(ports, platform=link_platform(Options("demo", demo=demo), made.clock).platform)


def stand_in() -> str:
    """A program in LibreOffice's place that never ends."""
    script = FOLDER / "soffice"
    script.write_text(f"#!/bin/sh\n: > {FOLDER / 'hangs'}\nsleep {TEN_MINUTES_S}\n")
    script.chmod(0o700)
    return str(script)


def build(*given: object) -> adapters.Built:
    (early,) = (each for each in given if isinstance(each, adapters.Early))
    assert early.monitor is not None
    real_ports()
    plugged = fakes.plugged(made.platform, made.vault)
    return adapters.Built(ports, plugged, warm_keyring, (early.monitor.stop,))


built = desktop.app.App._on_built


def on_built(app: desktop.app.App, result: object) -> None:
    global program
    program = app
    built(app, result)  # type: ignore[arg-type]
    QTimer.singleShot(0, app, begin)


listening = socket.socket()
libreoffice.find_office = stand_in
libreoffice._is_watched = lambda: False  # who confines it runs installed programs only
libreoffice._in_memory = list
adapters.build = build  # type: ignore[assignment]
desktop.app.App._on_built = on_built  # type: ignore[method-assign, assignment]
program: desktop.app.App
sys.exit(run(Options("esante")))
