"""What the record's summary says of allergies and treatment, for the checks (domain §C.5)."""

from dataclasses import dataclass

from desktop.domain.drugs.findings import CheckedLine, KnownAllergy


@dataclass(frozen=True, slots=True)
class SummaryFacts:
    """Of one summary. None: it does not say, which is told; (): it says that there are none.

    ``medication`` is numbered 0, what the checks call the other medication.
    """

    allergies: tuple[KnownAllergy, ...] | None
    medication: tuple[CheckedLine, ...] | None
