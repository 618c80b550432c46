"""Looks for a secret from outside: in files, and in the memory of living processes, in many shapes."""

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

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


def in_memory(pid: int, secret: str) -> list[str]:
    """``region: shape`` of every occurrence in what the process can write to."""
    wanted = shapes(secret)
    pattern = re.compile(b"|".join(re.escape(v) for v in wanted.values()))
    names = {value: name for name, value in wanted.items()}
    found = []
    for region, content in _writable(pid):
        found += [f"{region}: {names[match[0]]}" for match in pattern.finditer(content)]
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
