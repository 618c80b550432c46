"""The card stack of one run: readers watched by PC/SC, cards behind a PKCS#11 module."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.composition.shared_monitor import SharedMonitor
from desktop.domain.pin_askers import PinAskers
from desktop.ports.card import CardPort, CardSettingsPort, ReaderMonitorPort

if TYPE_CHECKING:
    from desktop.smartcard.pkcs11_card import Pkcs11Card


@dataclass(frozen=True, slots=True)
class CardStack:
    """``module_in_use`` answers None where there is no module; ``endings`` are run after the card's end."""

    monitor: ReaderMonitorPort
    card: CardPort
    settings: CardSettingsPort
    module_in_use: Callable[[], Path | None]
    endings: tuple[Callable[[], object], ...] = ()


def reader_stack(
    module: Path | None,
    askers: PinAskers,
    *,
    monitor: SharedMonitor | None = None,
    environment: Mapping[str, str] | None = None,
    drivers: Sequence[str] = (),
    endings: tuple[Callable[[], object], ...] = (),
    remote: Callable[[], bool] | None = None,
) -> CardStack:
    """Real readers. *remote*: what stands for a remote session in the demo.

    *monitor*: one that watches already.
    """
    from desktop.smartcard.pkcs11_card import Pkcs11Card

    monitor = monitor or reader_monitor(remote)
    card = Pkcs11Card(
        module=module,
        askers=askers,
        snapshot=monitor.latest,
        environment=environment or {},
        opensc_drivers=drivers,
    )
    return CardStack(monitor, card, _ModuleSettings(card), card.module_in_use, endings)


def reader_monitor(remote: Callable[[], bool] | None = None) -> SharedMonitor:
    """Watches real readers, for the first screen and then for the session."""
    from desktop.smartcard.child_monitor import ChildMonitor

    return SharedMonitor(ChildMonitor() if remote is None else ChildMonitor(remote=remote))


class _ModuleSettings:
    """CardSettingsPort on the PKCS#11 stack."""

    def __init__(self, card: "Pkcs11Card") -> None:
        self._card = card

    def known_modules(self) -> tuple[Path, ...]:
        from desktop.smartcard.modules import installed

        return tuple(installed(()))

    def apply(self, module: Path | None, askers: PinAskers) -> None:
        self._card.use_module(module)
        self._card.use_askers(askers)
