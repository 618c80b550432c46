"""A delivery on the wire (CF-077, CF-115)."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from desktop.common import json_text
from desktop.domain.prescription.ordonnance import Amount, Override, Product
from desktop.domain.prescription.standing import Context, Dispense, DispenseState, Substitution
from desktop.sync.prescription import dispense
from desktop.sync.prescription.terms import Extensions, told

OURS = Extensions("https://dsp.example/fhir/StructureDefinition/")
AT = datetime(2026, 11, 30, 9, 44, tzinfo=UTC)
GIVEN = Dispense(
    identifier="urn:uuid:5",
    line="line-7",
    state=DispenseState.HANDED_OVER,
    pharmacy="Pharmacie du Cygne",
    pharmacist="Anne Muller",
    recorded=AT,
    handed_over=datetime(2026, 11, 30, 9, 41, tzinfo=UTC),
    product=Product("Ramipril 5 mg", ("ramipril",), "C09AA05", codes=("05412345678908",)),
    quantity=Amount(Decimal("45"), "comprimé"),
    gtin="05412345678908",
    batch="A12C",
    expiry=date(2028, 3, 31),
    serials=("77X", "78X"),
    contexts=(Context.PARTIAL, Context.OWING),
    substitution=Substitution("G", "rupture", patient_informed=True),
    receiver="Mme Schmit",
    calls=("09:40 Dr Weber : 1-0-0 confirmé",),
    overrides=(Override("DD-1", "doublon", "duplicate_rules 2026-05", "traitement changé", "Anne", AT),),
    posology="1-0-0",
    outside_insurance=True,
)


def test_cf115_performer_quantity_recorded_and_line_are_there_and_hand_over_may_differ() -> None:
    raw = dispense.write(GIVEN, "pat-1", "ps-muller", "token", OURS)
    assert [p["actor"]["reference"] for p in raw["performer"]] == ["Practitioner/ps-muller"]
    assert json.loads(json_text.emit(raw["quantity"])) == {"value": 45, "unit": "comprimé"}
    assert told(raw, "recorded")["valueDateTime"] != raw["whenHandedOver"]
    assert raw["authorizingPrescription"] == [{"reference": "MedicationRequest/line-7"}]


def test_cf077_a_delivery_is_read_as_it_was_written() -> None:
    raw = json_text.parse(json_text.emit(dispense.write(GIVEN, "pat-1", "ps-muller", "token", OURS)))
    assert dispense.read(raw) == GIVEN


def test_what_says_neither_line_nor_time_is_none() -> None:
    whole = dispense.write(GIVEN, "pat-1", "ps-muller", "token", OURS)
    for missing in ("identifier", "authorizingPrescription", "extension", "status"):
        assert dispense.read({name: value for name, value in whole.items() if name != missing}) is None
