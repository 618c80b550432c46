"""The pharmacist's counter for the socket: a home page, for pharmacists alone (CF-078)."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop.features.counter.domain.codes import REFUSALS
from desktop.features.counter.kept import KEPT
from desktop.features.counter.port import CALLS, CounterPort
from desktop.kernel.feature import Feature, Page
from desktop.kernel.page import EVERYBODY, Audience, Entry, FeaturePage, KeyHint

if TYPE_CHECKING:
    from desktop.kernel.workbench import Workbench
    from desktop.sync.wire_kit import WireKit

PHARMACIST = "Pharmacien"
"""As the directory writes the profession."""


def _wire(kit: "WireKit") -> CounterPort:
    from desktop.features.counter.wire import CounterWire

    return CounterWire(kit)


def _page(bench: "Workbench", port: CounterPort) -> FeaturePage:
    from desktop.features.counter.page.counter import CounterPage

    return CounterPage(bench, port)


COUNTER: Feature[CounterPort] = Feature(
    name="counter",
    words=Path(__file__).parent / "words",
    wire=_wire,
    wire_calls=CALLS,
    refusals=REFUSALS,
    kept=KEPT,
    pages=(
        Page(
            name="counter",
            title="counter.title",
            entry=Entry.HOME,
            audience=Audience(frozenset({PHARMACIST}), EVERYBODY),
            keys=(
                KeyHint("Ctrl+Shift+O", "counter.key_file"),
                KeyHint("Ctrl+V", "counter.key_paste"),
                KeyHint("F7", "counter.compare"),
                KeyHint("F2", "counter.key_quantity"),
                KeyHint("Ctrl+O", "counter.key_owing"),
                KeyHint("Alt+T", "counter.key_as_prescribed"),
                KeyHint("F9", "counter.key_deliver"),
                KeyHint("Enter", "counter.key_enter"),
                KeyHint("Esc", "counter.key_leave"),
                KeyHint("Up", "counter.key_line_before"),
                KeyHint("Down", "counter.key_line_after"),
                KeyHint("Ctrl+U", "counter.key_substitution"),
                KeyHint("Alt+R", "counter.key_refusal"),
                KeyHint("Ctrl+T", "counter.key_call"),
                KeyHint("Ctrl+D", "counter.key_proxy"),
                KeyHint("Alt+H", "counter.key_outside"),
                KeyHint("F4", "counter.key_override"),
                KeyHint("F5", "counter.key_again"),
                KeyHint("Ctrl+P", "counter.key_labels"),
                KeyHint("Ctrl+Shift+P", "counter.key_receipt"),
                KeyHint("Del", "counter.key_undo"),
                KeyHint("F6", "counter.key_tabs"),
                KeyHint("Ctrl+F", "counter.key_day_filter"),
            ),
            help="counter.help",
            make=_page,
        ),
    ),
)
