"""What the platform tells of an ordonnance: where each line stands, who holds it, what was handed over."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from desktop.domain.prescription.lifecycle import LineState, OrdonnanceState, of_lines
from desktop.domain.prescription.ordonnance import Amount, Line, Ordonnance, Override, Product


class Context(StrEnum):
    """Circumstances of a delivery (domain §C.6)."""

    ORDINARY = "ordinaire"
    RENEWAL = "renouvellement"
    PARTIAL = "partielle"
    OWING = "a-devoir"
    GENERIC = "substitution-generique"
    SHORTAGE = "substitution-rupture"
    MAGISTRAL = "preparation-magistrale"
    NARCOTIC = "stupefiant"
    SUBSTITUTION_PROGRAMME = "programme-substitution"
    MEDICAL_CANNABIS = "cannabis-medical"
    BY_TELEPHONE = "urgence-telephonique"
    ON_DUTY = "garde"
    CNS_DEROGATION = "derogation-cns"
    THIRD_PARTY = "tiers-payant"
    EU_PRESCRIPTION = "ordonnance-ue"
    DISCHARGE = "sortie-hopital"
    CARE_HOME = "structure-pda"
    PROXY = "mandataire"
    RETURNED = "retour"
    NOT_COLLECTED = "non-retiree"


class DispenseState(StrEnum):
    """Of one delivery (FHIR MedicationDispense.status)."""

    PREPARED = "preparation"
    HANDED_OVER = "completed"
    UNDONE = "entered-in-error"
    REFUSED = "declined"


@dataclass(frozen=True, slots=True)
class Lease:
    """A reservation (domain §C.4), held by ``pharmacy``; ``token`` only in the hands of the holder."""

    pharmacy: str
    until: datetime
    since: datetime | None = None
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Substitution:
    """Another product than the prescribed one: its kind, why, and that the patient was told (CF-105)."""

    kind: str
    reason: str
    patient_informed: bool


@dataclass(frozen=True, slots=True)
class Dispense:
    """One delivery or refusal of one line. ``identifier``: an ``urn:uuid:`` made before sending (CF-107).

    ``recorded`` and ``handed_over`` may differ (CF-115). ``serials`` (one a box)
    never leave for the patient's document.
    ``receiver``: name of a proxy, "" = the patient. ``reason``: of a refusal, or of undoing it. ``final``: a
    refusal after which nobody shall deliver. ``paper_form``: the number of an S line's form (CF-103).
    ``asked_back_seen``: the prescriber's wish to cancel was read (CF-108). ``outside_insurance``: at the
    patient's own cost, over six months after the first delivery (CF-104). ``id`` is the platform's.
    ``patient`` (a name) and ``ordonnance`` (its code) are told to the pharmacy that made it; "" else.
    ``report``: the platform's id of the document that tells of it; its own pharmacy alone is told.
    """

    identifier: str
    line: str
    state: DispenseState
    pharmacy: str
    pharmacist: str
    recorded: datetime
    handed_over: datetime | None
    product: Product
    quantity: Amount
    gtin: str = ""
    batch: str = ""
    expiry: date | None = None
    serials: tuple[str, ...] = ()
    contexts: tuple[Context, ...] = ()
    substitution: Substitution | None = None
    receiver: str = ""
    calls: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    reason: str = ""
    posology: str = ""
    paper_form: str = ""
    final: bool = False
    asked_back_seen: bool = False
    outside_insurance: bool = False
    id: str = ""
    patient: str = ""
    ordonnance: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True)
class StandingLine:
    """A signed line and where it stands. ``id`` and ``version`` are the platform's (``If-Match``).

    ``delivered`` is the quantity of the current delivery (of ``line.quantity``), ``deliveries`` counts the
    whole ones. ``asked_back``: the prescriber asked to cancel while it was reserved (CF-108).
    """

    id: str
    version: str
    line: Line
    state: LineState
    delivered: Decimal = Decimal(0)
    deliveries: int = 0
    first_delivery: datetime | None = None
    last_delivery: datetime | None = None
    lease: Lease | None = None
    asked_back: str = ""
    reason: str = ""

    @property
    def left(self) -> Decimal | None:
        """What may still be handed over of this delivery; None where the line names no quantity."""
        quantity = self.line.quantity
        return None if quantity is None else max(Decimal(0), quantity.value - self.delivered)


@dataclass(frozen=True, slots=True)
class StandingOrdonnance:
    """What a counter or a prescriber sees. ``signed`` is the FHIR Bundle that bears the signature.

    ``may_practise``: what the directory says of the prescriber today; None = not told. ``signer_ids``: the
    numbers on his cards' certificates, by the directory too; () = not told, and then nobody can say whose a
    signature is.
    """

    ordonnance: Ordonnance
    lines: tuple[StandingLine, ...]
    dispenses: tuple[Dispense, ...] = ()
    signed: bytes = field(default=b"", repr=False)
    may_practise: bool | None = None
    read_at: datetime | None = None
    signer_ids: tuple[str, ...] = ()

    @property
    def state(self) -> OrdonnanceState:
        """Derived from its lines, never told (CF-075)."""
        return of_lines(tuple((line.state, bool(line.delivered or line.deliveries)) for line in self.lines))
