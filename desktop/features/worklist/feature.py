"""The work list for the socket: a page of general practitioners and paediatricians (CF-071)."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain.referent import REFERENT_PROFESSIONS
from desktop.features.worklist.kept import KEPT
from desktop.features.worklist.port import MY_PATIENTS, WorklistPort
from desktop.kernel.feature import Feature, Page
from desktop.kernel.page import EVERYBODY, Audience, Entry, FeaturePage, KeyHint

if TYPE_CHECKING:
    from desktop.kernel.workbench import Workbench
    from desktop.sync.wire_kit import WireKit


def _wire(kit: "WireKit") -> WorklistPort:
    from desktop.features.worklist.wire import WorklistWire

    return WorklistWire(kit)


def _page(bench: "Workbench", port: WorklistPort) -> FeaturePage:
    from desktop.features.worklist.page import WorklistPage

    return WorklistPage(bench, port)


WORKLIST: Feature[WorklistPort] = Feature(
    name="worklist",
    words=Path(__file__).parent / "words",
    wire=_wire,
    wire_calls=(MY_PATIENTS,),
    refusals={},
    kept=KEPT,
    pages=(
        Page(
            name="worklist",
            title="worklist.title",
            entry=Entry.TAB,
            audience=Audience(REFERENT_PROFESSIONS, EVERYBODY),
            keys=(
                KeyHint("Enter", "worklist.open"),
                KeyHint("F4", "worklist.key_summary"),
                KeyHint("Ctrl+F", "worklist.filter_name"),
                KeyHint("Ctrl+Right", "worklist.key_choice"),
                KeyHint("Ctrl+Down", "worklist.key_order"),
                KeyHint("F5", "worklist.refresh"),
                KeyHint("Ctrl+P", "worklist.print"),
            ),
            help="worklist.help",
            make=_page,
        ),
    ),
)
