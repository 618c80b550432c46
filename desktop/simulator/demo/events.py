"""The kinds of event that leave documents behind: one function each, used by all histories."""

from datetime import date, timedelta

from desktop.domain.catalog import RESUME_PRESTATIONS
from desktop.domain.record import EpisodeKind, Level
from desktop.simulator.demo import phrase_bank
from desktop.simulator.demo.phrase_bank import Topic
from desktop.simulator.demo.providers import SPECIALISTS, home
from desktop.simulator.demo.record_plan import NO_FACTS, Facts, RecordPlan
from desktop.simulator.demo.services import of_three_years
from desktop.simulator.seed_data import CNS_AUTHOR, PATIENT_AUTHOR

_K = EpisodeKind


def gp_place(gp: str) -> str:
    """The practice of a family doctor (a card holder)."""
    return gp.replace("ps-", "org-")


def workday(day: date) -> date:
    """*day*, or the Friday before when it falls on a weekend: appointments are made on working days."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _visit(plan: RecordPlan, day: date, topic: Topic) -> tuple[str, str, str]:
    gp = plan.person.gp
    return gp, gp_place(gp), plan.episode(_K.CABINET, gp_place(gp), day, 0, topic.label)


def lab(
    plan: RecordPlan,
    day: date,
    topic: Topic,
    panels: tuple[str, ...],
    episode: str = "",
    arranged: Facts = NO_FACTS,
) -> str:
    """Laboratory results; *panels* name what was measured, *arranged* are further facts."""
    day = day if episode else workday(day)
    place = "org-labo-nord" if plan.person.number % 3 == 0 else "org-labo"
    author = "ps-biologiste-nord" if place == "org-labo-nord" else "ps-biologiste"
    episode = episode or plan.episode(_K.LABORATOIRE, place, day, 0, "Prélèvement sanguin")
    known = {
        "hematologie": "hémogramme", "renal": "fonction rénale", "ionogramme": "ionogramme",
        "glycemie": "glycémie et HbA1c", "lipides": "bilan lipidique", "hepatique": "bilan hépatique",
        "inflammation": "inflammation", "fer": "bilan martial", "thyroide": "thyroïde",
        "cardiaque": "NT-proBNP", "coagulation": "INR", "vitamines": "vitamines", "urines": "urines",
        "prostate": "PSA", "grossesse": "suivi de grossesse",
    }  # fmt: skip
    if panels == ("coagulation",):
        title = "Contrôle de l'INR"
    else:
        words = ", ".join(known[p] for p in panels[:3])
        title = f"Bilan biologique : {words}"
    facts = {"panels": panels, "number": plan.rng.randrange(100000, 999999), **arranged}
    return plan.add(
        day, "lab", "resultats-biologie", title, author, place, topic, episode=episode, facts=facts
    )


def image(
    plan: RecordPlan, day: date, topic: Topic, exam: str, episode: str = "", level: Level = Level.STANDARD
) -> str:
    """An imaging report."""
    day = day if episode else workday(day)
    speciality = "Cardiologie" if exam == "echo_coeur" else "Radiologie"
    author = SPECIALISTS[speciality][0]
    place = home(speciality)
    kind = _K.IMAGERIE if speciality == "Radiologie" else _K.CABINET
    title = str(phrase_bank.imaging()[exam]["title"])
    episode = episode or plan.episode(kind, place, day, 0, title)
    return plan.add(
        day,
        "image",
        "imagerie",
        title,
        author,
        place,
        topic,
        episode=episode,
        level=level,
        facts={"exam": exam},
    )


def stay(
    plan: RecordPlan, day: date, topic: Topic, nights: int | None = None, arranged: Facts = NO_FACTS
) -> str:
    """A hospital stay with its discharge letter; the episode's id. *arranged* are further facts."""
    nights = nights if nights is not None else plan.rng.choice((1, 2, 3, 4, 5, 6, 8, 11))
    day = day if nights else workday(day)
    place = plan.rng.choice(("org-plateau", "org-plateau", "org-vallees"))
    index = plan.rng.randrange(len(topic.motif))
    motif = topic.motif[index]
    episode = plan.episode(_K.HOPITAL, place, day, nights, motif)
    author = SPECIALISTS.get(topic.speciality, SPECIALISTS["Médecine interne"])[0]
    title = f"Lettre de sortie – {topic.speciality}" if nights else f"Hôpital de jour – {topic.speciality}"
    facts = {"nights": nights, "admitted": day, "variant": index, **arranged}
    plan.add(
        day + timedelta(days=nights),
        "stay",
        "cr-sejour-lettre-sortie",
        title,
        author,
        place,
        topic,
        episode=episode,
        facts=facts,
    )
    return episode


