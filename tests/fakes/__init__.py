"""Every port in memory, once. One shared ``log`` tells in which order things happened across all of them.

A fake is declared as its port, so that mypy says when it no longer is one; a test that needs it otherwise
derives from it (``tests/arch/test_fakes.py``). Clock and keyring are held to what the real adapters do by
``tests/unit/system/test_fakes_as_adapters.py``.
"""

from tests.fakes.card import FakeCard, FakeCardSettings, FakeMonitor, reader
from tests.fakes.clock import FakeClock
from tests.fakes.controller import FakeController
from tests.fakes.features import plugged
from tests.fakes.gate import Gate
from tests.fakes.kept import FakeKept
from tests.fakes.keyring import FakeKeyring
from tests.fakes.pdf import CONFORMING, COPY, FakePdf, FakeWriter
from tests.fakes.platform import FakePlatform, Fault
from tests.fakes.ports import FakePorts
from tests.fakes.store import FakeStore, FakeVault, Shelf, open_store
from tests.fakes.system import FakeSupport, FakeSystemEvents

__all__ = [
    "CONFORMING",
    "COPY",
    "FakeCard",
    "FakeCardSettings",
    "FakeClock",
    "FakeController",
    "FakeKept",
    "FakeKeyring",
    "FakeMonitor",
    "FakePdf",
    "FakePlatform",
    "FakePorts",
    "FakeStore",
    "FakeSupport",
    "FakeSystemEvents",
    "FakeVault",
    "FakeWriter",
    "Fault",
    "Gate",
    "Shelf",
    "open_store",
    "plugged",
    "reader",
]
