"""Imports that bring no more than is used: packages without what they can miss."""

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


def as_folder(package: str) -> None:
    """Whoever imports a part of *package* gets that part: the package itself stands there without being run.

    Nothing where it is loaded. ImportError where it is not installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None:
        raise ModuleNotFoundError(package)
    sys.modules.setdefault(package, importlib.util.module_from_spec(spec))


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """What is imported inside finds none of *packages*, as if they were not installed."""
    held = {name: sys.modules.get(name) for name in packages}
    sys.modules.update(dict.fromkeys(packages))  # type: ignore[arg-type]  # None says so to the import system
    try:
        yield
    finally:
        for name, module in held.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def part_of(package: str, part: str, **taken: str) -> ModuleType:
    """One part of *package*, imported without what the package itself brings along.

    *taken*: each name that the part takes from the package, and the part of it that holds it. Whoever imports
    the package later gets it whole, and this part in it.
    """
    if package in sys.modules:
        return importlib.import_module(f"{package}.{part}")
    as_folder(package)
    try:
        for name, where in taken.items():
            setattr(sys.modules[package], name, getattr(importlib.import_module(f"{package}.{where}"), name))
        return importlib.import_module(f"{package}.{part}")
    finally:
        del sys.modules[package]
