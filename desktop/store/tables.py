"""The kernel's own tables, declared as a feature declares its own."""

from pathlib import Path

from desktop.ports.kept import Fate, Kept, Table

MIGRATIONS = Path(__file__).with_name("migrations")

# Lost by a rule of their own: the author's documents stay, and contents are files (erasure.py).
DOCUMENT_TABLES = frozenset({"documents", "bodies", "texts"})

KERNEL = Kept(
    (
        Table("documents", Fate.MANDATE, "patient_id"),
        Table("bodies", Fate.MANDATE, "patient_id"),
        Table("texts", Fate.MANDATE, None, follows="documents"),
        Table("episodes", Fate.MANDATE, "patient_id"),
        Table("rights", Fate.MANDATE, "patient_id"),
        Table("kept_records", Fate.MANDATE, "patient_id"),
        Table("openings", Fate.DAY, None),
        Table("patients", Fate.OWN_WORK, None),  # when the user last opened whose record, nothing else
        Table("drafts", Fate.OWN_WORK, None),
        Table("outbox", Fate.OWN_WORK, None),
        Table("local_reads", Fate.OWN_WORK, None),
        Table("settings", Fate.OWN_WORK, None),
        Table("table_fates", Fate.NO_PATIENT, None),
        Table("feature_schemas", Fate.NO_PATIENT, None),
    ),
    MIGRATIONS,
)
