"""The frame of a structured document of the demo: Bundle, Composition, patient and author, in FHIR R4.

It shares no code with the client that reads these documents: two hands write one standard.
"""

import html
from collections.abc import Sequence
from typing import Any

import msgspec

from desktop.simulator import wire_names as names
from desktop.simulator.clock import instant
from desktop.simulator.demo.letterhead import Case, author_name
from desktop.simulator.seed_data import SeedDocument, unique_id_of

Resource = dict[str, Any]
Reference = dict[str, str]
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"


class DataDocument:
    """Collects the resources of one document; *data* is its row, *case* what its page was made of."""

    def __init__(self, case: Case, data: SeedDocument) -> None:
        self._case, self._data = case, data
        self._resources: dict[str, Resource] = {}
        self._sections: list[Resource] = []
        self.patient: Reference = {"reference": self.url("patient")}
        self.author: Reference = {"reference": self.url("author"), "display": author_name(case)}

    @property
    def day(self) -> str:
        """The document's date."""
        return self._data.created.isoformat()

    def url(self, name: str) -> str:
        """The place of a resource; the same at every start."""
        return unique_id_of(f"{self._data.id} {name}")

    def add(self, name: str, resource: Resource) -> Reference:
        """One more resource; how the others call it."""
        self._resources[self.url(name)] = resource
        return {"reference": self.url(name)}

    def section(
        self, title: str, loinc: str, lines: Sequence[str], entries: Sequence[Reference] = (), empty: str = ""
    ) -> None:
        """A section with its narrative; *empty* is a code of ``list-empty-reason``."""
        shown = "".join(f"<li>{html.escape(line)}</li>" for line in lines) or "<li>–</li>"
        div = f'<div xmlns="http://www.w3.org/1999/xhtml" lang="fr" xml:lang="fr"><ul>{shown}</ul></div>'
        section: Resource = {
            "title": title,
            "code": coded(names.LOINC, loinc),
            "text": {"status": "generated" if entries else "additional", "div": div},
        }
        if entries:
            section["entry"] = list(entries)
        if empty:
            section["emptyReason"] = coded(f"{_TERMINOLOGY}list-empty-reason", empty)
        self._sections.append(section)

    def written(self, loinc: str, **composition: Any) -> bytes:
        """The Bundle; *composition* are further elements of it."""
        moment = instant(self._data.registered)
        frame = {
            "resourceType": "Composition",
            "language": "fr",
            "status": "final",
            "type": coded(names.LOINC, loinc),
            "subject": self.patient,
            "date": moment,
            "author": [{"reference": self.author["reference"]}],
            "title": self._data.title,
            "section": self._sections,
        } | composition
        parts = {self.url("composition"): frame, **self._people(), **self._resources}
        return msgspec.json.encode(
            {
                "resourceType": "Bundle",
                "language": "fr",
                "identifier": {"system": names.URI, "value": unique_id_of(self._data.id)},
                "type": "document",
                "timestamp": moment,
                "entry": [{"fullUrl": url, "resource": resource} for url, resource in parts.items()],
            }
        )

    def _people(self) -> dict[str, Resource]:
        person, author = self._case.person, self._case.author
        patient: Resource = {
            "resourceType": "Patient",
            "identifier": [{"system": names.MATRICULE, "value": person.matricule}],
            "name": [{"family": person.family, "given": [person.given]}],
            "gender": person.sex.value,
            "birthDate": person.birth_date.isoformat(),
        }
        practitioner: Resource = {"resourceType": "Practitioner", "name": [{"text": author_name(self._case)}]}
        if author is not None:
            practitioner["name"][0] |= {"family": author.family, "given": [author.given]}
            if author.ehealth_id:
                identifier = {"system": names.EHEALTH_ID, "value": author.ehealth_id}
                practitioner["identifier"] = [identifier]
        return {self.url("patient"): patient, self.url("author"): practitioner}


def coded(system: str, code: str, text: str = "") -> Resource:
    """A CodeableConcept; "" for the code: words alone."""
    concept: Resource = {"coding": [{"system": system, "code": code}]} if code else {}
    return concept | ({"text": text} if text else {})


def status(kind: str, code: str) -> Resource:
    """A code of one of HL7's own systems."""
    return coded(_TERMINOLOGY + kind, code)


def unknown(name: str) -> Resource:
    """A required date that nobody told."""
    return {f"_{name}": {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}}


def number(shown: str) -> msgspec.Raw:
    """A decimal as it is printed: 7,20 keeps its zero."""
    return msgspec.Raw(shown.replace(",", ".").encode())
