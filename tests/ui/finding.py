"""Widgets by their names."""

from typing import TypeVar

from PySide6.QtCore import QObject

Q = TypeVar("Q", bound=QObject)


def child(parent: QObject, kind: type[Q], name: str) -> Q:
    """The one of that kind and name below *parent*; a test fails where there is none."""
    found = parent.findChild(kind, name)
    assert isinstance(found, kind), name
    return found
