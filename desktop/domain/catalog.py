"""Document categories, themes, professions and the default habilitation matrix (domain §1-3).

The matrix is *not official* (domain §3): the platform judges, the client only leaves out what the
profile could never create.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from desktop.common.resource_files import resource
from desktop.domain.texts import Language

RESUME_PRESTATIONS = "resume-prestations"
"""The yearly statement of the CNS for a declared patient (domain §2)."""


class Theme(StrEnum):
    """The eight themes, in display order (domain §2)."""

    SYNTHESE = "synthese"
    HISTOIRE = "histoire"
    COMPTES_RENDUS = "comptes-rendus"
    EXAMENS = "examens"
    TRAITEMENTS = "traitements"
    PREVENTION = "prevention"
    SOINS = "soins"
    SOCIAL = "social"


class Profile(StrEnum):
    """The eleven utilisation profiles; MR is a médecin for one patient only (domain §1.1)."""

    MEDECIN_REFERENT = "medecin-referent"
    MEDECIN = "medecin"
    PHARMACIEN = "pharmacien"
    INFIRMIER = "infirmier"
    PS_EXPERT = "ps-expert"
    SAGE_FEMME = "sage-femme"
    LABORANTIN = "laborantin"
    ATM = "atm"
    AIDE_SOIGNANT = "aide-soignant"
    INTERVENANT_SOCIAL = "intervenant-social"
    BIOLOGISTE_MEDICAL = "biologiste-medical"


_COLUMN = dict(
    zip(Profile, ("MR", "MED", "PHA", "INF", "EXP", "SF", "LAB", "ATM", "AS", "SOC", "BIO"), strict=True)
)


@dataclass(frozen=True, slots=True)
class Category:
    """One document category: official rank and slug, theme, LOINC where one exists, labels."""

    rank: int
    slug: str
    theme: Theme | None
    loinc: str
    labels: tuple[str, ...]  # one a language, in their order

    def label(self, language: Language) -> str:
        """Label in *language* (the raw slug for an unknown category)."""
        return self.labels[list(Language).index(language)]


@cache
def categories() -> tuple[Category, ...]:
    """The 42 categories in official order."""
    with resource("data", "categories.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Category(
                int(row["rank"]), row["slug"], Theme(row["theme"]), row["loinc"],
                tuple(row[language.value] for language in Language),
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


@cache
def _by_slug() -> dict[str, Category]:
    return {c.slug: c for c in categories()}


def category(slug: str) -> Category:
    """The category of *slug*; an unknown one is shown by its raw label (domain §2)."""
    return _by_slug().get(slug) or Category(999, slug, None, "", (slug,) * len(Language))


@cache
def _matrix() -> dict[str, dict[str, str]]:
    name = "matrix-default-not-official.csv"
    with resource("data", name).open(encoding="utf-8", newline="") as file:
        return {row["slug"]: row for row in csv.DictReader(file)}


def may_read(profile: Profile, slug: str) -> bool:
    """R in the default matrix for Standard and Annonce documents."""
    return "R" in _matrix().get(slug, {}).get(_COLUMN[profile], "-")


def may_create(profile: Profile, slug: str) -> bool:
    """C in the default matrix (CF-027, CF-055, CF-056)."""
    return "C" in _matrix().get(slug, {}).get(_COLUMN[profile], "-")


def creatable(profile: Profile) -> tuple[Category, ...]:
    """The categories that *profile* may create, in official order."""
    return tuple(c for c in categories() if may_create(profile, c.slug))


def sees_ligne_de_vie(profile: Profile) -> bool:
    """Whether the default matrix shows the ligne de vie to *profile*."""
    return may_read(profile, "ligne-de-vie(view)")


@cache
def _professions() -> dict[str, Profile]:
    with resource("data", "professions.csv").open(encoding="utf-8", newline="") as file:
        return {row["profession_fr"]: Profile(row["profile"]) for row in csv.DictReader(file)}


def professions() -> tuple[str, ...]:
    """The 29 professions by their French name."""
    return tuple(_professions())


def profile_of(profession_fr: str) -> Profile:
    """Utilisation profile of a profession; KeyError for an unknown one."""
    return _professions()[profession_fr]
