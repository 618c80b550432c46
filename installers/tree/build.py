"""A whole tree, step by step; the same commit gives the same bytes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from installers.tree import bytecode, closure, licences, prune, sbom, sources, symbols, wheels
from installers.tree.components import components
from installers.tree.target import Target

_VERSION = re.compile(r'^__version__ = "([^"]+)"$', re.MULTILINE)
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==\S+[^\n]*((?:\n\s+--hash=sha256:[0-9a-f]{64}[^\n]*)+)", re.MULTILINE)
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")


class Contents(Enum):
    """What a tree is for: the doctor's program, or that with simulated platform and cards."""

    PRODUCT = "product"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Tools:
    """``pip``: a Python with pip; ``target``: a Python of the target's version, for the bytecode."""

    pip: Path
    target: Path


def build(
    root: Path, tree: Path, installed: Path, target: Target, contents: Contents, tools: Tools,
    say: Callable[[str], None],
) -> None:  # fmt: skip
    """*root*'s commit as *tree*, which will lie at *installed*. Raises what the steps raise."""
    site = tree / target.site
    site.mkdir(parents=True)
    demo = contents is Contents.DEMO
    say(f"{contents.value}: packages")
    requirements = "simulator" if demo else "run"
    wheels.install(tools.pip, root / "requirements", requirements, target, site)
    bytecode.unpack_pyside(tools.target, site)
    wheels.verify(site)
    say(f"{contents.value}: prune, close, strip, compile")
    parts = tuple(part for part in components(site) if part.name not in prune.UNUSED)
    at = sources.commit_time(root)
    fonts = sorted(site.glob("qtawesome/**/*LICENSE*"))
    prune.prune(site, (*prune.MODULES, *prune.DEMO_MODULES) if demo else prune.MODULES)
    closure.close(site)
    symbols.strip(closure.libraries(site))
    if outside := closure.led_outside(site):
        raise wheels.Spoilt(f"{', '.join(outside)}: would load libraries from where it was built")
    sources.unpack(root, site)
    if not demo:
        sources.remove_demo(site)
    fonts += sorted((site / "desktop/resources").glob("**/LICENSE*"))
    legal = licences.write(site, parts, root / "LICENSE", [f for f in fonts if f.exists()])
    (tree / licences.NAME).write_text(legal, encoding="utf-8")
    pins = digests((root / "requirements" / f"{requirements}.txt").read_text(encoding="utf-8"))
    version = program_version(root)
    described = sbom.describe(site, parts, pins, "dsp-desktop", version, at)
    (tree / sbom.NAME).write_text(described, encoding="utf-8")
    for text in [text for part in parts for text in part.texts]:
        text.unlink(missing_ok=True)  # each stands in LICENCES.txt
    prune.remove_empty(site)
    bytecode.compile_tree(tools.target, site, installed / target.site)


def program_version(root: Path) -> str:
    """The version that the program tells."""
    found = _VERSION.search((root / "desktop/__init__.py").read_text(encoding="utf-8"))
    if found is None:
        raise ValueError("desktop/__init__.py tells no version")
    return found[1]


def digests(requirements: str) -> dict[str, tuple[str, ...]]:
    """The digests that a requirements file admits for each package, in its order."""
    return {
        name.lower().replace("_", "-"): tuple(_DIGEST.findall(said))
        for name, said in _PIN.findall(requirements)
    }
