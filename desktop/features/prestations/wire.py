"""The lines of a résumé by ``GET ExplanationOfBenefit`` (contract §9)."""

from collections.abc import Mapping

from desktop.domain.errors import Failure, Result
from desktop.features.prestations.domain import Kind, Performed
from desktop.features.prestations.port import LINES
from desktop.sync import fhir_read
from desktop.sync.fhir_shapes import Concept, Reference, Struct
from desktop.sync.referent_facts import code, count
from desktop.sync.wire_kit import WireKit

_URI = "urn:ietf:rfc:3986"


class CareTeam(Struct):
    """ExplanationOfBenefit.careTeam."""

    sequence: int = 0
    provider: Reference | None = None


class Amount(Struct):
    """A quantity."""

    value: int | float | None = None


class Line(Struct):
    """ExplanationOfBenefit.item."""

    care_team_sequence: list[int] = []
    category: Concept | None = None
    product_or_service: Concept | None = None
    serviced_date: str = ""
    quantity: Amount | None = None


class Benefit(Struct):
    """ExplanationOfBenefit."""

    care_team: list[CareTeam] = []
    item: list[Line] = []


class PrestationsWire:
    """PrestationsPort over the platform."""

    def __init__(self, kit: WireKit) -> None:
        self._kit = kit

    def lines(self, patient_id: str, unique_id: str) -> Result[tuple[Performed, ...] | None]:
        """As the port says."""
        fields = {"patient": f"Patient/{patient_id}", "identifier": f"{_URI}|{unique_id}"}
        found = self._kit.search(LINES, fields, Benefit, patient_id)
        if isinstance(found, Failure):
            return found
        if not found:
            return None
        return tuple(line for benefit in found for line in _lines(benefit))


def _lines(benefit: Benefit) -> list[Performed]:
    providers = {
        member.sequence: fhir_read.plain(member.provider.display)
        for member in benefit.care_team
        if member.provider is not None
    }
    return [_line(raw, providers) for raw in benefit.item]


def _line(raw: Line, providers: Mapping[int, str]) -> Performed:
    """No line is left out: what of it cannot be read is not told."""
    codings = raw.category.coding if raw.category else []
    known = (code(Kind, coding.code) for coding in codings)
    nature = raw.product_or_service or Concept()
    shown = nature.text or next((c.display or c.code for c in nature.coding), "")
    return Performed(
        fhir_read.day(raw.serviced_date),
        next((kind for kind in known if kind is not None), Kind.OTHER),
        fhir_read.plain(shown),
        next((providers[n] for n in raw.care_team_sequence if n in providers), ""),
        count(raw.quantity.value) if raw.quantity else None,
    )
