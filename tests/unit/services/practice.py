"""A doctor at work: the record's service over a platform in memory and a store that ends with the test."""

from pathlib import Path

from desktop.domain.errors import Failure
from desktop.services.record import RecordService
from desktop.store.store import Store
from desktop.store.vault import open_vault
from tests.fakes import FakeClock, FakeKeyring, FakePlatform
from tests.samples.practice import certificate


class Practice:
    """What tests of rights stand on; its ``vault`` is closed by who made it."""

    def __init__(self, home: Path) -> None:
        self.clock = FakeClock()
        self.platform = FakePlatform(self.clock).sign_in()
        self.vault = open_vault(home, FakeKeyring(), allow_card_only=False, kept={}, now=self.clock.now)
        assert not isinstance(self.vault.open(certificate(), None), Failure)
        self.store = Store(self.vault)
        self.service = RecordService(self.platform, self.store, self.clock)
