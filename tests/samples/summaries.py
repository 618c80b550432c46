"""A whole patient summary: every section, every kind of entry, each of its elements at least once."""

from datetime import UTC, date, datetime

from desktop.features.summary.domain import entries as e
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.features.summary.domain.summary import Subject, Summary, SummarySection, Writer

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
ICD = "http://hl7.org/fhir/sid/icd-10"
ATC = "http://www.whocc.no/atc"
EDQM = "http://standardterms.edqm.eu"
SUBJECT = Subject(
    "pat-1",
    "1947110312345",
    "Muller",
    "Anne Marie",
    date(1947, 11, 3),
    "female",
    "3, rue de la Gare, L-8301 Capellen",
)
AUTHOR = Writer("Dr Luc Kieffer", "LU90000001", "Médecin généraliste", "Cabinet médical de Capellen")
WRITTEN = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
_DAY = e.PartialDate

PROBLEMS = (
    e.Problem(
        text="Diabète de type 2",
        codings=(e.Coding(ICD, "E11", "Type 2 diabetes mellitus", "en"), e.Coding(SNOMED, "44054006")),
        verification=e.Verification.CONFIRMED,
        severity=e.Severity.MODERATE,
        onset=_DAY("1998"),
        ald=8,
        note="suivi semestriel",
    ),
    e.Problem(text="Hypertension artérielle", codings=(e.Coding(ICD, "I10"),), onset=_DAY("2005-03")),
)
ALLERGIES = (
    e.Allergy(
        text="Pénicilline",
        codings=(e.Coding(SNOMED, "764146007"),),
        type=e.AllergyType.ALLERGY,
        criticality=e.Criticality.HIGH,
        verification=e.Verification.CONFIRMED,
        onset=_DAY("1987"),
        reactions=(
            e.Reaction("Choc anaphylactique", (e.Coding(SNOMED, "39579001"),), e.Severity.SEVERE),
            e.Reaction("Urticaire"),
        ),
    ),
    e.Allergy(text="Codéine", type=e.AllergyType.SIDE_EFFECT, note="nausées"),
    e.Allergy(
        text="Iode", status=e.ClinicalStatus.INACTIVE, verification=e.Verification.REFUTED, onset=_DAY("2001")
    ),
)
MEDICATION = (
    e.Medication(
        text="Metformine",
        codings=(e.Coding(ATC, "A10BA02"),),
        ingredients=("metformine",),
        strength="850 mg",
        form="comprimé",
        form_coding=e.Coding(EDQM, "10219000", "Tablet", "en"),
        route="orale",
        route_coding=e.Coding(EDQM, "20053000", "Oral use", "en"),
        dosage="1-0-1",
        as_needed=False,
        start=_DAY("2012-05"),
        reason="diabète",
        prescriber="Dr Luc Kieffer",
    ),
    e.Medication(text="Paracétamol", dosage="1 g", as_needed=True),
    e.Medication(text="Bisoprolol", strength="2,5 mg", start=_DAY("2019-01-07"), stop=_DAY("2027-01")),
)
RESULTS = (
    e.Observation(
        text="HbA1c",
        codings=(e.Coding(LOINC, "4548-4"),),
        value=e.Quantity("7.20", "%", "%"),
        at=_DAY("2026-10-02"),
        performer="Laboratoires Réunis",
        reference="4,0 – 6,0",
        interpretation="H",
    ),
    e.Observation(
        text="NT-proBNP", value=e.Quantity("35", "ng/L", "ng/L", "<"), at=_DAY("2026-10-02"), note="à jeun"
    ),
    e.Observation(text="Créatinine", absent="not-performed", at=_DAY("2026")),
)
SECTIONS = (
    SummarySection(
        SectionKey.ALERTS,
        SectionState.LINES,
        (
            e.Alert(
                text="Porteur d'un stimulateur cardiaque", since=_DAY("2020-02-11"), note="IRM : à discuter"
            ),
        ),
    ),
    SummarySection(SectionKey.ALLERGIES, SectionState.LINES, ALLERGIES),
    SummarySection(SectionKey.PROBLEMS, SectionState.LINES, PROBLEMS, note="Revu avec la patiente."),
    SummarySection(SectionKey.MEDICATION, SectionState.LINES, MEDICATION),
    SummarySection(
        SectionKey.IMMUNIZATIONS,
        SectionState.LINES,
        (
            e.Immunization(
                text="Grippe saisonnière",
                codings=(e.Coding(ATC, "J07BB02"),),
                given=_DAY("2025-10-14"),
                target="grippe",
                dose="1",
                batch="AB123",
            ),
            e.Immunization(text="Tétanos", target="tétanos"),
        ),
    ),
    SummarySection(SectionKey.RESULTS, SectionState.LINES, RESULTS),
    SummarySection(
        SectionKey.PROCEDURES,
        SectionState.LINES,
        (
            e.Procedure(text="Appendicectomie", performed=_DAY("1965"), site="abdomen"),
            e.Procedure(text="Cataracte"),
        ),
    ),
    SummarySection(
        SectionKey.DEVICES,
        SectionState.LINES,
        (e.Device(text="Stimulateur cardiaque", since=_DAY("2020-02"), site="thorax gauche"),),
    ),
    SummarySection(
        SectionKey.PAST_PROBLEMS,
        SectionState.LINES,
        (
            e.Problem(
                text="Pneumonie", status=e.ClinicalStatus.RESOLVED, onset=_DAY("2010"), ended=_DAY("2010-03")
            ),
        ),
    ),
    SummarySection(SectionKey.PREGNANCY, SectionState.NONE_KNOWN),
    SummarySection(
        SectionKey.SOCIAL_HISTORY,
        SectionState.LINES,
        (
            e.Observation(
                text="Tabac",
                codings=(e.Coding(LOINC, "72166-2"),),
                value=e.Coding(SNOMED, "8517006", "Ex-smoker", "en"),
                at=_DAY("2026-11-21"),
            ),
            e.Observation(text="Alcool", value="occasionnel"),
        ),
    ),
    SummarySection(SectionKey.FUNCTIONAL_STATUS, SectionState.LINES, (e.Remark(text="Autonome à domicile"),)),
    SummarySection(
        SectionKey.VITAL_SIGNS,
        SectionState.LINES,
        (
            e.Observation(
                text="Poids",
                codings=(e.Coding(LOINC, "29463-7"),),
                value=e.Quantity("72.50", "kg", "kg"),
                at=_DAY("2026-11-21"),
            ),
        ),
    ),
    SummarySection(
        SectionKey.PLAN_OF_CARE,
        SectionState.LINES,
        (e.Remark(text="Fond d'œil annuel", since=_DAY("2026"), note="rendez-vous pris"),),
    ),
    SummarySection(SectionKey.ADVANCE_DIRECTIVES, SectionState.UNAVAILABLE),
    SummarySection(
        SectionKey.FAMILY_HISTORY, SectionState.LINES, (e.Remark(text="Père : infarctus à 52 ans"),)
    ),
)
SUMMARY = Summary(
    identifier="urn:uuid:0f6b1f0a-6c1e-4a55-9f52-0a4b6a1d7e10",
    bundle="urn:uuid:3d1f6f3e-2a0b-4b6e-8c6d-5a1c9e7b2f44",
    version=3,
    replaces="urn:uuid:7c0a9a53-19b7-4a3c-b1f6-9b7d4c0e6a21",
    subject=SUBJECT,
    author=AUTHOR,
    written_at=WRITTEN,
    language="fr",
    sections=SECTIONS,
)