def emergency(plan: RecordPlan, day: date, topic: Topic, *, admitted: bool = False) -> None:
    """A visit to an emergency department with its summary."""
    place = plan.rng.choice(("org-urgences", "org-urgences-nord"))
    variant = plan.rng.randrange(len(topic.motif))
    episode = plan.episode(_K.URGENCES, place, day, 0, topic.motif[variant])
    facts = {"variant": variant, "admitted": admitted}
    plan.add(
        day,
        "rpu",
        "rpu",
        "Résumé de passage aux urgences",
        "ps-urgentiste",
        place,
        topic,
        episode=episode,
        facts=facts,
    )


def consult(plan: RecordPlan, day: date, topic: Topic, speciality: str = "") -> None:
    """A specialist's letter."""
    day = workday(day)
    speciality = speciality or topic.speciality
    known = phrase_bank.letters()["consultation"]
    words = known.get(topic.key) or known.get(speciality) or known["autre"]
    title = plan.rng.choice(words["title"])
    author, place = SPECIALISTS[speciality][0], "org-specialistes"
    episode = plan.episode(_K.CABINET, place, day, 0, title)
    plan.add(
        day,
        "consult",
        "cr-acte-diagnostique",
        title,
        author,
        place,
        topic,
        episode=episode,
        facts={"speciality": speciality},
    )


def operate(plan: RecordPlan, day: date, topic: Topic, operation: str, episode: str = "") -> None:
    """An operative report."""
    title = str(phrase_bank.letters()["operation"][operation]["title"])
    speciality = "Cardiologie" if operation in ("coronaire", "defibrillateur") else topic.speciality
    author = SPECIALISTS[speciality][0]
    episode = episode or plan.episode(_K.HOPITAL, "org-plateau", day, 1, title)
    plan.add(
        day,
        "operation",
        "cr-acte-therapeutique",
        title,
        author,
        "org-plateau",
        topic,
        episode=episode,
        facts={"operation": operation},
    )


def prescribe(plan: RecordPlan, day: date, topic: Topic, drugs: tuple[str, ...] = ()) -> None:
    """A medicine prescription by the family doctor."""
    day = workday(day)
    gp, place, episode = _visit(plan, day, topic)
    facts = {"drugs": drugs or topic.drugs}
    plan.add(
        day,
        "prescription",
        "traitements-medicamenteux",
        "Ordonnance médicamenteuse",
        gp,
        place,
        topic,
        episode=episode,
        facts=facts,
    )


def order(plan: RecordPlan, day: date, topic: Topic) -> None:
    """A prescription of care, equipment or an examination."""
    day = workday(day)
    gp, place, episode = _visit(plan, day, topic)
    fitting = (
        ("soins", "biologie", "avis") if topic.ald else ("biologie", "avis") if topic.panels else ("kine",)
    )
    kind = plan.rng.choice(fitting)
    title = {
        "kine": "Ordonnance de kinésithérapie", "soins": "Ordonnance de soins infirmiers",
        "biologie": "Demande d'analyses", "avis": "Demande d'avis spécialisé",
    }[kind]  # fmt: skip
    plan.add(
        day,
        "order",
        "traitements-medicaux-prescrits",
        title,
        gp,
        place,
        topic,
        episode=episode,
        facts={"kind": kind},
    )


def certificate(plan: RecordPlan, day: date, topic: Topic) -> None:
    """A medical certificate."""
    day = workday(day)
    gp, place, episode = _visit(plan, day, topic)
    age = plan.person.age(day)
    kinds = (
        ("sport", "ecole")
        if age < 18
        else ("travail", "travail", "sport")
        if age < 65
        else ("conduite", "domicile")
    )
    kind = plan.rng.choice(kinds)
    title = {
        "travail": "Certificat d'incapacité de travail", "sport": "Certificat d'aptitude au sport",
        "ecole": "Certificat de dispense scolaire", "conduite": "Certificat d'aptitude à la conduite",
        "domicile": "Certificat pour soins à domicile",
    }[kind]  # fmt: skip
    plan.add(
        day,
        "certificate",
        "certificat-medical",
        title,
        gp,
        place,
        topic,
        episode=episode,
        facts={"kind": kind, "days": plan.rng.randint(2, 14)},
    )


