"""An ordonnance of two lines at a counter; *changes* replace fields."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from desktop.common import json_text
from desktop.common.bundle_signature import with_signature
from desktop.domain.account import Account
from desktop.domain.catalog import Profile
from desktop.domain.prescription.box import check_digit
from desktop.domain.prescription.identifier import OrdonnanceCode, OrdonnanceId, check_character
from desktop.domain.prescription.lifecycle import LineState
from desktop.domain.prescription.ordonnance import (
    Amount,
    Line,
    Nature,
    Ordonnance,
    PatientIdentity,
    Posology,
    Prescriber,
    Product,
    RenewalClass,
)
from desktop.domain.prescription.standing import StandingLine, StandingOrdonnance
from desktop.domain.signature import SignatureFinding, SignatureState
from desktop.domain.texts import Language
from tests.samples.practice import ACCOUNT, NOW

DATA = "K7QM2HXA00000R0"
CODE = DATA + check_character(DATA)
ACCESS = "0" * 26
QR = OrdonnanceCode(OrdonnanceId(CODE), ACCESS).qr_text()
PHARMACIST: Account = replace(
    ACCOUNT, name="Sandra Thill", profession="Pharmacien", profile=Profile.PHARMACIEN, ehealth_id="LU3"
)
JOS = PatientIdentity("p7", "Schmit", "Jos", date(1947, 11, 3), "1747110310658", "male")
METFORMIN = Product("Metformine 850", ("metformine",), "A10BA02", "", "850 mg", "comprimé")
RAMIPRIL = Product("Ramipril 5", ("ramipril",), "C09AA05", "", "5 mg", "comprimé")
JWS = b"head..signature"
SIGNED_BY_WEBER = SignatureFinding(SignatureState.VALID, "Claire Weber", "10100000001", NOW)


def gtin(number: int) -> str:
    """A GTIN with its check digit."""
    digits = f"{number:013}"
    return digits + check_digit(digits)


def box_text(number: int, *, expiry: str = "280331", batch: str = "A12C", serial: str = "77") -> str:
    """What a scanner writes of a box: FNC1 as GS."""
    return f"]d201{gtin(number)}17{expiry}10{batch}\x1d21{serial}"


def line(number: int, product: Product, quantity: int | None, **changes: Any) -> Line:
    made = Line(
        f"urn:uuid:line-{number}", number, Nature.MEDICATION, product, Posology("1-0-1"), 90,
        Amount(Decimal(quantity), "cp") if quantity is not None else None, None, RenewalClass.RR,
    )  # fmt: skip
    return replace(made, **changes)


def standing_line(made: Line, **changes: Any) -> StandingLine:
    return replace(StandingLine(f"l{made.number}", "1", made, LineState.ACTIVE), **changes)


def ordonnance(*lines: Line, at: datetime = NOW, **changes: Any) -> Ordonnance:
    made = Ordonnance(
        CODE, JOS, Prescriber("ps-weber", "Dr Claire Weber", "Médecin", "LU1", phone="26 00 01"),
        at - timedelta(days=2), at.date() + timedelta(days=88), Language.FR, lines,
    )  # fmt: skip
    return replace(made, **changes)


def two_lines() -> tuple[Line, Line]:
    return line(1, METFORMIN, 180), line(2, RAMIPRIL, 90)


def standing(*lines: StandingLine, **changes: Any) -> StandingOrdonnance:
    """Signed; without *lines* those of :func:`two_lines`."""
    told = lines or tuple(map(standing_line, two_lines()))
    bundle = json_text.emit({"resourceType": "Bundle", "entry": []})
    made = StandingOrdonnance(
        ordonnance(*(one.line for one in told)), told, (), with_signature(bundle, JWS, NOW),
        may_practise=True, read_at=NOW, signer_ids=("10100000001",),
    )  # fmt: skip
    return replace(made, **changes)
