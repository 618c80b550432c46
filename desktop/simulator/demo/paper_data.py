"""The structured data of the demo's papers: they say what the page beside them says, and nothing else."""

from collections.abc import Callable

from desktop.simulator.demo import data_entries, phrase_bank
from desktop.simulator.demo.data_frame import DataDocument, Reference
from desktop.simulator.demo.letterhead import Case
from desktop.simulator.demo.pages_exams import measured
from desktop.simulator.demo.pages_hospital import at_discharge
from desktop.simulator.demo.pages_practice import Content, content_of, prescribed
from desktop.simulator.seed_data import SeedDocument, unique_id_of

_SUMMARY, _LAB, _ORDONNANCE, _DISPENSATION, _LETTER = (
    "60591-5", "11502-2", "57833-6", "60593-1", "18842-5",
)  # fmt: skip
_PROBLEMS, _ALLERGIES, _MEDICATION, _VACCINES, _RESULTS, _SOCIAL, _PLAN = (
    "11450-4", "48765-2", "10160-0", "11369-6", "30954-2", "29762-2", "18776-5",
)  # fmt: skip
_VERSION = "http://hl7.org/fhir/StructureDefinition/composition-clinicaldocument-versionNumber"


def written(page: str, case: Case, data: SeedDocument, version: int) -> bytes:
    """The Bundle of *data*, beside a *page* made of *case*; *version* counts the versions of the document."""
    return _WRITERS[page](case, DataDocument(case, data), data, version)


def has_data(page: str) -> bool:
    """Whether papers of a kind can have data beside them."""
    return page in _WRITERS


def _summary(case: Case, document: DataDocument, data: SeedDocument, version: int) -> bytes:
    content = content_of(case)
    _history(case, document, content)
    document.section(
        "Vaccinations", _VACCINES, [f"{name} {year}".strip() for name, year in content.vaccines],
        [data_entries.vaccine(document, name, year) for name, year in content.vaccines],
    )  # fmt: skip
    _results(document, "Résultats pertinents", content.results)
    document.section("Mode de vie et autonomie", _SOCIAL, (content.habits,))
    document.section("Plan de soins", _PLAN, content.plan)
    more: dict[str, object] = {
        "identifier": {"system": "urn:ietf:rfc:3986", "value": unique_id_of(f"summary {data.patient_id}")},
        "extension": [{"url": _VERSION, "valueString": str(version)}],
    }
    if data.replaces:
        former = {"system": "urn:ietf:rfc:3986", "value": unique_id_of(data.replaces)}
        more["relatesTo"] = [{"code": "replaces", "targetIdentifier": former}]
    return document.written(_SUMMARY, **more)


def _history(case: Case, document: DataDocument, content: Content) -> None:
    document.section(
        "Problèmes actifs", _PROBLEMS, [t.label for t in content.problems],
        [data_entries.problem(document, topic) for topic in content.problems],
    )  # fmt: skip
    known = case.person.allergies
    document.section(
        "Allergies et intolérances", _ALLERGIES, known or ("Aucune connue.",),
        [data_entries.allergy(document, words) for words in known]
        or [data_entries.none_known(document, "allergy")],
    )  # fmt: skip
    _medication(document, "Traitement en cours", content.drugs, data_entries.statement)


def _medication(
    document: DataDocument, title: str, drugs: tuple[str, ...], one: Callable[[DataDocument, str], Reference]
) -> None:
    known = phrase_bank.drugs()
    document.section(
        title, _MEDICATION, [" : ".join(known[key][:2]) for key in drugs] or ("Aucun traitement connu",),
        [one(document, key) for key in drugs] or [data_entries.none_known(document, "medication")],
    )  # fmt: skip


def _results(document: DataDocument, title: str, values: tuple[tuple[str, float], ...]) -> None:
    known = phrase_bank.analytes()
    document.section(
        title, _RESULTS,
        [f"{known[n].label.strip()} : {known[n].shown(v)} {known[n].unit}" for n, v in values],
        [data_entries.result(document, n, known[n], v) for n, v in values],
    )  # fmt: skip


def _lab(case: Case, document: DataDocument, data: SeedDocument, version: int) -> bytes:
    _results(document, "Résultats d'analyses", measured(case))
    return document.written(_LAB)


def _ordonnance(case: Case, document: DataDocument, data: SeedDocument, version: int) -> bytes:
    _medication(document, "Ordonnance", prescribed(case), data_entries.request)
    return document.written(_ORDONNANCE)


def _dispensation(case: Case, document: DataDocument, data: SeedDocument, version: int) -> bytes:
    drugs = case.drugs(case.topic.drugs or ("paracetamol",))
    _medication(document, "Délivrance", drugs, data_entries.dispensed)
    return document.written(_DISPENSATION)


def _letter(case: Case, document: DataDocument, data: SeedDocument, version: int) -> bytes:
    told = at_discharge(case)
    document.section(
        "Allergies", _ALLERGIES, told.allergies,
        [data_entries.allergy(document, words) for words in told.allergies],
    )  # fmt: skip
    _medication(document, "Traitement à la sortie", told.drugs, data_entries.statement)
    return document.written(_LETTER)


_WRITERS = {
    "summary": _summary, "lab": _lab, "prescription": _ordonnance, "dispense": _dispensation, "stay": _letter,
}  # fmt: skip
