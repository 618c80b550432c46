"""What the composition root brings together, where a test of each part alone could not tell."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desktop.composition import adapters
from desktop.composition.options import Options
from desktop.composition.platform_link import PlatformLink
from desktop.domain.network import TrustKind
from desktop.store.store import Store
from desktop.system import keyring_store
from desktop.system.paths import data_folder
from desktop.system.proxy import ProxySource
from desktop.ui.preferences import Preferences
from tests.fakes import FakeClock, FakeKeyring, FakePlatform
from tests.unit.store.conftest import NOW, Practice, document, hold, ok, soft_card, unlock

YEAR = timedelta(days=365)


def _read_documents(
    home: Path, keyring: FakeKeyring, patch: pytest.MonkeyPatch, *, pc: datetime, platform: datetime | None
) -> frozenset[str]:
    """What is kept of p1 after an opening by the whole program, whose computer shows *pc*."""
    clock, said = FakeClock(pc), FakePlatform()
    said.server_time = platform
    patch.setattr(adapters, "SystemClock", lambda: clock)
    patch.setattr(keyring_store, "KeyringStore", lambda: keyring)
    link = PlatformLink(said, clock, ProxySource.DIRECT, TrustKind.PINNED)  # type: ignore[arg-type]
    preferences, early = Preferences(home / "settings.json"), adapters.Early(link=link)
    built = adapters.build(Options("esante"), data_folder(), preferences, (), early)
    vault = built.ports.vault
    try:
        ok(unlock(vault, soft_card()))
        return ok(Store(vault).cached_ids("p1"))  # type: ignore[arg-type]
    finally:
        vault.close()
        for end in built.all_endings():
            end()


def test_cf_066_an_opening_purges_by_the_platform_s_time(
    data_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A computer a year ahead ends no right of today, and one a year behind keeps none alive."""
    keyring = FakeKeyring()
    practice = Practice(data_home, keyring)
    vault, store = practice.store()
    ok(hold(store).save_body(document(1), b"read", NOW + timedelta(hours=24)))
    vault.close()

    def kept(pc: datetime, platform: datetime | None) -> frozenset[str]:
        return _read_documents(data_home, keyring, monkeypatch, pc=pc, platform=platform)

    assert kept(NOW + YEAR, NOW + timedelta(hours=23)) == {"d1"}
    assert kept(NOW - YEAR, NOW + timedelta(hours=24)) == frozenset()


def test_cf_066_without_the_platform_the_computer_s_time_counts(
    data_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = FakeKeyring()
    vault, store = Practice(data_home, keyring).store()
    ok(hold(store).save_body(document(1), b"read", NOW + timedelta(hours=24)))
    vault.close()
    kept = _read_documents(data_home, keyring, monkeypatch, pc=NOW + timedelta(hours=24), platform=None)
    assert kept == frozenset()
