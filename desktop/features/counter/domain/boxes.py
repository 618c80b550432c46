"""Whether a box is what was prescribed (domain §C.7, CF-112, CF-113)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from desktop.domain.drugs.data import WithdrawnBatch
from desktop.domain.folding import fold
from desktop.domain.prescription.box import BoxCode
from desktop.domain.prescription.ordonnance import Line, Product


class BoxFinding(StrEnum):
    """What is to be said of a scanned box, the gravest first."""

    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    LINE_CLOSED = "line-closed"
    HELD_ELSEWHERE = "held-elsewhere"
    OTHER_SUBSTANCE = "other-substance"
    OTHER_STRENGTH = "other-strength"
    OTHER_FORM = "other-form"
    UNKNOWN_PRODUCT = "unknown-product"
    NOT_SUBSTITUTABLE = "not-substitutable"
    OUTSIDE_GROUP = "outside-group"
    SUBSTITUTE = "substitute"
    EXPIRES_SOON = "expires-soon"
    NO_EXPIRY = "no-expiry"
    UNCODED_LINE = "uncoded-line"
    MATCHES = "matches"


STOPS = frozenset(
    {
        BoxFinding.WITHDRAWN, BoxFinding.EXPIRED, BoxFinding.LINE_CLOSED, BoxFinding.HELD_ELSEWHERE,
        BoxFinding.OTHER_SUBSTANCE, BoxFinding.OTHER_STRENGTH, BoxFinding.OTHER_FORM,
        BoxFinding.UNKNOWN_PRODUCT, BoxFinding.NOT_SUBSTITUTABLE, BoxFinding.OUTSIDE_GROUP,
    }
)  # fmt: skip
GENERIC_GROUPS = ("C10AA", "A02BC")
"""Statins and proton-pump inhibitors: where a pharmacist may substitute (domain §C.1, CF-105)."""


@dataclass(frozen=True, slots=True)
class BoxVerdict:
    """``findings`` are never empty; ``withdrawal`` says who withdrew the batch, and when.

    LINE_CLOSED and HELD_ELSEWHERE are of the line, not of the box: nothing more of it is handed over, or
    another pharmacy has it at this moment (CF-076).
    """

    findings: tuple[BoxFinding, ...]
    withdrawal: WithdrawnBatch | None = None

    @property
    def stops(self) -> bool:
        """It must not go over the counter for this line."""
        return any(finding in STOPS for finding in self.findings)

    @property
    def worst(self) -> BoxFinding:
        """What is said first."""
        return self.findings[0]

    def because(self, found: BoxFinding) -> "BoxVerdict":
        """The same box on a line that takes none: *found* beside what stops it anyway."""
        kept = [one for one in self.findings if one in STOPS]
        return BoxVerdict(tuple(sorted((found, *kept), key=list(BoxFinding).index)), self.withdrawal)

    def agreed(self) -> "BoxVerdict":
        """The prescriber agreed to another brand, as the one that he wrote cannot be had."""
        swap = {BoxFinding.OUTSIDE_GROUP: BoxFinding.SUBSTITUTE}
        found = (swap.get(one, one) for one in self.findings)
        return BoxVerdict(tuple(sorted(found, key=list(BoxFinding).index)), self.withdrawal)

    @property
    def matches(self) -> bool:
        """The same substances, strength and form (CF-112)."""
        return BoxFinding.MATCHES in self.findings and not self.stops


def judge(
    box: BoxCode, product: Product | None, line: Line, withdrawal: WithdrawnBatch | None, today: date
) -> BoxVerdict:
    """*box*, which holds *product* (None: nobody knows), for *line*.

    *withdrawal*: its batch was withdrawn. A line in free text is matched by eye (CF-111).
    """
    found = []
    if withdrawal is not None:
        found.append(BoxFinding.WITHDRAWN)
    if box.expiry is None:
        found.append(BoxFinding.NO_EXPIRY)
    elif box.expiry < today:
        found.append(BoxFinding.EXPIRED)
    elif line.days is not None and box.expiry < today + timedelta(days=line.days):
        found.append(BoxFinding.EXPIRES_SOON)
    found.append(_same(product, line))
    return BoxVerdict(tuple(sorted(found, key=list(BoxFinding).index)), withdrawal)


def _same(product: Product | None, line: Line) -> BoxFinding:
    if not line.product.coded:
        return BoxFinding.UNCODED_LINE
    if product is None:
        return BoxFinding.UNKNOWN_PRODUCT
    if _names(product) != _names(line.product):
        return BoxFinding.OTHER_SUBSTANCE
    if _plain(product.strength) != _plain(line.product.strength):
        return BoxFinding.OTHER_STRENGTH
    if line.product.form and product.form and _plain(product.form) != _plain(line.product.form):
        return BoxFinding.OTHER_FORM
    brand = line.product.brand
    if brand and _plain(brand) != _plain(product.brand):
        return _substitute(line)
    return BoxFinding.MATCHES


class SubstitutionCause(StrEnum):
    """Why another brand of the same substance, strength and form goes over the counter (domain §C.6).

    GENERIC: the line's group permits it. SHORTAGE: the prescribed brand cannot be had; outside the groups
    only with the prescriber's agreement. FHIR's type is G for both: the composition is the same. Another
    substance (TE) is none of them: it needs another ordonnance.
    """

    GENERIC = "generic"
    SHORTAGE = "shortage"


def may_be_substituted(line: Line) -> bool:
    """Whether another brand of the same substance, strength and form may be handed over (CF-105)."""
    return not line.not_substitutable and line.product.atc.startswith(GENERIC_GROUPS)


def _substitute(line: Line) -> BoxFinding:
    if line.not_substitutable:
        return BoxFinding.NOT_SUBSTITUTABLE
    return BoxFinding.SUBSTITUTE if may_be_substituted(line) else BoxFinding.OUTSIDE_GROUP


def _names(product: Product) -> frozenset[str]:
    return frozenset(map(fold, product.inns)) or frozenset({product.atc})


def _plain(words: str) -> str:
    return fold(words).replace(" ", "")
