"""Client, token and trace name the same mandate, and the judge says that it is the widest (domain §5.1)."""

import random
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from desktop.domain.catalog import Profile, categories
from desktop.domain.mandates import EmergencyLevel, acting_profile, precedence, widest
from desktop.domain.record import DspState, Level, MandateKind
from desktop.domain.record import Mandate as Right
from desktop.simulator import console_actions, rules
from desktop.simulator.access import right_of
from desktop.simulator.rules import DocumentFacts, ProfessionalFacts, Record
from desktop.simulator.tables import MandateRow, PatientRow, TraceRow
from desktop.simulator.world import World
from desktop.sync import fhir_shapes
from desktop.sync.fhir_read import mandate as read_mandate
from tests.unit.simulator.conftest import Desk

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
KINDS = [kind for kind in MandateKind if kind is not MandateKind.AUTEUR]


def row(world: World, kind: MandateKind, hours: float | None, id: str = "m") -> MandateRow:
    now = world.clock.now()
    end = None if hours is None else now + timedelta(hours=hours)
    return MandateRow(
        id=id, patient_id="p-1", practitioner_id="ps-weber", kind=kind.value, start=now - timedelta(days=1),
        end=end, grace_end=None, version=1, updated=now,
    )  # fmt: skip


def given_by(kind: MandateKind, emergency: EmergencyLevel, profile: Profile) -> set[object]:
    """All that one mandate gives, asked of the platform's own rules act by act."""
    viewer, record = (
        ProfessionalFacts("me", profile),
        Record(DspState.ACTIVE, frozenset({kind}), emergency=emergency),
    )
    found: set[object] = {"history"} if rules.history(viewer, record) is None else set()
    if rules.ligne_de_vie(viewer, record) is None:
        found.add("ligne de vie")
    for category, level in product((c.slug for c in categories()), Level):
        document = DocumentFacts("other", category, level)
        if rules.read(viewer, record, document) is None:
            found.add(("read", category, level))
        if rules.change_level(viewer, record, document, Level.PRIVE) is None:
            found.add(("make private", category, level))
        if rules.create(viewer, record, category, level) is None:
            found.add(("create", category, level))
    return found


@pytest.mark.parametrize("profile", list(Profile))
def test_the_order_is_that_of_what_the_rules_give(world: World, profile: Profile) -> None:
    """The platform judges without any order of mandates: so it can tell whether the order is right.

    A médecin référent is a médecin (domain §1.1): no other profession has such a mandate.
    """
    for emergency in (EmergencyLevel.STANDARD, EmergencyLevel.ETENDU):
        held = [k for k in KINDS if k is not MandateKind.MEDECIN_REFERENT or profile is Profile.MEDECIN]
        rights = {kind: given_by(kind, emergency, profile) for kind in held}
        place = {kind: precedence(right_of(row(world, kind, 8), emergency))[0] for kind in KINDS}
        for one, other in product(held, held):
            if place[one] > place[other]:
                assert rights[one] >= rights[other], (emergency, one, other)
            elif place[one] == place[other]:
                assert rights[one] == rights[other], (emergency, one, other)


def test_level_etendu_opens_more_than_a_stay(world: World) -> None:
    extended = given_by(MandateKind.URGENCES, EmergencyLevel.ETENDU, Profile.MEDECIN)
    assert extended > given_by(MandateKind.ETABLISSEMENT, EmergencyLevel.ETENDU, Profile.MEDECIN)
    assert not given_by(MandateKind.URGENCES, EmergencyLevel.SUPPRIME, Profile.MEDECIN)


@given(
    st.frozensets(st.sampled_from(KINDS), min_size=1),
    st.sampled_from([EmergencyLevel.STANDARD, EmergencyLevel.ETENDU]),
    st.sampled_from(list(Profile)),
    st.sampled_from([c.slug for c in categories()]),
    st.sampled_from(list(Level)),
)
def test_acting_under_the_widest_loses_nothing(
    kinds: frozenset[MandateKind], emergency: EmergencyLevel, profile: Profile, category: str, level: Level
) -> None:
    extended = emergency is EmergencyLevel.ETENDU
    held = [Right(k.value, k, NOW, None, None, extended and k is MandateKind.URGENCES) for k in kinds]
    best = widest(held, NOW)
    assert best is not None
    everything = Record(DspState.ACTIVE, kinds, emergency=emergency)
    alone = Record(DspState.ACTIVE, frozenset({best.kind}), emergency=emergency)
    viewer, document = ProfessionalFacts("me", profile), DocumentFacts("other", category, level)
    assert rules.see(viewer, everything, document) == rules.see(viewer, alone, document)
    assert rules.create(viewer, everything, category, level) == rules.create(viewer, alone, category, level)
    assert rules.acting_profile(viewer, everything) is acting_profile(profile, best.kind)


