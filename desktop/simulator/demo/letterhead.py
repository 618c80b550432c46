# ruff: noqa: E501 (prose and tables of data)
"""What stands around a demo page: sender, patient, recipient, signature; each kind of sender has a look."""

from dataclasses import dataclass
from datetime import date
from random import Random

from desktop.domain.matricule import Matricule
from desktop.domain.record import EpisodeKind, Sex
from desktop.simulator.demo.pdf_file import Face
from desktop.simulator.demo.phrase_bank import Topic
from desktop.simulator.demo.population import DemoPerson
from desktop.simulator.demo.record_plan import Facts
from desktop.simulator.demo.sheet import BLACK, GREY, LEFT, PALE, RIGHT, Colour, Sheet
from desktop.simulator.demo.values import Laboratory
from desktop.simulator.seed_data import SeedDocument, SeedOrganization, SeedPractitioner

MARK = "SYNTHÉTIQUE – DONNÉES DE DÉMONSTRATION"
FOOTER = "Personnes, institutions et résultats inventés. Sans valeur médicale."

_ACCENTS: dict[str, Colour] = {
    "org-plateau": (0.0, 0.29, 0.46), "org-vallees": (0.13, 0.37, 0.25), "org-urgences": (0.55, 0.12, 0.16),
    "org-urgences-nord": (0.55, 0.12, 0.16), "org-labo": (0.36, 0.16, 0.45), "org-labo-nord": (0.0, 0.38, 0.42),
    "org-imagerie": (0.16, 0.22, 0.33), "org-specialistes": (0.62, 0.3, 0.06), "org-reseau": (0.1, 0.42, 0.36),
    "org-kine": (0.2, 0.4, 0.55), "org-thill": (0.05, 0.45, 0.22), "org-reuter": (0.1, 0.42, 0.36),
    "org-cns": (0.1, 0.2, 0.45),
}  # fmt: skip
_PLAIN: Colour = (0.17, 0.24, 0.33)


_INSTEAD = {
    "Pénicilline": {"amoxicilline": "clarithromycine", "amoxicilline_enfant": "azithromycine_enfant"},
    "Anti-inflammatoires": {"ibuprofene": "paracetamol", "aspirine": "clopidogrel"},
}
"""Allergy → what is prescribed in place of a medicine."""

_NEVER_WITH = {
    "acenocoumarol": ("apixaban", "aspirine"),
    "sacubitril": ("ramipril", "perindopril"),
    "ramipril": ("perindopril",),
}
"""Medicine → what nobody prescribes beside it."""


