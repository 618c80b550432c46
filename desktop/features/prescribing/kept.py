"""What prescribing keeps: the draft, what was signed until it is published, its paper, and favourites.

All of it is the prescriber's own work: no mandate's end takes it, and no printer that is missing loses it.
"""

from pathlib import Path

from desktop.ports.kept import Fate, Kept, Table

KEPT = Kept(
    (
        Table("prescribing_draft", Fate.OWN_WORK, None),
        Table("prescribing_publication", Fate.OWN_WORK, None),
        Table("prescribing_paper", Fate.OWN_WORK, None),
        Table("prescribing_favourite", Fate.OWN_WORK, None),
    ),
    Path(__file__).parent / "migrations",
)
