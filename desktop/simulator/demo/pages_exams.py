# ruff: noqa: E501 (prose and tables of data)
"""Pages of examinations: laboratory, imaging, specialists' letters, operations."""

from datetime import date
from random import Random
from typing import Any

from desktop.simulator.demo import phrase_bank
from desktop.simulator.demo.letterhead import Case, dotted, open_sheet, sign
from desktop.simulator.demo.sheet import LEFT, PALE, RED, RIGHT, Sheet

_COLUMNS = (0.0, 182.0, 238.0, 330.0, 410.0)


def lab(case: Case) -> Sheet:
    """Values beside their range and the two former results; what lies outside is marked."""
    sheet = open_sheet(case)
    sheet.title("Résultats d'analyses")
    number = case.facts["number"]
    prescriber = f"Dr {case.gp.given} {case.gp.family}"
    sheet.pairs(
        (
            ("Dossier n°", f"{number} · prélèvement du {dotted(case.day)}"),
            ("Prescripteur", prescriber),
            ("Échantillon", "sang veineux" + (", urines" if "urines" in _panels(case) else "")),
        ),
        90,
    )
    former = case.previous[:2]
    head = ["Analyse", "Résultat", "Unité", "Référence", "Antérieurs"]
    for key in _panels(case):
        _panel(sheet, case, key, head, former)
    comment = _comment(case)
    if comment:
        sheet.heading("COMMENTAIRE DU BIOLOGISTE")
        sheet.paragraph(comment)
    sheet.gap(4)
    sheet.paragraph("H : supérieur à l'intervalle de référence · B : inférieur", 8, colour=(0.42, 0.44, 0.47))
    sign(sheet, case, "Résultats validés par le biologiste responsable.")
    return sheet


def measured(case: Case) -> tuple[tuple[str, float], ...]:
    """The analytes of a laboratory's page with their values, in its order, each once."""
    names = dict.fromkeys(n for key in _panels(case) for n in phrase_bank.panels()[key][1])
    values = ((name, case.laboratory.value(name, case.day)) for name in names)
    return tuple((name, value) for name, value in values if value is not None)


def _panels(case: Case) -> tuple[str, ...]:
    found = case.facts["panels"]
    return found if isinstance(found, tuple) else ()


def _panel(sheet: Sheet, case: Case, key: str, head: list[str], former: tuple[date, ...]) -> None:
    title, members = phrase_bank.panels()[key]
    sheet.need(60)
    sheet.box(LEFT, sheet.y - 10, RIGHT - LEFT, 15, fill=PALE)
    sheet.at(LEFT + 3, sheet.y + 1, title, 9.4, sheet.strong, sheet.accent)
    sheet.y += 17
    for label, edge in zip(head, _COLUMNS, strict=True):
        shown = " / ".join(f"{d:%d.%m.%y}" for d in former) if label == "Antérieurs" else label
        sheet.at(LEFT + edge + 3, sheet.y, shown, 7.8, None, (0.42, 0.44, 0.47))
    sheet.y += 13
    for name in members:
        value = case.laboratory.value(name, case.day)
        if value is None:
            continue
        sheet.need(14)
        analyte = phrase_bank.analytes()[name]
        flag = analyte.flag(value)
        sheet.at(LEFT + 3 + (9 if analyte.label.startswith(" ") else 0), sheet.y, analyte.label.strip(), 9.3)
        colour = RED if flag else (0.1, 0.1, 0.12)
        face = sheet.strong if flag else None
        sheet.ending_at(LEFT + 218, sheet.y, analyte.shown(value), 9.6, face, colour)
        sheet.at(LEFT + 223, sheet.y, flag, 9.3, sheet.strong, RED)
        sheet.at(LEFT + _COLUMNS[2] + 3, sheet.y, analyte.unit, 9)
        sheet.at(LEFT + _COLUMNS[3] + 3, sheet.y, analyte.reference(), 9)
        older = [case.laboratory.value(name, day) for day in former]
        sheet.at(
            LEFT + _COLUMNS[4] + 3,
            sheet.y,
            "   /   ".join(analyte.shown(v) for v in older if v is not None),
            9,
        )
        sheet.line(LEFT, sheet.y + 3.6, RIGHT, sheet.y + 3.6, 0.25, (0.85, 0.86, 0.88))
        sheet.y += 13.6
    sheet.y += 7


