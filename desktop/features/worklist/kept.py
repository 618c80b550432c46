"""What the work list keeps: a copy of what the platform last told, and how the user likes it sorted."""

from pathlib import Path

from desktop.ports.kept import Fate, Kept, Table

KEPT = Kept(
    (
        Table("worklist_line", Fate.MANDATE, "patient"),
        Table("worklist_reading", Fate.NO_PATIENT, None),
        Table("worklist_wish", Fate.OWN_WORK, None),
    ),
    Path(__file__).parent / "migrations",
)
