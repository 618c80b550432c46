"""Rules of the house that no linter knows."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DESKTOP = ROOT / "desktop"
MODULES = sorted(DESKTOP.rglob("*.py"))


@cache
def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(source(path))


def trees(folder: Path = DESKTOP) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield path, tree_of(path)


@cache
def imported(path: Path) -> frozenset[str]:
    """Every name that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(names)


def importers(package: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if any(name == package or name.startswith(package + ".") for name in imported(path))
    }


@pytest.mark.parametrize(
    "package",
    ["pkcs11", "smartcard", "sqlcipher3", "requests", "keyring", "pyhanko", "pyhanko_certvalidator", "jwt"],
)
def test_each_of_these_is_imported_in_one_module(package: str) -> None:
    """Of the product; what the simulator judges with is its own, written apart."""
    product = {name for name in importers(package) if not name.startswith("desktop/simulator/")}
    assert len(product) == 1, product


def private_pikepdf(tree: ast.Module) -> list[int]:
    """Lines that reach what pikepdf does not promise."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Attribute):
            names = [ast.unparse(node)]
        else:
            continue
        if any(re.match(r"(pikepdf|pdfa)\b(\.\w+)*\._(?!_)", name) for name in names):
            lines.append(node.lineno)
    return lines


@pytest.mark.parametrize(
    "planted",
    [
        "from pikepdf.pdfa._engine import run",
        "from pikepdf.pdfa import _engine",
        "import pikepdf._core",
        "from pikepdf import pdfa\nfound = pdfa._engine.run(pdf)",
    ],
)
def test_the_rule_of_pikepdf_sees(planted: str) -> None:
    assert private_pikepdf(ast.parse(planted))
    assert not private_pikepdf(ast.parse("import pikepdf.pdfa\nprint(pikepdf.__version__)"))


def test_private_pikepdf_is_reached_in_one_module_and_pinned() -> None:
    """Any release may move what is private: ``tests/unit/pdf/test_pikepdf_internals.py`` tells which name."""
    found = {
        p.relative_to(ROOT).as_posix()
        for folder in (DESKTOP, ROOT / "tests")
        for p in folder.rglob("*.py")
        if re.search(r"pikepdf|pdfa", source(p)) and private_pikepdf(tree_of(p))
    }
    assert found == {"desktop/pdf/pikepdf_internals.py"}
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    pinned = re.search(r'"pikepdf\[pdfa\]>=(\d+)\.(\d+)(?:\.\d+)?,<(\d+)\.(\d+)"', project)
    assert pinned, "pikepdf is pinned to a minor version"
    major, minor, next_major, next_minor = map(int, pinned.groups())
    assert (next_major, next_minor) == (major, minor + 1)


def test_local_time_is_made_in_one_place() -> None:
    """Luxembourg's days and hours come from ``domain/local_time``; naive moments are the linter's (DTZ)."""
    assert importers("zoneinfo") == {"desktop/domain/local_time.py"}
    for path, tree in trees():
        for node in ast.walk(tree):
            call = node if isinstance(node, ast.Call) else None
            called = None if call is None else call.func
            if call is not None and isinstance(called, ast.Attribute) and called.attr == "astimezone":
                given = [ast.unparse(argument) for argument in call.args]
                own = path.name == "local_time.py"
                assert own or given == ["UTC"], f"{path}:{called.lineno}: ask local_time"
            if isinstance(called, ast.Attribute) and called.attr in ("localtime", "mktime", "ctime"):
                raise AssertionError(f"{path}:{called.lineno}: the machine's own zone")
            if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
                shown = ast.unparse(node.format_spec)
                if "%H" in shown or "%Y" in shown:
                    papers = path.parent.name == "demo"  # a fictional hospital prints as it likes
                    logs = path.name == "logs.py"  # UTC, in lines and names of files
                    assert papers or logs or path.name == "local_time.py", f"{path}:{node.lineno}"


def test_one_module_hears_the_way_back() -> None:
    """« Retour » and Esc arrive at the window, which has one rule (``ui/way_back``); no page has its own."""
    for path, tree in trees():
        for node in ast.walk(tree):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr == "connect":
                heard = ast.unparse(called.value).endswith(".back_asked")
                allowed = path.name in ("shell.py", "navigation.py")
                assert allowed or not heard, f"{path}:{called.lineno}"


@pytest.mark.parametrize("whole", ["ui.bind.context", "ui.bind.pages", "ui.bind.wiring", "services.bundle"])
def test_a_binding_and_a_desk_get_what_they_need(whole: str) -> None:
    """Who is handed the whole window, all desks or all services does not say what it uses."""
    composition = {f"desktop/ui/bind/{name}.py" for name in ("office", "wiring", "desks")}
    window = {name for name in importers(f"desktop.{whole}") if name.startswith("desktop/ui/")}
    assert window, "no such module any more"
    assert window <= composition


def test_letters_are_folded_in_one_place() -> None:
    """Two foldings find different things (``domain/folding``); the others here compare whole texts."""
    others = {"desktop/domain/folding.py", "desktop/domain/diagnostics.py", "desktop/pdf/convert/fidelity.py"}
    for path, tree in trees():
        for node in ast.walk(tree):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in ("casefold", "normalize"):
                name = path.relative_to(ROOT).as_posix()
                assert name in others, f"{name}:{called.lineno}: ask folding"


def test_no_nested_event_loop() -> None:
    """``exec`` of a dialog or a menu would let a lock wait behind a question (CF-017)."""
    windows = (
        "composition/launch.py",
        "composition/no_folder.py",
        "simulator/console/__main__.py",
        "qa/window/__main__.py",
    )
    allowed = {f"desktop/{window}" for window in windows}
    for path, tree in trees():
        for node in ast.walk(tree):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr in ("exec", "exec_", "processEvents"):
                assert path.relative_to(ROOT).as_posix() in allowed, f"{path}:{called.lineno}"


def test_no_print_and_no_shell() -> None:
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                words = {k.arg: k.value for k in node.keywords}
                shell = words.get("shell")
                assert not (isinstance(shell, ast.Constant) and shell.value is True), path


def test_secrets_are_no_field_of_what_is_kept_or_sent() -> None:
    """No dataclass of store, sync or the outbox may hold a Secret (CF-001, CF-006, CF-010)."""
    for folder in ("store", "sync"):
        for path, tree in trees(DESKTOP / folder):
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    fields = [n for n in node.body if isinstance(n, ast.AnnAssign)]
                    named = [ast.unparse(f.annotation) for f in fields]
                    assert not any("Secret" in name for name in named), f"{path}: {node.name}"
    deposit = (DESKTOP / "domain/deposit.py").read_text()
    assert "Secret" not in deposit


def test_module_length() -> None:
    lengths = {p.relative_to(ROOT).as_posix(): len(p.read_text().splitlines()) for p in MODULES}
    long = {name: n for name, n in lengths.items() if n > 500}
    assert not long


def test_wheel_takes_every_data_file_along() -> None:
    """What lies inside the package and is no module must be named in setup.py; ``resources`` goes whole."""
    call = next(n for n in ast.walk(ast.parse((ROOT / "setup.py").read_text())) if isinstance(n, ast.keyword)
                and n.arg == "package_data")  # fmt: skip
    patterns = ast.literal_eval(call.value)
    assert patterns.pop("desktop.resources") == ["**/*"]
    taken = {p for name, globs in patterns.items() for g in globs
             for p in ROOT.joinpath(*name.split(".")).glob(g)}  # fmt: skip
    present = {p for p in DESKTOP.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")}
    assert taken == present
    assert any(p.suffix == ".sql" for p in taken)


def test_every_folder_with_modules_is_a_package() -> None:
    """setuptools finds packages by their ``__init__``."""
    assert [p for p in {m.parent for m in MODULES} if not (p / "__init__.py").is_file()] == []


def test_requirements_name_no_address() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        words = path.read_text()
        assert "://" not in words and "--index" not in words
        assert words.count("--hash=sha256:") > words.count("==")


def test_ui_words_are_never_written_in_code() -> None:
    """A French sentence in ui code is a text that cannot be translated."""
    french = re.compile(r"[éèêàçùœ]|\b(le|la|les|une|votre|du)\b .*\b(est|de|la|le|pour)\b")
    for path, tree in [*trees(DESKTOP / "ui"), *trees(DESKTOP / "features")]:
        docs = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                sentence = len(re.findall(r"\b[a-zà-ÿ]{2,}\b", node.value)) >= 3
                assert not (sentence and french.search(node.value)), f"{path}:{node.lineno}"


_PROBE = """
import sys
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QWidget
app = QApplication([])
label, widget, pixmap = QLabel(), QWidget(), QPixmap(8, 8)
painter = QPainter(pixmap)
def acts(n):
    for i in range(n):
        label.setText("x"); label.setEnabled(True); widget.update(); painter.drawLine(0, 0, 5, 5)
