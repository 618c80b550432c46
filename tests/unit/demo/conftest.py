"""One data set for all tests of the demo data."""

from datetime import date

import pytest

from desktop.simulator.demo import DemoDataset, load

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def demo() -> DemoDataset:
    """Seed 7 on a fixed day."""
    return load(7, TODAY)
