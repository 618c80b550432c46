"""The résumés des prestations for the socket: a page of a record, for its médecin référent (CF-071)."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain.record import MandateKind
from desktop.domain.referent import REFERENT_PROFESSIONS
from desktop.features.prestations.port import LINES, PrestationsPort
from desktop.kernel.feature import Feature, Page
from desktop.kernel.page import Audience, Entry, FeaturePage, KeyHint
from desktop.ports.kept import NOTHING_KEPT

if TYPE_CHECKING:
    from desktop.kernel.workbench import Workbench
    from desktop.sync.wire_kit import WireKit


def _wire(kit: "WireKit") -> PrestationsPort:
    from desktop.features.prestations.wire import PrestationsWire

    return PrestationsWire(kit)


def _page(bench: "Workbench", port: PrestationsPort) -> FeaturePage:
    from desktop.features.prestations.page import PrestationsPage

    return PrestationsPage(bench, port)


PRESTATIONS: Feature[PrestationsPort] = Feature(
    name="prestations",
    words=Path(__file__).parent / "words",
    wire=_wire,
    wire_calls=(LINES,),
    refusals={},
    kept=NOTHING_KEPT,
    pages=(
        Page(
            name="prestations",
            title="prestations.title",
            entry=Entry.RECORD,
            audience=Audience(REFERENT_PROFESSIONS, frozenset({MandateKind.MEDECIN_REFERENT})),
            keys=(
                KeyHint("Ctrl+Right", "prestations.key_year"),
                KeyHint("F5", "prestations.again"),
                KeyHint("Ctrl+P", "prestations.print"),
            ),
            help="prestations.help",
            make=_page,
        ),
    ),
)
