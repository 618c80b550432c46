from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.domain.card import CardInfo
from desktop.signing.service import CardSigning
from desktop.smartcard.software_card import SoftwareCard
from tests.answers import good
from tests.unit.signing.signing_kit import anchors, signing_with
from tests.unit.smartcard.card_factory import Folder


@dataclass(frozen=True)
class Desk:
    """A reader, the stack behind it, and a signing over both."""

    folder: Folder
    stack: SoftwareCard
    signing: CardSigning

    def card(self) -> CardInfo:
        (one,) = good(self.stack.cards())
        return one


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    folder = Folder(tmp_path / "cards")
    stack = SoftwareCard(folder.path)
    with signing_with(stack, anchors(tmp_path)) as signing:
        yield Desk(folder, stack, signing)
    stack.close()
