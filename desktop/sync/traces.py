"""Traces (contract §6): mine, a patient's, and reporting what was read from the cache."""

from datetime import UTC, datetime

from desktop.domain.errors import Failure, Result
from desktop.domain.record import Trace
from desktop.ports.platform import LocalRead
from desktop.sync import fhir_read, fhir_search, fhir_write
from desktop.sync import fhir_shapes as fhir
from desktop.sync.caller import Bearer, Caller
from desktop.sync.login import Login
from desktop.sync.profile import Profile
from desktop.sync.record_access import RecordAccess
from desktop.sync.wire import FHIR, Call

_BEGINNING = datetime(2014, 1, 1, tzinfo=UTC)  # before the first DSP; servers insist on a date


class Traces:
    """Reads AuditEvents and reports local reads."""

    def __init__(
        self, caller: Caller, login: Login, access: RecordAccess, profile: Profile, version: str
    ) -> None:
        """Keeps nothing."""
        self._caller = caller
        self._login = login
        self._access = access
        self._profile = profile
        self._version = version

    def mine(self, since: datetime) -> Result[tuple[Trace, ...]]:
        """« Mes accès », newest first (CF-065)."""
        return self._search({"agent": f"Practitioner/{self._login.practitioner_id}"}, since, self._login)

    def of_patient(self, patient_id: str) -> Result[tuple[Trace, ...]]:
        """Historique des activités, newest first (CF-061)."""
        bearer = self._access.bearer(patient_id)
        return self._search({"patient": f"Patient/{patient_id}"}, _BEGINNING, bearer)

    def report(self, read: LocalRead) -> Result[None]:
        """ITI-20; the same id twice is one trace on the platform, so a lost answer may be sent again."""
        me = self._login.practitioner_id
        body = fhir_write.local_read(read, me, self._version, self._profile)
        url = self._caller.addresses.at("AuditEvent")
        call = Call("POST", url, content_type=FHIR, body=body, repeatable=True)
        answer = self._caller.fetch(call, self._login)
        return answer if isinstance(answer, Failure) else None

    def _search(self, fields: dict[str, str], since: datetime, bearer: Bearer) -> Result[tuple[Trace, ...]]:
        moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        fields = fields | {"date": f"ge{moment}", "_count": "200"}
        first = fhir_search.get_search(self._caller, "AuditEvent", fields, bearer)
        found = fhir_search.everything(self._caller, first, "AuditEvent", bearer)
        if isinstance(found, Failure):
            return found
        read = (fhir.shaped(raw, fhir.AuditEvent) for _, raw in found)
        rows = (fhir_read.trace(e) for e in read if e is not None)
        return tuple(sorted((t for t in rows if t is not None), key=lambda t: t.when, reverse=True))
