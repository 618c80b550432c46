# ruff: noqa: E501 (prose and tables of data)
"""The made-up institutions and professionals who send the demo documents."""

from desktop.domain.record import EpisodeKind
from desktop.simulator.seed_data import SeedOrganization, SeedPractitioner

_K = EpisodeKind

ORGANIZATIONS = (
    SeedOrganization("org-plateau", "Centre hospitalier du Plateau", _K.HOPITAL, "1, allée des Tilleuls, L-1999 Luxembourg"),
    SeedOrganization("org-vallees", "Hôpital des Trois Vallées", _K.HOPITAL, "30, route du Barrage, L-9999 Ettelbruck"),
    SeedOrganization("org-urgences", "Centre hospitalier du Plateau, urgences", _K.URGENCES, "1, allée des Tilleuls, L-1999 Luxembourg"),
    SeedOrganization("org-urgences-nord", "Hôpital des Trois Vallées, urgences", _K.URGENCES, "30, route du Barrage, L-9999 Ettelbruck"),
    SeedOrganization("org-labo", "Laboratoires d'analyses Kuebebierg", _K.LABORATOIRE, "14, rue des Alambics, L-1998 Luxembourg"),
    SeedOrganization("org-labo-nord", "Biologie médicale de la Sûre", _K.LABORATOIRE, "3, quai de la Sûre, L-9998 Diekirch"),
    SeedOrganization("org-imagerie", "Centre d'imagerie Parc Vauban", _K.IMAGERIE, "9, rue des Ondes, L-1997 Luxembourg"),
    SeedOrganization("org-specialistes", "Centre médical de spécialistes Aurore", _K.CABINET, "21, boulevard de l'Aurore, L-1996 Luxembourg"),
    SeedOrganization("org-reseau", "Réseau de soins à domicile Äischen", _K.SOINS, "5, rue de l'Eisch, L-8399 Steinfort"),
    SeedOrganization("org-kine", "Cabinet de kinésithérapie Mouvement", _K.SOINS, "2, rue du Stade, L-8398 Capellen"),
)  # fmt: skip

_DOCTOR = "Médecin Spécialiste"
SPECIALISTS = {
    "Cardiologie": ("ps-cardio", "Klein", "Hélène"),
    "Endocrinologie et diabétologie": ("ps-diabeto", "Lorang", "Patrick"),
    "Ophtalmologie": ("ps-ophtalmo", "Majerus", "Sylvie"),
    "Pneumologie": ("ps-pneumo", "Origer", "Daniel"),
    "Néphrologie": ("ps-nephro", "Bintz", "Carole"),
    "Neurologie": ("ps-neuro", "Steffen", "Alain"),
    "Rhumatologie": ("ps-rhumato", "Welter", "Isabelle"),
    "Gastro-entérologie": ("ps-gastro", "Conter", "Philippe"),
    "Oncologie": ("ps-onco", "Theisen", "Laurence"),
    "Dermatologie": ("ps-dermato", "Jacoby", "Nadine"),
    "Orthopédie": ("ps-ortho", "Nilles", "Raymond"),
    "Traumatologie": ("ps-trauma", "Petry", "Gilles"),
    "Chirurgie digestive": ("ps-chirurgie", "Mores", "Vincent"),
    "Urologie": ("ps-uro", "Kayser", "Frank"),
    "Médecine interne": ("ps-interne", "Wirtz", "Anouk"),
    "Gynécologie-obstétrique": ("ps-gyneco", "Scholtes", "Marianne"),
    "Pédiatrie": ("ps-pediatrie", "Graf", "Joëlle"),
    "Psychiatrie": ("ps-psy", "Fischbach", "Jean-Marc"),
    "Médecine générale": ("ps-interne", "Wirtz", "Anouk"),
    "Urgences": ("ps-urgentiste", "Krier", "Bob"),
    "Radiologie": ("ps-radio", "Ludwig", "Béatrice"),
}

_OTHERS = (
    ("ps-biologiste", "Elsen", "Michel", "Médecin ou pharmacien de spécialité biologie", "org-labo"),
    (
        "ps-biologiste-nord",
        "Trausch",
        "Paule",
        "Médecin ou pharmacien de spécialité biologie",
        "org-labo-nord",
    ),
    ("ps-infirmiere", "Biever", "Sandrine", "Infirmier", "org-reseau"),
    ("ps-kine", "Hemmer", "Luc", "Masseur-Kinésithérapeute", "org-kine"),
)


def practitioners() -> tuple[SeedPractitioner, ...]:
    """Everybody but the card holders, each once."""
    rows, number = dict[str, SeedPractitioner](), 95000000
    for speciality, (id, family, given) in SPECIALISTS.items():
        number += 1
        rows.setdefault(
            id, SeedPractitioner(id, family, given, _DOCTOR, home(speciality), f"LU{number}", "Dr")
        )
    for id, family, given, profession, place in _OTHERS:
        number += 1
        prefix = "Dr" if "biologi" in profession else ""
        rows[id] = SeedPractitioner(id, family, given, profession, place, f"LU{number}", prefix)
    return tuple(rows.values())


def home(speciality: str) -> str:
    """The organisation that a speciality mostly writes from."""
    if speciality == "Urgences":
        return "org-urgences"
    if speciality == "Radiologie":
        return "org-imagerie"
    hospital = (
        "Oncologie",
        "Traumatologie",
        "Chirurgie digestive",
        "Médecine interne",
        "Orthopédie",
        "Pédiatrie",
    )
    return "org-plateau" if speciality in hospital else "org-specialistes"
