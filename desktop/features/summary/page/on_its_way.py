"""What was signed, on its way to the platform: one errand of the window, to which all its pages listen."""

from typing import TypeAlias
from weakref import WeakValueDictionary

from desktop.features.summary.domain.afterwards import InForce
from desktop.features.summary.port import SummaryPort
from desktop.features.summary.service.publishing import Publications
from desktop.kernel import on_its_way as shared
from desktop.kernel.workbench import Workbench

OnItsWay: TypeAlias = shared.OnItsWay[InForce]

_BY_PORT: "WeakValueDictionary[SummaryPort, OnItsWay]" = WeakValueDictionary()


def on_its_way(bench: Workbench, port: SummaryPort) -> OnItsWay:
    """The one of the window whose pages work over *port*; it lives as long as one of them."""
    found = _BY_PORT.get(port)
    if found is None:
        service = Publications(port, bench.rows, bench.now, bench.keeps)
        found = _BY_PORT[port] = shared.OnItsWay(bench, service)
    return found
