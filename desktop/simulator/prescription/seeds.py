"""The ordonnances of a data set: a few well-known ones for tours and QA, and the many around them."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session as Database

from desktop.domain.local_time import local_day
from desktop.domain.record import DspState
from desktop.simulator.prescription import many
from desktop.simulator.prescription.past import ALL, Delivered, Directory, Done, issue, play
from desktop.simulator.prescription.sketches import Drug, Sketch, SketchedLine, code_of, qr_of
from desktop.simulator.seed_data import Dataset

METFORMINE = Drug(
    "Metformine 850 mg, comprimé", "metformine", "A10BA02", "850 mg", "comprimé", "10219000", "09999990000187"
)
RAMIPRIL = Drug(
    "Ramipril 5 mg, comprimé", "ramipril", "C09AA05", "5 mg", "comprimé", "10219000", "09999990000262"
)
ATORVASTATINE = Drug(
    "Atorvastatine 40 mg, comprimé",
    "atorvastatine",
    "C10AA05",
    "40 mg",
    "comprimé",
    "10219000",
    "09999990000347",
)
_MORPHINE = Drug(
    "Morphine 10 mg, comprimé à libération prolongée", "morphine", "N02AA01", "10 mg", "comprimé"
)
_AMLODIPINE = Drug("Amlodipine 5 mg, comprimé", "amlodipine", "C08CA01", "5 mg", "comprimé", "10219000")
_OMEPRAZOLE = Drug("Oméprazole 20 mg, gélule", "oméprazole", "A02BC01", "20 mg", "gélule", "10210000")
_CREAM = Drug("Préparation magistrale : crème à l'urée 10 %, 100 g")

_DAILY = SketchedLine(
    RAMIPRIL,
    "1 le matin",
    90,
    "comprimé",
    90,
    "RR",
    indication="hypertension artérielle",
    rhythm=(1, 0, 0, 0),
)
TOUR = (
    SketchedLine(
        METFORMINE, "1 matin et soir au milieu du repas", 180, "comprimé", 90, "RR",
        indication="diabète de type 2", rhythm=(1, 0, 1, 0),
    ),
    _DAILY,
    SketchedLine(ATORVASTATINE, "1 le soir", 90, "comprimé", 90, "RR", rhythm=(0, 0, 1, 0)),
)  # fmt: skip
WELL_KNOWN = (
    "tour",
    "narcotic",
    "expired",
    "cancelled",
    "suspended",
    "broken",
    "renewable",
    "acts",
    "magistral",
)
"""Their keys; :func:`code` says which code each has."""


def code(key: str) -> str:
    """The code of a well-known ordonnance."""
    return code_of(key)


def qr_text(code: str) -> str:
    """What the QR code of a data set's ordonnance says; of any other it opens nothing."""
    return qr_of(code)


def seed(database: Database, dataset: Dataset, now: datetime) -> None:
    """Well-known ones for the first patients, then what fits the documents, then more."""
    today, known = local_day(now), Directory(database)
    patients = [p.id for p in dataset.patients() if p.dsp is DspState.ACTIVE][:3]
    _well_known(database, known, patients, today)
    many.seed(database, known, dataset, today)


def at(day: date, hour: int = 9) -> datetime:
    """A time of office hours."""
    return datetime.combine(day, time(hour, 20), UTC)


def _well_known(database: Database, known: Directory, patients: list[str], today: date) -> None:
    first, second, third = patients

    def ago(days: int, hour: int = 8) -> datetime:
        return at(today - timedelta(days=days), hour)

    lines = issue(database, known, Sketch("tour", ago(2), TOUR), (first, "ps-weber"))
    play(database, known, lines, Delivered(3, ALL, ago(1, 15), "ps-wiltgen"))
    morphine = SketchedLine(
        _MORPHINE, "1 toutes les 12 heures", 28, "comprimé", 14, "S", paper_form="2026-004711"
    )
    issue(database, known, Sketch("narcotic", ago(3), (morphine,)), (first, "ps-weber"))
    issue(database, known, Sketch("expired", ago(120), (_DAILY,)), (second, "ps-weber"))
    lines = issue(database, known, Sketch("cancelled", ago(12), (_DAILY,)), (second, "ps-weber"))
    play(database, known, lines, Done("annuler", "prescripteur", 0, "Erreur de dosage"))
    amlodipine = SketchedLine(_AMLODIPINE, "1 le matin", 30, "comprimé", 30, "R", rhythm=(1, 0, 0, 0))
    issue(database, known, Sketch("suspended", ago(10), (amlodipine,)), (second, "ps-suspended"))
    altered = {"dosageInstruction": [{"text": "4 le matin"}]}
    issue(database, known, Sketch("broken", ago(5), (_DAILY,)), (third, "ps-schmitz"), broken=altered)
    lines = issue(database, known, Sketch("renewable", ago(40), (amlodipine,)), (third, "ps-schmitz"))
    play(database, known, lines, Delivered(1, ALL, ago(38, 10), "ps-thill"))
    acts = (
        SketchedLine(Drug("Hémogramme, créatinine, HbA1c"), nature="biologie"),
        SketchedLine(Drug("Kinésithérapie : huit séances, épaule droite"), nature="kine"),
    )
    issue(database, known, Sketch("acts", ago(6), acts), (third, "ps-kieffer"))
    cream = SketchedLine(_CREAM, "une application le soir", 1, "pot", 30)
    gastric = SketchedLine(_OMEPRAZOLE, "1 le matin à jeun", 28, "gélule", 28, "libre", repeats=1)
    issue(database, known, Sketch("magistral", ago(1), (cream, gastric)), (third, "ps-kieffer"))
