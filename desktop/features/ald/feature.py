"""The ALD statement for the socket: a page of the record, for its médecin référent alone (CF-071)."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain.record import MandateKind
from desktop.domain.referent import REFERENT_PROFESSIONS
from desktop.features.ald.domain import AldCode
from desktop.features.ald.kept import KEPT
from desktop.features.ald.port import FIND, LIST, SEND, AldPort
from desktop.kernel.feature import Feature, Page
from desktop.kernel.page import EVERYBODY, Audience, Entry, FeaturePage, KeyHint

if TYPE_CHECKING:
    from desktop.kernel.workbench import Workbench
    from desktop.sync.wire_kit import WireKit


def _wire(kit: "WireKit") -> AldPort:
    from desktop.features.ald.wire import AldWire

    return AldWire(kit)


def _page(bench: "Workbench", port: AldPort) -> FeaturePage:
    from desktop.features.ald.page import AldPage

    return AldPage(bench, port)


def _mine(bench: "Workbench", port: AldPort) -> FeaturePage:
    from desktop.features.ald.page import MyStatementsPage

    return MyStatementsPage(bench, port)


ALD: Feature[AldPort] = Feature(
    name="ald",
    words=Path(__file__).parent / "words",
    wire=_wire,
    wire_calls=(LIST, SEND, FIND),
    refusals={"ald_incomplete": AldCode.INCOMPLETE, "ald_pending": AldCode.PENDING},
    kept=KEPT,
    pages=(
        Page(
            name="ald",
            title="ald.title",
            entry=Entry.RECORD,
            audience=Audience(REFERENT_PROFESSIONS, frozenset({MandateKind.MEDECIN_REFERENT})),
            keys=(
                KeyHint("Left", "ald.key_answer"),
                KeyHint("Ctrl+N", "ald.add"),
                KeyHint("Del", "ald.key_remove"),
                KeyHint("F9", "ald.key_send"),
                KeyHint("F5", "ald.refresh"),
            ),
            help="ald.help",
            make=_page,
        ),
        Page(
            name="ald-mine",
            title="ald.mine",
            entry=Entry.USER_MENU,
            audience=Audience(REFERENT_PROFESSIONS, EVERYBODY),
            keys=(KeyHint("F5", "ald.refresh"),),
            help="ald.mine_help",
            make=_mine,
        ),
    ),
)
