"""Finding a patient (contract §3) and my mandates for one (contract §4)."""

import threading
from datetime import date
from typing import NamedTuple

import msgspec

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.matricule import Matricule
from desktop.domain.record import Mandate, Patient
from desktop.sync import fhir_read, fhir_search, fhir_write
from desktop.sync import fhir_shapes as fhir
from desktop.sync.caller import Caller
from desktop.sync.errors import failure_of
from desktop.sync.login import Login
from desktop.sync.profile import PlatformProfile
from desktop.sync.whose import KnownPatients, dropped
from desktop.sync.wire import FHIR, Call

MOST_MATCHES = 5
_GONE = frozenset(
    {Code.NOT_FOUND, Code.NOT_ENTITLED, Code.NO_MANDATE, Code.MANDATE_ENDED, Code.RECORD_INACTIVE}
)


class _Told(NamedTuple):
    """A Consent of an answer, its address, and as it came."""

    url: str
    raw: msgspec.Raw
    consent: fhir.Consent


class Patients:
    """Searches with the session's token."""

    def __init__(self, caller: Caller, login: Login, profile: PlatformProfile, known: KnownPatients) -> None:
        """Keeps the last ETag of each Consent, nothing else."""
        self._known = known
        self._caller = caller
        self._login = login
        self._profile = profile
        self._lock = threading.Lock()
        self._tags: dict[str, str] = {}

    def by_matricule(self, matricule: Matricule) -> Result[tuple[Patient, ...]]:
        """POST, so that no matricule stands in an address. Somebody else who was answered is not shown; where
        that was all, LIST_INCOMPLETE: nobody said that there is no such patient."""
        system = self._profile.systems.matricule
        fields = {"identifier": f"{system}|{matricule.digits}"}
        answer = fhir_search.post_search(self._caller, "Patient", fields, self._login)
        found = self._resources(answer)
        if isinstance(found, Failure):
            return found
        his = [
            p
            for p in found
            if any((i.system, i.value.strip()) == (system, matricule.digits) for i in p.identifier)
        ]
        dropped(len(found) - len(his))
        return Failure.of(Code.LIST_INCOMPLETE) if found and not his else self._read(his)

    def by_traits(self, name: str, birth_date: date | None) -> Result[tuple[Patient, ...]]:
        """``$match``; more than five is TOO_MANY_MATCHES, as the Swiss rule has it."""
        body = fhir_write.match(name, birth_date.isoformat() if birth_date else "", MOST_MATCHES)
        url = self._caller.addresses.at("Patient/$match")
        call = Call("POST", url, content_type=FHIR, body=body, repeatable=True)
        bundle = fhir_search.page(self._caller, call, self._login)
        if isinstance(bundle, fhir.Bundle) and bundle.total is not None and bundle.total > MOST_MATCHES:
            return Failure.of(Code.TOO_MANY_MATCHES)
        if isinstance(bundle, Failure) and bundle.code is Code.NOT_FOUND:
            return Failure(Code.OPERATION_NOT_OFFERED, bundle.facts)
        found = self._resources(bundle)
        if isinstance(found, Failure):
            return found
        people = self._read(found)
        return Failure.of(Code.TOO_MANY_MATCHES) if len(people) > MOST_MATCHES else people

    def read(self, raw: fhir.PatientResource) -> Patient | None:
        """A Patient that came with something else; None without id or matricule."""
        patient = fhir_read.patient(raw, self._profile.systems)
        if patient is not None:
            self._known.meet(patient)
        return patient

    def my_mandates(self, patient_id: str) -> Result[tuple[Mandate, ...]]:
        """Active ones, grace included; another's is left out. LIST_INCOMPLETE: nothing says whose one is."""
        found = self._consents({"patient": f"Patient/{patient_id}"})
        if isinstance(found, Failure):
            return found
        owner = self._known.owner(patient_id)
        read = ((fhir_read.mandate(told.consent), owner.judged(told.raw, told.url)) for told in found)
        mandates = [(mandate, his) for mandate, his in read if mandate is not None]
        dropped(sum(1 for _, his in mandates if not his))
        if any(his is None for _, his in mandates):
            return Failure.of(Code.LIST_INCOMPLETE)
        return tuple(mandate for mandate, his in mandates if his)

    def all_my_mandates(self) -> Result[dict[str, tuple[Mandate, ...]]]:
        """The same for anybody, by patient id: my Consents and nothing else (contract §4)."""
        found = self._consents({})
        if isinstance(found, Failure):
            return found
        mandates: dict[str, tuple[Mandate, ...]] = {}
        for told in found:
            mandate = fhir_read.mandate(told.consent)
            patient_id = self._known.id_of(told.consent.patient, told.url)
            if mandate is None:
                continue
            if not patient_id:
                return Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)  # whose it is decides what is destroyed
            mandates[patient_id] = (*mandates.get(patient_id, ()), mandate)
        return mandates

    def _consents(self, narrowed: dict[str, str]) -> "Result[list[_Told]]":
        """Active ones. One that cannot be read does not exist (contract §4)."""
        fields = {**narrowed, "actor": f"Practitioner/{self._login.practitioner_id}", "status": "active"}
        first = fhir_search.get_search(self._caller, "Consent", fields, self._login)
        found = fhir_search.everything(self._caller, first, "Consent", self._login)
        if isinstance(found, Failure):
            return found
        read = ((url, raw, fhir.shaped(raw, fhir.Consent)) for url, raw in found)
        return [_Told(url, raw, c) for url, raw, c in read if c is not None and c.status == "active"]

    def read_mandate(self, mandate: Mandate) -> Result[Mandate]:
        """Re-read one Consent; unchanged costs a 304. 404, 410 and 403 mean MANDATE_ENDED (CF-031), but for
        the state of the DSP, which is told as it is (CF-036)."""
        with self._lock:
            tag = self._tags.get(mandate.id, "")
        url = self._caller.addresses.at(f"Consent/{mandate.id}")
        headers = {"If-None-Match": tag} if tag else {}
        answer = self._caller.ask(Call("GET", url, headers=headers, repeatable=True), self._login)
        if isinstance(answer, Failure):
            return answer
        if answer.status == 304:
            return mandate
        if not answer.ok:
            failure = failure_of(answer)
            return Failure(Code.MANDATE_ENDED, failure.facts) if failure.code in _GONE else failure
        consent = fhir.shaped(answer.body, fhir.Consent)
        if consent is None:
            return Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)
        if consent.status != "active":
            return Failure.of(Code.MANDATE_ENDED)
        found = fhir_read.mandate(consent)
        if found is None or found.id != mandate.id:
            return Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)
        with self._lock:
            self._tags[mandate.id] = answer.header("etag") if found == mandate else ""
        return found

    def drop(self) -> None:
        """Forget the ETags."""
        with self._lock:
            self._tags.clear()

    def _resources(self, bundle: fhir.Bundle | Failure) -> Result[list[fhir.PatientResource]]:
        found = fhir_search.everything(self._caller, bundle, "Patient", self._login)
        if isinstance(found, Failure):
            return found
        read = (fhir.shaped(raw, fhir.PatientResource) for _, raw in found)
        return [p for p in read if p is not None]

    def _read(self, found: list[fhir.PatientResource]) -> tuple[Patient, ...]:
        return tuple(p for p in map(self.read, found) if p is not None)