Mix = tuple[tuple[MandateKind, float | None], ...]
MIXES: list[Mix] = [
    ((MandateKind.ETABLISSEMENT, 90), (MandateKind.URGENCES, 9), (MandateKind.CONSULTATION, None)),
    ((MandateKind.ETABLISSEMENT, 9), (MandateKind.URGENCES, 90)),
    ((MandateKind.CERCLE_MEDICAL, 1), (MandateKind.URGENCES, None), (MandateKind.MEDECIN_REFERENT, 1)),
    ((MandateKind.CERCLE_MEDICAL, 1), (MandateKind.URGENCES, None)),
]


@pytest.mark.parametrize("emergency", list(EmergencyLevel))
@pytest.mark.parametrize("mix", MIXES)
def test_client_token_and_trace_name_the_same(
    desk: Desk,
    mix: Mix,
    emergency: EmergencyLevel,
) -> None:
    """CF-033 among them: urgences that the patient removed are listed nowhere and traced nowhere."""
    with desk.world.database() as database:
        database.get_one(PatientRow, "p-1").emergency = emergency.value
        database.add_all(row(desk.world, kind, hours, f"m-{kind}") for kind, hours in mix)
    client = desk.login()
    url = "/Consent?patient=Patient/p-1&actor=Practitioner/ps-weber&status=active"
    bundle = fhir_shapes.shaped(client.call("GET", url).content, fhir_shapes.Bundle)
    assert bundle is not None
    consents = [fhir_shapes.shaped(e.resource, fhir_shapes.Consent) for e in bundle.entry]
    told = [found for c in consents if c is not None and (found := read_mandate(c)) is not None]
    assert len(told) == len(bundle.entry)
    now = desk.world.clock.now()
    listed = widest(told, now)
    assert listed is not None
    for _ in range(3):
        random.shuffle(told)
        assert widest(told, now) == listed, "the order of the list says nothing"
    granted = client.exchange(desk.matricule("p-1")).json()["authorization_details"][0]["mandate"]
    removed = emergency is EmergencyLevel.SUPPRIME
    assert granted["id"] == listed.id and (MandateKind.URGENCES in {m.kind for m in told}) is not removed
    reaches = {MandateKind.MEDECIN_REFERENT: "R", MandateKind.CERCLE_MEDICAL: "R"}
    if emergency is EmergencyLevel.ETENDU:
        reaches[MandateKind.URGENCES] = "R"
    assert granted["confidentiality"] == reaches.get(listed.kind, "N")
    with desk.world.database() as database:
        (last,) = database.scalars(
            select(TraceRow).where(TraceRow.patient_id == "p-1", TraceRow.action == "open")
        )
        assert (last.mandate_id, last.acting_as) == (listed.id, listed.kind.value)


def test_another_emergency_level_is_another_version(desk: Desk) -> None:
    """A client that watches its mandate by ETag hears of it."""
    with desk.world.database() as database:
        database.add(row(desk.world, MandateKind.URGENCES, 9, "m-u"))
    client = desk.login()
    before = client.call("GET", "/Consent/m-u")
    assert before.json()["provision"]["securityLabel"][0]["code"] == "N"
    console_actions.perform(desk.world, {"act": "emergency", "patient": "p-1", "level": "etendu"})
    after = client.call("GET", "/Consent/m-u", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200 and after.json()["provision"]["securityLabel"][0]["code"] == "R"
    console_actions.perform(desk.world, {"act": "emergency", "patient": "p-1", "level": "supprime"})
    assert client.call("GET", "/Consent/m-u").status_code == 404
