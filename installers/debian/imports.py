"""Run by an installed Python: every import that the program writes, in a function or not, is there.

Prints how many; names those that are missing and ends with 1.
"""

import ast
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

# Of other systems.
_ELSEWHERE = ("winreg", "msvcrt", "winsound", "_winapi")


def imports(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each file below *folder* with each module that it imports."""
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((file, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield file, node.module


def is_there(name: str) -> bool:
    """Whether the module can be found; its packages are imported for that."""
    try:
        return name in _ELSEWHERE or importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
    except ValueError:  # a package put something else in its own place (cryptography does, for old names)
        return name in sys.modules


def main() -> int:
    """See above."""
    place = importlib.util.find_spec("desktop")
    assert place is not None and place.origin is not None
    asked = list(imports(Path(place.origin).parent))
    known = {name: is_there(name) for name in {name for _, name in asked}}
    missing = [f"{file}: {name}" for file, name in asked if not known[name]]
    print(f"{len(asked)} imports, {len(known)} modules")
    print("\n".join(missing), end="", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
