"""Three hundred ordonnances in all states: those of the data set's papers, and as many more as miss."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session as Database

from desktop.domain.record import DspState
from desktop.simulator.prescription.issuing import MEDICINES
from desktop.simulator.prescription.past import ALL, Delivered, Directory, Done, issue, play
from desktop.simulator.prescription.sketches import Drug, Sketch, SketchedLine
from desktop.simulator.prescription.tables import LineTable
from desktop.simulator.seed_data import Dataset, SeedDocument, SeedDrug

_ALL_TOGETHER = 300
_DISPENSATION = "dispensation-medicamenteuse"
_MONTHS = re.compile(r"(?P<months>\d+) mois")
_PIECES = re.compile(r"(?P<number>\d+) (?P<unit>\w+)")
_NAME = re.compile(r"(?P<inn>[^\d]+?) (?P<strength>[\d ,/]+ ?(?:mg|g|µg|UI)(?:/\w+)?)(?:, (?P<form>.+))?")
_COUNTERS = ("ps-thill", "ps-wiltgen", "ps-arendt")

Play = Callable[[Database, Directory, list[LineTable], datetime, Random], None]


def seed(database: Database, known: Directory, dataset: Dataset, today: date) -> None:
    """Of each page of a medicine ordonnance what it says; then new ones of the same medicines."""
    documents = dataset.documents()
    papers = [d for d in documents if d.category == MEDICINES and not d.disabled]
    dispensed = [d for d in documents if d.category == _DISPENSATION and not d.disabled]
    bank: dict[str, SeedDrug] = {}
    for document in papers:
        drugs = dataset.drugs(document)
        bank |= {drug.name: drug for drug in drugs}
        if drugs and document.author_id.startswith("ps-"):
            _of_paper(database, known, document, drugs, dispensed, today)
    people = [p for p in dataset.patients() if p.dsp is DspState.ACTIVE]
    rng = Random("ordonnances")
    drugs = [bank[name] for name in sorted(bank)]
    missing = _ALL_TOGETHER - len(papers) if drugs else 0
    for number in range(missing):
        person = people[(7 * number + 3) % len(people)]
        playing, days = _PLAYS[number % len(_PLAYS)]
        authored = _at(today - timedelta(days=rng.randint(*days)), 8 + number % 9)
        lines = tuple(_line(drug) for drug in rng.sample(drugs, rng.randint(1, 3)))
        author = ("ps-weber", "ps-kieffer", "ps-schmitz")[number % 3]
        made = issue(database, known, Sketch(f"more {number}", authored, lines), (person.id, author))
        playing(database, known, made, authored, rng)


def _of_paper(
    database: Database,
    known: Directory,
    document: SeedDocument,
    drugs: Sequence[SeedDrug],
    dispensed: list[SeedDocument],
    today: date,
) -> None:
    """Delivered on the day of the patient's next dispensing report, or the day after it was written."""
    authored = _at(document.created, 10)
    sketch = Sketch(document.id, authored, tuple(map(_line, drugs)))
    lines = issue(database, known, sketch, (document.patient_id, document.author_id), document.id)
    reports = [
        d for d in dispensed
        if d.patient_id == document.patient_id
        and timedelta(0) <= d.created - document.created <= timedelta(days=90)
    ]  # fmt: skip
    report = min(reports, key=lambda d: d.created, default=None)
    day = report.created if report else document.created + timedelta(days=1)
    if day >= today or (report is None and document.created > today - timedelta(days=20)):
        return  # nobody has collected it yet
    pharmacist = report.author_id if report else _COUNTERS[sum(document.id.encode()) % len(_COUNTERS)]
    acts = [Delivered(number, ALL, _at(day, 16), pharmacist) for number in range(1, len(lines) + 1)]
    play(database, known, lines, *acts, document_id=report.id if report else "")


def _line(drug: SeedDrug) -> SketchedLine:
    """As the page says it: « 3 mois » are as many of its form as days."""
    named = _NAME.fullmatch(drug.name)
    inn, strength, form = (named["inn"], named["strength"], named["form"] or "") if named else ("", "", "")
    product = Drug(drug.name, inn.lower(), drug.atc, strength, form)
    if (months := _MONTHS.match(drug.quantity)) is not None:
        days = 30 * int(months["months"])
        twice = "matin et soir" in drug.posology
        return SketchedLine(
            product, drug.posology, days * (2 if twice else 1), form.split(",")[0], days, "RR"
        )
    pieces = _PIECES.match(drug.quantity)
    number, unit = (int(pieces["number"]), pieces["unit"]) if pieces else (1, drug.quantity)
    return SketchedLine(product, drug.posology, number, unit, 0, "libre")


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 20), UTC)


def _nothing(database: Database, known: Directory, lines: list[LineTable], at: datetime, rng: Random) -> None:
    """Waiting, or past its day."""


def _delivered(
    database: Database, known: Directory, lines: list[LineTable], at: datetime, rng: Random
) -> None:
    pharmacist, when = rng.choice(_COUNTERS), at + timedelta(days=1)
    play(database, known, lines, *(Delivered(n, ALL, when, pharmacist) for n in range(1, len(lines) + 1)))


def _first_line(
    database: Database, known: Directory, lines: list[LineTable], at: datetime, rng: Random
) -> None:
    play(database, known, lines, Delivered(1, ALL, at + timedelta(hours=3), rng.choice(_COUNTERS)))


def _half(database: Database, known: Directory, lines: list[LineTable], at: datetime, rng: Random) -> None:
    half = int(lines[0].quantity) // 2
    if half:
        play(database, known, lines, Delivered(1, half, at + timedelta(hours=3), rng.choice(_COUNTERS)))


def _stopped(database: Database, known: Directory, lines: list[LineTable], at: datetime, rng: Random) -> None:
    _half(database, known, lines, at, rng)
    if lines[0].state == "partielle":
        play(database, known, lines, Done("arreter", "prescripteur", 1, "Mauvaise tolérance"))


def _cancelled(
    database: Database, known: Directory, lines: list[LineTable], at: datetime, rng: Random
) -> None:
    play(database, known, lines, Done("annuler", "prescripteur", 0, "Traitement changé"))


def _suspended(
    database: Database, known: Directory, lines: list[LineTable], at: datetime, rng: Random
) -> None:
    play(database, known, lines, Done("suspendre", "prescripteur", 1, "En attente d'un résultat"))


def _refused(database: Database, known: Directory, lines: list[LineTable], at: datetime, rng: Random) -> None:
    lines[0].state, lines[0].reason = "refusee", "Interaction avec le traitement en cours"
    lines[0].version += 1


_PLAYS: tuple[tuple[Play, tuple[int, int]], ...] = (
    (_nothing, (1, 60)),
    (_delivered, (2, 85)),
    (_first_line, (2, 60)),
    (_half, (2, 60)),
    (_nothing, (95, 300)),
    (_cancelled, (1, 80)),
    (_suspended, (1, 60)),
    (_stopped, (3, 80)),
    (_refused, (1, 60)),
    (_delivered, (90, 400)),
)
