"""Files that a user may choose as PKCS#11 module by mistake, and one that kills who loads it."""

import platform
import struct
from pathlib import Path

_X86_64, _X86, _ARM64 = 62, 3, 183
_TRAP = {_X86_64: b"\x0f\x0b", _ARM64: b"\x00\x00\x00\x00"}


def make_module(kind: str, folder: Path) -> Path:
    """A file of that kind in *folder*; "good" is OpenSC's own module (FileNotFoundError when not there)."""
    if kind == "good":
        found = sorted(Path("/usr/lib").glob("*/opensc-pkcs11.so"))
        if not found:
            raise FileNotFoundError("opensc-pkcs11.so")
        return found[0]
    path = folder / f"{kind}.so"
    here = _ARM64 if platform.machine().lower() in ("aarch64", "arm64") else _X86_64
    match kind:
        case "crashing":
            path.write_bytes(trap_library(here))
        case "wrong-architecture":
            path.write_bytes(trap_library(_X86))
        case _:
            path.write_text("This is no library.\n", encoding="ascii")
    return path


def trap_library(machine: int) -> bytes:
    """The smallest ELF library whose initialiser is an illegal instruction: loading it ends the process."""
    base, phdr, dynamic, code = 0x10000, 64, 64 + 2 * 56, 64 + 2 * 56 + 7 * 16
    tables = code + 16
    entries = [
        (12, base + code),
        (5, base + tables),
        (6, base + tables),
        (10, 1),
        (11, 24),
        (4, base + tables + 32),
    ]
    body = b"".join(struct.pack("<QQ", *entry) for entry in [*entries, (0, 0)])
    trap = _TRAP.get(machine, b"\x0f\x0b").ljust(16, b"\0")
    rest = b"\0" * 32 + struct.pack("<IIII", 1, 1, 0, 0)  # string table, one symbol, hash with one bucket
    size = tables + len(rest)
    ident = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
    head = ident + struct.pack("<HHIQQQIHHHHHH", 3, machine, 1, 0, phdr, 0, 0, 64, 56, 2, 64, 0, 0)
    load = struct.pack("<IIQQQQQQ", 1, 7, 0, base, base, size, size, 0x1000)
    dyn = struct.pack("<IIQQQQQQ", 2, 6, dynamic, base + dynamic, base + dynamic, len(body), len(body), 8)
    return head + load + dyn + body + trap + rest
