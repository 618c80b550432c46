# ruff: noqa: E501 (prose and tables of data)
"""Pages of the family doctor: prescriptions, certificates, vaccination, summary and other papers."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from desktop.simulator.demo import phrase_bank
from desktop.simulator.demo.letterhead import Case, born, dotted, open_sheet, sign
from desktop.simulator.demo.pages_hospital import treatment
from desktop.simulator.demo.sheet import Sheet


def prescribed(case: Case) -> tuple[str, ...]:
    """The medicines of an ordonnance, by their keys."""
    found = case.facts.get("drugs")
    return case.drugs(found) if isinstance(found, tuple) and found else ("paracetamol",)


def prescription(case: Case) -> Sheet:
    """A medicine prescription."""
    sheet = open_sheet(case)
    sheet.title("Ordonnance")
    sheet.gap(4)
    for number, key in enumerate(prescribed(case), start=1):
        name, posology, quantity = phrase_bank.drugs()[key]
        sheet.need(48)
        sheet.paragraph(f"{number}.  {name}", 11, sheet.strong)
        sheet.paragraph(posology, 10.5, indent=20)
        sheet.paragraph(f"Quantité : {quantity}", 9.5, indent=20, colour=(0.42, 0.44, 0.47))
        sheet.gap(4)
    if case.topic.ald:
        sheet.paragraph("Traitement en rapport avec une affection de longue durée.", 9.5)
    lasting = bool(case.topic.ald or case.topic.key in ("hypertension", "hypothyroidie"))
    sheet.paragraph(
        "Ordonnance renouvelable une fois. Ne pas interrompre sans avis médical."
        if lasting
        else "Ordonnance non renouvelable.",
        9.5,
    )
    sign(sheet, case, f"Fait le {dotted(case.day)}")
    return sheet


_ORDERS = {
    "kine": ("Prescription de masso-kinésithérapie", ("Huit séances de kinésithérapie : mobilisation, renforcement et rééducation fonctionnelle.", "Fréquence : deux fois par semaine. Bilan en fin de traitement.")),
    "soins": ("Prescription de soins infirmiers", ("Passage infirmier une fois par jour pendant dix jours : surveillance des constantes, du poids et du pilulier.", "Pansement simple si nécessaire, contrôle de la glycémie capillaire.")),
    "biologie": ("Demande d'analyses de laboratoire", ("Hémogramme, ionogramme, créatinine avec DFG, CRP.", "Compléter selon le tableau : bilan hépatique, ferritine, TSH. Prélèvement à jeun.")),
    "avis": ("Demande d'avis spécialisé", ("Merci de bien vouloir recevoir la personne désignée ci-dessus pour avis et suite éventuelle de la prise en charge.", "Les derniers résultats de biologie et d'imagerie sont disponibles dans le DSP.")),
}  # fmt: skip


def order(case: Case) -> Sheet:
    """A prescription of care, equipment or an examination."""
    title, lines = _ORDERS[str(case.facts["kind"])]
    sheet = open_sheet(case)
    sheet.title(title)
    sheet.paragraph(f"Indication : {case.topic.label}.")
    for line in lines:
        sheet.paragraph(line, 10.8)
    sheet.heading("Renseignements cliniques")
    sheet.paragraph(case.one(case.topic.history))
    sheet.paragraph(case.one(case.topic.exam))
    sign(sheet, case)
    return sheet


def certificate(case: Case) -> Sheet:
    """A medical certificate."""
    until = case.day + timedelta(days=int(str(case.facts["days"])))
    kind = str(case.facts["kind"])
    sheet = open_sheet(case)
    sheet.title(case.document.title)
    sheet.gap(10)
    sheet.paragraph(
        "Je soussigné(e), médecin autorisé(e) à exercer au Grand-Duché de Luxembourg, certifie avoir examiné ce jour :",
        11,
    )
    sheet.paragraph(case.say("{patient}, {born}.", born=born(case)), 11.5, sheet.strong)
    sentence = {
        "travail": f"L'état de santé constaté entraîne une incapacité de travail du {dotted(case.day)} au {dotted(until)} inclus. Sorties autorisées à partir du cinquième jour.",
        "sport": "L'examen clinique de ce jour ne révèle pas de contre-indication à la pratique du sport, y compris en compétition, sous réserve d'un contrôle annuel.",
        "ecole": f"L'état de santé justifie une dispense d'éducation physique du {dotted(case.day)} au {dotted(until)} inclus.",
        "conduite": "L'acuité visuelle, l'audition et l'état général sont compatibles avec la conduite d'un véhicule de catégorie B.",
        "domicile": "L'état de santé justifie des soins infirmiers à domicile ainsi qu'une aide pour la toilette et l'habillage.",
    }[kind]  # fmt: skip
    sheet.paragraph(sentence, 11)
    sheet.paragraph(
        "Certificat établi à la demande de la personne et remis en main propre pour servir et valoir ce que de droit.",
        11,
    )
    sign(sheet, case, f"Fait le {dotted(case.day)}")
    return sheet


_BABY = (
    (2, "DTPa-IPV-Hib-HepB", "1re dose"), (2, "Pneumocoque conjugué", "1re dose"), (3, "DTPa-IPV-Hib-HepB", "2e dose"),
    (4, "Pneumocoque conjugué", "2e dose"), (12, "RORV", "1re dose"), (13, "DTPa-IPV-Hib-HepB", "rappel"),
    (18, "RORV", "2e dose"),
)  # fmt: skip


def vaccination(case: Case) -> Sheet:
    """A vaccination act and the record so far."""
    vaccine, rng = str(case.facts["vaccine"]), case.rng
    batch = f"{rng.choice('ABDFHKR')}{rng.choice('CENTX')}{rng.randrange(1000, 9999)}"
    sheet = open_sheet(case)
    sheet.title("Attestation de vaccination")
    sheet.pairs(
        (
            ("Vaccin administré", vaccine),
            ("Numéro de lot", f"{batch} (fictif), à utiliser avant {(case.day + timedelta(days=400)):%m.%Y}"),
            (
                "Voie et site",
                rng.choice(("intramusculaire, deltoïde gauche", "intramusculaire, deltoïde droit")),
            ),
            ("Date de l'acte", dotted(case.day)),
            ("Tolérance", "bonne, surveillance de 15 minutes sans incident"),
        )
    )
    sheet.heading("Vaccinations antérieures connues")
    rows: list[tuple[str, str, str]] = []
    if case.age < 6:
        for months, name, remark in _BABY:
            due = case.person.birth_date + timedelta(days=int(months * 30.5))
            if due < case.day:
                rows.append((name, dotted(due), remark))
        rows = rows or [("Aucune", "–", "première vaccination")]
    else:
        rows.append(("dTpa-IPV", dotted(case.day - timedelta(days=365 * min(8, case.age - 5))), "rappel"))
        if case.age > 55:
            rows += [
                ("Grippe saisonnière", f"{y}", "dose annuelle")
                for y in range(case.day.year - 3, case.day.year)
            ]
        rows.append(
            ("Rougeole-oreillons-rubéole", "selon carnet", "2 doses" if case.age < 60 else "immunité acquise")
        )
    sheet.table((0.0, 220.0, 340.0), ("Vaccin", "Date", "Remarque"), rows)
    sheet.heading("Prochaine échéance")
    sheet.paragraph(
        "Selon le calendrier national des vaccinations."
        if case.age < 18
        else "Rappel diphtérie-tétanos-coqueluche-polio selon le calendrier national ; grippe chaque automne si indiqué."
    )
    sign(sheet, case)
    return sheet


@dataclass(frozen=True, slots=True)
class Content:
    """What a summary says, for its page and for the data beside it.

    ``results`` are analytes with their values, ``vaccines`` names with the year of the last dose or "".
    """

    problems: tuple[phrase_bank.Topic, ...]
    drugs: tuple[str, ...]
    vaccines: tuple[tuple[str, str], ...]
    results: tuple[tuple[str, float], ...]
    habits: str
    plan: tuple[str, ...]


def content_of(case: Case) -> Content:
    """Drawn anew at each call, and the same at each."""
    problems = tuple(phrase_bank.topics()[k] for k in case.person.topics) or (case.topic,)
    rng = Random(f"{case.document.id}|summary")
    names = ("hba1c", "creatinine", "dfg", "hemoglobine", "ldl", "ntprobnp")
    values = ((name, case.laboratory.value(name, case.day)) for name in names)
    return Content(
        problems=problems,
        drugs=case.drugs(tuple(d for t in problems for d in t.drugs)),
        vaccines=(
            ("Grippe saisonnière", str(case.day.year - 1)),
            ("Pneumocoque conjugué", ""),
            ("dTpa-IPV", ""),
        ),
        results=tuple((name, value) for name, value in values if value is not None),
        habits=case.say(rng.choice(_HABITS)),
        plan=tuple(case.say(rng.choice(topic.followup)) for topic in problems),
    )


_HABITS = (
    "Non-fumeur, vit à domicile avec son entourage, autonome.",
    "Tabagisme sevré depuis dix ans ; vit à domicile, aide-ménagère deux fois par semaine.",
)


def summary(case: Case) -> Sheet:
    """The patient summary (sections of domain §7.4)."""
    content, analytes = content_of(case), phrase_bank.analytes()
    sheet = open_sheet(case)
    sheet.title("Résumé patient")
    sheet.paragraph(
        "Établi par le médecin référent à partir du dossier du cabinet.", 9, colour=(0.42, 0.44, 0.47)
    )
    sheet.heading("1. Problèmes actifs et affections de longue durée")
    sheet.table((0.0, 380.0), ("Problème", "ALD"), [(t.label, str(t.ald or "–")) for t in content.problems])
    sheet.heading("2. Allergies et intolérances")
    sheet.paragraph(", ".join(case.person.allergies) or "Aucune connue.")
    sheet.heading("3. Traitement en cours")
    treatment(sheet, content.drugs)
    sheet.heading("4. Vaccinations")
    sheet.paragraph(", ".join(f"{name} {year or 'à jour'}" for name, year in content.vaccines) + ".")
    sheet.heading("5. Résultats pertinents")
    rows = [
        (analytes[n].label, f"{analytes[n].shown(value)} {analytes[n].unit}", analytes[n].reference())
        for n, value in content.results
    ]
    sheet.table((0.0, 220.0, 350.0), ("Analyse", "Dernier résultat", "Référence"), rows)
    sheet.heading("6. Mode de vie et autonomie")
    sheet.paragraph(content.habits)
    sheet.heading("7. Plan de soins")
    for sentence in content.plan:
        sheet.bullet(sentence)
    sign(sheet, case)
    return sheet


def protocol(case: Case) -> Sheet:
    """A care protocol for a chronic illness."""
    sheet = open_sheet(case)
    sheet.title("Protocole de soins – affection chronique")
    sheet.pairs(
        (
            ("Affection", case.topic.label),
            ("ALD", str(case.topic.ald or "hors liste")),
            ("Validité", f"jusqu'au {dotted(case.day + timedelta(days=730))}"),
        )
    )
    sheet.heading("Objectifs")
    sheet.bullet("Stabilité clinique, qualité de vie et prévention des hospitalisations.")
    for sentence in case.topic.advice:
        sheet.bullet(case.say(sentence))
    sheet.heading("Calendrier de surveillance")
    rows = [
        ("Médecin traitant", "tous les trois mois"),
        (case.topic.speciality, "tous les six mois"),
        ("Biologie", "tous les trois mois"),
    ]
    rows += [(str(phrase_bank.imaging()[e]["title"]), "une fois par an") for e in case.topic.imaging[:2]]
    sheet.table((0.0, 300.0), ("Acte", "Fréquence"), rows)
    sheet.heading("Traitement de fond")
    treatment(sheet, case.drugs(case.topic.drugs))
    sheet.heading("Quand appeler")
    sheet.paragraph(
        case.topic.motif[0] + " : contacter le cabinet le jour même ; en cas de détresse, appeler le 112."
    )
    sign(sheet, case)
    return sheet


def report(case: Case) -> Sheet:
    """A medical report that answers a question."""
    words = phrase_bank.letters()["rapport"]
    sheet = open_sheet(case)
    sheet.title("Rapport médical")
    sheet.heading("Question posée")
    sheet.paragraph(case.one(words["question"]))
    sheet.heading("Rappel des faits")
    sheet.paragraph(f"{case.topic.label}. " + case.one(case.topic.history))
    sheet.heading("Constatations")
    sheet.paragraph(case.one(case.topic.exam))
    sheet.paragraph(case.one(case.topic.course))
    sheet.heading("Discussion et conclusion")
    sheet.paragraph(case.one(words["conclusion"]))
    sign(sheet, case, "Rapport remis à la personne.")
    return sheet


def history(case: Case) -> Sheet:
    """Medical and surgical history."""
    sheet = open_sheet(case)
    sheet.title("Antécédents médicaux et chirurgicaux")
    rows = [
        (f"{case.day.year - 3 * i}", phrase_bank.topics()[k].label, "en cours")
        for i, k in enumerate(case.person.topics)
    ]
    rows += [
        (f"{case.person.birth_date.year + 17}", "Appendicectomie", "guéri"),
        (f"{case.day.year - 14}", "Hernie inguinale droite opérée", "guéri"),
    ]
    sheet.table((0.0, 60.0, 400.0), ("Année", "Événement", "État"), rows)
    sheet.heading("Antécédents familiaux")
    sheet.paragraph(
        "Père : infarctus du myocarde à 62 ans. Mère : diabète de type 2. Fratrie sans particularité."
    )
    sign(sheet, case)
    return sheet


def allergies(case: Case) -> Sheet:
    """Known allergies and intolerances."""
    sheet = open_sheet(case)
    sheet.title("Allergies et intolérances reconnues")
    rows = [(a, "confirmée par l'histoire", "éviction") for a in case.person.allergies] or [
        ("Aucune connue", "–", "–")
    ]
    sheet.table((0.0, 220.0, 380.0), ("Substance", "Certitude", "Conduite"), rows)
    sheet.paragraph("Liste revue avec la personne ce jour.")
    sign(sheet, case)
    return sheet


def preventive(case: Case) -> Sheet:
    """A preventive consultation."""
    sheet = open_sheet(case)
    sheet.title("Consultation de prévention")
    sheet.heading("Facteurs de risque")
    sheet.bullet(
        case.one(
            (
                "Tabac : jamais fumé.",
                "Tabac : arrêt en cours, substitut nicotinique.",
                "Tabac : sevré depuis plus de cinq ans.",
            )
        )
    )
    sheet.bullet(
        f"Tension artérielle {case.rng.randint(112, 142)}/{case.rng.randint(68, 88)} mmHg, tour de taille {case.rng.randint(78, 104)} cm."
    )
    sheet.heading("Conseils")
    for sentence in (
        "Activité physique modérée 150 minutes par semaine.",
        "Alimentation méditerranéenne, sel limité.",
        "Dépistages selon l'âge et programme national.",
    ):
        sheet.bullet(sentence)
    sign(sheet, case)
    return sheet


def distress(case: Case) -> Sheet:
    """What to do in an emergency."""
    sheet = open_sheet(case)
    sheet.title("Protocole de détresse")
    sheet.paragraph(f"Situation : {case.topic.label}.", 11, sheet.strong)
    for sentence in (
        "Installer en position demi-assise, oxygène pour SpO2 ≥ 92 %.",
        "Furosémide 40 mg par voie intraveineuse, à répéter selon la diurèse.",
        "Ne pas arrêter l'anticoagulant sans avis cardiologique.",
        "Prévenir le cardiologue de garde et la personne de confiance.",
    ):
        sheet.bullet(sentence, 10.5)
    sign(sheet, case)
    return sheet


def services(case: Case) -> Sheet:
    """The yearly statement of the CNS."""
    sheet = open_sheet(case)
    sheet.title("Résumé des prestations")
    sheet.paragraph("Prestations connues de la Caisse nationale de santé pour les trois dernières années.")
    lines = case.facts["services"]
    assert isinstance(lines, tuple)
    rows = [(dotted(line.day), line.nature, line.provider, str(line.count)) for line in lines]
    sheet.table((0.0, 70.0, 240.0, 435.0), ("Date", "Nature", "Prestataire", "Nombre"), rows)
    sheet.paragraph("Document établi automatiquement, sans signature.", 8.5)
    return sheet


def expression(case: Case) -> Sheet:
    """What the patient wants professionals to know."""
    sheet = open_sheet(case)
    sheet.title("Expression du titulaire")
    sheet.paragraph(case.one(phrase_bank.letters()["expression"]["texts"]), 11.5)
    sheet.paragraph(f"{case.person.given} {case.person.family}, le {dotted(case.day)}", 11)
    return sheet
