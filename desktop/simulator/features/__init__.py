"""The platform's side of the client's features: the only list. Nothing but ``__main__`` and tests read it."""

from desktop.simulator.feature import SimulatedFeature
from desktop.simulator.features import (
    accesses,
    ald,
    declaration,
    history,
    lab_trends,
    prescription,
    prestations,
    summary,
    worklist,
)

FEATURES: tuple[SimulatedFeature, ...] = (
    accesses.FEATURE,
    history.FEATURE,
    lab_trends.FEATURE,
    summary.FEATURE,
    worklist.FEATURE,
    ald.FEATURE,
    prestations.FEATURE,
    declaration.FEATURE,
    prescription.FEATURE,
)
