"""What domain, ports and services may import: a list of what is allowed; import-linter's is of what is not.

A library that nobody thought of forbidding is refused here all the same.
"""

import ast
import sys
from pathlib import Path

import pytest

DESKTOP = Path(__file__).resolve().parents[2] / "desktop"
ALLOWED = {
    "domain": ("desktop.domain", "desktop.common"),
    "ports": ("desktop.domain", "desktop.ports", "desktop.common"),
    # msgspec: how a draft's documents become the bytes that the store keeps (services/draft_pile)
    "services": ("desktop.domain", "desktop.ports", "desktop.services", "desktop.common", "msgspec"),
}


def strangers(source: str, layer: str) -> list[str]:
    """Names that a module of *layer* imports, anywhere in it, and may not."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # "from desktop import store" brings desktop.store; a relative import hides where it goes
            whole = "." * node.level + (node.module or "")
            names = [f"desktop.{a.name}" for a in node.names] if whole == "desktop" else [whole]
        found += [name for name in names if not _allowed(name, layer)]
    return found


def _allowed(name: str, layer: str) -> bool:
    if name.partition(".")[0] in sys.stdlib_module_names:
        return True
    return any(name == own or name.startswith(own + ".") for own in ALLOWED[layer])


@pytest.mark.parametrize("layer", ALLOWED)
def test_a_layer_imports_what_it_may(layer: str) -> None:
    modules = sorted((DESKTOP / layer).rglob("*.py"))
    assert len(modules) > 5
    for path in modules:
        assert strangers(path.read_text(encoding="utf-8"), layer) == [], path


@pytest.mark.parametrize("layer", ALLOWED)
@pytest.mark.parametrize(
    ("planted", "name"),
    [
        ("import pikepdf", "pikepdf"),
        ("from PIL import Image", "PIL"),
        ("import sqlcipher3.dbapi2 as db", "sqlcipher3.dbapi2"),
        ("def late():\n    import keyring", "keyring"),
        ("if TYPE_CHECKING:\n    from PySide6.QtCore import QObject", "PySide6.QtCore"),
        ("from desktop.store.vault import Vault", "desktop.store.vault"),
        ("from desktop import kernel", "desktop.kernel"),
        ("from ..store import vault", "..store"),
        ("import desktop", "desktop"),
        ("from desktop.domainless import x", "desktop.domainless"),
    ],
)
def test_a_planted_import_is_seen(layer: str, planted: str, name: str) -> None:
    allowed = "import json\nfrom collections.abc import Mapping\nfrom desktop.domain.errors import Code\n"
    assert strangers(allowed + planted, layer) == [name]


@pytest.mark.parametrize(
    ("layer", "planted"),
    [
        ("domain", "msgspec"),
        ("domain", "desktop.ports.clock"),
        ("domain", "desktop.services.login"),
        ("ports", "msgspec"),
        ("ports", "desktop.services.login"),
    ],
)
def test_a_layer_knows_none_above_it(layer: str, planted: str) -> None:
    assert strangers(f"import {planted}", layer) == [planted]
