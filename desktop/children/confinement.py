"""What a child gives up before it sees a foreign file: the network, other files, other programs.

Each system has its own means, and not each machine offers them; :func:`confine` says what took hold, so that
the program can tell its user instead of promising.
"""

import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from desktop.children import landlock, seccomp
from desktop.children.seccomp import Work


class Held(StrEnum):
    """FILES: opens no file but its own. NETWORK: reaches nobody. PROGRAMS: starts nothing."""

    FILES = "files"
    NETWORK = "network"
    PROGRAMS = "programs"


# Libraries, fonts and time zones of the system, and the devices that every program has.
_SYSTEM = """
/usr/lib /usr/lib64 /usr/local/lib /lib /lib64 /etc/ld.so.cache /etc/localtime /usr/share/zoneinfo
/usr/share/fonts /usr/local/share/fonts /usr/share/X11/fonts /etc/fonts
/dev/urandom /dev/random /dev/zero /proc/self /sys/devices/system/cpu
"""
SYSTEM = tuple(Path(path) for path in _SYSTEM.split())
_NOTHING = Path("/dev/null")
_PROGRAMS = tuple(Path(path) for path in ("/usr", "/bin", "/lib", "/lib64", "/opt"))
_PIPES = Path("/tmp")  # where LibreOffice makes its socket, whatever TMPDIR says
_SETTINGS = tuple(
    Path(path)
    for path in ("/etc", "/proc", "/sys/devices/system/cpu", "/dev/urandom", "/dev/random", "/dev/zero")
)


def confine(readable: Iterable[Path]) -> tuple[Held, ...]:
    """A parser of foreign files: from now on it opens *readable* and the system's own, to read, and no more.

    Call it before any thread is started. OSError when the system offers a means and then refuses it.
    """
    if sys.platform == "win32":
        from desktop.children.windows_limits import give_up_rights

        return give_up_rights()
    if sys.platform == "darwin":
        from desktop.children.macos_sandbox import enter_sandbox

        return enter_sandbox()
    held: list[Held] = []
    if landlock.version():
        landlock.restrict((*SYSTEM, *readable), writable=[_NOTHING])
        held.append(Held.FILES)
    if seccomp.offered():
        seccomp.forbid(Work.READING)
        held += [Held.NETWORK, Held.PROGRAMS]
    return tuple(held)


def confine_office(writable: Iterable[Path]) -> tuple[Held, ...]:
    """An office program: what is installed to run, the system's settings to read, *writable*, no network."""
    held: list[Held] = []
    if landlock.version():
        landlock.restrict(_SETTINGS, runnable=_PROGRAMS, writable=[*writable, _NOTHING], sockets=[_PIPES])
        held.append(Held.FILES)
    if seccomp.offered():
        seccomp.forbid(Work.OFFICE)
        held.append(Held.NETWORK)
    return tuple(held)
