"""What the CNS knows of a patient's last three years: the lines of a résumé des prestations."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from desktop.simulator.card_holders import HOLDERS
from desktop.simulator.demo.population import DemoPerson
from desktop.simulator.demo.providers import SPECIALISTS
from desktop.simulator.seed_data import SeedService

# kind, nature, provider, lines a year (least, most), most of one line
_ACTS = (
    ("consultation", "Consultation du généraliste", "", (3, 5), 1),
    ("consultation", "Consultation de spécialiste", "specialist", (1, 3), 1),
    ("laboratoire", "Analyses de laboratoire", "Laboratoires d'analyses Kuebebierg", (2, 4), 14),
    ("imagerie", "Radiographie du thorax", "Centre d'imagerie Parc Vauban", (0, 1), 1),
    ("imagerie", "Échographie abdominale", "Centre d'imagerie Parc Vauban", (0, 1), 1),
    ("pharmacie", "Délivrance en pharmacie", "Pharmacie du Cygne", (3, 6), 4),
    ("hospitalisation", "Séjour hospitalier (jours)", "Centre hospitalier du Plateau", (0, 1), 9),
    ("soins", "Soins infirmiers à domicile", "Réseau de soins à domicile Äischen", (0, 2), 10),
)


def of_three_years(person: DemoPerson, seed: int, sent: date) -> tuple[SeedService, ...]:
    """Those of the three calendar years before *sent*, newest first; the same for the same arguments."""
    rng = Random(f"{seed}|{person.number}|services|{sent}")
    years = range(max(sent.year - 3, person.birth_date.year + 1), sent.year)
    found = (service for year in years for service in _of_year(person, rng, year))
    return tuple(sorted(found, key=lambda s: (-s.day.toordinal(), s.nature)))


def _of_year(person: DemoPerson, rng: Random, year: int) -> Iterator[SeedService]:
    names = sorted({f"Dr {given} {family}" for _, family, given in SPECIALISTS.values()})
    doctor = next(h.practitioner for h in HOLDERS if h.practitioner.id == person.gp)
    gp = f"{doctor.prefix} {doctor.given} {doctor.family}".strip()
    for kind, nature, provider, (least, most), count in _ACTS:
        for _ in range(rng.randint(least, most)):
            day = date(year, 1, 2) + timedelta(days=rng.randrange(360))
            day -= timedelta(days=max(0, day.weekday() - 4))
            who = rng.choice(names) if provider == "specialist" else provider or gp
            yield SeedService(day, kind, nature, who, rng.randint(1, count))
