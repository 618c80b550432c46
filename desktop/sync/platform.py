"""The platform behind :class:`desktop.ports.platform.PlatformPort` (contract §1-6).

Importing this module and constructing :class:`Platform` is light: requests, msgspec and cryptography
are loaded by the first call, in a worker, after the first paint.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from desktop.domain.account import Account, LoginRequest
from desktop.domain.card import Certificate
from desktop.domain.deposit import Deposit
from desktop.domain.errors import ErrorCode, Result
from desktop.domain.matricule import Matricule
from desktop.domain.network import NetworkState
from desktop.domain.record import Document, DocumentPage, Episode, Level, Mandate, Patient
from desktop.domain.secret import Secret
from desktop.ports.clock import ClockPort
from desktop.ports.platform import LocalRead, Progress
from desktop.ports.wire_call import WireCall
from desktop.sync.connection import PlatformConnection
from desktop.sync.profile import PlatformProfile
from desktop.sync.wire_kit import WireKit


class Platform:
    """One platform, one professional; safe from several threads.

    *base_url* and *ca_file* None = as the profile says. *system_store*: the system's anchors are believed too
    (an administrator's policy). *proxies* as ``{"https": "http://host:port"}``; never the environment's.
    """

    def __init__(
        self,
        profile: PlatformProfile,
        clock: ClockPort,
        *,
        software_version: str,
        base_url: str | None = None,
        ca_file: str | None = None,
        system_store: bool = False,
        proxies: Mapping[str, str] | None = None,
    ) -> None:
        """Nothing is loaded or sent yet."""
        self._connection = PlatformConnection(
            profile,
            clock,
            software_version=software_version,
            base_url=base_url,
            ca_file=ca_file,
            system_store=system_store,
            proxies=proxies,
        )
        self._scopes = self._connection.scopes

    def warm(self) -> None:
        """Load what the first question needs; nothing is sent."""
        self._connection.channel()

    def kit(self, calls: tuple[WireCall, ...], refusals: Mapping[str, ErrorCode]) -> WireKit:
        """What one feature builds its port from (see :class:`desktop.sync.wire_kit.WireKit`)."""
        return WireKit(self._connection.client, self._scopes, calls, refusals)

    # -- the way to the platform --------------------------------------------------------------

    def network_state(self) -> NetworkState:
        """See the port."""
        return self._connection.network.state

    def on_network_change(self, changed: Callable[[NetworkState], None]) -> None:
        """See the port."""
        self._connection.network.listen(changed)

    def probe(self) -> NetworkState:
        """See the port."""
        with self._scopes.running():
            self._connection.channel().discovery.probe()
        return self._connection.network.state

    def server_now(self) -> datetime | None:
        """See the port."""
        return self._connection.server_clock.now()

    # -- session ------------------------------------------------------------------------------

    def prepare_login(self, certificate: Certificate, algorithm: str) -> Result[LoginRequest]:
        """See the port."""
        with self._scopes.running():
            return self._connection.client().login.prepare(certificate, algorithm)

    def finish_login(
        self, request: LoginRequest, signature: bytes, terms_accepted: str | None
    ) -> Result[Account]:
        """See the port."""
        with self._scopes.running():
            return self._connection.client().login.finish(request, signature, terms_accepted)

    def drop_session(self) -> None:
        """See the port."""
        self._scopes.cancel_all()
        built = self._connection.made
        if built is not None:
            built.login.drop()  # first: no patient token is kept for a session that is gone
            built.access.drop()
            built.patients.drop()
            built.documents.drop()

    # -- patients and records -----------------------------------------------------------------

    def find_by_matricule(self, matricule: Matricule) -> Result[tuple[Patient, ...]]:
        """See the port."""
        with self._scopes.running():
            return self._connection.client().patients.by_matricule(matricule)

    def find_by_traits(self, name: str, birth_date: date | None) -> Result[tuple[Patient, ...]]:
        """See the port."""
        with self._scopes.running():
            return self._connection.client().patients.by_traits(name, birth_date)

    def my_mandates(self, patient_id: str) -> Result[tuple[Mandate, ...]]:
        """See the port."""
        with self._scopes.running():
            return self._connection.client().patients.my_mandates(patient_id)

    def all_my_mandates(self) -> Result[Mapping[str, tuple[Mandate, ...]]]:
        """See the port."""
        with self._scopes.running():
            return self._connection.client().patients.all_my_mandates()

    def longest_kept(self) -> timedelta:
        """See the port."""
        return timedelta(days=self._connection.profile.offline_days)

    def open_record(self, patient: Patient, code: Secret | None) -> Result[Mandate]:
        """See the port."""
        try:
            with self._scopes.running():
                return self._connection.client().access.open(patient, code)
        finally:
            if code is not None:
                code.wipe()

    def close_record(self, patient_id: str) -> None:
        """See the port."""
        if self._connection.made is not None:
            self._connection.made.access.close(patient_id)

    def read_mandate(self, patient_id: str, mandate: Mandate) -> Result[Mandate]:
        """See the port."""
        with self._scopes.running():
            return self._connection.client().patients.read_mandate(mandate)

    # -- documents ----------------------------------------------------------------------------

    def documents(self, patient_id: str, following: str | None) -> Result[DocumentPage]:
        """See the port."""
        with self._scopes.running():
            return self._connection.client().documents.page(patient_id, following)

    def own_documents(self, patient_id: str) -> Result[DocumentPage]:
        """See the port."""
        with self._scopes.running():
            return self._connection.client().documents.own(patient_id)

    def versions(self, document: Document) -> Result[tuple[Document, ...]]:
        """See the port."""
        with self._scopes.running():
            return self._connection.client().documents.versions(document)

    def episodes(self, patient_id: str) -> Result[tuple[Episode, ...]]:
        """See the port."""
        with self._scopes.running():
            from desktop.sync.episodes import episodes

            client = self._connection.client()
            return episodes(client.caller, client.known.owner(patient_id), client.access.bearer(patient_id))

    def read_document(self, document: Document, progress: Progress | None = None) -> Result[bytes]:
        """See the port."""
        with self._scopes.running():
            return self._connection.client().documents.read(document, progress)

    def document_limit(self) -> int:
        """See the port."""
        return self._connection.profile.document_megabytes * 2**20

    def lookup_settle(self) -> timedelta:
        """See the port."""
        return timedelta(seconds=self._connection.profile.lookup_settle)

    def publish(self, deposit: Deposit, content: bytes, progress: Progress | None = None) -> Result[Document]:
        """See the port."""
        with self._scopes.running():
            return self._connection.client().publishing.publish(deposit, content, progress)

    def find_published(self, deposit: Deposit) -> Result[Document | None]:
        """See the port."""
        with self._scopes.running():
            return self._connection.client().publishing.find(deposit)

    def change_level(self, document: Document, level: Level) -> Result[Document]:
        """See the port."""
        with self._scopes.running():
            return self._connection.client().documents.change_level(document, level)

    def lift_annonce(self, document: Document, statement: str) -> Result[Document]:
        """See the port."""
        with self._scopes.running():
            return self._connection.client().documents.lift_annonce(document, statement)

    # -- traces -------------------------------------------------------------------------------

    def report_local_read(self, trace: LocalRead) -> Result[None]:
        """See the port."""
        with self._scopes.running():
            return self._connection.client().traces.report(trace)

    # -- ending -------------------------------------------------------------------------------

    def cancel_all(self) -> None:
        """See the port."""
        self._scopes.cancel_all()

    def close(self) -> None:
        """See the port."""
        self.drop_session()
        self._connection.close()
