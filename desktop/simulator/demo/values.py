"""Laboratory values as functions of person, problem and day, so that every former value is the same again."""

from datetime import date
from itertools import pairwise
from random import Random

from desktop.domain.record import Sex
from desktop.simulator.demo import phrase_bank
from desktop.simulator.demo.population import DemoPerson

# Courses of the long record: years before today → value, in between a straight line.
_LONG_COURSE: dict[int, dict[str, tuple[tuple[float, float], ...]]] = {
    1: {
        "tsh": ((4, 2.6), (0.9, 3.4), (0.4, 4.6), (0.1, 5.6), (0, 5.2)),
        "t4l": ((4, 1.2), (0.9, 1.02), (0.1, 0.88), (0, 0.9)),
        "hemoglobine": ((4, 12.9), (1, 12.5), (0.35, 10.9), (0.08, 10.4), (0, 10.9)),
        "ferritine": ((4, 46), (1, 24), (0.35, 8), (0.08, 6), (0, 11)),
        "vgm": ((4, 88), (1, 86), (0.35, 79), (0, 77)),
    },
    2: {
        "hba1c": ((12, 9.2), (11, 7.6), (8, 7.2), (5, 8.1), (4, 7.3), (1, 7.0), (0, 7.1)),
        "creatinine": ((12, 0.98), (8, 1.08), (4, 1.24), (2, 1.36), (0, 1.48)),
        "ntprobnp": ((12, 2900), (11, 980), (7, 1250), (5, 3400), (4.6, 1150), (1, 1420), (0, 1260)),
        "microalbumine": ((12, 34), (6, 58), (3, 96), (0, 71)),
        "hemoglobine": ((12, 14.2), (5, 13.0), (0, 12.3)),
        "ldl": ((12, 148), (11, 96), (5, 74), (0, 62)),
    }
}  # fmt: skip


class Laboratory:
    """The values of one person; *topics* are the problems that shift them."""

    def __init__(
        self, person: DemoPerson, seed: int, today: date, topics: tuple[phrase_bank.Topic, ...]
    ) -> None:
        self._person, self._seed, self._today = person, seed, today
        self._shifted = {name: pair for topic in reversed(topics) for name, pair in topic.abnormal.items()}

    def value(self, name: str, day: date) -> float | None:
        """The value on *day*; None when it makes no sense for this person (a DFG of a child)."""
        if name == "dfg":
            return self._filtration(day)
        if name == "cholesterol":
            return self._sum_of_fats(day)
        if name == "lymphocytes":
            return min(self._drawn(name, day), max(4.0, 92 - self._drawn("neutrophiles", day)))
        if name == "hematocrite":
            return self._drawn("hemoglobine", day) * 3.0 + 0.4
        if name == "erythrocytes":
            return (self._drawn("hemoglobine", day) * 3.0 + 0.4) * 10 / self._drawn("vgm", day)
        if name == "tp":
            return float(97 / self._drawn("inr", day) ** 1.2)
        return self._drawn(name, day)

    def _drawn(self, name: str, day: date) -> float:
        mean, spread = self._shifted.get(name) or self._usual(name, day)
        own = Random(f"{self._seed}|{self._person.number}|{name}").gauss(0, 0.6)
        noise = Random(f"{self._seed}|{self._person.number}|{name}|{day}").gauss(0, 0.6)
        course = _LONG_COURSE.get(self._person.number, {}).get(name)
        if course:
            centre = _between(course, (self._today - day).days / 365)
            return max(0.0, centre * (1 + 0.035 * noise))
        return max(mean * 0.35, mean + spread * (own + noise))

    def _usual(self, name: str, day: date) -> tuple[float, float]:
        mean, spread = phrase_bank.analytes()[name].usual
        if self._person.age(day) < 14 and name == "creatinine":
            return 0.52, 0.05
        if self._person.sex is Sex.FEMALE:
            change = {
                "hemoglobine": (13.2, 0.6),
                "creatinine": (0.72, 0.07),
                "ferritine": (68, 22),
                "hdl": (62, 8),
            }
            return change.get(name, (mean, spread))
        return {"hemoglobine": (14.9, 0.7), "creatinine": (0.92, 0.08)}.get(name, (mean, spread))

    def _filtration(self, day: date) -> float | None:
        age = self._person.age(day)
        if age < 18:
            return None
        female = self._person.sex is Sex.FEMALE
        ratio = round(self._drawn("creatinine", day), 2) / (0.7 if female else 0.9)
        power = -0.329 if female else -0.411
        rate = 141 * min(ratio, 1) ** power * max(ratio, 1) ** -1.209 * 0.993**age * (1.018 if female else 1)
        return float(rate)

    def _sum_of_fats(self, day: date) -> float:
        return (
            round(self._drawn("ldl", day))
            + round(self._drawn("hdl", day))
            + self._drawn("triglycerides", day) / 5
        )


def _between(course: tuple[tuple[float, float], ...], years: float) -> float:
    for (y1, v1), (y2, v2) in pairwise(course):
        if y2 <= years <= y1:
            return v1 + (v2 - v1) * (y1 - years) / (y1 - y2)
    return course[0][1] if years > course[0][0] else course[-1][1]