@dataclass(frozen=True, slots=True)
class Case:
    """All that a page writer may look at."""

    document: SeedDocument
    person: DemoPerson
    topic: Topic
    facts: Facts
    author: SeedPractitioner | None
    organization: SeedOrganization | None
    gp: SeedPractitioner
    laboratory: Laboratory
    previous: tuple[date, ...]
    rng: Random

    @property
    def day(self) -> date:
        """The document's date."""
        return self.document.created

    @property
    def female(self) -> bool:
        """Grammatical gender of the texts."""
        return self.person.sex is Sex.FEMALE

    @property
    def age(self) -> int:
        """Full years at the document's date."""
        return self.person.age(self.day)

    def patient(self) -> str:
        """``Madame Anne Muller``, ``l'enfant Zoé Weber``."""
        name = f"{self.person.given} {self.person.family}"
        if self.age < 14:
            return f"l'enfant {name}"
        return f"{'Madame' if self.female else 'Monsieur'} {name}"

    def drugs(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """*wanted*, each once, without what the patient is allergic to."""
        changed = dict[str, str]()
        for allergy, instead in _INSTEAD.items():
            if any(allergy in known for known in self.person.allergies):
                changed |= instead
        together = tuple(dict.fromkeys(changed.get(drug, drug) for drug in wanted))
        barred = {out for drug in together for out in _NEVER_WITH.get(drug, ())}
        return tuple(drug for drug in together if drug not in barred)

    def say(self, sentence: str, **facts: object) -> str:
        """Fill the person into a sentence of the phrase bank."""
        subject = "elle" if self.female else "il"
        return sentence.format(
            patient=self.patient(), il=subject, Il=subject.capitalize(), age=self.age,
            e="e" if self.female else "", ne="ne" if self.female else "", **facts,
        )  # fmt: skip

    def one(self, choice: tuple[str, ...] | list[str], **facts: object) -> str:
        """One sentence of a phrase bank, filled."""
        return self.say(self.rng.choice(choice), **facts)


def dotted(day: date) -> str:
    """``12.05.1993``."""
    return f"{day:%d.%m.%Y}"


def born(case: Case) -> str:
    """``née le 12.05.1993``."""
    return f"né{'e' if case.female else ''} le {dotted(case.person.birth_date)}"


def author_name(case: Case) -> str:
    """``Dr Hélène Klein``."""
    if case.author is None:
        return ""
    return f"{case.author.prefix} {case.author.given} {case.author.family}".strip()


def open_sheet(case: Case) -> Sheet:
    """A sheet with the sender's letterhead and the patient's box; the flow starts below."""
    place = case.organization
    accent = _ACCENTS.get(place.id, _PLAIN) if place else _PLAIN
    serif = place is not None and place.kind is EpisodeKind.CABINET and place.id != "org-specialistes"
    sheet = Sheet(accent, Face.SERIF if serif else Face.REGULAR, Face.SERIF_BOLD if serif else Face.BOLD)
    sheet.running = f"{case.person.family.upper()} {case.person.given} · {born(case)} · {case.document.title}"
    if place is None:
        sheet.y = 70
    elif serif:
        _practice(sheet, case, place)
    elif place.kind in (EpisodeKind.HOPITAL, EpisodeKind.URGENCES):
        _hospital(sheet, case, place)
    elif place.kind is EpisodeKind.LABORATOIRE:
        _laboratory(sheet, case, place)
    else:
        _centre(sheet, case, place)
    _patient_box(sheet, case)
    return sheet


def _hospital(sheet: Sheet, case: Case, place: SeedOrganization) -> None:
    sheet.box(0, 0, 595.28, 14, fill=sheet.accent)
    sheet.box(LEFT, 34, 30, 30, fill=sheet.accent)
    sheet.box(LEFT + 12, 39, 6, 20, fill=(1, 1, 1))
    sheet.box(LEFT + 5, 46, 20, 6, fill=(1, 1, 1))
    name, _, service = place.name.partition(", ")
    sheet.at(LEFT + 40, 47, name, 15, Face.BOLD, sheet.accent)
    service = "Service des urgences" if service else _service(case)
    sheet.at(LEFT + 40, 61, service, 9.5, Face.REGULAR, GREY)
    sheet.ending_at(RIGHT, 47, place.address, 8, Face.REGULAR, GREY)
    sheet.ending_at(RIGHT, 59, author_name(case), 9, Face.BOLD, BLACK)
    sheet.line(LEFT, 76, RIGHT, 76, 1, sheet.accent)
    sheet.y = 92


def _service(case: Case) -> str:
    name = case.topic.speciality
    name = "médecine interne" if name == "Médecine générale" else name[0].lower() + name[1:]
    return f"Service d'{name}" if name[0] in "aeéiou" else f"Service de {name}"


def _laboratory(sheet: Sheet, case: Case, place: SeedOrganization) -> None:
    x, y = LEFT + 13, 36
    sheet.curve(
        [(x - 4, y), (x - 4, y + 12), (x - 13, y + 32), (x + 13, y + 32), (x + 4, y + 12), (x + 4, y)],
        1.8,
        sheet.accent,
    )
    sheet.line(x - 7, y, x + 7, y, 1.8, sheet.accent)
    sheet.line(x - 9, y + 23, x + 9, y + 23, 1.2, sheet.accent)
    sheet.at(LEFT + 40, 52, place.name, 14, Face.BOLD, sheet.accent)
    sheet.at(LEFT + 40, 66, "Laboratoire d'analyses médicales, accréditation fictive", 8.5, Face.ITALIC, GREY)
    sheet.ending_at(RIGHT, 52, place.address, 8, Face.REGULAR, GREY)
    sheet.ending_at(RIGHT, 64, f"Biologiste responsable : {author_name(case)}", 8.5, Face.REGULAR, BLACK)
    sheet.line(LEFT, 78, RIGHT, 78, 1.6, sheet.accent)
    sheet.y = 94


def _practice(sheet: Sheet, case: Case, place: SeedOrganization) -> None:
    profession = case.author.profession if case.author else ""
    title = "Médecin généraliste" if profession == "Médecin" else profession
    name = author_name(case).replace("Dr ", "Docteur ")
    sheet.centred(46, name, 16, Face.SERIF_BOLD, sheet.accent)
    sheet.centred(61, title, 10.5, Face.SERIF, BLACK)
    sheet.centred(74, f"{place.name} · {place.address}", 9, Face.SERIF, GREY)
    if case.author:
        sheet.centred(
            86, f"Code médecin {case.author.ehealth_id or 'de démonstration'}", 8.5, Face.SERIF, GREY
        )
    sheet.line(LEFT + 120, 94, RIGHT - 120, 94, 0.8, sheet.accent)
    sheet.y = 108


def _centre(sheet: Sheet, case: Case, place: SeedOrganization) -> None:
    sheet.box(LEFT - 14, 30, 5, 44, fill=sheet.accent)
    sheet.at(LEFT, 45, place.name, 15, Face.BOLD, sheet.accent)
    role = str(case.facts.get("speciality", case.topic.speciality)) if place.id == "org-specialistes" else ""
    if case.author and not role:
        role = "Radiologie et imagerie médicale" if place.id == "org-imagerie" else case.author.profession
    sheet.at(LEFT, 59, role, 9.5, Face.REGULAR, GREY)
    sheet.at(LEFT, 71, place.address, 8.5, Face.REGULAR, GREY)
    sheet.ending_at(RIGHT, 45, author_name(case), 10, Face.BOLD, BLACK)
    sheet.line(LEFT - 14, 82, RIGHT, 82, 0.6, GREY)
    sheet.y = 98


def _patient_box(sheet: Sheet, case: Case) -> None:
    top = sheet.y
    sheet.box(LEFT + 240, top, RIGHT - LEFT - 240, 58, fill=PALE)
    x = LEFT + 250
    sheet.at(x, top + 15, f"{case.person.family.upper()} {case.person.given}", 11, sheet.strong)
    sheet.at(x, top + 28, f"{born(case)} · {'F' if case.female else 'M'} · {case.age} ans", 9)
    sheet.at(x, top + 40, f"Matricule {Matricule(case.person.matricule).grouped()}", 9)
    sheet.at(x, top + 52, case.person.address, 8.4, None, GREY)
    to = f"Dr {case.gp.given} {case.gp.family}"
    if case.author is not None and case.author.id != case.gp.id:
        sheet.at(LEFT, top + 15, "Médecin traitant", 8.4, None, GREY)
        sheet.at(LEFT, top + 28, to, 10)
    sheet.at(LEFT, top + 45, f"Date : {dotted(case.day)}", 9.5)
    sheet.y = top + 86


def sign(sheet: Sheet, case: Case, words: str = "") -> None:
    """Closing words and the signature block."""
    sheet.need(74)
    sheet.gap(8)
    if words:
        sheet.paragraph(words)
    x = LEFT + 300
    sheet.at(x, sheet.y + 8, author_name(case), 10, sheet.strong)
    if case.author:
        sheet.at(x, sheet.y + 21, case.author.profession, 8.6, None, GREY)
    strokes = [
        (x + 4 + 7 * i, sheet.y + 40 + case.rng.uniform(-9, 9)) for i in range(case.rng.randint(8, 14))
    ]
    sheet.curve(strokes, 0.9, (0.1, 0.15, 0.45))
    sheet.y += 62
