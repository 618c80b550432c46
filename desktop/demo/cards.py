"""The demo's cards: the emulator behind real readers where this system can, else the software card."""

import json
import logging
import os
from pathlib import Path

from desktop.composition.cards import CardStack, reader_stack
from desktop.composition.options import DemoOptions
from desktop.domain.pin_askers import PinAskers

_log = logging.getLogger("dsp.app")


def demo_stack(demo: DemoOptions) -> CardStack:
    """As the options ask; what really plays is written down for the window « Simulateur »."""
    if demo.card != "reader":
        _tell_chain(demo.folder, "software")
        return _software_stack(demo.folder)
    from desktop.smartcard.emulator.real_chain import (
        OPENSC_DRIVERS,
        READER_NAME,
        RealChain,
        obstacle,
        opensc_module,
    )

    reason = obstacle()
    if reason is None:
        chain = RealChain(demo.folder, name=demo.reader or READER_NAME)
        try:
            chain.start()
        except RuntimeError as error:
            reason = ("start", str(error))
    if reason is not None:
        _log.warning("no real reader chain, the software card plays: %s %s", *reason)
        _tell_chain(demo.folder, "software", *reason)
        return _software_stack(demo.folder)
    environment = chain.environment()
    os.environ.update(environment)  # before the first PC/SC call of this process, which keeps it
    _tell_chain(demo.folder, "reader")
    return reader_stack(
        opensc_module(),
        PinAskers(),
        environment=environment,
        drivers=OPENSC_DRIVERS,
        endings=(chain.stop,),
        remote=(demo.folder / "remote-session").exists,
    )


def _software_stack(folder: Path) -> CardStack:
    from desktop.smartcard.software_card import SoftwareCard
    from desktop.smartcard.software_monitor import SoftwareMonitor

    return CardStack(SoftwareMonitor(folder), SoftwareCard(folder), _NoModules(), lambda: None)


def _tell_chain(folder: Path, kind: str, why: str = "", detail: str = "") -> None:
    """Which chain plays, and why."""
    said = json.dumps({"kind": kind, "why": why, "detail": detail})
    (folder / "chain.json").write_text(said, encoding="utf-8")


class _NoModules:
    """CardSettingsPort of the software card, which has no module."""

    def known_modules(self) -> tuple[Path, ...]:
        return ()

    def apply(self, module: Path | None, askers: PinAskers) -> None:
        """Nothing to apply."""
