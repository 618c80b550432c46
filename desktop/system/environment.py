"""What of the user's environment the program and its children see: an allow-list, before anything is loaded.

A variable can name a library, a plug-in, a proxy, a trust store or a configuration of nearly every part that
the program stands on (``SSL_CERT_FILE``, ``OPENSSL_CONF``, ``HTTPS_PROXY``, ``QT_PLUGIN_PATH``,
``GTK_MODULES``, ``LIBGL_DRIVERS_PATH``, ``PCSCLITE_CSOCK_NAME`` …). A list of what is dangerous is never
complete, so only what is known to be needed stays. Python's own variables are out of reach here: the
installed command passes ``-I``. What the dynamic linker obeys was obeyed before the first line of Python
(:func:`restart`).
"""

import os
import re
import sys
from collections.abc import Mapping, MutableMapping

# Who and where; the screen and the session's bus; the size of what is drawn and who reads it aloud; marks of
# a session on another machine's screen, where readers are missing (DSP-130).
_POSIX_NAMES = """
HOME USER LOGNAME SHELL TMPDIR __CF_USER_TEXT_ENCODING
DISPLAY XAUTHORITY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR XDG_DATA_HOME XDG_SESSION_ID
XDG_SESSION_TYPE XDG_SESSION_CLASS XDG_SEAT XDG_VTNR XDG_CURRENT_DESKTOP DESKTOP_SESSION KDE_FULL_SESSION
KDE_SESSION_VERSION XCURSOR_THEME XCURSOR_SIZE
QT_SCALE_FACTOR QT_SCREEN_SCALE_FACTORS QT_AUTO_SCREEN_SCALE_FACTOR QT_ENABLE_HIGHDPI_SCALING QT_FONT_DPI
QT_ACCESSIBILITY QT_LINUX_ACCESSIBILITY_ALWAYS_ON
SSH_CONNECTION XRDP_SESSION X2GO_SESSION NXSESSIONID CHROME_REMOTE_DESKTOP_SESSION
"""
_WINDOWS_NAMES = """
SYSTEMROOT SYSTEMDRIVE WINDIR USERPROFILE USERNAME USERDOMAIN COMPUTERNAME HOMEDRIVE HOMEPATH APPDATA
LOCALAPPDATA PROGRAMDATA ALLUSERSPROFILE PUBLIC TEMP TMP OS PATHEXT SESSIONNAME CLIENTNAME
NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE PROCESSOR_IDENTIFIER
"""
_SESSION = frozenset(_POSIX_NAMES.split())
_WINDOWS = frozenset(_WINDOWS_NAMES.split())
_OURS = "DSP_"
# One of Qt's own platforms serves the window to the network without asking anybody (vnc).
_PLATFORMS = frozenset(("xcb", "wayland", "wayland-egl", "offscreen", "minimal", "windows", "cocoa"))
_INPUT_METHODS = frozenset(("compose", "ibus"))
# Of a language or a time zone: never a path, which both can be.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_@+-]*([./][A-Za-z0-9_@+-]+)*")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# The linker and the C library obeyed them before the first line of Python.
_LINKER = ("LD_", "DYLD_", "GLIBC_TUNABLES", "GCONV_PATH", "LOCPATH")
# What a thread keeps at hand of freed memory is not overwritten (desktop/system/memory.py). And who calls a
# function that is looked for at its first call leaves all vector registers on its stack, with the last text
# that was copied; a new thread begins with those of the thread that made it, and keeps them above all that is
# overwritten later. Both can be told at the start only; the launchers do, so that no start begins twice.
AT_THE_START = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0", "LD_BIND_NOW": "1"}
_BEGUN = (
    "DSP_BEGUN"  # where the system takes tunables away at once (a Python with capabilities), once is enough
)


def allowed(given: Mapping[str, str], system: str = sys.platform) -> dict[str, str]:
    """What stays of *given*; where programs lie is said by the machine, not by the variable."""
    kept = {name: value for name, value in given.items() if _stays(name, value, system)}
    return {**kept, **(_of_the_machine() if system == "win32" else {"PATH": _PATH})}


def cleanse(environment: MutableMapping[str, str] = os.environ) -> None:
    """Take the rest out of this process: libraries that are loaded later, and children, never see it."""
    kept = allowed(environment)
    for name in [name for name in environment if name not in kept]:
        del environment[name]
    environment.update(kept)


def restart() -> None:
    """Where the linker's variables are set, begin anew without them and as the memory needs it, else return.

    Libraries that are loaded later would still be looked for where ``LD_LIBRARY_PATH`` pointed at first. What
    ``LD_PRELOAD`` brought ran before this line and could have prevented it: that no program can undo.
    """
    wanted = begun_with(os.environ)
    if os.name == "posix" and wanted != dict(os.environ):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], wanted)
    os.environ.pop(_BEGUN, None)


def begin_again(left_out: int) -> None:
    """Begin anew without the last *left_out* words of the command line, which others can read as long as this
    process runs; returns where a process cannot become another."""
    if os.name == "posix":
        words = sys.orig_argv[1 : len(sys.orig_argv) - left_out]
        os.execve(sys.executable, [sys.executable, *words], begun_with(dict(os.environ)))


def begun_with(given: Mapping[str, str], system: str = sys.platform) -> dict[str, str]:
    """What the C library and the linker shall see at the first line: *given* itself where it is right."""
    ours = AT_THE_START if system == "linux" else {}
    kept = {n: v for n, v in given.items() if not n.startswith(_LINKER) or ours.get(n) == v}
    return kept if _BEGUN in kept or ours.items() <= kept.items() else {**kept, **ours, _BEGUN: "1"}


def _stays(name: str, value: str, system: str) -> bool:
    if system == "win32":
        name = name.upper()
        if name in _WINDOWS:
            return True
    if name == "QT_QPA_PLATFORM":
        return bool(value) and _PLATFORMS.issuperset(value.split(";"))
    if name == "QT_IM_MODULE":
        return value in _INPUT_METHODS
    if name in ("TZ", "LANG") or name.startswith("LC_"):
        return _NAME.fullmatch(value) is not None
    return name in _SESSION or name.startswith(_OURS)


def _of_the_machine() -> dict[str, str]:
    """Windows: where programs and middleware lie, from the part of the registry that administrators write."""
    found: dict[str, str] = {}
    if sys.platform == "win32":
        import winreg

        session = r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment"
        version = r"SOFTWARE\Microsoft\Windows\CurrentVersion"
        for name, key, value in (
            ("PATH", session, "Path"),
            ("PROGRAMFILES", version, "ProgramFilesDir"),
            ("COMMONPROGRAMFILES", version, "CommonFilesDir"),
        ):
            try:
                with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as opened:
                    said = str(winreg.QueryValueEx(opened, value)[0])
            except OSError:
                continue
            found[name] = winreg.ExpandEnvironmentStrings(said)
    return found
