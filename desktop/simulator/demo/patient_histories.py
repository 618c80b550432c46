"""How records come about: everyday life, chronic illness over years, and the arranged first patient."""

from datetime import date, timedelta
from random import Random

from desktop.domain.record import EpisodeKind, Level
from desktop.simulator.demo import events, phrase_bank
from desktop.simulator.demo.declared import plan_declared
from desktop.simulator.demo.phrase_bank import Topic
from desktop.simulator.demo.record_plan import RecordPlan

# Categories of everyday records, weights after domain §2.1 ("modern"), rare ones brought together.
_EVERYDAY = (
    ("lab", 52), ("image", 14), ("stay", 9), ("consult", 8), ("vaccinate", 3), ("certificate", 3),
    ("prescribe", 3), ("order", 2), ("emergency", 2), ("operate", 1), ("dispense", 1), ("preventive", 1),
)  # fmt: skip


def plan_record(plan: RecordPlan) -> None:
    """Fill *plan* after its person's course."""
    if plan.person.course == "chronic":
        _chronic(plan)
    elif plan.person.course == "anne":
        _anne(plan)
    elif plan.person.course == "declared":
        plan_declared(plan)
    else:
        _everyday(plan)


def _fitting(plan: RecordPlan, day: date) -> list[Topic]:
    age, sex = plan.person.age(day), plan.person.sex.value
    return [
        t for t in phrase_bank.topics().values()
        if t.weight and t.ages[0] <= age <= t.ages[1] and t.sex in ("", sex)
    ]  # fmt: skip


def _a_day(plan: RecordPlan, years: float, rng: Random) -> date:
    """A day of the last *years*, the recent ones more often."""
    lived = (plan.today - plan.person.birth_date).days - 5
    span = min(int(years * 365), lived)
    return plan.today - timedelta(days=2 + int(span * rng.random() ** 1.4))


def _everyday(plan: RecordPlan) -> None:
    """Separate problems, each with a few papers."""
    rng, wanted = plan.rng, plan.person.documents
    while len(plan) < wanted:
        day = _a_day(plan, plan.person.years, rng)
        choice = _fitting(plan, day)
        topic = (
            rng.choices(choice, [t.weight for t in choice])[0] if choice else phrase_bank.topics()["bilan"]
        )
        for _ in range(min(wanted - len(plan), rng.choice((1, 1, 2, 3)))):
            _one_paper(plan, day, topic)
            day += timedelta(days=rng.randint(0, 9))


def _one_paper(plan: RecordPlan, day: date, topic: Topic) -> None:
    rng = plan.rng
    kind = rng.choices([k for k, _ in _EVERYDAY], [w for _, w in _EVERYDAY])[0]
    child = plan.person.age(day) < 5
    if kind == "operate" and topic.operation:
        events.operate(plan, day, topic, topic.operation)
    elif kind == "lab" and not child:
        events.lab(plan, day, topic, topic.panels or phrase_bank.topics()["bilan"].panels)
    elif kind == "image" and topic.imaging:
        events.image(plan, day, topic, rng.choice(topic.imaging))
    elif kind == "stay":
        events.stay(plan, day, topic)
    elif kind == "consult" and not child:
        events.consult(plan, day, topic)
    elif kind == "certificate":
        events.certificate(plan, day, topic)
    elif kind == "emergency":
        events.emergency(plan, day, topic)
    elif kind == "order" and not child:
        events.order(plan, day, topic)
    elif kind == "dispense":
        events.dispense(plan, day, topic)
    elif kind == "preventive":
        events.paper(plan, day, topic, "preventive")
    elif kind == "prescribe" or not child:
        events.prescribe(plan, day, topic)
    else:
        events.vaccinate(plan, day, topic)


def _spread(plan: RecordPlan, count: int, years: float) -> list[date]:
    """*count* days over *years*, evenly with some disorder, oldest first."""
    span = years * 365 - 12
    step = span / max(count, 1)
    return [
        plan.today - timedelta(days=6 + int(span - step * (i + plan.rng.uniform(0.15, 0.85))))
        for i in range(count)
    ]


