"""What is signed says all that was written, and is read back as it was."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from desktop.common.bundle_signature import canonical
from desktop.domain.prescription.ordonnance import (
    DISPENSED,
    ERASED,
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
    content = signed.write(made, "urn:uuid:9", SYSTEMS, lambda: "salt")
    assert signed.read(content, SYSTEMS) == made
    assert signed.write(made, "urn:uuid:9", SYSTEMS, lambda: "salt") == content


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


def salted() -> list[str]:
    override = Override("R1", "alerte", "test", "surveillée", "Dr X", AT)
    written = ordonnance(replace(simple(), overrides=(override,)), replace(simple(), number=2))
    bundle = json.loads(signed.write(written, "x", SYSTEMS))
    found = (entry["resource"].get("extension", []) for entry in bundle["entry"])
    return [one["valueString"] for told in found for one in told if one["url"].endswith("/salt")]


def test_each_line_and_each_alert_has_a_salt_of_its_own() -> None:
    first, second = salted(), salted()
    assert len(first) == 3 and len({*first, *second}) == 6, "no two digests of the same words are alike"
    assert min(map(len, first)) >= 22


def erased(bundle: bytes, number: int, **beside: object) -> bytes:
    """As the platform tells it once the patient had line *number* erased."""
    value = json.loads(bundle)
    entry = value["entry"][number - 1]
    kept = ("resourceType", "identifier", "groupIdentifier")
    mine = [e for e in entry["resource"]["extension"] if e["url"].endswith(("line-number", "nature"))]
    words = json.dumps(entry["resource"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    digest = base64.urlsafe_b64encode(hashlib.sha256(words).digest()).rstrip(b"=").decode()
    mark = {"url": SYSTEMS.extension_base + "erased", "valueString": digest}
    entry["resource"] = {k: entry["resource"][k] for k in kept} | {"extension": [*mine, mark]} | beside
    return json.dumps(value).encode()


def two() -> bytes:
    other = replace(simple(), identifier="urn:uuid:2", number=2, indication="migraine")
    return signed.write(ordonnance(simple(), other), "x", SYSTEMS)


def test_a_line_that_was_erased_leaves_the_other_signed() -> None:
    bundle = two()
    left = erased(bundle, 1)
    assert canonical(left) == canonical(bundle) != canonical(two()), "which has another salt"
    read = signed.read(left, SYSTEMS)
    assert read is not None and b"Metformine 850 mg" not in left.split(b"urn:uuid:2")[0]
    assert read.lines[0] == Line("urn:uuid:1", 1, Nature.MEDICATION, ERASED)
    assert read.lines[1].indication == "migraine" and read.authored == AT


def test_what_stands_beside_a_digest_is_not_read() -> None:
    """It is signed by nobody: a line of the platform's own making would be."""
    forged = erased(two(), 1, medicationCodeableConcept={"text": "Morphine"}, status="active")
    read = signed.read(forged, SYSTEMS)
    assert read is not None and read.lines[0].product == ERASED


def test_a_line_cannot_vanish_without_a_trace() -> None:
    """A digest alone would be signed as well, and the ordonnance shorter by a line."""
    bundle = two()
    value = json.loads(bundle)
    del value["entry"][0]["resource"]
    value["entry"][0]["digest"] = json.loads(canonical(bundle))["entry"][0]["digest"]
    forged = json.dumps(value).encode()
    assert canonical(forged) == canonical(bundle) and signed.read(forged, SYSTEMS) is None


def test_an_altered_line_is_not_what_was_signed() -> None:
    content = two()
    assert canonical(content.replace(b"migraine", b"grippe")) != canonical(content)
