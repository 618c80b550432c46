"""What holds for every feature: its folder, its layers, what it must say of itself, what may not grow."""

import ast
import dataclasses
from collections.abc import Iterator
from dataclasses import MISSING
from pathlib import Path

import pytest

from desktop.domain.texts import Language, text
from desktop.features import FEATURES
from desktop.kernel.feature import Feature, Page, Pluggable, add_words
from desktop.kernel.page import AtLock, Audience, KeyHint
from desktop.ports.kept import Kept, Table
from desktop.ports.wire_call import WireCall
from desktop.simulator.feature import SimulatedFeature
from tests.toy_feature.feature import TOY

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "desktop/features"
TOY_FOLDER = ROOT / "tests/toy_feature"
EVERY = pytest.mark.parametrize("feature", [*FEATURES, TOY], ids=lambda feature: feature.name)

# Which layers of its own folder a layer may know; ``feature`` knows all of them. A layer is a file, or in a
# large feature a package of that name, whose modules know each other.
_LAYERS = {
    "domain": set[str](),
    "ips": {"domain"},
    "port": {"domain"},
    "kept": {"domain"},
    "service": {"domain", "ips", "port", "kept"},
    "wire": {"domain", "ips", "port"},
    "cells": {"domain", "port", "service"},
    "view": {"domain", "port", "service", "cells"},
    "page": {"domain", "port", "service", "cells", "view"},
}
_BESIDE = {
    "domain": {"domain", "common"},
    "ips": {"domain", "common"},
    "port": {"domain", "ports"},
    "kept": {"domain", "ports"},
    "service": {"domain", "common", "ports", "scanning", "services"},
    "wire": {"domain", "common", "ports", "sync"},
    "cells": {"domain", "ports", "scanning", "services", "ui"},
    "view": {"domain", "ports", "scanning", "services", "ui"},
    "page": {"domain", "common", "ports", "scanning", "services", "ui", "kernel"},
    "feature": {"domain", "ports", "kernel", "sync"},
}
# Of ``sync``: the kit, how FHIR is read, and what goes with them; not the calls of the kernel.
_SYNC = {
    "wire_kit", "document_kit", "fhir_shapes", "fhir_read", "fhir_submission", "fhir_write", "audit_events",
    "prescription", "profile", "referent_facts", "signed_pair", "submission_answer", "wire", "wire_codes",
}  # fmt: skip
# The kernel's largest joints: what a feature needs goes into its folder, not here.
_CEILINGS = {
    "desktop/app.py": 263,
    "desktop/ui/bind/office.py": 119,
    "desktop/ui/bind/wiring.py": 226,
    "desktop/services/bundle.py": 74,
    "desktop/ui/shell.py": 184,
    "desktop/ui/shell_contents.py": 215,
    "desktop/sync/platform.py": 227,
    "desktop/sync/fhir_shapes.py": 314,
}
_PLATFORM_CALLS = 29


def _pages(feature: Pluggable) -> tuple[Page, ...]:
    """Its pages, which the program asks for only through ``plug``."""
    assert isinstance(feature, Feature)
    return feature.pages


def _folders() -> list[Path]:
    return sorted(p for p in FOLDER.iterdir() if (p / "__init__.py").exists())


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _wrong_imports(folder: Path) -> list[str]:
    package = ".".join(folder.relative_to(ROOT).parts)
    wrong = []
    for path in sorted(folder.rglob("*.py")):
        layer = path.relative_to(folder).parts[0].removesuffix(".py")
        if layer not in _BESIDE:
            continue
        for name in _imports(path):
            parts = name.split(".")
            if name.startswith(f"{package}."):
                own = parts[len(package.split("."))]
                right = layer == "feature" or own == layer or own in _LAYERS[layer]
            elif parts[0] == "desktop" and len(parts) > 1:
                right = parts[1] in _BESIDE[layer] and (
                    parts[1] != "sync" or len(parts) == 2 or parts[2] in _SYNC
                )
            else:
                right = parts[0] != "PySide6" or layer in ("view", "page")
            if not right:
                wrong.append(f"{path.name}: {name}")
    return wrong


