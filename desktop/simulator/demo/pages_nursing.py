"""Pages of nurses, pharmacy and implants."""

from datetime import timedelta

from desktop.simulator.demo import phrase_bank
from desktop.simulator.demo.letterhead import Case, dotted, open_sheet, sign
from desktop.simulator.demo.sheet import Sheet

_NEEDS = (
    "Respirer",
    "Boire et manger",
    "Éliminer",
    "Se mouvoir",
    "Dormir",
    "S'habiller",
    "Être propre",
    "Éviter les dangers",
    "Communiquer",
)
_STATES = ("autonome", "autonome", "stimulation nécessaire", "aide partielle", "surveillance")


def liaison(case: Case) -> Sheet:
    """The nursing liaison sheet."""
    rng = case.rng
    sheet = open_sheet(case)
    sheet.title("Fiche de liaison infirmière")
    sheet.pairs(
        (
            ("Motif de la prise en charge", case.topic.label),
            ("Personne à prévenir", "entourage proche, coordonnées au cabinet"),
            ("Allergies", ", ".join(case.person.allergies) or "aucune connue"),
            ("Risque de chute", rng.choice(("faible", "modéré", "élevé, mesures en place"))),
            ("Risque d'escarre", f"Braden {rng.randint(15, 22)}/23"),
        ),
        140,
    )
    sheet.heading("Besoins fondamentaux")
    sheet.table(
        (0.0, 150.0), ("Besoin", "État et aide apportée"), [(need, rng.choice(_STATES)) for need in _NEEDS]
    )
    sheet.heading("Soins en cours")
    for sentence in (
        "Préparation hebdomadaire du pilulier et contrôle des prises.",
        "Pesée et tension artérielle trois fois par semaine.",
        *case.topic.advice,
    ):
        sheet.bullet(case.say(sentence))
    sign(sheet, case)
    return sheet


def followup(case: Case) -> Sheet:
    """Two weeks of shared follow-up at home."""
    rng = case.rng
    weight = rng.uniform(62, 88)
    rows = []
    for i in range(14):
        weight += rng.uniform(-0.4, 0.35)
        rows.append(
            (
                dotted(case.day + timedelta(days=i - 13)),
                f"{rng.randint(112, 146)}/{rng.randint(62, 86)}",
                f"{rng.randint(58, 88)}",
                f"{weight:.1f}".replace(".", ","),
                rng.choice(
                    (
                        "rien à signaler",
                        "œdèmes discrets le soir",
                        "bon moral",
                        "marche dans le jardin",
                        "sommeil correct",
                    )
                ),
            )
        )
    sheet = open_sheet(case)
    sheet.title("Suivi de soins à domicile")
    sheet.paragraph(f"Prise en charge : {case.topic.label}.")
    sheet.table(
        (0.0, 80.0, 150.0, 205.0, 265.0), ("Date", "TA (mmHg)", "Pouls", "Poids (kg)", "Observation"), rows
    )
    sheet.heading("Transmission")
    sheet.paragraph(
        case.one(
            (
                "Situation stable, poursuite du plan de soins.",
                "Légère prise de poids signalée au médecin traitant, diurétique adapté.",
            )
        )
    )
    sign(sheet, case)
    return sheet


def education(case: Case) -> Sheet:
    """A session of patient education."""
    sheet = open_sheet(case)
    sheet.title("Éducation thérapeutique – séance individuelle")
    sheet.paragraph(f"Thème : {case.topic.label}. Durée 45 minutes, en présence d'un proche.")
    sheet.heading("Objectifs travaillés")
    for sentence in case.topic.advice:
        sheet.bullet(case.say(sentence))
    sheet.heading("Évaluation")
    rows = [
        (skill, case.rng.choice(("acquis", "acquis", "en cours")))
        for skill in (
            "Connaît son traitement",
            "Reconnaît les signes d'alerte",
            "Sait quand appeler",
            "Réalise l'autosurveillance",
        )
    ]
    sheet.table((0.0, 300.0), ("Compétence", "Résultat"), rows)
    sign(sheet, case)
    return sheet


_BARTHEL = (
    ("Alimentation", 10), ("Bain", 5), ("Toilette", 5), ("Habillage", 10), ("Contrôle des selles", 10),
    ("Contrôle des urines", 10), ("Toilettes", 10), ("Transferts", 15), ("Marche", 15), ("Escaliers", 10),
)  # fmt: skip


def autonomy(case: Case) -> Sheet:
    """An autonomy assessment (Barthel)."""
    scores = [(item, case.rng.choice((top, top, top - 5))) for item, top in _BARTHEL]
    sheet = open_sheet(case)
    sheet.title("Bilan d'autonomie (index de Barthel)")
    rows = [(item, str(score)) for item, score in scores]
    sheet.table((0.0, 300.0), ("Domaine", "Points"), [*rows, ("Total", f"{sum(s for _, s in scores)} / 100")])
    sheet.paragraph(
        "Évaluation réalisée à domicile, aides techniques en place : barre d'appui et siège de douche."
    )
    sign(sheet, case)
    return sheet


def dispense(case: Case) -> Sheet:
    """What the pharmacy delivered."""
    rows = [
        (
            phrase_bank.drugs()[d][0],
            phrase_bank.drugs()[d][2],
            f"{case.rng.choice('BCDF')}{case.rng.randrange(10000, 99999)}",
        )
        for d in case.drugs(case.topic.drugs or ("paracetamol",))
    ]
    sheet = open_sheet(case)
    sheet.title("Délivrance de médicaments")
    sheet.table((0.0, 260.0, 380.0), ("Médicament", "Quantité", "Lot (fictif)"), rows)
    sheet.paragraph(
        "Conseils donnés : prise régulière, interactions vérifiées, pas de contre-indication relevée."
    )
    sign(sheet, case)
    return sheet


def device(case: Case) -> Sheet:
    """The passport of an implanted device."""
    sheet = open_sheet(case)
    sheet.title("Carte de dispositif implanté")
    sheet.pairs(
        (
            ("Dispositif", "Défibrillateur implantable avec resynchronisation (modèle fictif)"),
            ("Numéro de série", f"DEMO-{case.rng.randrange(100000, 999999)}"),
            ("Implantation", f"{dotted(case.day - timedelta(days=1))}, sous-claviculaire gauche"),
            ("IRM", "compatible sous conditions"),
            ("Contrôle", "à un mois, puis tous les six mois avec télésurveillance"),
        )
    )
    sign(sheet, case)
    return sheet
