"""What a value, a point and a curve say in words: the table, tips, the screen reader, the print."""

from desktop.domain.texts import counted, text
from desktop.features.lab_trends.domain.series import Point, Series, unit_of
from desktop.features.lab_trends.domain.values import Flag, LabValue, Standing
from desktop.ui.dates import day

FLAGS = {
    Flag.HIGH: "lab_trends.flag_high",
    Flag.LOW: "lab_trends.flag_low",
    Flag.ABNORMAL: "lab_trends.flag_abnormal",
}
SIGNS = {Flag.HIGH: "▲", Flag.LOW: "▼", Flag.ABNORMAL: "▲"}
NOT_TOLD = "–"


def columns() -> tuple[str, ...]:
    """The titles of the table."""
    return (
        text("lab_trends.day"), text("lab_trends.analyte"), text("lab_trends.value"), text("lab_trends.unit"),
        text("lab_trends.reference"), text("lab_trends.flag"), text("lab_trends.laboratory"),
    )  # fmt: skip


def cells(value: LabValue) -> tuple[str, ...]:
    """One row: the value as the report prints it, comparator and all (CF-150)."""
    return (
        day_words(value),
        value.label,
        value.shown,
        unit_of(value) or NOT_TOLD,
        value.band.words if value.band else NOT_TOLD,
        flag_words(value),
        value.laboratory or NOT_TOLD,
    )


def day_words(value: LabValue) -> str:
    """When it was taken; where only the day of the report is known, that is said."""
    return text("lab_trends.issued", day=day(value.at)) if value.at_is_issue else day(value.at)


def flag_words(value: LabValue) -> str:
    """The laboratory's own sign, or that it took the value back (CF-151)."""
    if value.standing is Standing.WITHDRAWN:
        return text("lab_trends.withdrawn")
    said = []
    if value.flag is not None:
        said.append(f"{SIGNS[value.flag]} {text(FLAGS[value.flag])}")
    if value.standing is Standing.PRELIMINARY:
        said.append(text("lab_trends.preliminary"))
    return ", ".join(said)


def amount(point: Point, one: Series) -> str:
    """« 7,2 % », as printed; « < 5 mg/L »."""
    return " ".join(filter(None, (point.value.shown, unit_of(point.value) or one.unit)))


def point_words(point: Point, one: Series) -> str:
    """All of a point, for tip and screen reader."""
    value = point.value
    parts = [day_words(value), one.label, amount(point, one)]
    if point.converted:
        parts.append(text("lab_trends.converted", value=number(point.y), unit=one.unit))
    if value.band and value.band.words:
        parts.append(text("lab_trends.band", words=value.band.words))
    parts += [words for words in (flag_words(value), value.laboratory) if words]
    return ", ".join(parts)


def series_words(one: Series) -> str:
    """« Créatinine, 9 valeurs, de 88 à 104, la dernière 98 µmol/L le 13.11.2026 »."""
    lines = [p for p in one.points if not p.is_bounded]
    parts = [one.label, counted("lab_trends.count", len(one.points))]
    if len(lines) > 1:
        low, high = min(p.y for p in lines), max(p.y for p in lines)
        parts.append(text("lab_trends.between", low=number(low), high=number(high)))
    last = one.last
    parts.append(text("lab_trends.last", value=amount(last, one), day=day_words(last.value)))
    return ", ".join(parts)


def number(value: float) -> str:
    """A converted value, to the digits that an axis needs."""
    return f"{value:.4g}".replace(".", ",")


def series_title(one: Series) -> str:
    """Its name with the unit; one that we do not know is said to stand apart (CF-153)."""
    if one.known:
        return text("lab_trends.with_unit", label=one.label, unit=one.unit) if one.unit else one.label
    return text("lab_trends.unknown_unit", label=one.label, unit=one.unit)
