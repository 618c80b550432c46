"""Categories, professions and the default matrix against the book of the domain (domain §1-3)."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.common.resource_files import resource
from desktop.domain.catalog import (
    Profile,
    Theme,
    categories,
    category,
    creatable,
    may_create,
    may_read,
    professions,
    profile_of,
    sees_ligne_de_vie,
)
from desktop.domain.texts import Language

BOOK = (Path(__file__).resolve().parents[2] / "docs" / "domain.md").read_text(encoding="utf-8")
SLUGS = [c.slug for c in categories()]
MR, MED, PHA, INF, SF, BIO = (
    Profile.MEDECIN_REFERENT,
    Profile.MEDECIN,
    Profile.PHARMACIEN,
    Profile.INFIRMIER,
    Profile.SAGE_FEMME,
    Profile.BIOLOGISTE_MEDICAL,
)


def rows_of_the_book() -> Iterator[tuple[int, str, str, str]]:
    """Rank, slug, French label and theme of the table of domain §2."""
    for rank, slug, label, theme in re.findall(
        r"^\| (\d+) \| `([\w-]+)` \| ([^|]+) \| ([\w-]+) \|", BOOK, re.M
    ):
        yield int(rank), slug, label, theme


def creators(slug: str) -> set[Profile]:
    return {profile for profile in Profile if may_create(profile, slug)}


def readers(slug: str) -> set[Profile]:
    return {profile for profile in Profile if may_read(profile, slug)}


# -- categories


def test_the_42_categories_are_those_of_the_book_in_official_order() -> None:
    """Domain §2."""
    known = [(c.rank, c.slug, c.label(Language.FR), c.theme) for c in categories()]
    assert known == list(rows_of_the_book()) and len(known) == 42
    assert [c.rank for c in categories()] == list(range(1, 43))


@pytest.mark.parametrize("language", list(Language))
def test_every_category_has_a_label_of_its_own_in_every_language(language: Language) -> None:
    labels = [c.label(language) for c in categories()]
    assert all(labels) and len(set(labels)) == 42


def test_labels_are_told_apart_by_language() -> None:
    summary = category("resume-patient")
    assert summary.label(Language.FR) == "Résumé patient" and summary.label(Language.EN) == "Patient summary"
    assert (
        summary.label(Language.DE) == "Patientenkurzakte" and summary.label(Language.LB) == "Patienteresumé"
    )
    assert (summary.rank, summary.theme, summary.loinc) == (2, Theme.SYNTHESE, "60591-5")


def test_a_category_that_nobody_knows_is_shown_by_its_raw_label() -> None:
    """Domain §2: the list is not exhaustive; it stands after all others, and nobody may create it."""
    strange = category("soins-de-demain")
    assert {strange.label(language) for language in Language} == {"soins-de-demain"}
    assert strange.rank > 42 and strange.theme is None and strange.loinc == ""
    assert creators("soins-de-demain") == readers("soins-de-demain") == set()


# -- professions


def test_professions_and_profiles_are_those_of_the_law() -> None:
    """Domain §1.1: five medical, 23 others, pharmacist and biologist; MR is no profession."""
    with resource("data", "professions.csv").open(encoding="utf-8", newline="") as file:
        groups = [row["group"] for row in csv.DictReader(file)]
    assert {g: groups.count(g) for g in groups} == {"medical": 5, "pharmacien": 1, "autre": 23, "biologie": 1}
    assert len(set(professions())) == 30
    assert {profile_of(p) for p in professions()} == set(Profile) - {MR}
    assert list(Profile) == re.findall(r"`([\w-]+)`", BOOK.split("**11 profiles**")[1].split(".")[0])


def test_a_profession_that_the_law_does_not_know_has_no_profile() -> None:
    with pytest.raises(KeyError):
        profile_of("Vétérinaire")


# -- matrix: what is stated by the Charte, whatever else the default says


def test_the_matrix_has_every_category_and_profile_and_nothing_else() -> None:
    with resource("data", "matrix-default-not-official.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["slug"] for row in rows] == [*SLUGS, "ligne-de-vie(view)"]
    assert all(len(row) == 1 + len(Profile) for row in rows)
    assert {cell for row in rows for name, cell in row.items() if name != "slug"} == {"R", "RC", "-"}


@pytest.mark.parametrize("slug", ["expression-titulaire", "resume-prestations"])
def test_what_the_patient_and_the_cns_write_is_created_by_no_professional(slug: str) -> None:
    """CF-055, anchors A1 and A2."""
    assert creators(slug) == set()


def test_who_reads_what_the_patient_and_the_cns_write() -> None:
    """Anchors A1 and A2: every professional; the médecin référent alone."""
    assert readers("expression-titulaire") == set(Profile)
    assert readers("resume-prestations") == {MR}


def test_the_summary_is_the_medecin_referents() -> None:
    """Anchor A3."""
    assert creators("resume-patient") == {MR} and readers("resume-patient") >= {MR, MED}


def test_laboratory_results_come_from_laboratories() -> None:
    """CF-056, anchor A4."""
    assert creators("resultats-biologie") == {BIO}


@pytest.mark.parametrize("slug", ["traitements-medicaux-prescrits", "traitements-medicamenteux"])
def test_medical_treatments_are_validated_by_physicians_and_midwives(slug: str) -> None:
    """Anchor A5; dentists are médecins here (domain §1.1)."""
    assert creators(slug) == {MR, MED, SF}


def test_nursing_treatments_are_the_other_professions_own_role() -> None:
    """Anchor A6."""
    assert not creators("traitements-soignants") & {MR, MED} and INF in creators("traitements-soignants")


@pytest.mark.parametrize("slug", SLUGS)
def test_the_medecin_referent_reads_everything(slug: str) -> None:
    """Anchor A7."""
    assert may_read(MR, slug)


def test_the_palliative_record_is_reachable_by_all() -> None:
    """Anchor A10."""
    assert readers("carnet-soins-palliatifs") == set(Profile)


@pytest.mark.parametrize("profile", list(Profile))
def test_who_creates_also_reads(profile: Profile) -> None:
    """Nobody sends what he could not find again under the same right."""
    for slug in SLUGS:
        assert may_read(profile, slug) or not may_create(profile, slug), slug


def test_only_what_may_be_created_is_offered_in_official_order() -> None:
    """CF-027, CF-028: an aide-soignant and a médecin have different lists."""
    for profile in Profile:
        offered = [c.slug for c in creatable(profile)]
        assert offered == [slug for slug in SLUGS if may_create(profile, slug)]
    assert creatable(MED) != creatable(Profile.AIDE_SOIGNANT)
    assert creatable(Profile.LABORANTIN) == () and [c.slug for c in creatable(BIO)] == ["resultats-biologie"]


def test_the_ligne_de_vie_is_a_view_not_a_category() -> None:
    """Domain §6: no profile creates it; who sees it is the matrix's last row."""
    assert "ligne-de-vie(view)" not in SLUGS and creators("ligne-de-vie(view)") == set()
    shown = {profile for profile in Profile if sees_ligne_de_vie(profile)}
    assert shown == readers("ligne-de-vie(view)") and {MR, MED, INF, PHA} <= shown
    assert Profile.ATM not in shown
