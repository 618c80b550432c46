"""The declaration for the socket: a page of the record, for its médecin référent alone (CF-071)."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain.record import MandateKind
from desktop.domain.referent import REFERENT_PROFESSIONS
from desktop.features.declaration.domain import DeclarationCode
from desktop.features.declaration.port import NOTICE, READ, DeclarationPort
from desktop.kernel.feature import Feature, Page
from desktop.kernel.page import Audience, Entry, FeaturePage, KeyHint
from desktop.ports.kept import NOTHING_KEPT

if TYPE_CHECKING:
    from desktop.kernel.workbench import Workbench
    from desktop.sync.wire_kit import WireKit


def _wire(kit: "WireKit") -> DeclarationPort:
    from desktop.features.declaration.wire import DeclarationWire

    return DeclarationWire(kit)


def _page(bench: "Workbench", port: DeclarationPort) -> FeaturePage:
    from desktop.features.declaration.page import DeclarationPage

    return DeclarationPage(bench, port)


DECLARATION: Feature[DeclarationPort] = Feature(
    name="declaration",
    words=Path(__file__).parent / "words",
    wire=_wire,
    wire_calls=(READ, NOTICE),
    refusals={"notice_needs_agreement": DeclarationCode.NEEDS_AGREEMENT},
    kept=NOTHING_KEPT,
    pages=(
        Page(
            name="declaration",
            title="declaration.title",
            entry=Entry.RECORD,
            audience=Audience(REFERENT_PROFESSIONS, frozenset({MandateKind.MEDECIN_REFERENT})),
            keys=(KeyHint("F5", "declaration.refresh"),),
            help="declaration.help",
            make=_page,
        ),
    ),
)
