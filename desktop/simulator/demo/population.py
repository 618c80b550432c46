# ruff: noqa: E501 (prose and tables of data)
"""Who the demo patients are: the arranged ones first, then a believable crowd of all ages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from desktop.domain.mandates import EmergencyLevel
from desktop.domain.matricule import check_digits
from desktop.domain.record import DspState, Sex
from desktop.simulator.demo.names import FAMILIES, MEN, PLACES, STREETS, WOMEN
from desktop.simulator.seed_data import SeedDeclaration

PATIENTS = 224
RUNNING_CONSULTATION = 18
"""Number of the patient who is with Dr Weber today: his mandate runs without any code."""

MATRICULE_SHIFT = 200
"""Birth years of demo matricules lie two centuries back, so that none can belong to anybody (domain §0)."""

_AGE_BANDS = ((0, 2, 8), (3, 17, 34), (18, 39, 56), (40, 64, 68), (65, 79, 40), (80, 97, 18))


@dataclass(slots=True)
class DemoPerson:
    """One patient before the documents: ``course`` names the plan of his record, ``gp`` the family doctor."""

    number: int
    family: str
    given: str
    birth_date: date
    sex: Sex
    matricule: str
    address: str
    code: str
    gp: str
    course: str = "everyday"
    topics: tuple[str, ...] = ()
    documents: int = 0
    years: int = 6
    dsp: DspState = DspState.ACTIVE
    inactive_until: date | None = None
    died: date | None = None
    emergency: EmergencyLevel = EmergencyLevel.STANDARD
    blacklist: tuple[str, ...] = ()
    circle: tuple[str, ...] = ()
    referent: str = ""
    case: str = ""
    declaration: SeedDeclaration | None = None
    allergies: tuple[str, ...] = field(default_factory=tuple)

    @property
    def id(self) -> str:
        """The platform's Patient id."""
        return f"pat-{self.number:04d}"

    def age(self, day: date) -> int:
        """Full years on *day*."""
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


ALLERGIES = (
    "Pénicilline (éruption en 2009)", "Iode de contraste (urticaire)", "Latex", "Pollens de graminées",
    "Arachide (œdème)", "Anti-inflammatoires non stéroïdiens", "Venin d'hyménoptères", "Nickel",
)  # fmt: skip


def matricule(birth_date: date, serial: int) -> str:
    """A safe matricule with right check digits."""
    first = f"{birth_date.year - MATRICULE_SHIFT:04d}{birth_date:%m%d}{serial:03d}"
    return first + check_digits(first)


def population(seed: int, today: date) -> tuple[DemoPerson, ...]:
    """Everybody; the same seed and day give the same people."""
    rng = Random(f"{seed}|population")
    people = list(_arranged(rng, today))
    used = {(p.family, p.given) for p in people}
    ages = [(low, high) for low, high, weight in _AGE_BANDS for _ in range(weight)]
    rng.shuffle(ages)
    for number in range(len(people) + 1, PATIENTS + 1):
        low, high = ages[number % len(ages)]
        born = _born(rng, today, low, high)
        people.append(_stranger(rng, number, born, used))
    _arrange_states(people, today)
    return tuple(people)


def more_people(seed: int, today: date, count: int, known: tuple[DemoPerson, ...]) -> Iterator[DemoPerson]:
    """*count* adults after those that are *known*, who stay as they are; none has a name of an arranged one."""
    rng = Random(f"{seed}|more people")
    used = {(p.family, p.given) for p in known}
    arranged = {p.family for p in known[: RUNNING_CONSULTATION - 1]}
    number = len(known)
    while count:
        person = _stranger(rng, number + 1, _born(rng, today, 34, 93), used)
        if person.family not in arranged:
            number, count = number + 1, count - 1
            yield person


def _born(rng: Random, today: date, low: int, high: int) -> date:
    return today - timedelta(days=rng.randint(low * 365 + 20, high * 365 + 340))


def _stranger(rng: Random, number: int, born: date, used: set[tuple[str, str]]) -> DemoPerson:
    sex = rng.choice((Sex.FEMALE, Sex.MALE))
    fitting = [
        name for name, first, last in (WOMEN if sex is Sex.FEMALE else MEN) if first <= born.year <= last
    ]
    while True:
        name = (rng.choice(FAMILIES), rng.choice(fitting))
        if name not in used:
            break
    used.add(name)
    person = _person(rng, number, name[0], name[1], born, sex)
    share = rng.random()
    if share < 0.36:
        person.documents = 0
    elif share < 0.76:
        person.documents = rng.randint(1, 3)
    elif share < 0.95:
        person.documents = rng.randint(4, 12)
    else:
        person.documents = rng.randint(13, 30)
    return person


def _person(rng: Random, number: int, family: str, given: str, born: date, sex: Sex) -> DemoPerson:
    return DemoPerson(
        number=number,
        family=family,
        given=given,
        birth_date=born,
        sex=sex,
        matricule=matricule(born, 100 + number * 3 % 890),
        address=f"{rng.randint(1, 89)}, {rng.choice(STREETS)}, {rng.choice(PLACES)}",
        code=f"{rng.randrange(10**5, 10**6)}",
        gp=rng.choice(("ps-weber", "ps-weber", "ps-kieffer", "ps-kieffer", "ps-schmitz")),
        allergies=tuple(rng.sample(ALLERGIES, 1)) if rng.random() < 0.3 else (),
    )


