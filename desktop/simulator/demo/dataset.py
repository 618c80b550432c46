# ruff: noqa: E501 (prose and tables of data)
"""The demo's data set (volumes of domain §2.1): plans first, pages on demand."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random

from desktop.domain.record import MandateKind
from desktop.simulator import card_holders
from desktop.simulator.demo import (
    pages_exams,
    pages_hospital,
    pages_nursing,
    pages_practice,
    paper_data,
    phrase_bank,
    providers,
)
from desktop.simulator.demo.declared import mandates_of, with_declared
from desktop.simulator.demo.letterhead import FOOTER, MARK, Case, author_name
from desktop.simulator.demo.patient_histories import plan_record
from desktop.simulator.demo.pdf_file import write_pdf
from desktop.simulator.demo.population import RUNNING_CONSULTATION, DemoPerson, population
from desktop.simulator.demo.record_plan import PlannedDocument, RecordPlan
from desktop.simulator.demo.sheet import Sheet
from desktop.simulator.demo.values import Laboratory
from desktop.simulator.seed_data import (
    SeedDocument,
    SeedDrug,
    SeedMandate,
    SeedOrganization,
    SeedPatient,
    SeedPractitioner,
    SeedResult,
    SeedService,
    Suggestion,
)

_PAGES: dict[str, Callable[[Case], Sheet]] = {
    "lab": pages_exams.lab, "image": pages_exams.image, "consult": pages_exams.consult,
    "operation": pages_exams.operation, "stay": pages_hospital.stay, "rpu": pages_hospital.rpu,
    "prescription": pages_practice.prescription, "order": pages_practice.order,
    "certificate": pages_practice.certificate, "vaccination": pages_practice.vaccination,
    "summary": pages_practice.summary, "protocol": pages_practice.protocol, "report": pages_practice.report,
    "history": pages_practice.history, "allergies": pages_practice.allergies,
    "preventive": pages_practice.preventive, "distress": pages_practice.distress,
    "services": pages_practice.services, "expression": pages_practice.expression,
    "liaison": pages_nursing.liaison, "followup": pages_nursing.followup,
    "education": pages_nursing.education, "autonomy": pages_nursing.autonomy,
    "dispense": pages_nursing.dispense, "device": pages_nursing.device,
}  # fmt: skip

_DATA = "-data"
_RECENT = 400  # days: papers that are older have no data beside them

_SUGGESTED = (
    "console.why_recent", "console.why_long", "console.why_homonym", "console.why_refused", "console.why_inactive",
)  # fmt: skip


class DemoDataset:
    """Implements :class:`desktop.simulator.seed_data.Dataset`."""

    def __init__(self, seed: int, today: date) -> None:
        """Everything hangs on *seed* and *today* alone."""
        self._seed = seed
        self._today = today
        self._people = with_declared(seed, today, population(seed, today))
        self._by_id = {person.id: person for person in self._people}
        staff = (*providers.practitioners(), *(h.practitioner for h in card_holders.HOLDERS))
        self._staff = {person.id: person for person in staff}
        self._places = {place.id: place for place in (*providers.ORGANIZATIONS, *card_holders.ORGANIZATIONS)}

    @cached_property
    def _plans(self) -> dict[str, RecordPlan]:
        plans = {}
        for person in self._people:
            plan = RecordPlan(person, self._seed, self._today)
            plan_record(plan)
            plans[person.id] = plan
        return plans

    @cached_property
    def _entries(self) -> dict[str, PlannedDocument]:
        return {e.document.id: e for plan in self._plans.values() for e in plan.entries()}

    @cached_property
    def _by_patient(self) -> dict[str, tuple[PlannedDocument, ...]]:
        found: dict[str, list[PlannedDocument]] = {}
        for entry in self._entries.values():
            found.setdefault(entry.document.patient_id, []).append(entry)
        return {id: tuple(entries) for id, entries in found.items()}

    def organizations(self) -> Sequence[SeedOrganization]:
        """The made-up institutions."""
        return providers.ORGANIZATIONS

    def practitioners(self) -> Sequence[SeedPractitioner]:
        """Their professionals."""
        return providers.practitioners()

    def patients(self) -> Sequence[SeedPatient]:
        """All patients, the suggested ones first."""
        return [self._patient(person) for person in self._people]

    def documents(self) -> Sequence[SeedDocument]:
        """All documents, patient by patient; the newest first, but never a version before its former one."""
        found: list[SeedDocument] = []
        for person in self._people:
            entries = self._by_patient.get(person.id, ())
            versions = [e.document for e in entries if e.document.replaces or self._is_replaced(e, entries)]
            known = {d.id for d in versions}
            found += versions
            found += [e.document for e in reversed(entries) if e.document.id not in known]
        return found

    def data(self) -> Sequence[SeedDocument]:
        """Beside all summaries of declared patients, and beside what a new one would be made of."""
        found = []
        for person in self._people:
            entries = self._by_patient.get(person.id, ()) if person.referent else ()
            written = [e.document.created for e in entries if e.page == "summary"]
            beside = {e.document.id for e in entries if self._has_data(e, max(written, default=None))}
            found += [_data_of(e.document, beside) for e in entries if e.document.id in beside]
        return found

    def contents(self, wanted: Sequence[SeedDocument]) -> Generator[tuple[SeedDocument, bytes], None, None]:
        """Write pages and data, in the order asked for; about a millisecond each."""
        for document in wanted:
            if document.transforms:
                yield document, self._write_data(document)
            else:
                yield document, self._write(self._entries[document.id])

    def services(self, document: SeedDocument) -> Sequence[SeedService]:
        """The lines that its page shows."""
        lines = self._entries[document.id].facts.get("services")
        return lines if isinstance(lines, tuple) else ()

    def drugs(self, document: SeedDocument) -> Sequence[SeedDrug]:
        """The lines that its page shows."""
        entry = self._entries[document.id]
        if entry.page != "prescription":
            return ()
        known, codes = phrase_bank.drugs(), phrase_bank.codes("drugs")
        keys = pages_practice.prescribed(self._case(entry))
        return [SeedDrug(*known[key], codes.get(key, "")) for key in keys]

    def results(self, document: SeedDocument) -> Sequence[SeedResult]:
        """The values that its page shows."""
        entry = self._entries[document.id]
        if entry.page != "lab":
            return ()
        known, codes = phrase_bank.analytes(), phrase_bank.codes("analytes")
        found = []
        for name, value in pages_exams.measured(self._case(entry)):
            analyte = known[name]
            loinc, ucum = codes.get(name, ("", ""))
            flag = {"H": "H", "B": "L"}.get(analyte.flag(value), "")
            found.append(
                SeedResult(
                    analyte.label.strip(), analyte.shown(value), analyte.unit, loinc, ucum,
                    analyte.low, analyte.high, analyte.reference(), flag,
                )
            )  # fmt: skip
        return found

    def suggestions(self) -> Sequence[Suggestion]:
        """Five patients that show what the program is about."""
        return tuple(
            Suggestion(person.id, key) for person, key in zip(self._people, _SUGGESTED, strict=False)
        )

    # -- one patient --------------------------------------------------------------------------

    @staticmethod
    def _is_replaced(entry: PlannedDocument, entries: tuple[PlannedDocument, ...]) -> bool:
        return any(e.document.replaces == entry.document.id for e in entries)

    def _patient(self, person: DemoPerson) -> SeedPatient:
        return SeedPatient(
            id=person.id, matricule=person.matricule, family=person.family, given=person.given,
            birth_date=person.birth_date, sex=person.sex, presence_code=person.code, dsp=person.dsp,
            inactive_until=person.inactive_until, address=person.address, emergency=person.emergency,
            blacklist=person.blacklist, mandates=tuple(self._mandates(person)),
            declarations=(person.declaration,) if person.declaration else (), ald=self._ald(person),
            episodes=tuple(self._plans[person.id].episodes),
        )  # fmt: skip

    @staticmethod
    def _ald(person: DemoPerson) -> tuple[int, ...]:
        """Of his problems those on the list; hypertension is one while it is severe."""
        numbers = {phrase_bank.topics()[key].ald or 12 for key in person.topics}
        return tuple(sorted(numbers))

    def _mandates(self, person: DemoPerson) -> list[SeedMandate]:
        def ago(days: int, hour: int = 8) -> datetime:
            return datetime.combine(self._today - timedelta(days=days), time(hour, 20), UTC)

        if person.dsp.value not in ("active",):
            return []
        if person.declaration is not None:
            return mandates_of(person.declaration, self._today)
        found = []
        if person.referent:
            found.append(SeedMandate(person.referent, MandateKind.MEDECIN_REFERENT, ago(person.years * 360)))
        for member in person.circle:
            found.append(SeedMandate(member, MandateKind.CERCLE_MEDICAL, ago(300 + person.number)))
        if person.number == RUNNING_CONSULTATION:
            midnight = datetime.combine(self._today, time(0, 5), UTC)
            found.append(
                SeedMandate(
                    "ps-weber", MandateKind.CONSULTATION, midnight,
                    midnight.replace(hour=22, minute=59), midnight + timedelta(hours=24),
                )
            )  # fmt: skip
        if person.documents:
            found.append(SeedMandate(person.gp, MandateKind.CONSULTATION, ago(60), ago(60, 21), ago(59)))
        return found

    # -- one document -------------------------------------------------------------------------

    def _has_data(self, entry: PlannedDocument, summary: date | None) -> bool:
        """All summaries, what was arranged so, and the recent ones of other papers.

        The last *summary* of the long record does not know of what was arranged, and of nothing else.
        """
        if entry.page == "summary" or entry.facts.get("structured"):
            return True
        day = entry.document.created
        known = entry.document.patient_id != self._people[1].id or summary is None or day <= summary
        recent = self._today - timedelta(days=_RECENT) < day
        return paper_data.has_data(entry.page) and entry.page != "stay" and recent and known

    def _write_data(self, data: SeedDocument) -> bytes:
        entry = self._entries[data.transforms]
        version, former = 1, entry.document.replaces
        while former:
            version, former = version + 1, self._entries[former].document.replaces
        return paper_data.written(entry.page, self._case(entry), data, version)

    def _write(self, entry: PlannedDocument) -> bytes:
        case = self._case(entry)
        sheet = _PAGES[entry.page](case)
        author = author_name(case) or f"{case.person.given} {case.person.family}"
        pages = sheet.finish(FOOTER, MARK)
        document = entry.document
        return write_pdf(pages, document.title, author, document.created, f"{self._seed}|{document.id}")

    def _case(self, entry: PlannedDocument) -> Case:
        document = entry.document
        person = self._by_id[document.patient_id]
        topics = tuple(phrase_bank.topics()[key] for key in person.topics) or (entry.topic,)
        if entry.topic not in topics:
            topics = (entry.topic, *topics)
        return Case(
            document=document,
            person=person,
            topic=entry.topic,
            facts=entry.facts,
            author=self._staff.get(document.author_id),
            organization=self._places.get(document.organization_id),
            gp=self._staff[person.gp],
            laboratory=Laboratory(person, self._seed, self._today, topics),
            previous=self._previous(entry),
            rng=Random(f"{self._seed}|{document.id}"),
        )

    def _previous(self, entry: PlannedDocument) -> tuple[date, ...]:
        """Days of the former examinations of the same kind, newest first."""
        same = "panels" if entry.page == "lab" else "exam"
        wanted = entry.facts.get(same)
        days = {
            e.document.created
            for e in self._by_patient[entry.document.patient_id]
            if e.page == entry.page
            and e.facts.get(same) == wanted
            and e.document.created < entry.document.created
            and not e.document.disabled
        }
        return tuple(sorted(days, reverse=True)[:2])


def _data_of(document: SeedDocument, beside: set[str]) -> SeedDocument:
    """The row beside *document*: of the same version, level and fate."""
    former = f"{document.replaces}{_DATA}" if document.replaces in beside else ""
    return replace(
        document, id=f"{document.id}{_DATA}", transforms=document.id, replaces=former,
        content_type="application/fhir+json",
    )  # fmt: skip


def load(seed: int, today: date) -> DemoDataset:
    """The data set of the demo; *today* is the day of the first start."""
    return DemoDataset(seed, today)
