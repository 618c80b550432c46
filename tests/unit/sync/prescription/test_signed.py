"""What is signed says all that was written, and is read back as it was."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.prescription.ordonnance import (
    DISPENSED,
    Amount,
    Line,
    Nature,
    Ordonnance,
    Override,
    PatientIdentity,
    Posology,
    Prescriber,
    Product,
    RenewalClass,
)
from desktop.domain.texts import Language
from desktop.sync.prescription import signed
from desktop.sync.profile import Systems

SYSTEMS = Systems()
AT = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
WORDS = st.text("abcdéèœ µ-1", min_size=1, max_size=20).map(lambda t: " ".join(t.split())).filter(bool)
AMOUNTS = st.decimals("0.01", "999", places=2)
OVERRIDES = st.builds(Override, WORDS, WORDS, WORDS, WORDS, WORDS, st.just(AT))
PRODUCTS = st.builds(
    Product,
    label=WORDS,
    inns=st.lists(WORDS, max_size=3).map(tuple),
    atc=st.sampled_from(["", "A10BA02"]),
    brand=st.just("") | WORDS,
    strength=st.just("") | WORDS,
    form=WORDS,
    form_code=st.sampled_from(["", "10219000"]),
    route_code=st.just(""),
    codes=st.lists(st.sampled_from(["1234567", "05412345678908"]), unique=True, max_size=2).map(tuple),
)
POSOLOGIES = st.builds(
    Posology, WORDS, st.lists(AMOUNTS, min_size=3, max_size=4).map(tuple), st.none() | AMOUNTS, st.booleans()
)
PATIENT = PatientIdentity("pat-1", "SCHMIT", "Jos Marie", date(1947, 11, 3), "1947110310658", "male")
PRESCRIBER = Prescriber("ps-weber", "Dr Claire Weber", "Médecin", "1234", "Cabinet", "1, rue X", "+352 26")


@st.composite
def lines(draw: st.DrawFn) -> tuple[Line, ...]:
    found = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        nature = draw(st.sampled_from(Nature))
        one = Line(
            identifier=f"urn:uuid:0000000{number}",
            number=number,
            nature=nature,
            product=draw(PRODUCTS),
            posology=draw(st.none() | POSOLOGIES),
            days=draw(st.none() | st.integers(1, 365)),
            quantity=draw(st.none() | st.builds(Amount, AMOUNTS, st.just("") | WORDS)),
            repeats=draw(st.none() | st.integers(0, 12)),
            renewal=draw(st.sampled_from(RenewalClass)),
            not_substitutable=draw(st.just("") | WORDS),
            indication=draw(st.just("") | WORDS),
            note=draw(st.just("") | WORDS),
            paper_form=draw(st.just("") | WORDS),
            overrides=tuple(draw(st.lists(OVERRIDES, max_size=2))),
        )
        if nature not in DISPENSED:
            one = Line(
                one.identifier, number, nature, Product(one.product.label), quantity=one.quantity,
                indication=one.indication, note=one.note, overrides=one.overrides,
            )  # fmt: skip
        found.append(one)
    return tuple(found)


def ordonnance(*given_lines: Line) -> Ordonnance:
    return Ordonnance(
        "K7QM2HXA9R4T8V0C", PATIENT, PRESCRIBER, AT, date(2027, 2, 28), Language.FR, given_lines, "0000"
    )


@given(lines())
def test_nothing_is_lost_on_the_way(written: tuple[Line, ...]) -> None:
    made = ordonnance(*written)
    content = signed.write(made, "urn:uuid:9", SYSTEMS)
    assert signed.read(content, SYSTEMS) == made
    assert signed.write(made, "urn:uuid:9", SYSTEMS) == content


def simple() -> Line:
    product = Product("Metformine 850 mg", ("metformine",), "A10BA02")
    return Line("urn:uuid:1", 1, Nature.MEDICATION, product, quantity=Amount(Decimal("180"), "comprimé"))


def test_cf102_no_mention_of_renewals_is_not_zero() -> None:
    silent = json.loads(signed.write(ordonnance(simple()), "x", SYSTEMS))
    none = json.loads(signed.write(ordonnance(replace(simple(), repeats=0)), "x", SYSTEMS))
    supply = [b["entry"][0]["resource"]["dispenseRequest"] for b in (silent, none)]
    assert "numberOfRepeatsAllowed" not in supply[0]
    assert supply[1]["numberOfRepeatsAllowed"] == 0


def test_the_access_code_and_nobody_else_is_in_it() -> None:
    """The paper's QR opens the ordonnance: what is signed must not."""
    content = signed.write(ordonnance(simple()), "x", SYSTEMS).decode()
    assert "DSPRX" not in content and "access" not in content


def test_what_is_no_ordonnance_is_none() -> None:
    for content in (b"", b"{}", b'{"resourceType":"Bundle"}', b"[1]", b'{"entry":[{"resource":5}]}'):
        assert signed.read(content, SYSTEMS) is None


def test_a_line_that_cannot_be_read_makes_all_of_it_unreadable() -> None:
    """Leaving it out would show a shorter ordonnance than was signed."""
    bundle = json.loads(signed.write(ordonnance(simple(), replace(simple(), number=2)), "x", SYSTEMS))
    del bundle["entry"][1]["resource"]["medicationCodeableConcept"]
    assert signed.read(json.dumps(bundle).encode(), SYSTEMS) is None
