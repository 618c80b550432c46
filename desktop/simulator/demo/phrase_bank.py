"""The sentence and value banks of the demo (``resources/demo/*.toml``), read once."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from desktop.common.resource_files import resource

Words = tuple[str, ...]


def _read(name: str) -> dict[str, Any]:
    with resource("demo", f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@dataclass(frozen=True, slots=True)
class Topic:
    """One health problem: whom it concerns and the sentences of its papers; ``ald`` 0 = everyday."""

    key: str
    label: str
    ages: tuple[int, int]
    sex: str
    ald: int
    weight: int
    speciality: str
    panels: Words
    drugs: Words
    imaging: Words
    motif: Words
    history: Words
    exam: Words
    course: Words
    advice: Words
    followup: Words
    operation: str
    confidential: bool
    diagnosis: str
    abnormal: dict[str, tuple[float, float]] = field(default_factory=dict)


@cache
def topics() -> dict[str, Topic]:
    """All problems by key."""
    found = {}
    for key, row in _read("topics").items():
        lists = {
            name: tuple(row.get(name, ()))
            for name in (
                "panels",
                "drugs",
                "imaging",
                "motif",
                "history",
                "exam",
                "course",
                "advice",
                "followup",
            )
        }
        found[key] = Topic(
            key=key,
            label=row["label"],
            ages=(row["ages"][0], row["ages"][1]),
            sex=row.get("sex", ""),
            ald=row.get("ald", 0),
            weight=row.get("weight", 0),
            speciality=row["speciality"],
            operation=row.get("operation", ""),
            confidential=row.get("confidential", False),
            diagnosis=row.get("diagnosis", row["label"]),
            abnormal={name: (pair[0], pair[1]) for name, pair in row.get("abnormal", {}).items()},
            **lists,
        )
    return found


@dataclass(frozen=True, slots=True)
class Analyte:
    """One laboratory value; None = no bound on that side."""

    label: str
    unit: str
    low: float | None
    high: float | None
    decimals: int
    usual: tuple[float, float]

    def flag(self, value: float) -> str:
        """``H`` above, ``B`` below the reference range, judged on the printed value."""
        shown = round(value, self.decimals)
        if self.high is not None and shown > self.high:
            return "H"
        return "B" if self.low is not None and shown < self.low else ""

    def shown(self, value: float) -> str:
        """French number."""
        return f"{value:.{self.decimals}f}".replace(".", ",")

    def reference(self) -> str:
        """French reference range."""
        if self.low is None:
            return f"< {self.shown(self.high or 0)}"
        if self.high is None:
            return f"> {self.shown(self.low)}"
        return f"{self.shown(self.low)} – {self.shown(self.high)}"


@cache
def analytes() -> dict[str, Analyte]:
    """All laboratory values by key."""
    return {
        key: Analyte(
            row["label"], row["unit"], row.get("low"), row.get("high"), row["decimals"],
            (row["usual"][0], row["usual"][1]),
        )
        for key, row in _read("analytes")["analytes"].items()
    }  # fmt: skip


@cache
def panels() -> dict[str, tuple[str, Words]]:
    """Panel key → printed title and analyte keys."""
    data = _read("analytes")
    return {key: (data["titles"][key], tuple(members)) for key, members in data["panels"].items()}


@cache
def drugs() -> dict[str, tuple[str, str, str]]:
    """Medicine key → name and form, how to take it, quantity."""
    return {key: (row[0], row[1], row[2]) for key, row in _read("drugs").items()}


@cache
def imaging() -> dict[str, dict[str, Any]]:
    """Imaging examination key → title, technique, normal, conclusion, pathologique."""
    return _read("imaging")


@cache
def letters() -> dict[str, Any]:
    """Consultations, operations, reports and patients' statements."""
    return _read("letters")


@cache
def codes(kind: str) -> dict[str, Any]:
    """Codes by the keys of ``analytes`` (LOINC, UCUM), ``drugs`` (ATC) and ``topics`` (ICD-10)."""
    found: dict[str, Any] = _read("codes")[kind]
    return found
