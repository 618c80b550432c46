"""The decision algorithm (domain §5.1-5.3) as tables, and what must hold for any facts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.catalog import Profile, categories
from desktop.domain.mandates import EmergencyLevel
from desktop.domain.record import LEVELS, DspState, Level, MandateKind
from desktop.simulator import rules
from desktop.simulator.rules import DocumentFacts, Lock, ProfessionalFacts, Record

MR, CMC = MandateKind.MEDECIN_REFERENT, MandateKind.CERCLE_MEDICAL
CONSULTATION, URGENCES = MandateKind.CONSULTATION, MandateKind.URGENCES
DOCTOR = ProfessionalFacts("me", Profile.MEDECIN)
REPORT = "rapport-medical"


def record(*kinds: MandateKind, dsp: DspState = DspState.ACTIVE, **more: Any) -> Record:
    return Record(dsp, frozenset(kinds), **more)


def document(
    level: Level = Level.STANDARD, category: str = REPORT, author: str = "other", **more: Any
) -> DocumentFacts:
    return DocumentFacts(author, category, level, **more)


def code(refusal: rules.Refusal | None) -> str:
    return refusal.code if refusal else ""


VISIBILITY = [
    # mandate, emergency level, levels that are seen (domain §5.1)
    (MR, EmergencyLevel.STANDARD, {Level.STANDARD, Level.CONFIDENTIEL, Level.ANNONCE}),
    (CMC, EmergencyLevel.STANDARD, {Level.STANDARD, Level.CONFIDENTIEL, Level.ANNONCE}),
    (CONSULTATION, EmergencyLevel.STANDARD, {Level.STANDARD, Level.ANNONCE}),
    (MandateKind.ETABLISSEMENT, EmergencyLevel.STANDARD, {Level.STANDARD, Level.ANNONCE}),
    (URGENCES, EmergencyLevel.STANDARD, {Level.STANDARD, Level.ANNONCE}),
    (URGENCES, EmergencyLevel.ETENDU, {Level.STANDARD, Level.CONFIDENTIEL, Level.ANNONCE}),
    (URGENCES, EmergencyLevel.SUPPRIME, set()),
]


@pytest.mark.parametrize(("kind", "emergency", "seen"), VISIBILITY)
@pytest.mark.parametrize("level", LEVELS)
def test_cf_041_042_047_033_level_by_mandate(
    kind: MandateKind, emergency: EmergencyLevel, seen: set[Any] | set[Level], level: Level
) -> None:
    refusal = rules.read(DOCTOR, record(kind, emergency=emergency), document(level))
    assert (refusal is None) == (level in seen)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("mandates", [(), (CONSULTATION,), (MR,)])
@pytest.mark.parametrize("blacklisted", [True, False])
@pytest.mark.parametrize("dsp", [DspState.ACTIVE, DspState.CLOSED, DspState.DECEASED])
def test_cf_026_author_reads_his_own_whatever_happens(
    level: Level, mandates: tuple[Any, ...] | tuple[MandateKind, ...], blacklisted: bool, dsp: DspState
) -> None:
    facts = document(level, author="me")
    assert rules.read(DOCTOR, record(*mandates, dsp=dsp, blacklisted=blacklisted), facts) is None


def test_cf_019_suspended_reads_nothing_not_even_his_own() -> None:
    viewer = ProfessionalFacts("me", Profile.MEDECIN, suspended=True)
    refusal = rules.read(viewer, record(MR), document(author="me"))
    assert refusal == rules.Refusal(Lock.COMPTE, "practice_suspended")


@pytest.mark.parametrize("author", ["me", "other"])
def test_cf_054_disabled_is_listed_but_not_read(author: str) -> None:
    facts = document(author=author, disabled=True)
    assert rules.see(DOCTOR, record(MR), facts) is None
    assert code(rules.read(DOCTOR, record(MR), facts)) == "document_disabled"


@pytest.mark.parametrize(
    ("dsp", "expected"),
    [
        (DspState.NONE, "record_none"),
        (DspState.INACTIVE, "record_inactive"),
        (DspState.CLOSED, "record_closed"),
        (DspState.DECEASED, "record_deceased"),
    ],
)
def test_cf_024_036_039_state_of_the_dsp_is_the_first_lock(dsp: DspState, expected: str) -> None:
    found = record(MR, dsp=dsp, blacklisted=True)
    for refusal in (
        rules.open_record(DOCTOR, found),
        rules.read(DOCTOR, found, document()),
        rules.create(DOCTOR, found, REPORT, Level.STANDARD),
    ):
        assert refusal == rules.Refusal(Lock.DOSSIER, expected)


def test_cf_029_blacklist_overrides_any_mandate_but_the_declaration_of_an_mr() -> None:
    for kind in (CMC, CONSULTATION, MandateKind.ETABLISSEMENT, URGENCES):
        assert code(rules.open_record(DOCTOR, record(kind, blacklisted=True))) == "no_mandate"
    assert rules.open_record(DOCTOR, record(MR, blacklisted=True)) is None


def test_cf_030_an_mr_cannot_be_blacklisted() -> None:
    assert not rules.may_blacklist(record(MR))
    assert rules.may_blacklist(record(CMC))


def test_cf_027_no_habilitation_no_trace_of_the_document() -> None:
    pharmacist = ProfessionalFacts("me", Profile.PHARMACIEN)
    assert code(rules.see(pharmacist, record(CONSULTATION), document())) == "not_found"
    assert rules.see(pharmacist, record(CONSULTATION), document(category="vaccinations")) is None


def test_cf_028_two_members_of_the_circle_see_the_same_and_write_differently() -> None:
    aide, doctor = ProfessionalFacts("a", Profile.AIDE_SOIGNANT), ProfessionalFacts("d", Profile.MEDECIN)
    circle = record(CMC)
    seen = [
        [rules.see(v, circle, document(category=c.slug)) is None for c in categories()]
        for v in (aide, doctor)
    ]
    written = [
        [rules.create(v, circle, c.slug, Level.STANDARD) is None for c in categories()]
        for v in (aide, doctor)
    ]
    assert seen[0] == seen[1] and all(seen[0])
    assert written[0] != written[1]


@pytest.mark.parametrize("slug", ["expression-titulaire", "resume-prestations"])
@pytest.mark.parametrize("profile", list(Profile))
def test_cf_055_patient_and_cns_categories_are_created_by_no_professional(
    slug: str, profile: Profile
) -> None:
    generous = record(MR, CMC, overrides={slug: "RC"})
    assert (
        code(rules.create(ProfessionalFacts("me", profile), generous, slug, Level.STANDARD))
        == "category_not_allowed"
    )


@pytest.mark.parametrize("profile", list(Profile))
def test_cf_056_only_a_laboratory_creates_results(profile: Profile) -> None:
    refusal = rules.create(
        ProfessionalFacts("me", profile), record(CONSULTATION), "resultats-biologie", Level.STANDARD
    )
    assert (refusal is None) == (profile is Profile.BIOLOGISTE_MEDICAL)


def test_cf_071_the_statement_of_the_cns_is_for_the_mr_not_for_another_doctor() -> None:
    statement = document(category="resume-prestations", author="cns")
    assert rules.see(DOCTOR, record(MR), statement) is None
    assert code(rules.see(DOCTOR, record(CONSULTATION), statement)) == "not_found"


def test_cf071_the_data_of_a_summary_are_the_medecin_referents_even_where_others_may_write_one() -> None:
    allowed: dict[str, Any] = {"overrides": {rules.SUMMARY: "RC"}}
    assert rules.create(DOCTOR, record(CONSULTATION, **allowed), rules.SUMMARY, Level.STANDARD) is None
    data = rules.create_data(DOCTOR, record(CONSULTATION, **allowed), rules.SUMMARY, Level.STANDARD)
    assert data == rules.NOT_ENTITLED
    assert rules.create_data(DOCTOR, record(MR), rules.SUMMARY, Level.STANDARD) is None


def test_a3_only_the_mr_creates_the_patient_summary() -> None:
    assert rules.create(DOCTOR, record(MR), "resume-patient", Level.STANDARD) is None
    assert code(rules.create(DOCTOR, record(CMC), "resume-patient", Level.STANDARD)) == "category_not_allowed"


def test_a12_the_patients_own_rule_wins_over_the_matrix() -> None:
    pharmacist = ProfessionalFacts("me", Profile.PHARMACIEN)
    more = record(CONSULTATION, overrides={REPORT: "R"})
    less = record(CONSULTATION, overrides={"vaccinations": "-"})
    assert rules.see(pharmacist, more, document()) is None
    assert rules.see(pharmacist, less, document(category="vaccinations")) is not None


LEVEL_CHANGES = [
    # viewer is author, mandate, from, to, allowed (domain §5.2)
    (True, CONSULTATION, Level.STANDARD, Level.CONFIDENTIEL, True),
    (True, CONSULTATION, Level.CONFIDENTIEL, Level.STANDARD, True),
    (False, CONSULTATION, Level.STANDARD, Level.CONFIDENTIEL, False),
    (False, MR, Level.STANDARD, Level.CONFIDENTIEL, True),
    (False, MR, Level.STANDARD, Level.PRIVE, True),
    (True, CONSULTATION, Level.STANDARD, Level.PRIVE, False),
    (False, CMC, Level.STANDARD, Level.CONFIDENTIEL, False),
    (False, MR, Level.STANDARD, Level.ANNONCE, False),
    (True, MR, Level.STANDARD, Level.ANNONCE, False),
    (True, MR, Level.ANNONCE, Level.STANDARD, False),
    (True, MR, Level.PRIVE, Level.STANDARD, False),
    (False, CONSULTATION, Level.CONFIDENTIEL, Level.STANDARD, False),
    (False, MR, Level.PRIVE, Level.STANDARD, False),
]


@pytest.mark.parametrize(("own", "kind", "before", "after", "allowed"), LEVEL_CHANGES)
def test_cf_043_045_046_level_changes(
    own: bool, kind: MandateKind, before: Level, after: Level, allowed: bool
) -> None:
    facts = document(before, author="me" if own else "other")
    assert (rules.change_level(DOCTOR, record(kind), facts, after) is None) == allowed


def test_cf045_a_level_is_not_changed_of_what_cannot_be_read_and_the_refusal_tells_nothing() -> None:
    hidden, disabled = document(Level.CONFIDENTIEL), document(author="me", disabled=True)
    assert rules.change_level(DOCTOR, record(CONSULTATION), hidden, Level.STANDARD) == rules.NOT_FOUND
    assert rules.change_level(DOCTOR, record(MR), disabled, Level.CONFIDENTIEL) == rules.DISABLED


def test_level_change_needs_a_mandate_even_for_the_author() -> None:
    refusal = rules.change_level(DOCTOR, record(), document(author="me"), Level.CONFIDENTIEL)
    assert code(refusal) == "no_mandate"


def test_cf_044_any_professional_in_charge_lifts_an_annonce() -> None:
    assert rules.lift_annonce(DOCTOR, record(CONSULTATION), document(Level.ANNONCE)) is None
    assert code(rules.lift_annonce(DOCTOR, record(), document(Level.ANNONCE))) == "no_mandate"
    assert rules.lift_annonce(DOCTOR, record(CONSULTATION), document(Level.STANDARD)) is not None


def test_cf_042_the_patient_sees_no_annonce() -> None:
    assert [level for level in LEVELS if not rules.patient_sees(document(level))] == [Level.ANNONCE]


def test_cf_061_history_for_mr_and_circle_only() -> None:
    allowed = [k for k in MandateKind if rules.history(DOCTOR, record(k)) is None]
    assert set(allowed) == {MR, CMC}


def test_only_the_author_sends_a_new_version() -> None:
    assert rules.replace(DOCTOR, record(MR), document(author="me")) is None
    assert code(rules.replace(DOCTOR, record(MR), document())) == "not_entitled"
    assert code(rules.replace(DOCTOR, record(CONSULTATION), document(Level.PRIVE))) == "not_found"


@pytest.mark.parametrize("level", LEVELS)
def test_cf_040_levels_that_a_deposit_may_have(level: Level) -> None:
    refusal = rules.create(DOCTOR, record(CONSULTATION), REPORT, level)
    assert (refusal is None) == (level is not Level.PRIVE)


FACTS = st.builds(
    DocumentFacts,
    author_id=st.sampled_from(["me", "other"]),
    category=st.sampled_from([c.slug for c in categories()] + ["unknown"]),
    level=st.sampled_from(LEVELS),
    disabled=st.booleans(),
)
RECORDS = st.builds(
    Record,
    dsp=st.sampled_from(list(DspState)),
    mandates=st.frozensets(st.sampled_from(list(MandateKind))),
    blacklisted=st.booleans(),
    emergency=st.sampled_from(list(EmergencyLevel)),
)
VIEWERS = st.builds(
    ProfessionalFacts, id=st.just("me"), profile=st.sampled_from(list(Profile)), suspended=st.booleans()
)


@given(VIEWERS, RECORDS, FACTS)
def test_nobody_but_the_author_reads_without_active_dsp_and_mandate(
    viewer: ProfessionalFacts, found: Record, facts: DocumentFacts
) -> None:
    if rules.read(viewer, found, facts) is None:
        assert not viewer.suspended and not facts.disabled
        if facts.author_id != viewer.id:
            assert found.dsp is DspState.ACTIVE and found.mandates and facts.level is not Level.PRIVE


@given(VIEWERS, RECORDS, FACTS, st.sampled_from(LEVELS))
def test_nobody_changes_what_he_cannot_read(
    viewer: ProfessionalFacts, found: Record, facts: DocumentFacts, to: Level
) -> None:
    if rules.read(viewer, found, facts) is not None:
        assert rules.change_level(viewer, found, facts, to) is not None
        assert rules.lift_annonce(viewer, found, facts) is not None


@given(VIEWERS, RECORDS, FACTS, st.sampled_from(list(MandateKind)))
def test_a_further_mandate_never_takes_sight_away(
    viewer: ProfessionalFacts, found: Record, facts: DocumentFacts, kind: MandateKind
) -> None:
    more = Record(found.dsp, found.mandates | {kind}, found.blacklisted, found.emergency)
    if rules.see(viewer, found, facts) is None:
        assert rules.see(viewer, more, facts) is None


@given(VIEWERS, RECORDS, st.sampled_from([c.slug for c in categories()]), st.sampled_from(LEVELS))
def test_a_refusal_names_a_lock_and_a_code_of_the_list(
    viewer: ProfessionalFacts, found: Record, slug: str, level: Level
) -> None:
    from desktop.simulator.outcomes import CODES

    refusal = rules.create(viewer, found, slug, level)
    assert refusal is None or (refusal.lock in Lock and refusal.code in CODES)
