"""PySide6 without its import hook, and without its writer of type stubs.

The hook serves ``from __feature__ import snake_case``, which nothing here uses. For it, PySide6 reads the
source of every module that is imported from then on, whoever imports it, and ``linecache`` keeps them all:
a seventh of the start and 12 MB of this program. PySide6 keeps the original beside the hook.

The writer of stubs makes ``.pyi`` files for PySide6's own developers. PySide6 loads it into every program,
and the expressions that it compiles for them are a twentieth of the start.
"""

import builtins
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

_STUB_WRITER = "shibokensupport.signature.lib.pyi_generator"


class _NoStubWriter:
    """Finds an empty module in its place."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(name, self) if name == _STUB_WRITER else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        """An ordinary one is taken."""

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is in it."""


def load_qt() -> None:
    """Import PySide6, then restore ``import``; nothing is restored where there is no hook."""
    finder = _NoStubWriter()
    sys.meta_path.insert(0, finder)
    try:
        import PySide6.QtCore  # noqa: F401
    finally:
        sys.meta_path.remove(finder)

    original = getattr(builtins, "__orig_import__", None)
    if original is not None:
        builtins.__import__ = original
