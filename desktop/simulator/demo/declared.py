"""The patients of a médecin référent: declarations in every state, and records that their clocks run on.

Dr Kieffer has 200 (domain §7): the arranged records and more people, each a case of ``_CASES``. Their papers
are few: the résumés and statements of the CNS that the work list counts, and what is new since a visit.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from desktop.domain.local_time import day_end
from desktop.domain.record import DspState, Level, MandateKind
from desktop.domain.referent import ALD_PERIOD, NOTICE_PERIOD, add_months, first_of_next_month
from desktop.simulator.demo import events, phrase_bank
from desktop.simulator.demo.population import DemoPerson, more_people
from desktop.simulator.demo.record_plan import RecordPlan
from desktop.simulator.seed_data import SeedDeclaration, SeedMandate, notified_before

REFERENT = "ps-kieffer"
DECLARED = 200
_TOPICS = ("diabete", "hypertension", "bpco", "coronaropathie", "insuffisance-renale", "parkinson",
           "fibrillation-auriculaire", "polyarthrite")  # fmt: skip

# What is out of the ordinary; everybody behind them is followed as he should be.
_CASES = (
    "draft", "draft", "signed", "signed", "notified", "notified", "notified",
    "validated", "validated", "validated", "validated",
    "notice-patient", "notice-patient", "notice-doctor", "notice-agreed",
    "ended-notice", "ended-replaced", "ended-left", "closed", "closed", "deceased", "deceased",
    "summary-late", "summary-late", "summary-late", "summary-late-long", "summary-soon", "summary-soon",
    "summary-soon", "summary-fresh", "summary-fresh", "summary-old", "summary-old", "summary-old",
    "summary-old", "summary-ageing", "summary-ageing", "summary-ageing",
    "ald-late", "ald-late", "ald-soon", "ald-soon", "ald-soon", "ald-today", "ald-sent", "ald-awaited",
    "ald-awaited", "ald-returned", "prestations-missing", "prestations-missing", "prestations-missing",
    "annonce", "annonce", "double", "double", "double", *("new",) * 14,
)  # fmt: skip


def with_declared(seed: int, today: date, people: tuple[DemoPerson, ...]) -> tuple[DemoPerson, ...]:
    """*people*, and as many more as Dr Kieffer needs."""
    missing = DECLARED - sum(p.referent == REFERENT and p.dsp is DspState.ACTIVE for p in people)
    rng = Random(f"{seed}|declared")
    return (
        *people,
        *(
            _declare(person, case, rng, today)
            for person, case in zip(
                more_people(seed, today, missing, people), _cases(missing, rng), strict=True
            )
        ),
    )


def mandates_of(d: SeedDeclaration, today: date) -> list[SeedMandate]:
    """The right follows the validation, and ends after the last day of a notice (domain §B.3)."""
    if d.validated is None or d.ended is not None:
        return []
    end = day_end(datetime.combine(d.ends, time(12), UTC)) if d.ends else None
    start = datetime.combine(d.validated, time(8, 20), UTC)
    return [SeedMandate(d.practitioner_id, MandateKind.MEDECIN_REFERENT, start, end)]


def plan_declared(plan: RecordPlan) -> None:
    """The papers that the work list counts, by the case of the person."""
    person, today, rng = plan.person, plan.today, plan.rng
    declaration = person.declaration
    assert declaration is not None
    topic = phrase_bank.topics()[person.topics[0]]
    events.lab(plan, today - timedelta(days=rng.randrange(60, 900)), topic, topic.panels or ("renal",))
    if declaration.validated is None:
        return
    for ago in _summaries(person.case, rng, today, declaration.validated):
        former = plan.of_page("summary")
        new = events.paper(plan, today - timedelta(days=ago), topic, "summary")
        if former:
            plan.change(new, replaces=former[-1].document.id)
    if declaration.effective is not None:
        _statements_of_the_cns(plan, declaration.effective)
    if person.case == "new":  # of last night: nobody has looked since
        night = datetime.combine(today - timedelta(days=1), time(23, 50), UTC)
        for minutes in range(rng.randint(1, 4)):
            new = events.lab(plan, today - timedelta(days=1), topic, topic.panels or ("renal",))
            plan.change(new, registered=night + timedelta(minutes=minutes))
    elif person.case == "double":
        day = today - timedelta(days=rng.randint(3, 20))
        events.image(plan, day, topic, "scanner_thorax")
        again = events.image(plan, day - timedelta(days=21), topic, "scanner_thorax")
        plan.change(again, author_id="ps-urgentiste", organization_id="org-urgences")
    elif person.case == "annonce":
        events.image(plan, today - timedelta(days=rng.randint(2, 20)), topic, "scanner_thorax",
                     level=Level.ANNONCE)  # fmt: skip


def _cases(count: int, rng: Random) -> list[str]:
    cases = [*_CASES, *("",) * (count - len(_CASES))]
    rng.shuffle(cases)
    return cases


def _declare(person: DemoPerson, case: str, rng: Random, today: date) -> DemoPerson:
    person.gp, person.referent, person.case, person.course = REFERENT, REFERENT, case, "declared"
    person.topics, person.documents = (rng.choice(_TOPICS),), 0
    person.declaration = _declaration(case, rng, today)
    if case == "closed":
        person.dsp = DspState.CLOSED
    elif case == "deceased":
        person.dsp, person.died = DspState.DECEASED, person.declaration.ended
    return person


def _declaration(case: str, rng: Random, today: date) -> SeedDeclaration:
    def ago(days: int) -> date:
        return today - timedelta(days=days)

    if case == "draft":
        return SeedDeclaration(REFERENT, signed_patient=ago(rng.randint(1, 5)))
    if case in ("signed", "notified"):
        signed = ago(rng.randint(4, 12))
        sent = signed + timedelta(days=2) if case == "notified" else None
        return SeedDeclaration(REFERENT, signed, signed, notified=sent)
    validated = ago(_age(case, rng))
    signed = validated - timedelta(days=rng.randint(8, 20))
    notified = notified_before(validated, (validated - signed).days - 2)
    effective = first_of_next_month(notified)
    d: dict[str, object] = {}
    if case.startswith("notice-"):
        notice = ago(rng.randint(5, 40))
        d = {"notice": notice, "ends": add_months(notice, NOTICE_PERIOD)}
    elif case in ("ended-notice", "ended-replaced", "ended-left", "closed", "deceased"):
        causes = {"ended-notice": "notice", "ended-replaced": "replaced", "ended-left": "doctor-left",
                  "closed": "dsp-closed", "deceased": "death"}  # fmt: skip
        d = {"ended": ago(rng.randint(3, 60)), "cause": causes[case]}
    accepted, state, sent_at = _statement(case, rng, today, validated)
    return SeedDeclaration(
        REFERENT, signed, signed, notified, validated, effective, **d,  # type: ignore[arg-type]
        ald_state=state, ald_accepted=accepted, ald_sent=sent_at,
    )  # fmt: skip


def _age(case: str, rng: Random) -> int:
    """Days since the validation."""
    known = {
        "validated": (1, 1), "summary-late": (93, 99), "summary-late-long": (150, 190),
        "summary-soon": (68, 84), "summary-fresh": (20, 50), "notice-agreed": (200, 320),
    }  # fmt: skip
    return rng.randint(*known.get(case, (800, 2900)))


def _statement(
    case: str, rng: Random, today: date, validated: date
) -> tuple[date | None, str, datetime | None]:
    """When the last one was accepted, where the present one stands, when it was sent."""
    by_case = {
        "ald-late": rng.randint(734, 760), "ald-soon": rng.randint(680, 725),
        "ald-sent": 722, "ald-awaited": rng.randint(712, 728), "ald-returned": 720,
    }  # fmt: skip
    if case == "ald-today":
        return add_months(today, -ALD_PERIOD), "a-faire", None
    accepted: date | None = today - timedelta(days=by_case.get(case, rng.randint(20, 640)))
    if accepted is not None and accepted <= validated:
        accepted = None
    noon = datetime.combine(today, time(9), UTC)
    if case == "ald-sent":
        return accepted, "envoye", noon - timedelta(hours=2)
    if case == "ald-awaited":
        return accepted, "envoye", noon - timedelta(days=3)
    if case == "ald-returned":
        return accepted, "retourne", noon - timedelta(days=6)
    return accepted, "a-faire", None


def _summaries(case: str, rng: Random, today: date, validated: date) -> Iterator[int]:
    """How many days ago each version was written, the first one first."""
    if case.startswith("summary-late") or case in ("summary-soon", "summary-fresh", "validated"):
        return
    last = {"summary-old": rng.randint(372, 460), "summary-ageing": rng.randint(340, 360)}.get(
        case, rng.randint(5, 320)
    )
    first = (today - validated).days - 40
    yield from reversed([last, *range(last + 330, max(first, last), 330)][: rng.randint(1, 4)])


def _statements_of_the_cns(plan: RecordPlan, effective: date) -> None:
    """One at each of the last two anniversaries; some did not come."""
    topic = phrase_bank.topics()[plan.person.topics[0]]
    years = [y for y in range(plan.today.year - 1, plan.today.year + 1) if y > effective.year]
    days = [effective.replace(year=y) + timedelta(days=plan.rng.randint(4, 20)) for y in years]
    came = [day for day in days if day < plan.today]
    missing = plan.person.case == "prestations-missing"
    for day in came[:-1] if missing else came:
        events.services(plan, day, topic)
