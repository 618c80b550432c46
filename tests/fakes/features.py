"""The program's features over ports in memory."""

from datetime import datetime

from desktop.domain.errors import Result
from desktop.domain.trace import Trace
from desktop.features.accesses.feature import ACCESSES
from desktop.features.accesses.port import AccessesPort
from desktop.kernel.page import Plugged
from tests.fakes.platform import FakePlatform


class FakeAccesses(AccessesPort):
    """The traces of the platform in memory."""

    def __init__(self, platform: FakePlatform) -> None:
        self._platform = platform

    def my_traces(self, since: datetime) -> Result[tuple[Trace, ...]]:
        return self._platform.traces_of_me(since)


def plugged(platform: FakePlatform) -> tuple[Plugged, ...]:
    """All of them, over *platform*."""
    return (ACCESSES.over(FakeAccesses(platform)),)