acts(20)
before = [sys.getrefcount(o) for o in (None, True, False)]
acts(100)
after = [sys.getrefcount(o) for o in (None, True, False)]
painter.end()
print(min(b - a for a, b in zip(before, after)))
"""


def test_qt_takes_no_references_that_are_not_its_own() -> None:
    """PySide6 6.12.0 on Python 3.11 drops references of None and aborts within seconds."""
    drift = subprocess.run([sys.executable, "-c", _PROBE], capture_output=True, text=True, check=True)
    assert int(drift.stdout) > -20


def public_classes() -> dict[str, list[str]]:
    """Where each public class of desktop/ stands, by its name."""
    found: dict[str, list[str]] = {}
    for path, tree in trees():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, []).append(path.relative_to(DESKTOP).as_posix())
    return found


def test_no_two_public_classes_of_one_name_in_a_layer() -> None:
    """A layer is the first folder (of features: each its own); a name that is read there means one thing."""
    for name, places in public_classes().items():
        parts = [place.split("/") for place in places]
        layers = ["/".join(p[:2]) if p[0] == "features" else p[0] for p in parts]
        assert len(layers) == len(set(layers)), f"{name}: {places}"


# One HTTP exchange, as the client makes it and as the simulated platform judges it.
ONE_CONCEPT_TWICE = {"Call", "Answer"}


def test_no_two_layers_share_the_name_of_a_public_class() -> None:
    """A feature may use any name: it is read in its own folder."""
    for name, places in public_classes().items():
        shared = [place for place in places if not place.startswith("features/")]
        assert len(shared) <= 1 or name in ONE_CONCEPT_TWICE, f"{name}: {shared}"