_COMMENTS = (
    ("hba1c", "H", "HbA1c au-dessus de l'objectif usuel ; à interpréter selon l'objectif individuel fixé avec le médecin."),
    ("ntprobnp", "H", "NT-proBNP élevé, compatible avec une insuffisance cardiaque connue ; comparer à la valeur de base."),
    ("ferritine", "B", "Ferritine effondrée : profil en faveur d'une carence martiale."),
    ("crp", "H", "Syndrome inflammatoire biologique."),
    ("tsh", "H", "TSH élevée : adaptation du traitement substitutif à discuter."),
    ("inr", "H", "INR sous antivitamine K : zone thérapeutique usuelle 2,0 à 3,0."),
    ("dfg", "B", "Débit de filtration glomérulaire diminué ; adapter la posologie des médicaments à élimination rénale."),
    ("leuco_urine", "H", "Leucocyturie : examen cytobactériologique en cours, résultat sous 48 heures."),
)  # fmt: skip


def _comment(case: Case) -> str:
    measured = {name for key in _panels(case) for name in phrase_bank.panels()[key][1]}
    found = []
    for name, wanted, sentence in _COMMENTS:
        value = case.laboratory.value(name, case.day) if name in measured else None
        if value is not None and phrase_bank.analytes()[name].flag(value) == wanted:
            found.append(sentence)
    return " ".join(found[:3])


def image(case: Case) -> Sheet:
    """An imaging report in four parts."""
    exam: dict[str, Any] = phrase_bank.imaging()[str(case.facts["exam"])]
    sheet = open_sheet(case)
    sheet.title(exam["title"])
    sheet.heading("Indication")
    sheet.paragraph(f"{case.topic.label}. {case.one(case.topic.history)}")
    sheet.heading("Technique")
    reacts = any("Iode" in allergy for allergy in case.person.allergies)
    sheet.paragraph(case.one([t for t in exam["technique"] if not (reacts and "iodé" in t)]))
    sheet.heading("Résultats")
    known = exam.get("pathologique", {})
    lasting = next((known[key] for key in case.person.topics if key in known), None)
    finding = lasting or known.get(case.topic.key)
    heart = {
        "fevg": case.rng.randint(30, 40), "paps": case.rng.randint(36, 48),
        "remplissage": case.rng.choice(("modérément élevées", "peu élevées")),
    }  # fmt: skip
    if case.document.level == "annonce":
        finding = (
            "Nodule spiculé de 14 mm du lobe supérieur droit, non visible sur l'examen antérieur. Adénopathie hilaire droite de 11 mm.",
            "Nodule pulmonaire suspect, exploration complémentaire en réunion de concertation. Résultat à annoncer en consultation.",
        )
    if finding:
        sheet.paragraph(case.say(finding[0], **heart))
        for sentence in exam["normal"][1:]:
            if case.rng.random() < 0.5:
                sheet.paragraph(sentence)
    else:
        for sentence in exam["normal"]:
            sheet.paragraph(sentence)
    if case.previous:
        sheet.paragraph(f"Comparaison avec l'examen du {dotted(case.previous[0])}.")
    sheet.heading("Conclusion")
    sheet.paragraph(
        case.say(finding[1], **heart) if finding else case.one(exam["conclusion"]), face=sheet.strong
    )
    sign(sheet, case, "Compte rendu validé électroniquement (signature de démonstration).")
    return sheet


def consult(case: Case) -> Sheet:
    """A specialist's letter to the family doctor; cardiology draws its trace."""
    speciality = str(case.facts["speciality"])
    known = phrase_bank.letters()["consultation"]
    words: dict[str, Any] = known.get(case.topic.key) or known.get(speciality) or known["autre"]
    rng = case.rng
    weight = Random(case.person.matricule).uniform(56, 92) + rng.uniform(-1.8, 1.8)
    measures = {
        "poids": f"{weight:.1f}".replace(".", ","), "tas": rng.randint(112, 148), "tad": rng.randint(66, 88),
        "fc": rng.randint(58, 84), "qrs": rng.randint(92, 138), "oedemes": rng.choice(("absents", "discrets en fin de journée")),
        "mono": rng.randint(6, 10), "gmin": rng.randint(95, 112), "gmax": rng.randint(138, 168), "tir": rng.randint(62, 84),
        "avd": rng.randint(7, 10), "avg": rng.randint(7, 10), "pio": rng.randint(12, 18), "spo2": rng.randint(92, 97),
        "vems": rng.randint(42, 58), "ratio": rng.randint(48, 62), "das": f"{rng.uniform(1.9, 3.1):.1f}".replace(".", ","),
    }  # fmt: skip
    sheet = open_sheet(case)
    sheet.title(case.document.title)
    sheet.paragraph(case.one(("Cher confrère, chère consœur,", "Chère consœur, cher confrère,")))
    sheet.paragraph(
        case.one(
            (
                "Je vous remercie de m'avoir adressé {patient}, {age} ans, que j'ai revu{e} en consultation ce jour.",
                "J'ai examiné ce jour {patient}, {age} ans, dans le cadre du suivi habituel.",
            )
        )
    )
    sheet.heading("Motif et antécédents")
    own = speciality == case.topic.speciality
    sheet.paragraph(f"{case.topic.label}. " + (case.one(case.topic.course) if own else ""))
    if case.person.allergies:
        sheet.paragraph("Allergie signalée : " + ", ".join(case.person.allergies) + ".")
    sheet.heading("Examen clinique")
    sheet.paragraph(case.one(words["exam"], **measures))
    sheet.heading("Examens complémentaires")
    sheet.paragraph(case.one(words["result"], **measures))
    if words.get("ecg"):
        _trace(sheet, case, int(str(measures["fc"])))
    sheet.heading("Conclusion et conduite à tenir")
    sheet.paragraph(case.one(words["conclusion"], **measures))
    if own:
        sheet.paragraph(case.one(case.topic.advice))
    sign(sheet, case, "Avec mes salutations confraternelles.")
    return sheet


