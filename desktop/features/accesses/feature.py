"""« Mes accès » for the socket."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop.features.accesses.port import MY_TRACES, AccessesPort
from desktop.kernel.feature import Feature, Page
from desktop.kernel.page import EVERYBODY, Audience, Entry, FeaturePage, KeyHint
from desktop.ports.kept import NOTHING_KEPT

if TYPE_CHECKING:
    from desktop.kernel.workbench import Workbench
    from desktop.sync.wire_kit import WireKit


def _wire(kit: "WireKit") -> AccessesPort:
    from desktop.features.accesses.wire import AccessesWire

    return AccessesWire(kit)


def _page(bench: "Workbench", port: AccessesPort) -> FeaturePage:
    from desktop.features.accesses.page import AccessesPage

    return AccessesPage(bench, port)


ACCESSES: Feature[AccessesPort] = Feature(
    name="accesses",
    words=Path(__file__).parent / "words",
    wire=_wire,
    wire_calls=(MY_TRACES,),
    refusals={},
    kept=NOTHING_KEPT,
    pages=(
        Page(
            name="accesses",
            title="accesses.title",
            entry=Entry.USER_MENU,
            audience=Audience(EVERYBODY, EVERYBODY),
            keys=(KeyHint("F5", "accesses.refresh"),),
            help="accesses.help",
            make=_page,
        ),
    ),
)
