"""The demo's card: same port, same child-process shape, same rules as a real one; marked SOFTWARE."""

from collections.abc import Sequence
from pathlib import Path

from desktop.children.standby import Standby
from desktop.domain.card import CardSource, ModuleReport
from desktop.domain.errors import Code, Failure, Result
from desktop.smartcard.certificates import PREFERRED_ISSUERS
from desktop.smartcard.child_card import CardDeadlines, ChildCard
from desktop.smartcard.child_client import CardChild
from desktop.smartcard.module_test import test_module


class SoftwareCard(ChildCard):
    """CardPort on a folder with ``reader.json`` and ``cards/<id>.json`` (desktop.domain.card_image)."""

    def __init__(
        self,
        folder: Path,
        *,
        deadlines: CardDeadlines = CardDeadlines(),
        preferred_issuers: Sequence[str] = PREFERRED_ISSUERS,
    ) -> None:
        """A first child is started at once, so that it is standby when a card comes."""
        super().__init__(CardSource.SOFTWARE, deadlines=deadlines, preferred_issuers=preferred_issuers)
        self._folder = folder
        self._children["software"] = self._standby("software")
        self._children["software"].child()

    def test_module(self, path: Path) -> Result[ModuleReport]:
        """A real module can be tested beside the simulated card."""
        return test_module(path, {}, self._deadlines.module)

    def _stacks(self, atrs: Sequence[bytes]) -> Result[Sequence[str]]:
        return ("software",)

    def _standby(self, stack: str) -> Standby[CardChild]:
        return Standby(lambda: CardChild("desktop.smartcard.software_child", [str(self._folder)], {}))

    def _crashed(self, stack: str) -> Failure:
        return Failure.of(Code.CHILD_CRASHED)
