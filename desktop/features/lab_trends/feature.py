"""The laboratory trends for the socket: a page of the record, and curves in its overview."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain.record import MandateKind
from desktop.features.lab_trends.domain.values import PROFILES
from desktop.features.lab_trends.port import VALUES, LabTrendsPort
from desktop.kernel.feature import Feature, Page
from desktop.kernel.page import Audience, Entry, FeaturePage, KeyHint
from desktop.ports.kept import NOTHING_KEPT

if TYPE_CHECKING:
    from desktop.kernel.workbench import Workbench
    from desktop.sync.wire_kit import WireKit


def _wire(kit: "WireKit") -> LabTrendsPort:
    from desktop.features.lab_trends.wire import LabTrendsWire

    return LabTrendsWire(kit)


def _page(bench: "Workbench", port: LabTrendsPort) -> FeaturePage:
    from desktop.features.lab_trends.page import LabTrendsPage

    return LabTrendsPage(bench, port)


# CF-026: one's own documents alone are no record; CF-056: those who read laboratory results
_READERS = Audience(PROFILES, frozenset(MandateKind) - {MandateKind.AUTEUR})

LAB_TRENDS: Feature[LabTrendsPort] = Feature(
    name="lab_trends",
    words=Path(__file__).parent / "words",
    wire=_wire,
    wire_calls=(VALUES,),
    refusals={},
    kept=NOTHING_KEPT,
    pages=(
        Page(
            name="lab_trends",
            title="lab_trends.title",
            entry=Entry.RECORD,
            audience=_READERS,
            keys=(
                KeyHint("Space", "lab_trends.key_choose"),
                KeyHint("Left", "lab_trends.key_point"),
                KeyHint("Up", "lab_trends.key_curve"),
                KeyHint("Enter", "lab_trends.open"),
                KeyHint("F6", "lab_trends.key_panel"),
                KeyHint("Ctrl+C", "lab_trends.key_copy"),
                KeyHint("Ctrl+P", "lab_trends.print"),
                KeyHint("F5", "lab_trends.again"),
            ),
            help="lab_trends.help",
            make=_page,
        ),
    ),
)
