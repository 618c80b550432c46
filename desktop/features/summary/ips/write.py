"""A summary as FHIR R4 document, valid as IPS 2.0.1 or as European Patient Summary (features A.1, A.5).

The same summary gives the same bytes: ids are derived from the bundle's own.
"""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from desktop.common import json_text
from desktop.domain.local_time import local_day
from desktop.features.summary.domain.entries import ClinicalStatus, Entry, Problem
from desktop.features.summary.domain.none_known import NONE_KNOWN
from desktop.features.summary.domain.sections import REQUIRED, RULES, SectionKey, SectionState
from desktop.features.summary.domain.summary import Subject, Summary, SummarySection, Writer
from desktop.features.summary.domain.wording import section_lines, section_title, spoken, state_words
from desktop.features.summary.ips import codes, narrative
from desktop.features.summary.ips.entries_write import Place, none_known, resources
from desktop.features.summary.ips.parts import Json, absent, concept_of
from desktop.features.summary.ips.profiles import EPS_REQUIRED, Profile

_PROFILES: Final = {
    Profile.IPS: "http://hl7.org/fhir/uv/ips/StructureDefinition/{}-uv-ips",
    Profile.EU_EPS: "http://hl7.eu/fhir/eps/StructureDefinition/{}-eu-eps",
}


def write(summary: Summary, title: str, profile: Profile = Profile.IPS) -> bytes:
    """The document Bundle of *summary*; *title* is its own, in its language (« Résumé patient »).

    ValueError where a required section is missing or undecided (CF-083); a section that the patient objects
    to looks like one of which nothing is known (CF-086).
    """
    return json_text.emit(_Document(summary, profile).bundle(title))


class _Document:
    """Collects the entries of one bundle."""

    def __init__(self, summary: Summary, profile: Profile) -> None:
        self._summary = summary
        self._profile = profile
        self._language = spoken(summary.language)
        self._patient = {"reference": self._urn("patient")}
        self._entries: list[Json] = []

    def bundle(self, title: str) -> Json:
        summary = self._summary
        moment = _instant(summary.written_at)
        sections = [self._section(index, one) for index, one in enumerate(self._sections())]
        author, house = self._urn("author"), self._urn("organisation")
        composition = {
            "resourceType": "Composition",
            "meta": {"profile": [self._named("Composition")]},
            "language": summary.language,
            "extension": [{"url": codes.VERSION_NUMBER, "valueString": str(summary.version)}],
            "identifier": {"system": codes.URI, "value": summary.identifier},
            "status": "final",
            "type": concept_of(codes.LOINC, codes.SUMMARY),
            "subject": self._patient,
            "date": moment,
            "author": [{"reference": author}],
            "title": title,
            "attester": [{"mode": "professional", "time": moment, "party": {"reference": author}}],
            **({"custodian": {"reference": house}} if summary.author.organisation else {}),
            **({"relatesTo": [_replaces(summary.replaces)]} if summary.replaces else {}),
            "section": sections,
        }
        people = [
            _entry(self._urn("composition"), composition),
            _entry(self._urn("patient"), _patient(summary.subject)),
            _entry(author, _practitioner(summary.author)),
        ]
        if summary.author.organisation:
            organisation = {"resourceType": "Organization", "name": summary.author.organisation}
            people.append(_entry(house, organisation))
        return {
            "resourceType": "Bundle",
            "meta": {"profile": [self._named("Bundle")]},
            "language": summary.language,
            "identifier": {"system": codes.URI, "value": summary.bundle},
            "type": "document",
            "timestamp": moment,
            "entry": people + self._entries,
        }

    def _sections(self) -> list[SummarySection]:
        """Those that are written, each with a state that may be seen outside."""
        found = {section.key: section for section in self._summary.sections if section.key}
        needed = REQUIRED if self._profile is Profile.IPS else (*REQUIRED, *EPS_REQUIRED)
        for key in REQUIRED:
            if key not in found or found[key].state is SectionState.UNDECIDED or _bare(found[key]):
                raise ValueError(f"undecided: {key}")
        shown = [
            replace(section, state=SectionState.UNAVAILABLE, entries=(), note="")
            if section.state in (SectionState.REFUSED, SectionState.UNDECIDED)
            else section
            for section in self._summary.sections
            if section.key in needed or _said(section)
        ]
        if self._profile is Profile.IPS:
            return shown
        missing = [SummarySection(key, SectionState.UNAVAILABLE) for key in EPS_REQUIRED if key not in found]
        return [*_merged(shown), *missing]

    def _section(self, index: int, section: SummarySection) -> Json:
        entries = self._entry_references(index, section)
        lines = (*section.narrative, *section_lines(section, self._summary, self._language))
        whole = not section.narrative and not section.note
        empty = {} if entries or section.state is SectionState.LINES else _empty(section.state)
        return {
            **({"extension": [{"url": codes.NOTE, "valueString": section.note}]} if section.note else {}),
            "title": section.title or (section_title(section.key, self._language) if section.key else "–"),
            "code": _section_code(section),
            "text": {
                "status": "generated" if whole else "additional",
                "div": narrative.div(lines or ("–",), self._summary.language),
            },
            **({"entry": entries} if entries else {}),
            **empty,
        }

    def _entry_references(self, index: int, section: SummarySection) -> list[Json]:
        if section.state is SectionState.NONE_KNOWN and section.key in NONE_KNOWN:
            day = local_day(self._summary.written_at)
            words = state_words(section.key, section.state, self._language, day)
            name = f"{section.key}/none"
            self._entries.append(
                _entry(self._urn(name), none_known(section.key, words, self._place(section, name)))
            )
            return [{"reference": self._urn(name)}]
        references = []
        for number, entry in enumerate(section.entries if section.state is SectionState.LINES else ()):
            name = f"{section.key or index}/{number}"
            references.append({"reference": self._urn(name)})
            for part, resource in resources(entry, self._place(section, name)):
                self._entries.append(_entry(self._urn(f"{name}/{part}" if part else name), resource))
        return references

    def _place(self, section: SummarySection, name: str) -> Place:
        return Place(
            section.key, self._patient, self._summary.language, lambda part: self._urn(f"{name}/{part}")
        )

    def _urn(self, name: str) -> str:
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{self._summary.bundle}#{name}").urn

    def _named(self, kind: str) -> str:
        return _PROFILES[self._profile].format(kind if self._profile is Profile.IPS else kind.lower())