def vaccinate(plan: RecordPlan, day: date, topic: Topic, vaccine: str = "") -> None:
    """A vaccination act."""
    day = workday(day)
    gp, place, episode = _visit(plan, day, topic)
    age = plan.person.age(day)
    child = ("DTPa-IPV-Hib-HepB", "RORV", "Pneumocoque conjugué", "Méningocoque B", "Rotavirus")
    adult = (
        "Grippe saisonnière",
        "dTpa-IPV rappel",
        "Pneumocoque conjugué 20-valent",
        "COVID-19",
        "Zona recombinant",
    )
    vaccine = vaccine or plan.rng.choice(child if age < 12 else adult if age > 55 else adult[:2] + adult[3:4])
    title = f"Vaccination : {vaccine}"
    plan.add(
        day,
        "vaccination",
        "vaccinations",
        title,
        gp,
        place,
        topic,
        episode=episode,
        facts={"vaccine": vaccine},
    )


_PAPERS = {
    "summary": ("resume-patient", "Résumé patient"),
    "protocol": ("protocole-affections-chroniques", "Protocole de soins : affection chronique"),
    "report": ("rapport-medical", "Rapport médical"),
    "history": ("antecedents-medico-chirurgicaux", "Antécédents médicaux et chirurgicaux"),
    "allergies": ("allergies-intolerances", "Allergies et intolérances"),
    "preventive": ("cr-acte-preventif", "Consultation de prévention"),
    "distress": ("protocole-detresse", "Protocole de détresse"),
}


def paper(plan: RecordPlan, day: date, topic: Topic, page: str) -> str:
    """A family doctor's paper of a kind in ``_PAPERS``."""
    day = workday(day)
    gp, place, episode = _visit(plan, day, topic)
    category, title = _PAPERS[page]
    return plan.add(day, page, category, title, gp, place, topic, episode=episode)


def nursing(plan: RecordPlan, day: date, topic: Topic, page: str = "liaison") -> None:
    """A nurses' paper: liaison sheet, shared follow-up, patient education or autonomy assessment."""
    day = workday(day)
    category, title = {
        "liaison": ("resume-soins-liaison", "Fiche de liaison infirmière"),
        "followup": ("suivi-soins-pluridisciplinaire", "Suivi de soins à domicile"),
        "education": ("education", "Éducation thérapeutique"),
        "autonomy": ("bilan-autonomie", "Bilan d'autonomie"),
    }[page]
    episode = plan.episode(_K.SOINS, "org-reseau", day, 14, "Soins à domicile")
    plan.add(day, page, category, title, "ps-infirmiere", "org-reseau", topic, episode=episode)


def dispense(plan: RecordPlan, day: date, topic: Topic) -> None:
    """A pharmacy's dispensing report."""
    day = workday(day)
    episode = plan.episode(_K.PHARMACIE, "org-thill", day, 0, "Délivrance")
    plan.add(
        day,
        "dispense",
        "dispensation-medicamenteuse",
        "Délivrance de médicaments",
        "ps-thill",
        "org-thill",
        topic,
        episode=episode,
        facts={"drugs": topic.drugs},
    )


def device(plan: RecordPlan, day: date, topic: Topic) -> None:
    """The record of an implanted device."""
    author = SPECIALISTS[topic.speciality][0]
    plan.add(day, "device", "protheses-appareillages", "Dispositif implanté", author, "org-plateau", topic)


def statement(plan: RecordPlan, day: date, topic: Topic) -> None:
    """What the patient wrote."""

    plan.add(day, "expression", "expression-titulaire", "Mes souhaits", PATIENT_AUTHOR, "", topic)


def services(plan: RecordPlan, day: date, topic: Topic) -> None:
    """The yearly résumé des prestations of the CNS."""

    title = f"Résumé des prestations {day.year - 3}-{day.year - 1}"
    facts = {"services": of_three_years(plan.person, plan.seed, day)}
    plan.add(day, "services", RESUME_PRESTATIONS, title, CNS_AUTHOR, CNS_AUTHOR, topic, facts=facts)
