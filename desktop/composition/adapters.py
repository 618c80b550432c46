"""All adapters of one run. Importing this is light; :func:`build` imports what is heavy."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import __version__
from desktop.common.resource_files import resource
from desktop.composition.cards import CardStack, reader_stack
from desktop.composition.options import Options
from desktop.kernel.feature import Pluggable
from desktop.kernel.page import Plugged
from desktop.services.bundle import Ports
from desktop.system import hardening
from desktop.system.clock import SystemClock
from desktop.system.paths import DataFolder
from desktop.ui.preferences import Preferences

if TYPE_CHECKING:
    from desktop.demo.tester import Tester


@dataclass(frozen=True, slots=True)
class Built:
    """The adapters of one run, the features over them, and what must end after them."""

    ports: Ports
    features: tuple[Plugged, ...]
    warm_keyring: Callable[[], object]
    endings: tuple[Callable[[], object], ...] = ()


def build(
    options: Options,
    folder: DataFolder,
    preferences: Preferences,
    features: tuple[Pluggable, ...],
    tester: "Tester | None" = None,
) -> Built:
    """Import and make them all: call it in a worker. *tester*: demo only."""
    from desktop.composition.support import Support
    from desktop.pdf.service import PdfService
    from desktop.pdf.write import DocumentWriter
    from desktop.store.store import Store
    from desktop.store.vault import open_vault
    from desktop.sync.platform import Platform
    from desktop.sync.profile import load_profile
    from desktop.system.events import system_events
    from desktop.system.keyring_store import KeyringStore
    from desktop.system.proxy import ProxyMode, choose_proxy

    clock = SystemClock() if tester is None else tester.clock
    events = system_events() if tester is None else tester.listen_to(system_events())
    profile = load_profile(resource("profiles", f"{options.profile}.toml"))
    cards = _cards(options, preferences)
    base_url, ca_file = profile.base_url, profile.ca_file
    if options.demo is not None:
        from desktop.demo.platform import await_platform

        base_url, ca_file = await_platform(options.demo.ready)
    chosen = choose_proxy(base_url, ProxyMode.SYSTEM)
    proxy = chosen.url
    platform = Platform(
        profile,
        clock,
        software_version=__version__,
        base_url=base_url,
        ca_file=ca_file,
        proxies={"https": proxy, "http": proxy} if proxy else {},
    )
    keyring = KeyringStore()
    vault = open_vault(
        folder.home,
        keyring,
        allow_card_only=options.demo is not None,
        protect=_keep_out_of_swap,
    )
    support = Support(chosen.source, demo=options.demo is not None, module_in_use=cards.module_in_use)
    ports = Ports(
        clock,
        cards.monitor,
        cards.card,
        cards.settings,
        platform,
        vault,
        Store(vault),
        PdfService(),
        DocumentWriter(),
        events,
        support,
    )
    plugged = tuple(feature.plug(platform.kit(feature.wire_calls)) for feature in features)
    return Built(ports, plugged, keyring.backend, cards.endings)


def _cards(options: Options, preferences: Preferences) -> CardStack:
    if options.demo is not None:
        from desktop.demo.cards import demo_stack

        return demo_stack(options.demo)
    settings = preferences.settings
    module = options.module or (Path(settings.module) if settings.module else None)
    return reader_stack(module, settings.keypad)


def _keep_out_of_swap(key: bytearray) -> None:
    hardening.lock_memory(key)