def _arranged(rng: Random, today: date) -> Iterator[DemoPerson]:
    """The five suggested patients, then the long-term records."""
    anne = _person(rng, 1, "Muller", "Anne", date(1993, 5, 12), Sex.FEMALE)
    anne.gp, anne.course, anne.documents, anne.allergies = "ps-kieffer", "anne", 21, (ALLERGIES[0],)
    yield anne
    jos = _person(rng, 2, "Schmit", "Jos", date(1947, 11, 3), Sex.MALE)
    jos.gp, jos.course, jos.documents, jos.years = "ps-kieffer", "chronic", 400, 12
    jos.topics = ("insuffisance-cardiaque", "diabete", "fibrillation-auriculaire")
    jos.referent, jos.allergies, jos.emergency = "ps-kieffer", (ALLERGIES[1],), EmergencyLevel.ETENDU
    jos.circle = ("ps-reuter",)
    yield jos
    other = _person(rng, 3, "Muller", "Anne", date(1968, 9, 27), Sex.FEMALE)
    other.gp, other.documents = "ps-schmitz", 9
    yield other
    carlo = _person(rng, 4, "Majerus", "Carlo", date(1959, 2, 18), Sex.MALE)
    carlo.gp, carlo.documents, carlo.blacklist = "ps-kieffer", 11, ("ps-weber",)
    yield carlo
    lynn = _person(rng, 5, "Ferreira", "Lynn", date(2001, 7, 30), Sex.FEMALE)
    lynn.gp, lynn.documents, lynn.dsp = "ps-weber", 0, DspState.INACTIVE
    lynn.inactive_until = today + timedelta(days=17)
    yield lynn
    yield from _long_term(rng)


_LONG_TERM = (
    ("Klein", "Marguerite", 1944, Sex.FEMALE, ("insuffisance-cardiaque", "insuffisance-renale"), 172, "ps-kieffer"),
    ("Hoffmann", "Georges", 1951, Sex.MALE, ("coronaropathie", "diabete"), 141, "ps-kieffer"),
    ("Da Silva", "Maria", 1962, Sex.FEMALE, ("cancer-sein",), 96, "ps-weber"),
    ("Wagner", "Nathalie", 1984, Sex.FEMALE, ("sclerose-en-plaques",), 64, "ps-kieffer"),
    ("Reuter", "Fernand", 1942, Sex.MALE, ("bpco", "hypertension"), 118, "ps-kieffer"),
    ("Thill", "Josette", 1949, Sex.FEMALE, ("parkinson",), 72, ""),
    ("Pereira", "José", 1957, Sex.MALE, ("diabete", "hypertension"), 104, "ps-weber"),
    ("Becker", "Christiane", 1966, Sex.FEMALE, ("polyarthrite",), 87, "ps-kieffer"),
    ("Weis", "Luca", 1997, Sex.MALE, ("crohn",), 53, ""),
    ("Krier", "Jean", 1946, Sex.MALE, ("avc", "fibrillation-auriculaire"), 129, "ps-kieffer"),
    ("Lorang", "Monique", 1953, Sex.FEMALE, ("insuffisance-renale", "diabete"), 111, "ps-kieffer"),
    ("Santos", "António", 1961, Sex.MALE, ("coronaropathie",), 58, "ps-weber"),
)  # fmt: skip


def _long_term(rng: Random) -> Iterator[DemoPerson]:
    for number, (family, given, year, sex, topics, documents, referent) in enumerate(_LONG_TERM, start=6):
        born = date(year, rng.randint(1, 12), rng.randint(1, 28))
        person = _person(rng, number, family, given, born, sex)
        person.course, person.topics, person.documents = "chronic", topics, documents
        person.years = 4 + documents // 24
        person.referent = referent
        person.gp = referent or "ps-schmitz"
        if number % 3 == 0:
            person.circle = ("ps-weber",) if referent != "ps-weber" else ("ps-reuter", "ps-thill")
        yield person


def _arrange_states(people: list[DemoPerson], today: date) -> None:
    """Every state of a DSP occurs, the common one most (domain §5.7)."""
    visiting = people[RUNNING_CONSULTATION - 1]
    visiting.documents = max(visiting.documents, 6)
    for person in people[RUNNING_CONSULTATION:]:
        if person.number % 31 == 3:
            person.dsp, person.documents = DspState.NONE, 0
        elif person.number % 37 == 5:
            person.dsp, person.documents = DspState.INACTIVE, 0
            person.inactive_until = today + timedelta(days=person.number % 28 + 1)
        elif person.number % 53 == 7:
            person.dsp = DspState.CLOSED
        elif person.birth_date.year < 1950 and person.number % 5 == 1:
            person.dsp = DspState.DECEASED
            person.died = today - timedelta(days=40 + person.number)
        elif person.number % 17 == 4:
            person.circle = ("ps-weber",) if person.number % 2 else ("ps-thill", "ps-reuter")
        if person.number % 23 == 2:
            person.emergency = EmergencyLevel.ETENDU if person.number % 2 else EmergencyLevel.SUPPRIME