def _said(section: SummarySection) -> bool:
    """Whether an optional section says anything outside: what was not asked or is refused is left out."""
    told = (SectionState.LINES, SectionState.NONE_KNOWN, SectionState.UNAVAILABLE)
    return section.state in told and not (_bare(section) and not section.note)


def _bare(section: SummarySection) -> bool:
    """Lines are said to be there, and none is."""
    return section.state is SectionState.LINES and not section.entries and not section.narrative


def _merged(sections: list[SummarySection]) -> list[SummarySection]:
    """EPS knows no past problems: they stand among the problems, resolved."""
    past = [s for s in sections if s.key is SectionKey.PAST_PROBLEMS and s.state is SectionState.LINES]
    entries = tuple(_resolved(entry) for section in past for entry in section.entries)
    kept = [section for section in sections if section.key is not SectionKey.PAST_PROBLEMS]
    if not entries:
        return kept
    notes = [section.note for section in past if section.note]
    return [
        replace(
            section,
            state=SectionState.LINES,
            entries=section.entries + entries,
            note=" ".join([*([section.note] if section.note else []), *notes]),
        )
        if section.key is SectionKey.PROBLEMS
        else section
        for section in kept
    ]


def _resolved(entry: Entry) -> Entry:
    if isinstance(entry, Problem) and entry.status is ClinicalStatus.ACTIVE:
        return replace(entry, status=ClinicalStatus.RESOLVED)
    return entry


def _section_code(section: SummarySection) -> Json:
    loinc = RULES[section.key].loinc if section.key else section.loinc
    return concept_of(codes.LOINC, loinc) if loinc else {"text": section.title or "–"}


def _empty(state: SectionState) -> Json:
    return {"emptyReason": concept_of(codes.EMPTY_REASON, codes.EMPTY[state])}


def _replaces(bundle: str) -> Json:
    return {"code": "replaces", "targetIdentifier": {"system": codes.URI, "value": bundle}}


def _entry(url: str, resource: Json) -> Json:
    return {"fullUrl": url, "resource": resource}


def _patient(subject: Subject) -> Json:
    name = {
        **({"family": subject.family} if subject.family else {}),
        **({"given": [subject.given]} if subject.given else {}),
    }
    born = subject.birth_date
    return {
        "resourceType": "Patient",
        **({"id": subject.id} if subject.id else {}),
        **(
            {"identifier": [{"system": codes.MATRICULE, "value": subject.matricule}]}
            if subject.matricule
            else {}
        ),
        "name": [{"use": "official", **name} if name else absent("unknown")],
        **({"gender": subject.sex} if subject.sex else {}),
        **({"birthDate": born.isoformat()} if born else {"_birthDate": absent("unknown")}),
        **({"address": [{"text": subject.address}]} if subject.address else {}),
    }


def _practitioner(author: Writer) -> Json:
    return {
        "resourceType": "Practitioner",
        **(
            {"identifier": [{"system": codes.EHEALTH_ID, "value": author.ehealth_id}]}
            if author.ehealth_id
            else {}
        ),
        "name": [{"text": author.name} if author.name else absent("unknown")],
        **({"qualification": [{"code": {"text": author.profession}}]} if author.profession else {}),
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
