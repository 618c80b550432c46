"""What no release carries, and what must stay."""

from pathlib import Path

import pytest

from desktop.system import environment
from installers.tree import prune


@pytest.mark.parametrize(
    "path",
    [
        "certifi/tests/test_certify.py",
        "keyring/testing/backend.py",
        "qtawesome/tests/test_icons.py",
        "PySide6/QtTest.abi3.so",
        "PySide6/QtQml.abi3.so",
        "PySide6/QtCore.pyi",
        "PySide6/designer",
        "PySide6/Qt/qml/QtQuick/qmldir",
        "PySide6/Qt/plugins/platforms/libqvnc.so",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.so",
        "PySide6/Qt/translations/qtbase_ja.qm",
        "fontTools/misc/bezierTools.c",
        "bin/pyside6-designer",
        "img2pdf.py",
        "img2pdf-0.6.3.dist-info/METADATA",
        "requests-2.34.2.dist-info/RECORD",
        "requests/__pycache__/api.cpython-311.pyc",
    ],
)
def test_what_only_developers_use_goes(path: str) -> None:
    assert prune.goes(path)


@pytest.mark.parametrize(
    "path",
    [
        "PySide6/QtWidgets.abi3.so",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/translations/qtbase_fr.qm",
        "pikepdf/pdfa/data/schemas/anything.json",  # without them verdicts change in silence
        "keyring-25.7.0.dist-info/entry_points.txt",
        "qtawesome/fonts/phosphor-1.3.0.ttf",
        "desktop/smartcard/module_test.py",
        "desktop/store/migrations/0001.sql",
    ],
)
def test_what_the_program_uses_stays(path: str) -> None:
    assert not prune.goes(path)


def test_the_demos_tester_needs_a_module_that_the_product_has_not() -> None:
    assert not prune.goes("PySide6/QtTest.abi3.so", (*prune.MODULES, *prune.DEMO_MODULES))


def test_every_screen_that_the_program_admits_has_its_plugin() -> None:
    """But for those of other systems; wayland-egl is wayland's."""
    wanted = environment._PLATFORMS - {"windows", "cocoa", "wayland-egl"}
    assert {f"libq{name}.so" for name in wanted} == set(prune.PLUGINS["platforms"])


def test_every_qt_module_that_the_product_imports_stays() -> None:
    root = Path(__file__).resolve().parents[2]
    from installers.tree.sources import is_demo

    imported = set()
    for file in (root / "desktop").rglob("*.py"):
        if not is_demo(file.relative_to(root).as_posix()):
            words = file.read_text(encoding="utf-8").split()
            imported |= {word.removeprefix("PySide6.") for word in words if word.startswith("PySide6.Qt")}
    assert {name.split(".")[0].rstrip(",:;\"')`") for name in imported} <= set(prune.MODULES)


def test_pruning_leaves_no_empty_folder(tmp_path: Path) -> None:
    for name in ("kept/module.py", "certifi/tests/test_it.py", "bin/tool"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    prune.prune(tmp_path)
    assert [f.relative_to(tmp_path).as_posix() for f in sorted(tmp_path.rglob("*"))] == [
        "kept",
        "kept/module.py",
    ]
