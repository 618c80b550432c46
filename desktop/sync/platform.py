"""The platform behind :class:`desktop.ports.platform.PlatformPort` (contract §1-6).

Importing this module and constructing :class:`Platform` is light: requests, msgspec and cryptography
are loaded by the first call, in a worker, after the first paint.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from desktop.domain.account import Account, LoginRequest, NetworkState
from desktop.domain.card import Certificate
from desktop.domain.deposit import Deposit
from desktop.domain.errors import Result
from desktop.domain.matricule import Matricule
from desktop.domain.record import Document, DocumentPage, Episode, Level, Mandate, Patient
from desktop.domain.secret import Secret
from desktop.ports.clock import ClockPort
from desktop.ports.platform import LocalRead, Progress
from desktop.ports.wire_call import WireCall
from desktop.sync.cancel import Scopes
from desktop.sync.network import Network, ServerClock
from desktop.sync.profile import PlatformProfile
from desktop.sync.wire_kit import WireKit

if TYPE_CHECKING:
    from desktop.sync.client import Client
    from desktop.sync.reach import Reach


class Platform:
    """One platform, one professional; safe from several threads.

    *base_url* and *ca_file* None = as the profile says. *proxies* as ``{"https": "http://host:port"}``,
    empty = direct; environment variables are never read.
    """

    def __init__(
        self,
        profile: PlatformProfile,
        clock: ClockPort,
        *,
        software_version: str,
        base_url: str | None = None,
        ca_file: str | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> None:
        """Nothing is loaded or sent yet."""
        self._profile = profile
        self._clock = clock
        self._version = software_version
        self._base_url = base_url or profile.base_url
        self._ca_file = ca_file or profile.ca_file
        self._proxies = dict(proxies or {})
        self._scopes = Scopes()
        self._network = Network()
        self._server_clock = ServerClock(clock)
        self._building = threading.Lock()
        self._reaching: Reach | None = None
        self._built: Client | None = None

    def warm(self) -> None:
        """Load what the first question needs; nothing is sent."""
        self._reach()

    def _reach(self) -> "Reach":
        with self._building:
            if self._reaching is None:
                from desktop.sync import reach

                self._reaching = reach.build(
                    self._profile,
                    self._base_url,
                    self._scopes,
                    self._network,
                    self._server_clock,
                    ca_file=self._ca_file,
                    proxies=self._proxies,
                    software_version=self._version,
                )
            return self._reaching

    def _client(self) -> "Client":
        reach = self._reach()
        with self._building:
            if self._built is None:
                from desktop.sync import client

                self._built = client.build(
                    reach, self._profile, self._clock, self._server_clock, software_version=self._version
                )
            return self._built

    def kit(self, calls: tuple[WireCall, ...]) -> WireKit:
        """What one feature builds its port from; it can make *calls* and no others."""
        return WireKit(self._client, self._scopes, calls)

    # -- the way to the platform --------------------------------------------------------------

    def network_state(self) -> NetworkState:
        """See the port."""
        return self._network.state

    def on_network_change(self, changed: Callable[[NetworkState], None]) -> None:
        """See the port."""
        self._network.listen(changed)

    def probe(self) -> NetworkState:
        """See the port."""
        with self._scopes.running():
            self._reach().discovery.probe()
        return self._network.state

    def server_now(self) -> datetime | None:
        """See the port."""
        return self._server_clock.now()

    # -- session ------------------------------------------------------------------------------

    def prepare_login(self, certificate: Certificate, algorithm: str) -> Result[LoginRequest]:
        """See the port."""
        with self._scopes.running():
            return self._client().login.prepare(certificate, algorithm)

    def finish_login(
        self, request: LoginRequest, signature: bytes, terms_accepted: str | None
    ) -> Result[Account]:
        """See the port."""
        with self._scopes.running():
            return self._client().login.finish(request, signature, terms_accepted)

    def drop_session(self) -> None:
        """See the port."""
        self._scopes.cancel_all()
        built = self._built
        if built is not None:
            built.login.drop()  # first: no patient token is kept for a session that is gone
            built.access.drop()
            built.patients.drop()
            built.documents.drop()

    # -- patients and records -----------------------------------------------------------------

    def find_by_matricule(self, matricule: Matricule) -> Result[tuple[Patient, ...]]:
        """See the port."""
        with self._scopes.running():
            return self._client().patients.by_matricule(matricule)

    def find_by_traits(self, name: str, birth_date: date | None) -> Result[tuple[Patient, ...]]:
        """See the port."""
        with self._scopes.running():
            return self._client().patients.by_traits(name, birth_date)

    def my_mandates(self, patient_id: str) -> Result[tuple[Mandate, ...]]:
        """See the port."""
        with self._scopes.running():
            return self._client().patients.my_mandates(patient_id)

    def open_record(self, patient: Patient, code: Secret | None) -> Result[Mandate]:
        """See the port."""
        try:
            with self._scopes.running():
                return self._client().access.open(patient, code)
        finally:
            if code is not None:
                code.wipe()

    def close_record(self, patient_id: str) -> None:
        """See the port."""
        if self._built is not None:
            self._built.access.close(patient_id)

    def read_mandate(self, patient_id: str, mandate: Mandate) -> Result[Mandate]:
        """See the port."""
        with self._scopes.running():
            return self._client().patients.read_mandate(mandate)

    # -- documents ----------------------------------------------------------------------------

    def documents(self, patient_id: str, following: str | None) -> Result[DocumentPage]:
        """See the port."""
        with self._scopes.running():
            return self._client().documents.page(patient_id, following)

    def documents_since(self, patient_id: str, since: datetime) -> Result[DocumentPage]:
        """See the port."""
        with self._scopes.running():
            return self._client().documents.since(patient_id, since)

    def own_documents(self, patient_id: str) -> Result[DocumentPage]:
        """See the port."""
        with self._scopes.running():
            return self._client().documents.own(patient_id)

    def versions(self, document: Document) -> Result[tuple[Document, ...]]:
        """See the port."""
        with self._scopes.running():
            return self._client().documents.versions(document)

    def episodes(self, patient_id: str) -> Result[tuple[Episode, ...]]:
        """See the port."""
        with self._scopes.running():
            from desktop.sync.episodes import episodes

            client = self._client()
            return episodes(client.caller, patient_id, client.access.bearer(patient_id))

    def read_document(self, document: Document, progress: Progress | None = None) -> Result[bytes]:
        """See the port."""
        with self._scopes.running():
            return self._client().documents.read(document, progress)

    def document_limit(self) -> int:
        """See the port."""
        return self._profile.document_megabytes * 2**20

    def publish(self, deposit: Deposit, content: bytes, progress: Progress | None = None) -> Result[str]:
        """See the port."""
        with self._scopes.running():
            return self._client().publishing.publish(deposit, content, progress)

    def find_published(self, deposit: Deposit) -> Result[Document | None]:
        """See the port."""
        with self._scopes.running():
            return self._client().publishing.find(deposit)

    def change_level(self, document: Document, level: Level) -> Result[Document]:
        """See the port."""
        with self._scopes.running():
            return self._client().documents.change_level(document, level)

    def lift_annonce(self, document: Document, statement: str) -> Result[Document]:
        """See the port."""
        with self._scopes.running():
            return self._client().documents.lift_annonce(document, statement)

    # -- traces -------------------------------------------------------------------------------

    def report_local_read(self, trace: LocalRead) -> Result[None]:
        """See the port."""
        with self._scopes.running():
            return self._client().traces.report(trace)

    # -- ending -------------------------------------------------------------------------------

    def cancel_all(self) -> None:
        """See the port."""
        self._scopes.cancel_all()

    def close(self) -> None:
        """See the port."""
        self.drop_session()
        if self._built is not None:
            self._built.login.close()
        self._scopes.close()
        if self._reaching is not None:
            self._reaching.transport.close()
