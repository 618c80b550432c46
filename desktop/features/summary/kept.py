"""What the summary keeps: the draft that the doctor is writing, and what he signed until it is published.

Both are his own work (CF-093). What the next draft must know of the record goes with the right to that.
"""

from pathlib import Path

from desktop.ports.kept import Fate, Kept, Table

KEPT = Kept(
    (
        Table("summary_draft", Fate.OWN_WORK, None),
        Table("summary_publication", Fate.OWN_WORK, None),
        Table("summary_memory", Fate.MANDATE, "patient"),
    ),
    Path(__file__).parent / "migrations",
)
