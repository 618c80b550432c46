"""Laboratory values of a made-up record."""

from datetime import timedelta

from desktop.features.lab_trends.domain.values import Band, Flag, LabValue, Standing
from tests.samples.record import NOW

KIRCHBERG, PLATEAU = "Laboratoires Kirchberg", "Hôpital du Plateau"


def value(
    code: str,
    number: float | None,
    days: int,
    *,
    unit: str = "mg/dL",
    ucum: str = "mg/dL",
    sign: str = "",
    label: str = "Créatinine",
    document: str = "d1",
    band: Band | None = None,
    flag: Flag | None = None,
    laboratory: str = KIRCHBERG,
    standing: Standing = Standing.FINAL,
    words: str = "",
) -> LabValue:
    """Taken *days* before :data:`NOW`; shown as a French laboratory prints it."""
    shown = words or f"{sign} {number:g}".strip().replace(".", ",")
    return LabValue(
        f"{code or label}-{days}", document, code, label, shown, number, sign, unit, ucum, band, flag,
        laboratory, NOW - timedelta(days=days), standing=standing,
    )  # fmt: skip


CREATININE = (
    value("2160-0", 0.98, 900, band=Band(0.5, 1.2, "0,50 – 1,20")),
    value("2160-0", 1.1, 400, band=Band(0.5, 1.2, "0,50 – 1,20")),
    value("14682-9", 118.0, 100, unit="µmol/L", ucum="umol/L", laboratory=PLATEAU, document="d2",
          band=Band(44, 106, "44 – 106"), flag=Flag.HIGH),
    value("2160-0", 1.48, 12, band=Band(0.5, 1.2, "0,50 – 1,20"), flag=Flag.HIGH, document="d1"),
)  # fmt: skip
CRP = (
    value("1988-5", 12.0, 500, unit="mg/L", ucum="mg/L", label="CRP"),
    value("1988-5", 0.5, 40, unit="mg/L", ucum="mg/L", label="CRP", sign="<"),
)
HOUSE = (value("", 3.0, 30, unit="mg%", ucum="", label="Indice maison"),)
VALUES = (*CREATININE, *CRP, *HOUSE)
