"""The system's secret store in a dict."""

from desktop.domain.errors import Failure, Result
from desktop.ports.vault import KeyringPort


class FakeKeyring(KeyringPort):
    """A keyring that a test can empty, lock or change; ``failure`` is what every call says then."""

    def __init__(self, failure: Failure | None = None) -> None:
        self.entries: dict[str, bytes] = {}
        self.failure = failure

    def share(self, name: str) -> Result[bytes | None]:
        return self.failure or self.entries.get(name)

    def set_share(self, name: str, value: bytes) -> Result[None]:
        if self.failure is None:
            self.entries[name] = value
        return self.failure

    def backend(self) -> str:
        return "" if self.failure else "fake.Keyring"
