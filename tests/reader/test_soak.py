"""50 random events in every run; the 1,000 of issue 3 point 7 are ``soak.py``'s own."""

import random

import pytest

from desktop.smartcard.emulator.real_chain import RealChain
from tests.reader.soak import soak


@pytest.mark.timeout(180)
def test_fifty_random_events(chain: RealChain) -> None:
    seed = random.randrange(10**6)
    figures = soak(chain, 50, seed)
    print(figures.line())
    assert figures.broken == [], f"seed {seed}: {figures.line()}"
