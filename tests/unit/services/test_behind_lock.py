"""What was open comes back after the lock, and is nowhere meanwhile (CF-017)."""

from datetime import date

import pytest

from desktop.domain.record import DspState, MandateKind
from desktop.domain.secret import Secret
from desktop.services.behind_lock import BehindLock, OnScreen
from desktop.services.record import OpenRecord
from tests.fakes import FakeVault
from tests.samples.practice import NOW, certificate, mandate, patient

RARE = patient(dsp=DspState.INACTIVE, inactive_until=date(2027, 1, 2), birth_date=None, address="Rue")
SCREENS = [
    OnScreen(patient(), None),
    OnScreen(RARE, None),
    OnScreen(patient(), OpenRecord(patient(), mandate(), None)),
    OnScreen(patient(), OpenRecord(patient(), mandate(), NOW, offline=True, readable_until=NOW)),
    OnScreen(
        patient(), OpenRecord(patient(), mandate(kind=MandateKind.AUTEUR, end=None, grace_end=None), NOW)
    ),
]


@pytest.fixture
def vault() -> FakeVault:
    made = FakeVault()
    open_vault(made)
    return made


def open_vault(vault: FakeVault, holder: str = "H1") -> None:
    vault.open(certificate(holder_id=holder), Secret(bytearray(b"secret")))


@pytest.mark.parametrize("screen", SCREENS)
def test_the_same_screen_comes_back_once(vault: FakeVault, screen: OnScreen) -> None:
    behind = BehindLock(vault)
    behind.put(screen)
    vault.close()
    open_vault(vault)
    assert behind.take() == screen
    assert behind.take() is None


def test_cf014_not_to_another_holder(vault: FakeVault) -> None:
    behind = BehindLock(vault)
    behind.put(SCREENS[2])
    vault.close()
    open_vault(vault, "H2")
    assert behind.take() is None


def test_nothing_is_kept_where_the_session_keeps_nothing() -> None:
    vault = FakeVault()
    vault.open(certificate(), None)
    behind = BehindLock(vault)
    behind.put(SCREENS[2])
    assert behind._sealed == b"" and behind.take() is None


def test_what_was_put_before_never_comes_back_instead(vault: FakeVault) -> None:
    """A lock whose screen cannot be kept forgets that of the lock before."""
    behind = BehindLock(vault)
    behind.put(SCREENS[2])
    vault.close()
    behind.put(SCREENS[0])
    open_vault(vault)
    assert behind.take() is None


def test_cf014_forgotten_at_a_logout(vault: FakeVault) -> None:
    behind = BehindLock(vault)
    behind.put(SCREENS[2])
    behind.forget()
    assert behind.take() is None
