"""« Tester le module »: look at the file, then load it in a child of its own and ask what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.children.process import Gone
from desktop.domain.card import ModuleReport
from desktop.domain.errors import Code, Failure, Result
from desktop.smartcard.binary_architecture import unloadable
from desktop.smartcard.child_client import CardChild

CHILD = "desktop.smartcard.pkcs11_child"


@dataclass(frozen=True, slots=True)
class _Library:
    library: str
    version: str
    slots: int
    tokens: tuple[str, ...]


def test_module(path: Path, environment: Mapping[str, str], deadline: float) -> Result[ModuleReport]:
    """What the module at *path* says of itself. MODULE_MISSING, MODULE_NOT_A_LIBRARY,
    MODULE_WRONG_ARCHITECTURE, MODULE_CRASHED; MODULE_HANGS after *deadline* seconds.
    """
    if failure := unloadable(path):
        return failure
    child = CardChild(CHILD, [str(path)], environment)
    try:
        reply = child.call("test", {}, deadline=deadline)
    finally:
        child.close()
    if isinstance(reply, Gone):
        code = Code.MODULE_HANGS if reply is Gone.TIMEOUT else Code.MODULE_CRASHED
        return Failure.of(code, path=str(path), seconds=round(deadline))
    library = reply if isinstance(reply, Failure) else reply.as_type(_Library)
    if isinstance(library, Failure):
        return library
    return ModuleReport(str(path), library.library, library.version, library.slots, library.tokens)
