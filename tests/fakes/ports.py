"""All fakes of one run, as the composition root builds the real adapters."""

from desktop.domain.secret import Secret
from desktop.ports.clock import ClockPort
from desktop.ports.pdf import PdfPort
from desktop.ports.platform import PlatformPort
from desktop.services.bundle import Ports
from tests.fakes.card import FakeCard, FakeCardSettings, FakeMonitor
from tests.fakes.clock import FakeClock
from tests.fakes.code_pictures import FakeCodePictures
from tests.fakes.gate import Log
from tests.fakes.pdf import FakePdf, FakeWriter
from tests.fakes.platform import FakePlatform
from tests.fakes.signing import FakeSigning
from tests.fakes.store import FakeStore, FakeVault
from tests.fakes.system import FakeSupport, FakeSystemEvents
from tests.samples.practice import certificate


class FakePorts:
    """One fake a port; ``log`` says in which order things happened across all of them."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.log: Log = []
        self.clock = clock or FakeClock()
        self.monitor = FakeMonitor()
        self.card = FakeCard(self.log)
        self.card_settings = FakeCardSettings()
        self.platform = FakePlatform(self.clock, self.log)
        self.vault = FakeVault(self.log)
        self.store = FakeStore(self.vault, self.log)
        self.pdf = FakePdf(pages=1, log=self.log)
        self.writer = FakeWriter()
        self.code_pictures = FakeCodePictures()
        self.signing = FakeSigning()
        self.system = FakeSystemEvents()
        self.support = FakeSupport()

    def logged_in(self) -> "FakePorts":
        """As after a login of the practice's doctor."""
        self.platform.sign_in()
        self.vault.open(certificate(), Secret(bytearray(b"secret")))
        return self

    def ports(
        self,
        *,
        clock: ClockPort | None = None,
        platform: PlatformPort | None = None,
        pdf: PdfPort | None = None,
    ) -> Ports:
        """For the services; what is given stands instead of its fake."""
        return Ports(
            clock or self.clock,
            self.monitor,
            self.card,
            self.card_settings,
            platform or self.platform,
            self.vault,
            self.store,
            pdf or self.pdf,
            self.writer,
            self.code_pictures,
            self.signing,
            self.system,
            self.support,
        )

    def let_go(self) -> None:
        """Nothing is held any more."""
        pdf, writer = self.pdf, self.writer
        for gate in (
            self.platform.gate, self.card.gate, pdf.gate, pdf.copy_gate, pdf.print_gate, writer.gate,
            self.store.gate, self.signing.gate,
        ):  # fmt: skip
            gate.open()
