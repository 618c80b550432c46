"""The patient summary for the socket."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain.record import MandateKind
from desktop.domain.referent import REFERENT_PROFESSIONS
from desktop.features.summary.domain.publication import REFUSALS
from desktop.features.summary.kept import KEPT
from desktop.features.summary.port import CALLS, SummaryPort
from desktop.kernel.feature import Feature, Page
from desktop.kernel.page import EVERYBODY, Audience, Entry, FeaturePage, KeyHint, PageInParts

if TYPE_CHECKING:
    from desktop.kernel.workbench import Workbench
    from desktop.sync.wire_kit import WireKit


def _wire(kit: "WireKit") -> SummaryPort:
    from desktop.features.summary.wire import SummaryWire

    return SummaryWire(kit)


def _page(bench: "Workbench", port: SummaryPort) -> PageInParts:
    from desktop.features.summary.page import SummaryPage
    from desktop.features.summary.view.editor import EditorView

    return SummaryPage(bench, port, (yield from EditorView.in_steps(bench.parent)))


# CF-071: the médecin référent of this patient; which professions can be one, as in the work list
_REFERENT = Audience(REFERENT_PROFESSIONS, frozenset({MandateKind.MEDECIN_REFERENT}))


def _reading(bench: "Workbench", port: SummaryPort) -> FeaturePage:
    from desktop.features.summary.page.reading import ReadingPage

    return ReadingPage(bench, port)


def _drafts(bench: "Workbench", port: SummaryPort) -> FeaturePage:
    from desktop.features.summary.page.drafts import DraftsPage

    return DraftsPage(bench, port)


SUMMARY: Feature[SummaryPort] = Feature(
    name="summary",
    words=Path(__file__).parent / "words",
    wire=_wire,
    wire_calls=CALLS,
    refusals=REFUSALS,
    kept=KEPT,
    pages=(
        Page(
            name="summary",
            title="summary.title",
            entry=Entry.RECORD,
            audience=_REFERENT,
            keys=(
                KeyHint("Space", "summary.key_accept"),
                KeyHint("Del", "summary.key_refuse"),
                KeyHint("F2", "summary.key_edit"),
                KeyHint("Ctrl+N", "summary.key_new"),
                KeyHint("Alt+Down", "summary.key_order"),
                KeyHint("Enter", "summary.key_source"),
                KeyHint("Ctrl+Return", "summary.key_review"),
                KeyHint("Alt+I", "summary.key_keep"),
                KeyHint("Ctrl+E", "summary.key_beside"),
                KeyHint("F6", "summary.key_panel"),
                KeyHint("Ctrl+Z", "summary.key_undo"),
                KeyHint("F9", "summary.key_check"),
                KeyHint("Ctrl+P", "summary.edit_print"),
            ),
            help="summary.edit_help",
            make=_page,
        ),
        Page(
            name="summary-drafts",
            title="summary.edit_drafts",
            entry=Entry.USER_MENU,
            audience=Audience(REFERENT_PROFESSIONS, EVERYBODY),
            keys=(KeyHint("Enter", "summary.edit_drafts_open"),),
            help="summary.edit_drafts_help",
            make=_drafts,
        ),
        Page(
            name="summary-reading",
            title="summary.read_title",
            entry=Entry.DOCUMENT,
            audience=Audience(EVERYBODY, EVERYBODY),
            keys=(
                KeyHint("Ctrl+Down", "summary.read_key_down"),
                KeyHint("Ctrl+Up", "summary.read_key_up"),
                KeyHint("Space", "summary.read_key_fold"),
                KeyHint("Ctrl+P", "summary.read_print"),
                KeyHint("F5", "summary.read_key_again"),
            ),
            help="summary.read_help",
            make=_reading,
        ),
    ),
)
