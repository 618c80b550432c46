"""All use cases and ports that the window works with, built once by the composition root."""

from dataclasses import dataclass

from desktop.ports.card import CardPort, CardSettingsPort, ReaderMonitorPort
from desktop.ports.clock import ClockPort
from desktop.ports.code_pictures import CodePicturesPort
from desktop.ports.pdf import DocumentWriterPort, PdfPort
from desktop.ports.platform import PlatformPort
from desktop.ports.signing import SigningPort
from desktop.ports.store import StorePort
from desktop.ports.system import SupportPort, SystemEventsPort
from desktop.ports.vault import VaultPort
from desktop.services.deposit import DepositService
from desktop.services.diagnostics import DiagnosticsService
from desktop.services.documents import DocumentService
from desktop.services.login import LoginService
from desktop.services.outbox import OutboxService
from desktop.services.patients import PatientService
from desktop.services.platform_time import PlatformTime
from desktop.services.record import RecordService
from desktop.services.signing import SigningService


@dataclass(frozen=True, slots=True)
class Ports:
    """The adapters of one run."""

    clock: ClockPort
    monitor: ReaderMonitorPort
    card: CardPort
    card_settings: CardSettingsPort
    platform: PlatformPort
    vault: VaultPort
    store: StorePort
    pdf: PdfPort
    writer: DocumentWriterPort
    code_pictures: CodePicturesPort
    signing: SigningPort
    system_events: SystemEventsPort
    support: SupportPort


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases over :class:`Ports`."""

    ports: Ports
    login: LoginService
    patients: PatientService
    record: RecordService
    documents: DocumentService
    deposit: DepositService
    outbox: OutboxService
    diagnostics: DiagnosticsService
    signing: SigningService

    @staticmethod
    def over(ports: Ports) -> "Services":
        """Wire every use case."""
        time = PlatformTime(ports.platform, ports.clock)
        return Services(
            ports,
            LoginService(ports.card, ports.platform, ports.vault, ports.store, ports.clock),
            PatientService(ports.platform),
            RecordService(ports.platform, ports.store, ports.clock),
            DocumentService(ports.platform, ports.store, ports.clock),
            DepositService(ports.pdf, ports.store, time, limit=ports.platform.document_limit()),
            OutboxService(ports.platform, ports.store, ports.clock),
            DiagnosticsService(ports.card, ports.platform, ports.support, ports.clock),
            SigningService(ports.signing, time),
        )
