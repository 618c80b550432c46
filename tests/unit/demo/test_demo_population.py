"""Who the demo patients are (domain §0, §2.1, §5.7)."""

from collections import Counter
from datetime import UTC, date, datetime
from statistics import median

import pytest

from desktop.domain import catalog
from desktop.domain.matricule import Matricule
from desktop.domain.record import LEVELS, DspState, Level, MandateKind
from desktop.domain.texts import Language, text
from desktop.simulator import card_holders
from desktop.simulator.demo import DemoDataset, load
from desktop.simulator.seed_data import CNS_AUTHOR, PATIENT_AUTHOR

TODAY = date(2026, 11, 21)


def _age(born: date) -> int:
    return TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))


def test_at_least_200_patients_of_all_ages(demo: DemoDataset) -> None:
    ages = [_age(p.birth_date) for p in demo.patients()]
    assert len(ages) >= 200
    assert min(ages) >= 0
    assert max(ages) < 106
    for low, high in ((0, 3), (3, 18), (18, 40), (40, 65), (65, 80), (80, 105)):
        assert sum(low <= a < high for a in ages) >= 5, (low, high)


def test_matricules_are_safe_unique_and_have_right_check_digits(demo: DemoDataset) -> None:
    """Birth year minus 200: no real person can be hit (domain §0)."""
    digits = [p.matricule for p in demo.patients()]
    assert len(set(digits)) == len(digits)
    for patient in demo.patients():
        assert len(patient.matricule) == 13
        assert Matricule(patient.matricule).doubt() is None
        assert int(patient.matricule[:4]) == patient.birth_date.year - 200
        assert patient.matricule[4:8] == f"{patient.birth_date:%m%d}"
        assert int(patient.matricule[:4]) < 1830


def test_presence_codes_fit_the_contract(demo: DemoDataset) -> None:
    codes = [p.presence_code for p in demo.patients()]
    assert all(4 <= len(c) <= 32 and c.isprintable() for c in codes)
    assert len(set(codes)) > 0.95 * len(codes)


def test_every_state_of_a_dsp_occurs_and_active_is_the_rule(demo: DemoDataset) -> None:
    states = Counter(p.dsp for p in demo.patients())
    assert set(states) == set(DspState)
    assert states[DspState.ACTIVE] > 0.8 * len(demo.patients())
    for patient in demo.patients():
        assert (patient.inactive_until is not None) == (patient.dsp is DspState.INACTIVE)
        if patient.inactive_until:
            assert 0 < (patient.inactive_until - TODAY).days <= 30


def test_a_record_that_never_existed_or_never_opened_is_empty(demo: DemoDataset) -> None:
    empty = {p.id for p in demo.patients() if p.dsp in (DspState.NONE, DspState.INACTIVE)}
    assert not [d.id for d in demo.documents() if d.patient_id in empty]


def test_volumes_median_small_and_long_term_records_large(demo: DemoDataset) -> None:
    counts = Counter(d.patient_id for d in demo.documents())
    assert 0 <= median(counts.get(p.id, 0) for p in demo.patients() if not p.declarations) <= 3
    assert counts["pat-0002"] == 400
    assert sum(50 <= c <= 400 for c in counts.values()) >= 10
    span = [d.created for d in demo.documents() if d.patient_id == "pat-0002"]
    assert (max(span) - min(span)).days > 11.5 * 365


def test_categories_follow_the_modern_weights(demo: DemoDataset) -> None:
    """But for those whose records are made for the work list: they hold what it counts."""
    made_for_it = {p.id for p in demo.patients() if p.declarations}
    counts = Counter(d.category for d in demo.documents() if d.patient_id not in made_for_it)
    total = sum(counts.values())
    assert len(counts) >= 12
    assert all(catalog.category(slug).rank < 100 for slug in counts)
    expected = {
        "resultats-biologie": 52,
        "imagerie": 14,
        "cr-sejour-lettre-sortie": 9,
        "cr-acte-diagnostique": 8,
    }
    for slug, percent in expected.items():
        assert percent * 0.6 < 100 * counts[slug] / total < percent * 1.6, slug


def test_dates_lie_between_birth_and_yesterday_and_registration_follows(demo: DemoDataset) -> None:
    born = {p.id: p.birth_date for p in demo.patients()}
    now = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)
    for document in demo.documents():
        assert born[document.patient_id] < document.created < TODAY
        assert document.created == document.registered.date()
        assert document.registered < now


