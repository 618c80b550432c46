"""What kind of library a file is, from its header, before anybody loads it (DSP-121, DSP-122)."""

import platform
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

from desktop.common.foreign_files import read_head
from desktop.domain.errors import Code, Failure

_ELF = {3: "x86", 62: "x86-64", 40: "ARM", 183: "ARM64", 243: "RISC-V"}
_PE = {0x014C: "x86", 0x8664: "x86-64", 0x01C4: "ARM", 0xAA64: "ARM64"}
_MACH = {7: "x86", 0x01000007: "x86-64", 12: "ARM", 0x0100000C: "ARM64"}
_MACHINES = {
    "amd64": "x86-64", "x86_64": "x86-64", "x64": "x86-64", "i386": "x86", "i686": "x86", "x86": "x86",
    "aarch64": "ARM64", "arm64": "ARM64", "armv7l": "ARM", "riscv64": "RISC-V",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Binary:
    """A library file: operating system family and the machines it has code for."""

    system: str
    machines: tuple[str, ...]


def this_machine() -> Binary:
    """What a module must be to be loaded here (a 32-bit Python on a 64-bit system counts as 32 bits)."""
    machine = _MACHINES.get(platform.machine().lower(), platform.machine())
    if sys.maxsize < 2**32:
        machine = {"x86-64": "x86", "ARM64": "ARM"}.get(machine, machine)
    system = {"win32": "Windows", "darwin": "macOS"}.get(sys.platform, "Linux")
    return Binary(system, (machine,))


def read_header(path: Path) -> Binary | None:
    """The header of a shared library; None when the file is something else, or no file. Raises OSError."""
    head = read_head(path, 4096)
    if isinstance(head, Failure):
        if head.code is Code.FILE_NO_FILE:
            return None
        raise OSError(path.name)
    try:
        if head.startswith(b"\x7fELF"):
            order = "<" if head[5] == 1 else ">"
            kind, machine = struct.unpack_from(f"{order}HH", head, 16)
            return Binary("Linux", (_ELF.get(machine, f"ELF {machine}"),)) if kind == 3 else None
        if head.startswith(b"MZ"):
            (offset,) = struct.unpack_from("<I", head, 0x3C)
            if head[offset : offset + 4] != b"PE\0\0":
                return None
            (machine,) = struct.unpack_from("<H", head, offset + 4)
            return Binary("Windows", (_PE.get(machine, f"PE {machine:#x}"),))
        return _mach(head)
    except (struct.error, IndexError):
        return None


def _mach(head: bytes) -> Binary | None:
    (magic,) = struct.unpack_from(">I", head)
    if magic == 0xCAFEBABE:
        (count,) = struct.unpack_from(">I", head, 4)
        if not 0 < count < 20:  # a Java class begins with the same four bytes
            return None
        kinds = [struct.unpack_from(">I", head, 8 + 20 * i)[0] for i in range(count)]
    elif magic in (0xCFFAEDFE, 0xCEFAEDFE):
        kinds = [struct.unpack_from("<I", head, 4)[0]]
    else:
        return None
    return Binary("macOS", tuple(_MACH.get(kind, f"Mach-O {kind:#x}") for kind in kinds))


def unloadable(path: Path, here: Binary | None = None) -> Failure | None:
    """Why this file cannot be loaded here; None when it looks right."""
    here = here or this_machine()
    try:
        found = read_header(path)
    except OSError:
        return Failure.of(Code.MODULE_MISSING, path=str(path))
    if found is None:
        return Failure.of(Code.MODULE_NOT_A_LIBRARY, path=str(path))
    if found.system != here.system or not set(found.machines) & set(here.machines):
        return Failure.of(
            Code.MODULE_WRONG_ARCHITECTURE,
            path=str(path),
            found=f"{found.system} {'/'.join(found.machines)}",
            expected=f"{here.system} {here.machines[0]}",
        )
    return None
