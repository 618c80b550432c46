"""Every port in memory. One shared ``log`` tells in which order things happened across all of them."""

from tests.fakes.features import plugged
from tests.fakes.gate import Gate
from tests.fakes.platform import FakePlatform, other_patient
from tests.fakes.reader import FakeCard, FakeMonitor, FakeSystemEvents, reader
from tests.fakes.store import FakeStore, FakeVault
from tests.fakes.workshop import CONFORMING, FakeWorkshop, FakeWriter

__all__ = [
    "CONFORMING",
    "FakeCard",
    "FakeMonitor",
    "FakePlatform",
    "FakeStore",
    "FakeSystemEvents",
    "FakeVault",
    "FakeWorkshop",
    "FakeWriter",
    "Gate",
    "other_patient",
    "plugged",
    "reader",
]
