"""Finding a patient (contract §3) and my mandates for one (contract §4)."""

import threading
from datetime import date

from desktop.domain.errors import Code, Failure, Result
from desktop.domain.matricule import Matricule
from desktop.domain.record import Mandate, Patient
from desktop.sync import fhir_read, fhir_search, fhir_write
from desktop.sync import fhir_shapes as fhir
from desktop.sync.caller import Caller
from desktop.sync.errors import failure_of
from desktop.sync.login import Login
from desktop.sync.profile import PlatformProfile
from desktop.sync.wire import FHIR, Call

MOST_MATCHES = 5
_GONE = frozenset(
    {Code.NOT_FOUND, Code.NOT_ENTITLED, Code.NO_MANDATE, Code.MANDATE_ENDED, Code.RECORD_INACTIVE}
)


class Patients:
    """Searches with the session's token."""

    def __init__(self, caller: Caller, login: Login, profile: PlatformProfile) -> None:
        """Keeps the last ETag of each Consent, nothing else."""
        self._caller = caller
        self._login = login
        self._profile = profile
        self._lock = threading.Lock()
        self._tags: dict[str, str] = {}

    def by_matricule(self, matricule: Matricule) -> Result[tuple[Patient, ...]]:
        """POST, so that no matricule stands in an address."""
        fields = {"identifier": f"{self._profile.systems.matricule}|{matricule.digits}"}
        found = fhir_search.post_search(self._caller, "Patient", fields, self._login)
        return self._patients(found)

    def by_traits(self, name: str, birth_date: date | None) -> Result[tuple[Patient, ...]]:
        """``$match``; more than five is TOO_MANY_MATCHES, as the Swiss rule has it."""
        body = fhir_write.match(name, birth_date.isoformat() if birth_date else "", MOST_MATCHES)
        url = self._caller.addresses.at("Patient/$match")
        call = Call("POST", url, content_type=FHIR, body=body, repeatable=True)
        bundle = fhir_search.page(self._caller, call, self._login)
        if isinstance(bundle, fhir.Bundle) and bundle.total is not None and bundle.total > MOST_MATCHES:
            return Failure.of(Code.TOO_MANY_MATCHES)
        found = self._patients(bundle)
        if not isinstance(found, Failure) and len(found) > MOST_MATCHES:
            return Failure.of(Code.TOO_MANY_MATCHES)
        return found

    def read(self, raw: fhir.PatientResource) -> Patient | None:
        """A Patient that came with something else; None without id or matricule."""
        return fhir_read.patient(raw, self._profile.systems)

    def my_mandates(self, patient_id: str) -> Result[tuple[Mandate, ...]]:
        """Active ones, grace included."""
        found = self._consents({"patient": f"Patient/{patient_id}"})
        return found if isinstance(found, Failure) else tuple(mandate for _, mandate in found)

    def all_my_mandates(self) -> Result[dict[str, tuple[Mandate, ...]]]:
        """The same for anybody, by patient id: my Consents and nothing else (contract §4)."""
        found = self._consents({})
        if isinstance(found, Failure):
            return found
        mandates: dict[str, tuple[Mandate, ...]] = {}
        if not all(patient_id for patient_id, _ in found):
            return Failure.of(Code.PLATFORM_ANSWER_UNREADABLE)  # whose it is decides what is destroyed
        for patient_id, mandate in found:
            mandates[patient_id] = (*mandates.get(patient_id, ()), mandate)
        return mandates

    def _consents(self, narrowed: dict[str, str]) -> Result[list[tuple[str, Mandate]]]:
        """Patient id and mandate of each that can be read; one that cannot does not exist (contract §4)."""
        fields = {**narrowed, "actor": f"Practitioner/{self._login.practitioner_id}", "status": "active"}
        first = fhir_search.get_search(self._caller, "Consent", fields, self._login)
        found = fhir_search.everything(self._caller, first, "Consent", self._login)
        if isinstance(found, Failure):
            return found
        read = (fhir.shaped(raw, fhir.Consent) for _, raw in found)
        active = [c for c in read if c is not None and c.status == "active"]
        mandates = [(fhir_read.reference_id(c.patient), fhir_read.mandate(c)) for c in active]
        return [(patient_id, mandate) for patient_id, mandate in mandates if mandate is not None]

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

    def _patients(self, bundle: fhir.Bundle | Failure) -> Result[tuple[Patient, ...]]:
        found = fhir_search.everything(self._caller, bundle, "Patient", self._login)
        if isinstance(found, Failure):
            return found
        read = (fhir.shaped(raw, fhir.PatientResource) for _, raw in found)
        patients = (fhir_read.patient(p, self._profile.systems) for p in read if p is not None)
        return tuple(p for p in patients if p is not None)
