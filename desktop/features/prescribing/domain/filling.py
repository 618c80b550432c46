"""From what was typed to a line of the ordonnance; what is missing has its « ? » and is never guessed."""

import re
import uuid
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from functools import cache
from typing import Final

from desktop.domain.drugs.amounts import milligrams, number_words
from desktop.domain.drugs.findings import CheckedLine, Dose, RouteKind
from desktop.domain.drugs.rhythm import Rhythm
from desktop.domain.drugs.typed_line import LOCAL, LinePart, LineReader, TypedLine
from desktop.domain.prescription.ordonnance import (
    DISPENSED,
    Amount,
    Line,
    Nature,
    Posology,
    Product,
    RenewalClass,
)
from desktop.domain.texts import Language, text

_UNITS_APART: Final = re.compile(r"^(\d{1,2}(?:[.,]\d+|/\d)?) (?=[\d/])")
_UNITS_HOURLY: Final = re.compile(r"^(\d{1,2}(?:[.,]\d+|/\d)?) ")
_UNCODED: Final = (LinePart.STRENGTH, LinePart.FORM)


class Field(StrEnum):
    """What stands below the one field, in its order."""

    PRODUCT = "product"
    STRENGTH = "strength"
    FORM = "form"
    RHYTHM = "rhythm"
    DURATION = "duration"
    QUANTITY = "quantity"


@dataclass(frozen=True, slots=True)
class Understood:
    """``typed`` as it was read, and the ``quantity`` that was written in it or follows from it."""

    typed: TypedLine
    quantity: Decimal | None

    @property
    def coded(self) -> bool:
        """Whether the drug data know the product (CF-111)."""
        return bool(self.typed.substances)

    @property
    def missing(self) -> tuple[Field, ...]:
        """Fields with a « ? »; a product in free text has no strength and no form of its own (CF-111)."""
        wanted = [part for part in self.typed.missing if self.coded or part not in _UNCODED]
        fields = [Field(part.value) for part in wanted]
        return (*fields, Field.QUANTITY) if self.quantity is None else tuple(fields)

    @property
    def complete(self) -> bool:
        """Whether Enter adds it: no « ? », and no word that was not understood."""
        return not self.missing and not self.typed.left


def understood(typed: str, reader: LineReader) -> Understood:
    """What the one field says."""
    rest, quantity = _cut_quantity(typed)
    read = reader.read(rest)
    counted = None if read.as_needed and quantity is None else read.quantity
    return Understood(read, quantity or (counted.to_integral_value(ROUND_CEILING) if counted else None))


def line_of(said: Understood, before: Line | None) -> Line:
    """The line that Enter adds, or puts in the place of *before* with what was said of that besides."""
    typed, rhythm = said.typed, said.typed.rhythm
    inns = tuple(part for one in typed.substances for part in one.components)
    label = " ".join(filter(None, (typed.product, typed.strength)))
    product = Product(
        label=label,
        inns=inns,
        atc=typed.substances[0].atc if len(typed.substances) == 1 else "",
        strength=typed.strength,
        form=typed.form.label if typed.form else "",
        form_code=typed.form.code if typed.form else "",
        route_code=typed.route.code if typed.route else "",
    )
    posology = _posology(rhythm, as_needed=typed.as_needed) if rhythm is not None else None
    quantity = Amount(said.quantity) if said.quantity else None
    days = typed.duration.days if typed.duration else None
    base = before or Line(uuid.uuid4().urn, 0, Nature.MEDICATION, product)
    same = before is not None and before.product.label == product.label
    return Line(
        base.identifier, base.number, Nature.MEDICATION, product, posology, days, quantity, base.repeats,
        base.renewal if same else RenewalClass.UNKNOWN,
        base.not_substitutable, base.indication, base.note, base.paper_form,
        base.overrides if same else (),
    )  # fmt: skip


def act_of(nature: Nature, words: str, quantity: Decimal | None, before: Line | None = None) -> Line:
    """A line for an act (biology, imaging, nursing, physiotherapy) or a device, which has always a quantity.

    In the place of *before*, with what was said of that besides.
    """
    amount = Amount(quantity) if quantity else None
    product = Product(words.strip())
    if before is None:
        return Line(uuid.uuid4().urn, 0, nature, product, quantity=amount, renewal=RenewalClass.FREE)
    said = replace(before, nature=nature, product=product, quantity=amount)
    return said if nature in DISPENSED else replace(said, repeats=None, not_substitutable="")


def typed_again(line: Line) -> str:
    """What stands in the one field when a line is edited: it reads back as that line."""
    parts = [line.product.label, line.product.form]
    if line.posology is not None:
        parts.append(line.posology.text)
    if line.days is not None:
        parts.append(f"{line.days}{text('prescribing.typed_days')}")
    if line.quantity is not None:
        parts.append(f"{_quantity_words()[0]} {number_words(line.quantity.value)}")
    return " ".join(filter(None, parts))


def checked_of(line: Line) -> CheckedLine:
    """As the checks of the drug data see it."""
    product, posology = line.product, line.posology
    route = RouteKind.LOCAL if {product.form_code, product.route_code} & LOCAL else RouteKind.WHOLE
    masses = milligrams(product.strength)
    doses: tuple[Dose, ...] = ()
    if posology is not None and len(masses) == len(product.inns):
        at_once = max(posology.rhythm, default=posology.at_once)
        doses = tuple(
            Dose(
                inn,
                None if at_once is None else at_once * mass,
                None if posology.per_day is None else posology.per_day * mass,
            )
            for inn, mass in zip(product.inns, masses, strict=True)
        )
    atc = (product.atc,) if product.atc else ()
    return CheckedLine(
        line.number, product.label, atc, product.inns, route, doses, has_dose=posology is not None
    )


def _posology(rhythm: Rhythm, *, as_needed: bool) -> Posology:
    needed = text("prescribing.as_needed", language=Language.FR) if as_needed else ""
    words = " ".join(filter(None, (_code(rhythm), needed)))
    if rhythm.moments:
        return Posology(words, rhythm.moments, rhythm.per_day, as_needed)
    return Posology(words, (), rhythm.per_day, as_needed, rhythm.at_once, rhythm.times, rhythm.hours)


def _code(rhythm: Rhythm) -> str:
    """As typed; « 1 cp 3x/j », whose form stands apart, as « 1x 3x/j », so that it reads back."""
    apart = _UNITS_HOURLY if rhythm.hours else _UNITS_APART
    return rhythm.words if rhythm.moments or rhythm.at_once is None else apart.sub(r"\1x ", rhythm.words)


@cache
def _quantity_words() -> tuple[str, ...]:
    known = (
        w for language in Language for w in text("prescribing.typed_quantity", language=language).split("|")
    )
    return tuple(dict.fromkeys(known))


@cache
def _quantity() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(_quantity_words(), key=len, reverse=True))
    return re.compile(rf"(?<!\S)(?:{words}) ?(?P<amount>\d{{1,4}})(?!\S)", re.IGNORECASE)


def _cut_quantity(typed: str) -> tuple[str, Decimal | None]:
    """« qté 30 » taken out; one of nothing is none."""
    match = _quantity().search(typed)
    if match is None or int(match["amount"]) == 0:
        return typed, None
    return f"{typed[: match.start()]} {typed[match.end() :]}", Decimal(match["amount"])
