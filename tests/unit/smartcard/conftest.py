from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.smartcard.software_card import SoftwareCard
from tests.unit.smartcard.card_factory import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "cards")


@pytest.fixture
def software(folder: Folder) -> Iterator[SoftwareCard]:
    port = SoftwareCard(folder.path)
    yield port
    port.close()
