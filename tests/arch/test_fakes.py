"""Each port has one fake, in ``tests/fakes``: a second one would keep another promise than the first."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FAKES = "tests/fakes/"
TOY = "tests/toy_feature/"  # a feature of the tests brings its port and its fake along


@dataclass(frozen=True, slots=True)
class Port:
    """``parts``: the ports it consists of. ``calls``: name and parameters of each call, theirs too."""

    name: str
    parts: frozenset[str]
    calls: frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Double:
    """A class of the tests that stands for a port."""

    place: str
    name: str
    port: str


def bases(node: ast.ClassDef) -> set[str]:
    return {ast.unparse(base).rpartition(".")[2] for base in node.bases}


def calls(node: ast.ClassDef) -> frozenset[tuple[str, ...]]:
    own = [part for part in node.body if isinstance(part, ast.FunctionDef)]
    return frozenset((f.name, *(a.arg for a in [*f.args.args, *f.args.kwonlyargs])) for f in own)


def ports_of(sources: Iterable[str]) -> dict[str, Port]:
    """Every ``…Port`` that is a Protocol; a part stands before what is put together from it."""
    found: dict[str, Port] = {}
    for source in sources:
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef) and node.name.endswith("Port") and "Protocol" in bases(node):
                parts = frozenset(bases(node) & found.keys())
                whole = calls(node).union(*(found[part].calls for part in parts))
                found[node.name] = Port(node.name, parts, whole)
    return found


def doubles(place: str, source: str, ports: dict[str, Port]) -> list[Double]:
    """Classes declared as a port, and such as have every call of one and derive from nothing that is."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            declared = bases(node) & ports.keys()
            alike = {p.name for p in ports.values() if not node.bases and p.calls <= calls(node)}
            widest = {name for name in alike if not any(name in ports[other].parts for other in alike)}
            found += [Double(place, node.name, name) for name in declared or widest]
    return found


def program() -> dict[str, Port]:
    folder = ROOT / "desktop"
    modules = [*sorted((folder / "ports").glob("*.py")), *sorted(folder.glob("features/*/port.py"))]
    return ports_of(path.read_text(encoding="utf-8") for path in modules)


def test_each_port_has_one_fake_and_it_stands_with_the_others() -> None:
    ports = program()
    parts = {part for port in ports.values() for part in port.parts}
    found: list[Double] = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if not place.startswith(TOY):
            found += doubles(place, path.read_text(encoding="utf-8"), ports)
    assert [double for double in found if not double.place.startswith(FAKES)] == []
    assert sorted(double.port for double in found) == sorted(ports.keys() - parts)


_PORTS = """
class PartPort(Protocol):
    def ask(self, name: str) -> str: ...
class WholePort(PartPort, Protocol):
    def stop(self) -> None: ...
"""


def test_a_second_fake_is_seen_declared_or_not() -> None:
    ports = ports_of([_PORTS])
    declared = "class Other(WholePort):\n    pass"
    plain = "def test():\n    class Other:\n        def ask(self, name): ...\n        def stop(self): ..."
    for source in (declared, plain):
        assert doubles("here", source, ports) == [Double("here", "Other", "WholePort")]
    part = "class Half:\n    def ask(self, name): ..."
    assert doubles("here", part, ports) == [Double("here", "Half", "PartPort")]


def test_a_variation_and_a_stranger_are_no_second_fake() -> None:
    ports = ports_of([_PORTS])
    assert (
        doubles(
            "here", "class Slow(FakeWhole):\n    def ask(self, name): ...\n    def stop(self): ...", ports
        )
        == []
    )
    assert doubles("here", "class Run:\n    def ask(self): ...\n    def stop(self): ...", ports) == []
