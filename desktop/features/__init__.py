"""The features of this program: the only list. Each is a folder beside this file."""

from desktop.features.accesses.feature import ACCESSES
from desktop.features.ald.feature import ALD
from desktop.features.counter.feature import COUNTER
from desktop.features.declaration.feature import DECLARATION
from desktop.features.history.feature import HISTORY_FEATURE
from desktop.features.lab_trends.feature import LAB_TRENDS
from desktop.features.prescribing.feature import PRESCRIBING
from desktop.features.prestations.feature import PRESTATIONS
from desktop.features.summary.feature import SUMMARY
from desktop.features.worklist.feature import WORKLIST
from desktop.kernel.feature import Pluggable

FEATURES: tuple[Pluggable, ...] = (
    LAB_TRENDS,
    ACCESSES,
    HISTORY_FEATURE,
    SUMMARY,
    PRESCRIBING,
    WORKLIST,
    ALD,
    PRESTATIONS,
    DECLARATION,
    COUNTER,
)
