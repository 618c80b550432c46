"""The program's PKCS#11 child on a module that shows all its tokens in one reader.

So OpenSC and the cards' own middleware show a card that has a PIN for each key. Run with the module's path.
"""

from typing import Any

import pkcs11

from desktop.smartcard import pkcs11_child

READER = "One reader"


class _Slot:
    """A slot of the module, in the one reader."""

    slot_description = READER

    def __init__(self, slot: Any) -> None:
        self._slot = slot

    def __getattr__(self, name: str) -> Any:
        return getattr(self._slot, name)


class _Library:
    """The module, but for where its slots are."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def get_slots(self, **options: Any) -> list[_Slot]:
        """As the module lists them."""
        return [_Slot(slot) for slot in self._library.get_slots(**options)]


if __name__ == "__main__":
    load = pkcs11.lib
    pkcs11.lib = lambda path: _Library(load(path))
    pkcs11_child.main()
