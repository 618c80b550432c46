"""What a prescriber writes: an ordonnance and its lines, as they were signed (domain §C.3).

What becomes of a line afterwards is the platform's to tell: :mod:`desktop.domain.prescription.standing`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from desktop.domain.folding import fold
from desktop.domain.names import patient_name
from desktop.domain.texts import Language

SHORTEST_REASON = 5
"""Characters of a reason that counts as one (domain §C.5)."""


class Nature(StrEnum):
    """What a line asks for (domain §8.3); medicines are dispensed, the rest is carried out elsewhere."""

    MEDICATION = "medicament"
    DEVICE = "dispositif"
    BIOLOGY = "biologie"
    IMAGING = "imagerie"
    NURSING = "soins"
    PHYSIOTHERAPY = "kine"


DISPENSED = frozenset({Nature.MEDICATION, Nature.DEVICE})


class RenewalClass(StrEnum):
    """The class of the published list (domain §C.1). UNKNOWN: no list says; never taken for FREE."""

    S = "S"
    RR = "RR"
    R = "R"
    FREE = "libre"
    UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Amount:
    """How much: a positive number of ``unit`` (« comprimé », « ml »; "" = pieces)."""

    value: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """What is prescribed or handed over. ``label`` is as written and always there.

    ``inns`` and ``atc`` are empty for a product in free text (CF-111: « non codé »; it is dispensed all the
    same). ``form_code`` is an EDQM code; ``codes`` are national numbers or a GTIN.
    """

    label: str
    inns: tuple[str, ...] = ()
    atc: str = ""
    brand: str = ""
    strength: str = ""
    form: str = ""
    form_code: str = ""
    route_code: str = ""
    codes: tuple[str, ...] = ()

    @property
    def coded(self) -> bool:
        """Whether a table knows it: only then anything can be checked."""
        return bool(self.atc or self.inns)

    @property
    def form_apart(self) -> str:
        """The form where the label does not say it: « Ramipril 5 mg, comprimé » is a tablet once."""
        return "" if fold(self.form) in fold(self.label) else self.form


ERASED = Product("–")
"""Of a line that the patient had erased: its number and identifier are left, and nothing of what it said."""


@dataclass(frozen=True, slots=True)
class Posology:
    """Dose and rhythm. ``text`` is what the patient reads; the rest is what was understood of it.

    ``rhythm`` are the doses of morning, noon, evening and night; ``per_day`` their sum, or what else is
    said of a day; None where nobody can tell. ``at_once`` units, ``times`` a day or one each ``hours`` (0:
    not said so): a rhythm that names no moments.
    """

    text: str
    rhythm: tuple[Decimal, ...] = ()
    per_day: Decimal | None = None
    as_needed: bool = False
    at_once: Decimal | None = None
    times: Decimal | None = None
    hours: int = 0


@dataclass(frozen=True, slots=True)
class Override:
    """An alert that its reader passed over (CF-114): ``rule`` of ``source`` (file and its date), and why."""

    rule: str
    alert: str
    source: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``identifier`` is an ``urn:uuid:`` of ours, ``number`` its place (from 1).

    ``repeats``: further deliveries that the prescriber wrote; None = no mention, which R and RR read
    differently (CF-102). ``not_substitutable``: the reason, "" = substitution is permitted. ``paper_form``:
    number of the secured paper form that an S line needs (CF-103). ``product`` of an act (biology, imaging …)
    has a label alone.
    """

    identifier: str
    number: int
    nature: Nature
    product: Product
    posology: Posology | None = None
    days: int | None = None
    quantity: Amount | None = None
    repeats: int | None = None
    renewal: RenewalClass = RenewalClass.UNKNOWN
    not_substitutable: str = ""
    indication: str = ""
    note: str = ""
    paper_form: str = ""
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Prescriber:
    """Who signed: the platform's id, name, profession, where and how he can be reached (2012/52/EU)."""

    id: str
    name: str
    profession: str
    ehealth_id: str = ""
    place: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class PatientIdentity:
    """What a counter compares with a paper: never more than identity."""

    id: str
    family: str
    given: str
    born: date | None
    matricule: str
    sex: str = ""

    @property
    def name(self) -> str:
        """``MULLER Anne``."""
        return patient_name(self.family, self.given)


@dataclass(frozen=True, slots=True)
class Ordonnance:
    """As it was signed. ``code``: 16 characters without groups; ``replaces``: the code of a former one."""

    code: str
    patient: PatientIdentity
    prescriber: Prescriber
    authored: datetime
    valid_until: date
    language: Language
    lines: tuple[Line, ...]
    replaces: str = ""
