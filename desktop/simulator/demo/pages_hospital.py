# ruff: noqa: E501 (prose and tables of data)
"""Pages of hospitals: discharge letter (content of the RGD of 13 January 2019, annex 3) and emergency visit."""

import re
from dataclasses import dataclass
from datetime import date

from desktop.simulator.demo import phrase_bank
from desktop.simulator.demo.letterhead import Case, born, dotted, open_sheet, sign
from desktop.simulator.demo.sheet import Sheet

_PLANNED = (
    "Hospitalisation de jour programmée pour réévaluation, sans événement intercurrent depuis la dernière visite.",
    "{patient} est reçu{e} pour le bilan programmé. {Il} ne signale pas de changement notable de son état.",
)
_OUTCOME = (
    "Les examens prévus ont été réalisés sans incident. Le traitement de fond est reconduit.",
    "Situation stable ; les objectifs ont été revus avec la personne et le plan de soins est maintenu.",
)


def _variant(case: Case, sentences: tuple[str, ...]) -> str:
    """The sentence that goes with the stay's reason, so that story and course agree."""
    index = case.facts.get("variant", 0)
    return case.say(sentences[int(str(index)) % len(sentences)])


def treatment(sheet: Sheet, drugs: tuple[str, ...], *, quantity: bool = False) -> None:
    """A table of medicines."""
    known = phrase_bank.drugs()
    edges = (0.0, 190.0, 400.0) if quantity else (0.0, 200.0)
    head = ("Médicament", "Posologie", "Quantité") if quantity else ("Médicament", "Posologie")
    sheet.table(edges, head, [known[d] if quantity else known[d][:2] for d in drugs])


def lasting_drugs(case: Case) -> tuple[str, ...]:
    """The treatment of all lasting problems together, each medicine once."""
    lasting = [phrase_bank.topics()[key] for key in case.person.topics]
    return case.drugs(tuple(d for t in (case.topic, *lasting) for d in t.drugs))


@dataclass(frozen=True, slots=True)
class Discharge:
    """What a letter says of allergies and treatment, for its page and for the data beside it."""

    allergies: tuple[str, ...]
    drugs: tuple[str, ...]


def at_discharge(case: Case) -> Discharge:
    """As known; ``found`` (an allergy) and ``changed`` (drug → drug) of the facts are new."""
    changed, found = case.facts.get("changed"), case.facts.get("found")
    instead = changed if isinstance(changed, dict) else {}
    drugs = tuple(instead.get(drug, drug) for drug in lasting_drugs(case))
    return Discharge((*case.person.allergies, *((found,) if isinstance(found, str) else ())), drugs)


def stay(case: Case) -> Sheet:
    """The discharge letter."""
    told = at_discharge(case)
    admitted = case.facts["admitted"]
    begin = admitted if isinstance(admitted, date) else case.day
    nights = int(str(case.facts["nights"]))
    sheet = open_sheet(case)
    sheet.title("Lettre de sortie" if nights else "Compte rendu d'hôpital de jour")
    sheet.pairs(
        (
            ("Séjour", f"du {dotted(begin)} au {dotted(case.day)}" if nights else f"le {dotted(case.day)}"),
            ("Motif", _variant(case, case.topic.motif) if nights else "Réévaluation programmée"),
            (
                "Mode de sortie",
                "transfert en rééducation" if nights > 8 and case.age > 70 else "retour à domicile",
            ),
            ("Diagnostic principal", case.topic.diagnosis if nights else case.topic.label),
            ("Allergies", ", ".join(told.allergies) or "aucune connue"),
            ("Germes multirésistants", "dépistage négatif"),
        )
    )
    sheet.paragraph("Cher confrère, chère consœur,")
    sheet.paragraph(
        case.say("Nous vous informons de la sortie de {patient}, {age} ans, {born}.", born=born(case))
    )
    sheet.heading("Anamnèse")
    sheet.paragraph(_variant(case, case.topic.history) if nights else case.one(_PLANNED))
    others = [phrase_bank.topics()[k].label for k in case.person.topics if k != case.topic.key]
    sheet.heading("Antécédents")
    for line in others or ["Pas d'antécédent majeur en dehors du motif actuel."]:
        sheet.bullet(line)
    sheet.heading("Examen à l'entrée")
    sheet.paragraph(case.one(case.topic.exam))
    _results(sheet, case, begin)
    sheet.heading("Évolution et traitement pendant le séjour")
    sheet.paragraph(_variant(case, case.topic.course) if nights else case.one(_OUTCOME))
    sheet.heading("Traitement à la sortie")
    treatment(sheet, told.drugs)
    sheet.heading("État à la sortie")
    sheet.paragraph(
        case.one(
            (
                "Autonome pour les actes de la vie quotidienne, plaie propre, apyrexie.",
                "État général satisfaisant, marche reprise, alimentation normale, constantes stables.",
                "Stable, constantes normales, douleur contrôlée (EVA 2/10).",
            )
        )
    )
    sheet.heading("Suivi et recommandations")
    for sentence in (*case.topic.advice, *case.topic.followup):
        sheet.bullet(case.say(sentence))
    sheet.heading("Informations données à la personne")
    sheet.paragraph(
        "Diagnostic, traitement et signes devant faire consulter ont été expliqués oralement et par écrit."
    )
    sheet.paragraph("Résultats en attente à la sortie : aucun.")
    sign(sheet, case, "Avec nos salutations confraternelles.")
    return sheet


