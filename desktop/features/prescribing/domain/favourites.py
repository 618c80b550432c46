"""Lines that a prescriber writes often: what he keeps of one, and a line that is made of it again."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from desktop.domain.folding import fold
from desktop.domain.prescription.ordonnance import Amount, Line, Nature, Posology, Product, RenewalClass


@dataclass(frozen=True, slots=True)
class Favourite:
    """What stands again on an ordonnance. Nothing that was said about a patient is kept: no indication, no
    remark, no reason, and no number of a secured form."""

    nature: Nature
    product: Product
    posology: Posology | None = None
    days: int | None = None
    quantity: Amount | None = None
    repeats: int | None = None
    renewal: RenewalClass = RenewalClass.UNKNOWN


def favourite_of(line: Line) -> Favourite:
    """What is kept of *line*; two lines that differ in what is not kept are one favourite."""
    return Favourite(
        line.nature, line.product, line.posology, line.days, line.quantity, line.repeats, line.renewal
    )


def line_of_favourite(favourite: Favourite) -> Line:
    """A new line, without a number yet."""
    one = favourite
    return Line(
        uuid.uuid4().urn, 0, one.nature, one.product, one.posology, one.days, one.quantity, one.repeats,
        one.renewal,
    )  # fmt: skip


def in_order(favourites: Iterable[Favourite]) -> tuple[Favourite, ...]:
    """By what they are called, as a list is looked through."""

    def called(one: Favourite) -> tuple[str, str]:
        return fold(one.product.label), one.posology.text if one.posology else ""

    return tuple(sorted(favourites, key=called))


def matching(favourites: Iterable[Favourite], words: str) -> tuple[Favourite, ...]:
    """Those whose name has a word that begins with each of *words*."""
    asked = fold(words).split()

    def fits(one: Favourite) -> bool:
        named = fold(f"{one.product.label} {one.product.brand}").split()
        return all(any(word.startswith(part) for word in named) for part in asked)

    return tuple(one for one in favourites if fits(one))
