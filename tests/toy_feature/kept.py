"""What the toy keeps: notes that came under a mandate, and the words that the user is writing."""

from pathlib import Path

from desktop.ports.kept import Fate, Kept, Table

KEPT = Kept(
    (Table("toy_notes", Fate.MANDATE, "patient"), Table("toy_drafts", Fate.OWN_WORK, None)),
    Path(__file__).parent / "migrations",
)
