"""Prescribing for the socket: a page of an open record, for the professions that prescribe (domain §8)."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop.features.prescribing.domain.codes import REFUSALS
from desktop.features.prescribing.kept import KEPT
from desktop.features.prescribing.port import CALLS, PrescribingPort
from desktop.kernel.feature import Feature, Page
from desktop.kernel.page import EVERYBODY, Audience, Entry, KeyHint, PageInParts

if TYPE_CHECKING:
    from desktop.kernel.workbench import Workbench
    from desktop.sync.wire_kit import WireKit

PRESCRIBERS = frozenset({"Médecin", "Médecin Spécialiste", "Chirurgien-Dentiste", "Sage-femme"})
"""By their names in the directory; the dentist is the law's Médecin-dentiste. Never a pharmacist."""


def _wire(kit: "WireKit") -> PrescribingPort:
    from desktop.features.prescribing.wire import PrescribingWire

    return PrescribingWire(kit)


def _page(bench: "Workbench", port: PrescribingPort) -> PageInParts:
    from desktop.features.prescribing.page import OrdonnancePage
    from desktop.features.prescribing.view.ordonnance import RxView

    return OrdonnancePage(bench, port, (yield from RxView.in_steps(bench.parent)))


PRESCRIBING: Feature[PrescribingPort] = Feature(
    name="prescribing",
    words=Path(__file__).parent / "words",
    wire=_wire,
    wire_calls=CALLS,
    refusals=REFUSALS,
    kept=KEPT,
    pages=(
        Page(
            name="prescribing",
            title="prescribing.title",
            entry=Entry.RECORD,
            audience=Audience(PRESCRIBERS, EVERYBODY),
            keys=(
                KeyHint("Enter", "prescribing.key_add"),
                KeyHint("F2", "prescribing.key_edit"),
                KeyHint("Del", "prescribing.key_withdraw"),
                KeyHint("Ctrl+N", "prescribing.key_act"),
                KeyHint("Ctrl+R", "prescribing.key_renew"),
                KeyHint("Alt+F", "prescribing.key_favourites"),
                KeyHint("Ctrl+D", "prescribing.key_favourite"),
                KeyHint("Ctrl+S", "prescribing.key_substitution"),
                KeyHint("F6", "prescribing.key_panel"),
                KeyHint("F5", "prescribing.key_again"),
                KeyHint("F9", "prescribing.key_check"),
                KeyHint("Ctrl+P", "prescribing.key_print"),
            ),
            help="prescribing.help",
            make=_page,
        ),
    ),
)
