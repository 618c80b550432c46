"""50 random events in every run; ``dev.py test soak`` plays 1,000."""

import random

import pytest

from desktop.smartcard.emulator.real_chain import RealChain
from tests.reader.soak import soak
from tests.waiting import LIMIT_S


@pytest.mark.timeout(900)  # against a hang
def test_fifty_random_events(chain: RealChain) -> None:
    seed = random.randrange(10**6)
    figures = soak(chain, 50, seed, hang_s=LIMIT_S)
    print(figures.line())
    assert figures.broken == [], f"seed {seed}: {figures.line()}"
