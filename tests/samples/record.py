"""A made-up record: twelve years, the same 400 documents each time."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from desktop.domain.matricule import Matricule
from desktop.domain.record import (
    Author,
    Document,
    DocumentStatus,
    DspState,
    Episode,
    EpisodeKind,
    Level,
    Mandate,
    MandateKind,
    Patient,
    Sex,
)

NOW = datetime(2026, 11, 18, 9, 31, tzinfo=UTC)
PATIENT = Patient(
    "p1", Matricule("1793051234591"), "Muller", "Anne", date(1993, 5, 12), Sex.FEMALE, DspState.ACTIVE
)
MANDATE = Mandate(
    "m1", MandateKind.CONSULTATION, NOW - timedelta(minutes=19), NOW + timedelta(hours=23, minutes=41), None
)
LAST = datetime(2026, 9, 3, 8, 0, tzinfo=UTC)

_KINDS = (
    (EpisodeKind.LABORATOIRE, "resultats-biologie", "Laboratoires Kirchberg", "Dr Faber",
     ("Bilan sanguin", "Hémoglobine glyquée", "Bilan lipidique", "Fonction rénale", "INR", "Ionogramme")),
    (EpisodeKind.HOPITAL, "cr-sejour-lettre-sortie", "Hôpital du Plateau", "Dr Klein",
     ("Lettre de sortie cardiologie", "Lettre de sortie médecine interne", "Compte rendu de séjour")),
    (EpisodeKind.CABINET, "cr-acte-diagnostique", "Cabinet Weber", "Dr Weber",
     ("Consultation cardiologique", "Électrocardiogramme", "Contrôle tensionnel", "Consultation de suivi")),
    (EpisodeKind.IMAGERIE, "imagerie", "Centre d'imagerie Alzette", "Dr Wagner",
     ("Radiographie du thorax", "IRM du genou gauche", "Échographie abdominale")),
    (EpisodeKind.PHARMACIE, "dispensation-medicamenteuse", "Pharmacie du Pont", "Ph. Schmit",
     ("Dispensation : metformine 850 mg", "Dispensation : ramipril 5 mg")),
    (EpisodeKind.SOINS, "resume-soins-liaison", "Soins à domicile du Sud", "Inf. Hoffmann",
     ("Fiche de liaison", "Pansement, évolution")),
    (EpisodeKind.URGENCES, "rpu", "Hôpital du Plateau", "Dr Reuter", ("Passage aux urgences",)),
)  # fmt: skip
_WEIGHTS = (34, 8, 24, 9, 16, 7, 2)


def episodes(count: int = 40, seed: int = 7) -> tuple[Episode, ...]:
    """Episodes over twelve years."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        kind, _, place, _, _ = rng.choices(_KINDS, _WEIGHTS)[0]
        start = NOW - timedelta(days=rng.uniform(5, 12 * 365))
        length = rng.choice((0.2, 2, 6, 30, 90))
        end = start + timedelta(days=length)
        found.append(Episode(f"e{number}", kind, place, start, end, reason="Suivi"))
    running = Episode("e-run", EpisodeKind.SOINS, "Soins à domicile du Sud", NOW - timedelta(days=40), None)
    return (*found, running)


def documents(count: int = 400, seed: int = 11) -> tuple[Document, ...]:
    """Documents over twelve years, more in the last ones; newest first."""
    rng = random.Random(seed)
    known = episodes()
    found = []
    for number in range(count):
        kind, slug, place, name, titles = rng.choices(_KINDS, _WEIGHTS)[0]
        created = NOW - timedelta(days=12 * 365 * rng.random() ** 1.6, hours=rng.random() * 10)
        near = [e for e in known if e.kind is kind and e.end and e.start <= created <= e.end]
        level = Level.CONFIDENTIEL if rng.random() < 0.06 else Level.STANDARD
        found.append(
            Document(
                f"d{number}", f"urn:uuid:{number}", "p1", slug, rng.choice(titles), created,
                created + timedelta(hours=2), Author(f"a-{name}", name, place), level,
                DocumentStatus.CURRENT, "application/pdf", 120_000, f"{number:040x}",
                f"Binary/{number}", "fr", near[0].id if near else "",
            )
        )  # fmt: skip
    found.sort(key=lambda d: d.created or NOW, reverse=True)
    found[2] = replace(
        found[2], level=Level.ANNONCE, annonce_by="Dr Klein", annonce_at=NOW - timedelta(days=16)
    )
    found[5] = replace(found[5], status=DocumentStatus.DISABLED)
    resume = replace(
        found[9], id="resume", unique_id="urn:uuid:resume", sha1="f" * 40,
        category="resume-patient", title="Résumé patient",
        created=datetime(2026, 2, 14, 9, 0, tzinfo=UTC), registered=datetime(2026, 2, 14, 9, 0, tzinfo=UTC),
        author=Author("me", "Dr Weber", "Cabinet Weber"),
    )  # fmt: skip
    return tuple(sorted([*found, resume], key=lambda d: d.created or NOW, reverse=True))
