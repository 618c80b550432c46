"""Reporting what was read from the cache (contract §6)."""

from desktop.domain.errors import Failure, Result
from desktop.ports.platform import LocalRead
from desktop.sync import fhir_write
from desktop.sync.caller import Caller
from desktop.sync.login import Login
from desktop.sync.profile import PlatformProfile
from desktop.sync.wire import FHIR, Call


class Traces:
    """Reports local reads."""

    def __init__(self, caller: Caller, login: Login, profile: PlatformProfile, version: str) -> None:
        """Keeps nothing."""
        self._caller = caller
        self._login = login
        self._profile = profile
        self._version = version

    def report(self, read: LocalRead) -> Result[None]:
        """ITI-20; the same id twice is one trace on the platform, so a lost answer may be sent again."""
        me = self._login.practitioner_id
        body = fhir_write.local_read(read, me, self._version, self._profile)
        url = self._caller.addresses.at("AuditEvent")
        call = Call("POST", url, content_type=FHIR, body=body, repeatable=True)
        answer = self._caller.fetch(call, self._login)
        return answer if isinstance(answer, Failure) else None
