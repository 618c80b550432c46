import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from card_factory import Folder

from desktop.smartcard.software_card import SoftwareCard


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "cards")


@pytest.fixture
def software(folder: Folder) -> Iterator[SoftwareCard]:
    port = SoftwareCard(folder.path)
    yield port
    port.close()
