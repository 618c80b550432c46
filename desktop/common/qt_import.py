"""PySide6 without its import hook.

The hook serves ``from __feature__ import snake_case``, which nothing here uses. For it, PySide6 reads the
source of every module that is imported from then on, whoever imports it, and ``linecache`` keeps them all:
a seventh of the start and 12 MB of this program. PySide6 keeps the original beside the hook.
"""

import builtins


def load_qt() -> None:
    """Import PySide6, then restore ``import``; nothing happens where there is no hook."""
    import PySide6.QtCore  # noqa: F401

    original = getattr(builtins, "__orig_import__", None)
    if original is not None:
        builtins.__import__ = original
