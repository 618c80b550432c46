"""The drug data and the reader of the one field, loaded once in a worker."""

from dataclasses import dataclass, replace
from datetime import date

from desktop.domain.drugs.checks import DataStanding, check, standing
from desktop.domain.drugs.classes import ClassTold, class_told, other_classes
from desktop.domain.drugs.data import DrugData
from desktop.domain.drugs.findings import DrugFinding, by_level
from desktop.domain.drugs.of_record import SummaryFacts
from desktop.domain.drugs.typed_line import LineReader
from desktop.domain.errors import Failure, Result
from desktop.domain.prescription.ordonnance import Line, Nature, RenewalClass
from desktop.features.prescribing.domain.filling import checked_of
from desktop.services.drug_data import drug_data, line_reader


@dataclass(frozen=True, slots=True)
class RxTools:
    """What every key pressed needs; 20 lines are checked in a few milliseconds."""

    data: Result[DrugData]
    reader: LineReader

    def findings(
        self, lines: tuple[Line, ...], facts: SummaryFacts | None, today: date
    ) -> tuple[DrugFinding, ...]:
        """■ before ▲ before ○ (domain §C.5). *facts* None: the record was not read for it (CF-062), and that
        is said."""
        told = facts or SummaryFacts(None, None)
        written = [line for line in lines if line.nature is Nature.MEDICATION]
        medicines = [checked_of(line) for line in written]
        classes = other_classes(
            [(one, line.renewal, self.listed(line)) for one, line in zip(medicines, written, strict=True)]
        )
        found = check(medicines, told.allergies, told.medication, self.data, today)
        return by_level((*classes, *found))

    def listed(self, line: Line) -> ClassTold | None:
        """The class that the data tell of *line*; None where they tell none."""
        if isinstance(self.data, Failure) or line.nature is not Nature.MEDICATION:
            return None
        return class_told(checked_of(line), line.product.form, self.data)

    def classed(self, line: Line) -> Line:
        """*line* with the class that the data tell, where nobody chose one."""
        told = self.listed(line) if line.renewal is RenewalClass.UNKNOWN else None
        return line if told is None else replace(line, renewal=told.renewal)

    def standing(self, today: date) -> DataStanding:
        """The line above the checks (CF-117)."""
        return standing(self.data, today)


def tools() -> Result[RxTools]:
    """Missing data are no failure: they are said on the screen."""
    return RxTools(drug_data(), line_reader())
