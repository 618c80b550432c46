"""The toy for the socket."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain.catalog import Profile
from desktop.domain.record import MandateKind
from desktop.kernel.feature import Feature, Page
from desktop.kernel.page import EVERYBODY, Audience, Entry, FeaturePage, KeyHint
from tests.toy_feature.domain import REFUSALS
from tests.toy_feature.kept import KEPT
from tests.toy_feature.port import ADD, MINE, OF_PATIENT, NotesPort

if TYPE_CHECKING:
    from desktop.kernel.workbench import Workbench
    from desktop.sync.wire_kit import WireKit


def _wire(kit: "WireKit") -> NotesPort:
    from tests.toy_feature.wire import NotesWire

    return NotesWire(kit)


def _mine(bench: "Workbench", port: NotesPort) -> FeaturePage:
    from tests.toy_feature.page import MyNotesPage

    return MyNotesPage(bench, port)


def _of_patient(bench: "Workbench", port: NotesPort) -> FeaturePage:
    from tests.toy_feature.page import PatientNotesPage

    return PatientNotesPage(bench, port)


def _of_document(bench: "Workbench", port: NotesPort) -> FeaturePage:
    from tests.toy_feature.page import NotedDocumentPage

    return NotedDocumentPage(bench, port)


TOY: Feature[NotesPort] = Feature(
    name="toy",
    words=Path(__file__).parent / "words",
    wire=_wire,
    wire_calls=(MINE, OF_PATIENT, ADD),
    refusals=REFUSALS,
    kept=KEPT,
    pages=(
        Page(
            name="toy",
            title="toy.title",
            entry=Entry.TAB,
            audience=Audience(frozenset({Profile.MEDECIN}), EVERYBODY),
            keys=(),
            help="toy.help",
            make=_mine,
        ),
        Page(
            name="toy-notes",
            title="toy.notes",
            entry=Entry.RECORD,
            audience=Audience(EVERYBODY, frozenset({MandateKind.CONSULTATION})),
            keys=(KeyHint("Enter", "toy.add"),),
            help="toy.help",
            make=_of_patient,
        ),
        Page(
            name="toy-document",
            title="toy.notes",
            entry=Entry.DOCUMENT,
            audience=Audience(EVERYBODY, frozenset({MandateKind.CONSULTATION})),
            keys=(),
            help="toy.help",
            make=_of_document,
        ),
    ),
)
