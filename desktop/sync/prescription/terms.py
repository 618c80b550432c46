"""Code systems and extensions of contract §8, and how a product is written and read with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from desktop.common.json_text import Number
from desktop.common.json_tree import at, each, node, words
from desktop.domain.drugs.amounts import is_plain
from desktop.domain.prescription.ordonnance import Amount, Override, Product
from desktop.sync import fhir_read

Json = dict[str, Any]

ORDONNANCE: Final = "urn:dsp:ordonnance"
ORDONNANCE_FORMAT: Final = "urn:dsp:ordonnance:1"
URI: Final = "urn:ietf:rfc:3986"
ATC: Final = "http://www.whocc.no/atc"
EDQM: Final = "http://standardterms.edqm.eu"
NATIONAL: Final = "urn:dsp:national-number"
GTIN: Final = "https://www.gs1.org/gtin"
UCUM: Final = "http://unitsofmeasure.org"
DRUG_DATA: Final = "urn:dsp:drug-data:"
NOTHING: Final = Decimal(0)
_GTIN_DIGITS: Final = 14


@dataclass(frozen=True, slots=True)
class Extensions:
    """Our extensions below the profile's ``extension_base``; read by the last part of the address."""

    base: str

    def text(self, name: str, value: str) -> list[Json]:
        """One ``valueString``; none for ""."""
        return [{"url": self.base + name, "valueString": value}] if value else []

    def code(self, name: str, value: str) -> list[Json]:
        """One ``valueCode``."""
        return [{"url": self.base + name, "valueCode": value}] if value else []

    def whole(self, name: str, value: int) -> list[Json]:
        """One ``valueInteger``."""
        return [{"url": self.base + name, "valueInteger": value}]

    def flag(self, name: str, value: object) -> list[Json]:
        """One ``valueBoolean``, only when it is true."""
        return [{"url": self.base + name, "valueBoolean": True}] if value else []

    def any(self, name: str, **value: object) -> list[Json]:
        """One with the value as given."""
        return [{"url": self.base + name, **value}]


def told(resource: object, name: str) -> Json:
    """The extension whose address ends with *name*, {} without."""
    return next(iter(all_told(resource, name)), {})


def all_told(resource: object, name: str) -> list[Json]:
    """All of that name."""
    return [item for item in each(resource, "extension") if words(item, "url").rpartition("/")[2] == name]


def concept(system: str, code: str, label: str = "") -> Json:
    """A CodeableConcept of one coding."""
    coding = {"system": system, "code": code}
    return {"coding": [coding], "text": label} if label else {"coding": [coding]}


def number(value: Decimal) -> Number:
    """As JSON writes it: never with an exponent."""
    return Number(format(value, "f"))


def decimal(value: object) -> Decimal | None:
    """A number of reasonable size and fineness, not negative; None for anything else."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if is_plain(found) else None


def whole(value: object) -> int | None:
    """A count; None for anything else."""
    found = decimal(value)
    return int(found) if found is not None and found == int(found) else None


def amount(value: object) -> Amount | None:
    """A Quantity with a positive value."""
    found = decimal(at(value, "value"))
    return Amount(found, line_of(value, "unit")) if found else None


def quantity(value: Amount) -> Json:
    """A Quantity; pieces have no unit."""
    return {"value": number(value.value), **({"unit": value.unit} if value.unit else {})}


def line_of(value: object, *path: str | int) -> str:
    """A text of one line."""
    return fhir_read.plain(words(value, *path))


def moment(value: object, *path: str | int) -> datetime | None:
    """A moment in UTC."""
    return fhir_read.moment(words(value, *path))


def instant(at: datetime) -> str:
    """A moment in UTC, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def product_written(product: Product, ours: Extensions, gtin: str = "") -> Json:
    """``medicationCodeableConcept``."""
    coding = [{"system": ATC, "code": product.atc}] if product.atc else []
    codes = (*product.codes, *([gtin] if gtin and gtin not in product.codes else []))
    coding += [{"system": GTIN if _is_gtin(code) else NATIONAL, "code": code} for code in codes]
    extensions = [part for inn in product.inns for part in ours.text("inn", inn)]
    extensions += ours.text("brand", product.brand) + ours.text("strength", product.strength)
    if product.form_code or product.form:
        form = concept(EDQM, product.form_code) if product.form_code else {}
        extensions += ours.any("form", valueCodeableConcept={**form, "text": product.form})
    written: Json = {"text": product.label}
    if coding:
        written["coding"] = coding
    if extensions:
        written["extension"] = extensions
    return written


def product_read(value: object, route_code: str = "") -> Product:
    """The product; its label is "" where there is none."""
    codings = each(value, "coding")
    form = told(value, "form").get("valueCodeableConcept")
    return Product(
        label=line_of(value, "text"),
        inns=tuple(filter(None, (line_of(item, "valueString") for item in all_told(value, "inn")))),
        atc=next((line_of(c, "code") for c in codings if c.get("system") == ATC), ""),
        brand=line_of(told(value, "brand"), "valueString"),
        strength=line_of(told(value, "strength"), "valueString"),
        form=line_of(form, "text"),
        form_code=line_of(node(form, "coding", 0), "code"),
        route_code=route_code,
        codes=tuple(line_of(c, "code") for c in codings if c.get("system") in (NATIONAL, GTIN)),
    )


def gtin_of(value: object) -> str:
    """The GTIN among the codes of a product."""
    return next((line_of(c, "code") for c in each(value, "coding") if c.get("system") == GTIN), "")


def override_written(override: Override, line: str) -> Json:
    """``DetectedIssue`` (CF-114)."""
    issue: Json = {
        "resourceType": "DetectedIssue",
        "status": "final",
        "code": {"text": override.rule},
        "detail": override.alert,
        "mitigation": [
            {
                "action": {"text": override.reason},
                "date": instant(override.at),
                "author": {"display": override.by},
            }
        ],
    }
    if line:
        issue["implicated"] = [{"reference": line}]
    if override.source:
        issue["reference"] = DRUG_DATA + override.source
    return issue


def overrides_read(issues: Iterable[object]) -> tuple[Override, ...]:
    """Those with a rule and a time; the others say nothing."""
    found = []
    for issue in issues:
        done = node(issue, "mitigation", 0)
        when = moment(done, "date")
        if when is not None and line_of(issue, "code", "text"):
            found.append(
                Override(
                    line_of(issue, "code", "text"),
                    line_of(issue, "detail"),
                    line_of(issue, "reference").removeprefix(DRUG_DATA),
                    line_of(done, "action", "text"),
                    line_of(done, "author", "display"),
                    when,
                )
            )
    return tuple(found)


def _is_gtin(code: str) -> bool:
    return len(code) == _GTIN_DIGITS and code.isdecimal()
