"""The historique des activités for the socket: a page of the record, for médecin référent and cercle."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain.record import MandateKind
from desktop.features.history.port import HISTORY, HistoryPort
from desktop.kernel.feature import Feature, Page
from desktop.kernel.page import EVERYBODY, Audience, Entry, FeaturePage, KeyHint
from desktop.ports.kept import NOTHING_KEPT

if TYPE_CHECKING:
    from desktop.kernel.workbench import Workbench
    from desktop.sync.wire_kit import WireKit


def _wire(kit: "WireKit") -> HistoryPort:
    from desktop.features.history.wire import HistoryWire

    return HistoryWire(kit)


def _page(bench: "Workbench", port: HistoryPort) -> FeaturePage:
    from desktop.features.history.page import HistoryPage

    return HistoryPage(bench, port)


# CF-061: not by profession, by mandate
_READERS = Audience(EVERYBODY, frozenset({MandateKind.MEDECIN_REFERENT, MandateKind.CERCLE_MEDICAL}))

HISTORY_FEATURE: Feature[HistoryPort] = Feature(
    name="history",
    words=Path(__file__).parent / "words",
    wire=_wire,
    wire_calls=(HISTORY,),
    refusals={},
    kept=NOTHING_KEPT,
    pages=(
        Page(
            name="history",
            title="history.title",
            entry=Entry.RECORD,
            audience=_READERS,
            keys=(KeyHint("F5", "history.refresh"), KeyHint("Ctrl+P", "history.print")),
            help="history.help",
            make=_page,
        ),
    ),
)
