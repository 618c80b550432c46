"""What the counter keeps: deliveries until they are told, interrupted acts, what product numbers mean, what
the self-test found of the scanner, and how wide the columns were drawn.

Deliveries and acts are the pharmacist's own work: no mandate gave them (CF-078). Products are of no patient.
"""

from pathlib import Path

from desktop.ports.kept import Fate, Kept, Table

KEPT = Kept(
    (
        Table("counter_delivery", Fate.OWN_WORK, None),
        Table("counter_parked", Fate.OWN_WORK, None),
        Table("counter_product", Fate.OWN_WORK, None),
        Table("counter_scanner", Fate.OWN_WORK, None),
        Table("counter_widths", Fate.OWN_WORK, None),
    ),
    Path(__file__).parent / "migrations",
)