def _chronic(plan: RecordPlan) -> None:
    """Years of follow-up; exactly ``documents`` papers, the laboratory fills up."""
    person, rng = plan.person, plan.rng
    topics = [phrase_bank.topics()[key] for key in person.topics]
    main, total, years = topics[0], person.documents, person.years
    share = total / 400

    def times(count: float) -> list[date]:
        return _spread(plan, max(1, round(count * share)), years)

    for i, day in enumerate(times(22)):
        topic = topics[0] if rng.random() < 0.6 else rng.choice(topics)
        nights = 0 if i % 4 == 3 else rng.choice((3, 4, 5, 6, 7, 9, 12))
        if nights and rng.random() < 0.5:
            events.emergency(plan, day, topic, admitted=True)
        episode = events.stay(plan, day, topic, nights)
        for later in range(min(2, nights // 3)):
            events.lab(plan, day + timedelta(days=1 + 2 * later), topic, topic.panels, episode)
        if nights > 2 and topic.imaging:
            events.image(plan, day + timedelta(days=1), topic, rng.choice(topic.imaging), episode)
        if nights > 6:
            events.nursing(plan, day + timedelta(days=nights), topic)
    for day in times(34):
        topic = rng.choice(topics)
        if topic.imaging:
            events.image(plan, day, topic, rng.choice(topic.imaging))
    for i, day in enumerate(times(40)):
        topic = topics[i % len(topics)]
        speciality = "Ophtalmologie" if topic.key == "diabete" and i % 4 == 1 else topic.speciality
        events.consult(plan, day, topic, "" if speciality == "Médecine générale" else speciality)
    every_drug = tuple(dict.fromkeys(drug for t in topics for drug in t.drugs))
    for day in times(20):
        events.prescribe(plan, day, main, every_drug)
    for day in times(11):
        events.order(plan, day, rng.choice(topics))
    for day in times(9):
        events.certificate(plan, day, main)
    for year in range(min(years, max(2, round(years * share * 1.2)))):
        autumn = date(plan.today.year - 1 - year, 10, 8 + rng.randrange(20))
        events.vaccinate(plan, autumn, main, "Grippe saisonnière")
    events.vaccinate(plan, times(1)[0], main, "Pneumocoque conjugué 20-valent")
    for page, count in (("protocol", 3), ("report", 2), ("preventive", 2)):
        for day in times(count):
            events.paper(plan, day, rng.choice(topics), page)
    for page, count in (("followup", 4), ("education", 2), ("autonomy", 1)):
        for day in times(count):
            events.nursing(plan, day, main, page)
    for day in times(2):
        events.dispense(plan, day, main)
    for day in times(1):
        events.emergency(plan, day, rng.choice(topics))
    if person.referent:
        _referent_papers(plan, main)
    if main.key == "coronaropathie":
        events.operate(plan, times(1)[0], main, "coronaire")
    elif main.key == "insuffisance-cardiaque":
        day = plan.today - timedelta(days=int(years * 365 * 0.4))
        events.operate(plan, day, main, "defibrillateur")
        events.device(plan, day + timedelta(days=1), main)
    elif main.operation:
        events.operate(plan, plan.today - timedelta(days=int(years * 330)), main, main.operation)
    if person.number == 2:
        _jos(plan, main)
    _fill_with_labs(plan, topics, total, years)


def _referent_papers(plan: RecordPlan, main: Topic) -> None:
    """Summaries that replace each other, and the yearly statements of the CNS.

    The long record has seven, the last of which does not know of two papers (:func:`_jos`). The first of
    Marguerite Klein's are of a doctor who is her médecin référent no more.
    """
    former = ""
    jos, klein = plan.person.number == 2, plan.person.number == 6
    for age in range(6 if jos else 4, -1, -1):
        if age < plan.person.years - 1:
            day = plan.today - timedelta(days=age * 365 + (24 if jos else 80))
            new = events.paper(plan, day, main, "summary")
            if klein and age > 2:
                plan.change(new, author_id="ps-schmitz", organization_id="org-schmitz")
            if former:
                plan.change(new, replaces=former)
            former = new
    for age in (2, 1):
        events.services(plan, plan.today - timedelta(days=age * 365 - 200), main)


def _jos(plan: RecordPlan, main: Topic) -> None:
    """What makes the long record worth looking at: an open annonce, a private and a disabled paper."""
    today = plan.today
    events.paper(plan, today - timedelta(days=10 * 365), main, "history")
    events.paper(plan, today - timedelta(days=3 * 365), main, "allergies")
    events.paper(plan, today - timedelta(days=700), main, "distress")
    events.statement(plan, today - timedelta(days=420), main)
    events.image(plan, today - timedelta(days=16), main, "scanner_thorax", level=Level.ANNONCE)
    wrong = events.lab(plan, today - timedelta(days=95), main, ("prostate",))
    plan.change(wrong, disabled=True)
    first = events.lab(plan, today - timedelta(days=61), main, ("renal", "ionogramme"))
    second = events.lab(plan, today - timedelta(days=60), main, ("renal", "ionogramme"))
    plan.change(second, replaces=first, title="Bilan biologique : fonction rénale, ionogramme (rectifié)")
    private = phrase_bank.topics()["depression"]
    events.consult(plan, today - timedelta(days=510), private, "Psychiatrie")
    newest = plan.of_page("consult")
    plan.change(next(e.document.id for e in newest if e.topic is private), level=Level.PRIVE)
    plan.episode(
        EpisodeKind.HOPITAL, "org-vallees", today - timedelta(days=810), 2, "Séjour refusé", refused=True
    )
    events.dispense(plan, today - timedelta(days=47), main)
    # what the last summary does not know: another dose and an allergy in a letter, and new results
    letter = {"structured": True, "found": "Latex (urticaire)", "changed": {"bisoprolol": "bisoprolol_10"}}
    events.stay(plan, today - timedelta(days=19), main, 5, letter)
    sugar = phrase_bank.topics()["diabete"]
    events.lab(plan, today - timedelta(days=6), sugar, sugar.panels, arranged={"structured": True})


def _fill_with_labs(plan: RecordPlan, topics: list[Topic], total: int, years: float) -> None:
    missing = total - len(plan)
    sets = [t.panels for t in topics if t.panels]
    if any(t.key == "fibrillation-auriculaire" for t in topics):
        sets = [*sets, ("coagulation",), ("coagulation",), ("coagulation",)]
    for i, day in enumerate(_spread(plan, max(missing, 0), years)):
        topic = topics[i % len(topics)]
        events.lab(plan, day, topic, sets[i % len(sets)])
    surplus = sorted(plan.of_page("lab"), key=lambda e: e.document.created)[: max(0, -missing)]
    plan.drop({e.document.id for e in surplus})


def _anne(plan: RecordPlan) -> None:
    """The patient a newcomer opens first: last month's blood test, one confidential, one private paper."""
    today, known = plan.today, phrase_bank.topics()

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    thyroid, anaemia, ankle, stomach = (
        known[k] for k in ("hypothyroidie", "anemie", "entorse", "appendicite")
    )
    events.lab(plan, ago(31), anaemia, ("hematologie", "fer", "thyroide"))
    events.prescribe(plan, ago(28), anaemia)
    events.image(plan, ago(24), anaemia, "echo_abdomen")
    events.consult(plan, ago(12), thyroid)
    events.lab(plan, ago(9), thyroid, ("thyroide",))
    events.lab(plan, ago(126), anaemia, ("hematologie", "fer", "thyroide"))
    events.lab(plan, ago(310), thyroid, ("thyroide", "lipides"))
    events.image(plan, ago(305), thyroid, "echo_thyroide")
    events.prescribe(plan, ago(300), thyroid)
    events.emergency(plan, ago(452), ankle)
    events.image(plan, ago(452), ankle, "cheville")
    events.certificate(plan, ago(450), ankle)
    events.order(plan, ago(447), ankle)
    events.vaccinate(plan, ago(400), known["bilan"], "dTpa-IPV rappel")
    events.emergency(plan, ago(1405), stomach, admitted=True)
    episode = events.stay(plan, ago(1405), stomach, 2)
    events.lab(plan, ago(1405), stomach, stomach.panels, episode)
    events.operate(plan, ago(1404), stomach, "appendicectomie", episode)
    events.lab(plan, ago(820), known["bilan"], known["bilan"].panels)
    events.consult(plan, ago(640), known["depression"], "Psychiatrie")
    events.consult(plan, ago(210), known["depression"], "Psychiatrie")
    latest = [e for e in plan.of_page("consult") if e.topic is known["depression"]]
    plan.change(latest[0].document.id, level=Level.PRIVE)
