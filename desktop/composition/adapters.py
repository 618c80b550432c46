"""All adapters of one run. Importing this is light; :func:`build` imports what is heavy."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.common.locked_memory import lock_memory
from desktop.composition.cards import CardStack, reader_stack
from desktop.composition.options import DemoTester, Options
from desktop.composition.shared_monitor import SharedMonitor
from desktop.kernel.feature import Pluggable
from desktop.kernel.page import Plugged
from desktop.services.bundle import Ports
from desktop.services.platform_time import PlatformTime
from desktop.system.clock import SystemClock
from desktop.system.paths import DataFolder
from desktop.ui.preferences import Preferences

if TYPE_CHECKING:
    from desktop.composition.platform_link import PlatformLink


@dataclass(frozen=True, slots=True)
class Built:
    """The adapters of one run, the features over them, and what must end after them.

    ``afterwards`` is to be run in a worker once the window can be used.
    """

    ports: Ports
    features: tuple[Plugged, ...]
    afterwards: Callable[[], object]
    endings: tuple[Callable[[], object], ...] = ()

    def all_endings(self) -> tuple[Callable[[], object], ...]:
        """In their order; the vault, which has its own time, is not among them.

        What this system's services may hold up comes last: children and calls do not wait for it.
        """
        ports = self.ports
        cut = (ports.platform.cancel_all, ports.card.abort)
        children = (ports.pdf.close, ports.writer.close, ports.code_pictures.close, ports.signing.close)
        closed = (*children, ports.card.close, ports.platform.close)
        watchers = (ports.system_events.stop, ports.monitor.stop)
        return (*cut, *closed, *watchers, *self.endings)


@dataclass(frozen=True, slots=True)
class Early:
    """What was made before the rest because the first screen shows its answers; None: made with the rest."""

    monitor: SharedMonitor | None = None
    link: "PlatformLink | None" = None


def build(
    options: Options,
    folder: DataFolder,
    preferences: Preferences,
    features: tuple[Pluggable, ...],
    early: Early,
    tester: DemoTester | None = None,
) -> Built:
    """Import and make them all: call it in a worker. *tester*: demo only."""
    from desktop.common.passing_folders import Passing, remove_left_behind
    from desktop.composition.platform_link import link_platform
    from desktop.composition.support import Support
    from desktop.pdf.code_pictures import CodePictures
    from desktop.pdf.libreoffice import remove_left_letters
    from desktop.pdf.service import PdfService
    from desktop.pdf.signature_service import PdfSignatures
    from desktop.pdf.write import DocumentWriter
    from desktop.services.drug_data import look_in
    from desktop.signing.service import CardSigning
    from desktop.store.feature_rows import FeatureRows
    from desktop.store.store import Store
    from desktop.store.vault import open_vault
    from desktop.system.events import system_events
    from desktop.system.keyring_store import KeyringStore

    look_in(folder.home)
    clock = SystemClock() if tester is None else tester.clock
    events = system_events() if tester is None else tester.listen_to(system_events())
    cards = _cards(options, preferences, early.monitor)
    link = early.link or link_platform(options, clock)
    keyring = KeyringStore()
    time = PlatformTime(link.platform, clock)
    vault = open_vault(
        folder.home,
        keyring,
        allow_card_only=options.demo is not None,
        kept={feature.name: feature.kept for feature in features},
        now=time.now,  # a PC whose clock is ahead ends no right of today
        protect=_keep_out_of_swap,
    )
    pdf, writer = PdfService(), DocumentWriter()
    support = Support(
        link.proxy,
        demo=options.demo is not None,
        trust=link.trust,
        closed=pdf.closed_to_children,
        module_in_use=cards.module_in_use,
    )
    ports = Ports(
        link.clock,
        cards.monitor,
        cards.card,
        cards.settings,
        link.platform,
        vault,
        Store(vault),
        pdf,
        writer,
        CodePictures(),
        CardSigning(cards.card, PdfSignatures(), writer, link.card_authorities, time.now),
        events,
        support,
    )
    plugged = tuple(
        feature.plug(
            link.platform.kit(feature.wire_calls, feature.refusals), FeatureRows(vault, feature.name)
        )
        for feature in features
    )
    for feature in features:
        feature.load_pages()

    def afterwards() -> None:
        """What a killed program left; then the keyring, whose first question starts its service: the first
        login must not wait for that."""
        remove_left_letters()
        remove_left_behind(Passing)
        keyring.backend()

    return Built(ports, plugged, afterwards, cards.endings)


def _cards(options: Options, preferences: Preferences, monitor: SharedMonitor | None) -> CardStack:
    if options.demo is not None:
        return options.demo.stage.cards(options.demo)
    settings = preferences.settings
    module = options.module or (Path(settings.module) if settings.module else None)
    return reader_stack(module, settings.askers, monitor=monitor)


def _keep_out_of_swap(key: bytearray) -> None:
    if not lock_memory(key):
        logging.getLogger("dsp.hardening").info("a key could not be kept out of swap")