def _trace(sheet: Sheet, case: Case, rate: int) -> None:
    """One derivation of an electrocardiogram on millimetre paper (25 mm/s, 10 mm/mV)."""
    sheet.need(92)
    top, height, mm = sheet.y, 68.0, 2.835
    sheet.box(LEFT, top, RIGHT - LEFT, height, fill=(1.0, 0.965, 0.96))
    pink, rose = (0.97, 0.84, 0.83), (0.93, 0.68, 0.67)
    for i in range(int((RIGHT - LEFT) / mm) + 1):
        x = LEFT + i * mm
        sheet.line(x, top, x, top + height, 0.5 if i % 5 == 0 else 0.2, rose if i % 5 == 0 else pink)
    for i in range(int(height / mm) + 1):
        y = top + i * mm
        sheet.line(LEFT, y, RIGHT, y, 0.5 if i % 5 == 0 else 0.2, rose if i % 5 == 0 else pink)
    beat, base = 60 / rate * 25 * mm, top + height * 0.62
    shape = (
        (0, 0),
        (0.10, 0),
        (0.14, -3),
        (0.18, 0),
        (0.24, 0),
        (0.255, 3),
        (0.275, -30),
        (0.3, 9),
        (0.32, 0),
        (0.45, -1),
        (0.53, -8),
        (0.6, 0),
        (1, 0),
    )
    points, x = [(LEFT, base)], LEFT
    irregular = "fibrillation-auriculaire" in (case.topic.key, *case.person.topics)
    while x < RIGHT - beat:
        length = beat * (case.rng.uniform(0.75, 1.2) if irregular else 1)
        for t, dy in shape:
            if irregular and t in (0.14,):
                dy = 0
            points.append((x + t * length, base + dy))
        x += length
    sheet.curve([(px, py) for px, py in points if px <= RIGHT], 0.8, (0.05, 0.05, 0.1))
    sheet.at(LEFT + 4, top + 10, "DII   25 mm/s   10 mm/mV", 7, None, (0.4, 0.4, 0.45))
    sheet.y = top + height + 14


def operation(case: Case) -> Sheet:
    """An operative report."""
    words: dict[str, Any] = phrase_bank.letters()["operation"][str(case.facts["operation"])]
    sheet = open_sheet(case)
    sheet.title(f"Compte rendu opératoire : {words['title']}")
    sheet.pairs(
        (
            ("Date de l'intervention", dotted(case.day)),
            (
                "Opérateur",
                f"{case.author.prefix} {case.author.given} {case.author.family}" if case.author else "",
            ),
            ("Anesthésie", words["anaesthesia"]),
            ("Indication", case.topic.label),
            ("Durée", f"{case.rng.randint(38, 105)} minutes"),
        )
    )
    sheet.heading("Situation préopératoire")
    sheet.paragraph(case.one(case.topic.history))
    sheet.paragraph(
        "Information donnée sur le bénéfice et les risques, consentement écrit recueilli. Contrôle préopératoire (check-list) réalisé."
    )
    sheet.heading("Description de l'intervention")
    for step in words["steps"]:
        sheet.paragraph(step)
    sheet.paragraph(words["loss"] + " Compte des compresses exact.")
    sheet.heading("Suites et recommandations")
    for sentence in (*case.topic.advice, *case.topic.followup[:1]):
        sheet.bullet(case.say(sentence))
    sign(sheet, case)
    return sheet
