"""The patient summary for the socket."""

from pathlib import Path
from typing import TYPE_CHECKING

from desktop.features.summary.domain.publication import REFUSALS
from desktop.features.summary.kept import KEPT
from desktop.features.summary.port import SummaryPort
from desktop.kernel.feature import Feature

if TYPE_CHECKING:
    from desktop.sync.wire_kit import WireKit


def _wire(kit: "WireKit") -> SummaryPort:
    from desktop.features.summary.wire import SummaryWire

    return SummaryWire(kit)


SUMMARY: Feature[SummaryPort] = Feature(
    name="summary",
    words=Path(__file__).parent / "words",
    wire=_wire,
    wire_calls=(),
    refusals=REFUSALS,
    kept=KEPT,
    pages=(),
)
