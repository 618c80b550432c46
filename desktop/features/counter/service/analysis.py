"""What the drug data say of an ordonnance's own lines (domain §C.5); the record's are not asked (CF-078)."""

from datetime import date

from desktop.domain.drugs.checks import check
from desktop.domain.drugs.findings import AlertLevel, CheckedLine, DrugFinding, RouteKind, by_level
from desktop.domain.drugs.typed_line import LOCAL
from desktop.domain.errors import Result
from desktop.domain.prescription.lifecycle import OPEN
from desktop.domain.prescription.ordonnance import Line, Nature
from desktop.domain.prescription.standing import StandingOrdonnance
from desktop.features.counter.domain.act import Alert
from desktop.services.drug_data import drug_data


def alerts(standing: StandingOrdonnance, today: date) -> Result[tuple[Alert, ...]]:
    """All findings about the lines that are still open, the gravest first; call it in a worker.

    Medicines: of a bandage or a test strip the drug data know nothing, and nobody misses its posology.
    """
    medicines = [one for one in standing.lines if one.line.nature is Nature.MEDICATION]
    lines = [_checked(one.line) for one in medicines if one.state in OPEN]
    return tuple(map(_alert, by_level(check(lines, None, None, drug_data(), today))))


def _checked(line: Line) -> CheckedLine:
    product = line.product
    local = {product.route_code, product.form_code} & LOCAL
    said = product.strength.partition(" ")[0] in product.label.split()
    label = product.label if said else f"{product.label} {product.strength}"
    return CheckedLine(
        line.number,
        label,
        (product.atc,) if product.atc else (),
        product.inns,
        RouteKind.LOCAL if local else RouteKind.WHOLE,
        has_dose=line.posology is not None,
    )


def _alert(finding: DrugFinding) -> Alert:
    sign = finding.level.sign
    return Alert(
        finding.rule,
        finding.level is AlertLevel.STOP,
        finding.lines,
        f"{sign} {finding.words()}",
        finding.source(),
    )