def _results(sheet: Sheet, case: Case, day: date) -> None:
    names = [name for panel in case.topic.panels for name in phrase_bank.panels()[panel][1]]
    marked = []
    for name in names:
        value = case.laboratory.value(name, day)
        analyte = phrase_bank.analytes()[name]
        if value is not None and (analyte.flag(value) or name in ("creatinine", "hemoglobine")):
            marked.append(
                (analyte.label.strip(), f"{analyte.shown(value)} {analyte.unit}".strip(), analyte.reference())
            )
    if not marked:
        return
    sheet.heading("Examens complémentaires")
    sheet.table((0.0, 200.0, 330.0), ("Biologie d'entrée", "Résultat", "Référence"), marked[:8])


def _measured(pattern: str, exam: str, otherwise: str) -> str:
    """What the examination's sentence says, else *otherwise*: table and text never disagree."""
    found = re.search(pattern, exam)
    return found.group(1) if found else otherwise


def rpu(case: Case) -> Sheet:
    """The emergency visit in one page."""
    rng = case.rng
    hour, minute = rng.randint(7, 20), rng.randint(10, 59)
    sheet = open_sheet(case)
    sheet.title("Résumé de passage aux urgences")
    out = "hospitalisation dans le service" if case.facts.get("admitted") else "retour à domicile"
    sheet.pairs(
        (
            (
                "Arrivée",
                f"{dotted(case.day)} à {hour:02d} h {minute:02d}, {rng.choice(('moyens personnels', 'ambulance', 'ambulance'))}",
            ),
            ("Triage", f"niveau {rng.choice((2, 3, 3, 4))} (Manchester)"),
            ("Motif", _variant(case, case.topic.motif)),
            ("Orientation", out),
        )
    )
    small = case.age < 12
    story, exam = _variant(case, case.topic.history), case.one(case.topic.exam)
    fever = "ièvre" in story and "Pas de fièvre" not in story and "sans fièvre" not in story
    warmth = f"{rng.uniform(38.1, 39.2) if fever else rng.uniform(36.3, 37.3):.1f}".replace(".", ",")
    high, low = (
        (rng.randint(92, 106), rng.randint(54, 64)) if small else (rng.randint(118, 152), rng.randint(66, 88))
    )
    pulse = str(rng.randint(105, 135) if small else rng.randint(68, 104))
    breaths = str(rng.randint(24, 36) if small else rng.randint(14, 20))
    sheet.heading("Constantes à l'accueil")
    sheet.table(
        (0.0, 80.0, 160.0, 240.0, 320.0, 400.0),
        ("TA", "Pouls", "Température", "SpO2", "FR", "Douleur"),
        [
            (
                _measured(r"TA (\d+/\d+)", exam, f"{high}/{low}"),
                _measured(r"(?:FC|[Pp]ouls) (\d+)", exam, pulse) + "/min",
                _measured(r"(\d\d,\d) °C", exam, warmth) + " °C",
                _measured(r"SpO2 (\d+)", exam, f"{rng.randint(97, 99)}") + " %",
                _measured(r"FR (\d+)", exam, breaths) + "/min",
                f"{rng.randint(2, 8)}/10",
            )
        ],
    )
    sheet.heading("Histoire")
    sheet.paragraph(story)
    sheet.heading("Examen clinique")
    sheet.paragraph(exam)
    sheet.heading("Examens réalisés")
    done = [str(phrase_bank.imaging()[e]["title"]) for e in case.topic.imaging[:1]]
    if case.topic.panels:
        done.append("Bilan biologique (voir résultats du laboratoire)")
    for line in done or ["Aucun examen complémentaire nécessaire."]:
        sheet.bullet(line)
    sheet.heading("Diagnostic retenu")
    sheet.paragraph(case.topic.diagnosis, face=sheet.strong)
    sheet.heading("Traitement et consignes")
    treatment(sheet, case.drugs(case.topic.drugs[:3]))
    for sentence in (*case.topic.advice, *case.topic.followup):
        sheet.bullet(case.say(sentence))
    sign(sheet, case)
    return sheet
