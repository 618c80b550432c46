"""The program's own card port over a child that a test prepared."""

from collections.abc import Mapping
from pathlib import Path

from desktop.children.standby import Standby
from desktop.smartcard.child_client import CardChild
from desktop.smartcard.pkcs11_card import Pkcs11Card


class OtherChild(Pkcs11Card):
    """*child*: the Python module to run in the place of the program's."""

    def __init__(self, child: str, module: Path, environment: Mapping[str, str]) -> None:
        self._child = child
        super().__init__(module=module, environment=environment)

    def _standby(self, stack: str) -> Standby[CardChild]:
        environment = self._child_environment(stack)
        return Standby(lambda: CardChild(self._child, [stack], environment))