def test_the_list_and_the_folders_are_the_same() -> None:
    assert [feature.name for feature in FEATURES] == list(dict.fromkeys(f.name for f in FEATURES))
    assert sorted(feature.name for feature in FEATURES) == [folder.name for folder in _folders()]


@pytest.mark.parametrize("folder", [*_folders(), TOY_FOLDER], ids=lambda folder: folder.name)
def test_layers_inside_a_feature(folder: Path) -> None:
    assert _wrong_imports(folder) == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("port.py", "from desktop.features.a.service import X"),
        ("view.py", "from desktop.features.a.page import X"),
        ("view.py", "from desktop.features.a import wire"),
        ("service.py", "from desktop.ui.tasks import Tasks"),
        ("service.py", "from PySide6.QtCore import QObject"),
        ("wire.py", "from desktop.sync.documents import Documents"),
        ("wire.py", "from desktop.sync.transport import Transport"),
        ("page.py", "from desktop.store.store import Store"),
        ("page.py", "from desktop.features.a import wire"),
        ("kept.py", "import desktop.services.record"),
        ("domain.py", "from desktop.ports.kept import Kept"),
        ("domain/values.py", "from desktop.features.a.service import X"),
        ("ips/reader.py", "import desktop.sync.wire_kit"),
    ],
)
def test_a_forbidden_import_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, line: str
) -> None:
    monkeypatch.setattr("tests.arch.test_features.ROOT", tmp_path)
    folder = tmp_path / "desktop/features/a"
    folder.mkdir(parents=True)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(line + "\n")
    assert _wrong_imports(folder), line


@pytest.mark.parametrize(
    "kind",
    [Feature, Page, Audience, AtLock, KeyHint, WireCall, Kept, SimulatedFeature],
    ids=lambda k: k.__name__,
)
def test_what_a_feature_must_say_has_no_default(kind: type) -> None:
    """What can be left out is forgotten."""
    fields = dataclasses.fields(kind)
    assert fields and all(f.default is MISSING and f.default_factory is MISSING for f in fields)


def test_a_table_says_its_fate_and_whose_it_is() -> None:
    required = {f.name for f in dataclasses.fields(Table) if f.default is MISSING}
    assert {"name", "fate", "patient_column"} <= required


@EVERY
def test_its_names_begin_with_its_own(feature: Pluggable) -> None:
    """Two features cannot meet in a name: of a page, a table, or an object on the screen."""
    names = [page.name for page in _pages(feature)] + [table.name for table in feature.kept.tables]
    own = (feature.name, f"{feature.name}-", f"{feature.name}_")
    assert all(name == own[0] or name.startswith(own[1:]) for name in names), names


@EVERY
@pytest.mark.parametrize("language", Language)
def test_its_pages_have_words(feature: Pluggable, language: Language) -> None:
    add_words((TOY,))
    for page in _pages(feature):
        keys = (page.title, page.help, *(hint.act for hint in page.keys))
        assert all(text(key, language=language) for key in keys)
        assert all(key.startswith(f"{feature.name}.") for key in (page.title, page.help))


@EVERY
def test_a_page_of_a_patient_names_mandates_and_asks_by_his_right(feature: Pluggable) -> None:
    """A feature without a page of a patient has no call with a patient's token either."""
    of_record = [page for page in _pages(feature) if page.entry.of_record]
    assert all(page.audience.mandates for page in of_record)
    by_record = [call for call in feature.wire_calls if call.right.value == "record"]
    assert of_record or not by_record


def test_page_names_are_the_window_s_own_once() -> None:
    from desktop.ui.bind.pages import PAGES

    names = [page.name for feature in (*FEATURES, TOY) for page in _pages(feature)]
    assert len({*names, *PAGES.values(), "login", "record"}) == len(names) + len(PAGES) + 2


@pytest.mark.parametrize("path", _CEILINGS)
def test_the_joints_do_not_grow(path: str) -> None:
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= _CEILINGS[path]


def test_the_platform_s_port_does_not_grow() -> None:
    from desktop.ports.platform import PlatformPort

    calls = {n for n in dir(PlatformPort) if not n.startswith("_") and callable(getattr(PlatformPort, n))}
    assert len(calls) <= _PLATFORM_CALLS, sorted(calls)
