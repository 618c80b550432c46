"""Looks for a secret from outside: in files, and in the memory of living processes, in many shapes."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

from tests.process_memory import dense

_BLOCK = 1 << 22


def shapes(secret: str) -> dict[str, bytes]:
    """The secret in clear, UTF-16, base64 (all three alignments), hexadecimal and hashed."""
    clear = secret.encode()
    found = {
        "clear": clear,
        "utf-16": secret.encode("utf-16-le"),
        "utf-32": secret.encode("utf-32-le"),
        "hex": clear.hex().encode(),
        "HEX": clear.hex().upper().encode(),
    }
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + clear)
        found[f"base64+{shift}"] = encoded[(0, 2, 3)[shift] : len(encoded) - 4]
    for name in ("md5", "sha1", "sha256", "sha512"):
        digest = hashlib.new(name, clear)
        found[name] = digest.digest()
        found[f"{name} hex"] = digest.hexdigest().encode()
    return {name: value for name, value in found.items() if len(value) >= 6}


def in_files(folders: list[Path], secret: str) -> list[str]:
    """``file: shape`` of every occurrence."""
    wanted = shapes(secret)
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                content = path.read_bytes()
                found += [f"{path.name}: {name}" for name, value in wanted.items() if value in content]
    return found


def in_memory(pid: int, *secrets: str) -> tuple[list[str], ...]:
    """For each of *secrets* ``region: shape`` of what stands in what the process can write to, in one look.

    The shapes of a text that differ by their zeros alone are one.
    """
    wanted = [{dense(value): name for name, value in shapes(secret).items()} for secret in secrets]
    found: tuple[list[str], ...] = tuple([] for _ in secrets)
    for region, content in _writable(pid):
        block = dense(content)
        for hits, names in zip(found, wanted, strict=True):
            for value, name in names.items():
                hits += [f"{region}: {name}"] * block.count(value)
    return found


def _writable(pid: int) -> Iterator[tuple[str, bytes]]:
    process = Path("/proc") / str(pid)
    with (process / "maps").open() as maps, (process / "mem").open("rb", 0) as memory:
        for line in maps.read().splitlines():
            parts = line.split(maxsplit=5)
            name = parts[5] if len(parts) > 5 else "anonymous"
            if not parts[1].startswith("rw") or name in ("[vvar]", "[vsyscall]"):
                continue
            start, end = (int(x, 16) for x in parts[0].split("-"))
            overlap = b""
            for at in range(start, end, _BLOCK):
                try:
                    memory.seek(at)
                    block = memory.read(min(_BLOCK, end - at))
                except (OSError, ValueError):
                    break
                yield name, overlap + block
                overlap = block[-256:]
