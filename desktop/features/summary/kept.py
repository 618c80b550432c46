"""What the summary keeps: the draft that the doctor is writing, and what he signed until it is published.

Both are his own work (CF-093).
"""

from pathlib import Path

from desktop.ports.kept import Fate, Kept, Table

KEPT = Kept(
    (Table("summary_draft", Fate.OWN_WORK, None), Table("summary_publication", Fate.OWN_WORK, None)),
    Path(__file__).parent / "migrations",
)