def test_everything_referred_to_exists(demo: DemoDataset) -> None:
    authors = {p.id for p in demo.practitioners()} | {h.practitioner.id for h in card_holders.HOLDERS}
    places = {o.id for o in (*demo.organizations(), *card_holders.ORGANIZATIONS)}
    episodes = {e.id: p.id for p in demo.patients() for e in p.episodes}
    assert len(authors) == len(demo.practitioners()) + len(card_holders.HOLDERS)
    for practitioner in demo.practitioners():
        assert practitioner.organization_id in places
        catalog.profile_of(practitioner.profession)
    seen: set[str] = set()
    for document in demo.documents():
        assert document.author_id in authors | {PATIENT_AUTHOR, CNS_AUTHOR}
        assert document.organization_id in places | {""}
        assert document.episode_id == "" or episodes[document.episode_id] == document.patient_id
        assert not document.replaces or document.replaces in seen, "a version comes after its former one"
        seen.add(document.id)
    assert len(seen) == len(demo.documents())


def test_documents_lie_within_a_reachable_time_of_their_episode(demo: DemoDataset) -> None:
    episodes = {e.id: e for p in demo.patients() for e in p.episodes}
    stays = [d for d in demo.documents() if d.category == "cr-sejour-lettre-sortie"]
    assert stays
    for document in stays:
        episode = episodes[document.episode_id]
        assert episode.end
        assert episode.start.date() <= document.created
        assert abs((document.created - episode.end.date()).days) <= 1 or document.created < episode.end.date()


def test_levels_versions_disabled_annonce_and_refused_episode_occur(demo: DemoDataset) -> None:
    documents = demo.documents()
    assert {d.level for d in documents} == set(LEVELS)
    assert any(d.replaces for d in documents)
    assert any(d.disabled for d in documents)
    annonce = next(d for d in documents if d.level is Level.ANNONCE)
    assert (TODAY - annonce.created).days == 16
    assert any(e.refused for p in demo.patients() for e in p.episodes)


def test_mandates_of_the_cards(demo: DemoDataset) -> None:
    found = {(m.practitioner_id, m.kind) for p in demo.patients() for m in p.mandates}
    assert ("ps-kieffer", MandateKind.MEDECIN_REFERENT) in found
    assert ("ps-weber", MandateKind.CERCLE_MEDICAL) in found
    running = [
        m for p in demo.patients() for m in p.mandates
        if m.kind is MandateKind.CONSULTATION and m.end and m.end.date() >= TODAY
    ]  # fmt: skip
    assert running
    assert any("ps-weber" in p.blacklist for p in demo.patients())
    for patient in demo.patients():
        referents = [m for m in patient.mandates if m.kind is MandateKind.MEDECIN_REFERENT]
        assert len(referents) <= 1
        banned = {m.practitioner_id for m in referents} & set(patient.blacklist)
        assert not banned, "never the médecin référent (domain §5.8)"


def test_homonyms(demo: DemoDataset) -> None:
    names = Counter((p.family, p.given) for p in demo.patients())
    assert names["Muller", "Anne"] == 2


def test_the_main_suggestion_has_last_months_laboratory_result_and_needs_weber_s_code(
    demo: DemoDataset,
) -> None:
    first = demo.suggestions()[0].patient_id
    patient = next(p for p in demo.patients() if p.id == first)
    labs = [d for d in demo.documents() if d.patient_id == first and d.category == "resultats-biologie"]
    assert any(d.created == date(2026, 10, 21) for d in labs)
    assert not any(m.practitioner_id == "ps-weber" for m in patient.mandates)
    assert "ps-weber" not in patient.blacklist
    assert patient.dsp is DspState.ACTIVE


@pytest.mark.parametrize("language", list(Language))
def test_five_suggestions_are_the_first_patients_and_say_why(demo: DemoDataset, language: Language) -> None:
    suggestions = demo.suggestions()
    assert [s.patient_id for s in suggestions] == [p.id for p in demo.patients()[:5]]
    assert len({text(s.text_key, language=language) for s in suggestions}) == 5


def test_same_seed_same_rows_other_seed_other_rows(demo: DemoDataset) -> None:
    again = load(7, TODAY)
    assert again.patients() == demo.patients()
    assert again.documents() == demo.documents()
    assert load(8, TODAY).patients() != demo.patients()


def test_any_day_works() -> None:
    """Leap days and turns of the year."""
    for day in (date(2028, 2, 29), date(2027, 1, 1), date(2026, 12, 31)):
        data = load(1, day)
        counts = Counter(d.patient_id for d in data.documents())
        assert counts["pat-0002"] == 400
        assert all(d.created < day for d in data.documents())
