"""What the installed command runs, and what of the environment reaches it: real processes, and traps around.

Each trap is proved to be one: without the program's measures the same file runs, or the same folder is read.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from desktop.system import environment
from tests.waiting import LIMIT_S, until

ROOT = Path(__file__).resolve().parents[3]
# Each names a file or a folder that a part of the program would read.
_POINTERS = """
SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE SSLKEYLOGFILE OPENSSL_CONF OPENSSL_MODULES
OPENSSL_ENGINES QT_PLUGIN_PATH QT_QPA_PLATFORM_PLUGIN_PATH QML_IMPORT_PATH QML2_IMPORT_PATH QT_CONF
QT_QPA_FONTDIR FONTCONFIG_FILE FONTCONFIG_PATH GTK_PATH GTK_MODULES GIO_EXTRA_MODULES GIO_MODULE_DIR
LIBGL_DRIVERS_PATH GBM_BACKENDS_PATH XLOCALEDIR GCONV_PATH LOCPATH HOSTALIASES PKCS11_MODULE_PATH
P11_KIT_CONFIG OPENSC_CONF SOFTHSM2_CONF PCSCLITE_CSOCK_NAME XDG_CONFIG_HOME XDG_CONFIG_DIRS XDG_DATA_DIRS
PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONUSERBASE PYTHONPYCACHEPREFIX LD_LIBRARY_PATH PATH
"""
POINTERS = tuple(_POINTERS.split())
WORDS = {
    "HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9",
    "QT_STYLE_OVERRIDE": "none", "QT_QPA_PLATFORMTHEME": "gtk3", "QT_QPA_GENERIC_PLUGINS": "none",
    "PYTHONINSPECT": "1", "PYTHONBREAKPOINT": "trap.run", "PYTHON_KEYRING_BACKEND": "trap.Backend",
}  # fmt: skip
TRAP = "from pathlib import Path\nPath({!r}).touch()\n"


class Trap:
    """A folder in which everything leaves a mark when it runs."""

    def __init__(self, folder: Path, mark: Path) -> None:
        self.folder, self.mark = folder, mark
        (folder / "desktop").mkdir(parents=True)
        for name in ("desktop/__init__", "argparse", "ssl", "requests", "sitecustomize", "usercustomize"):
            (folder / f"{name}.py").write_text(TRAP.format(str(mark)))

    def environment(self) -> dict[str, str]:
        """The user's own, and every pointer into the folder."""
        inner = {name: str(self.folder / name) for name in POINTERS if name not in ("PATH", "PYTHONHOME")}
        return {
            **os.environ,
            **WORDS,
            **inner,
            "PYTHONPATH": str(self.folder),
            "QT_QPA_PLATFORM": "offscreen",
        }


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    return Trap(tmp_path / "trap", tmp_path / "mark")


@pytest.fixture(params=["working copy", "wheel"])
def command(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``dsp-desktop`` as ``dev.py`` makes it, and as the wheel brings it."""
    programs = tmp_path / "installed" / "bin"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(programs.parent)], check=True)
    (packages,) = programs.parent.glob("lib/python*/site-packages")
    here = next(p for p in map(Path, sys.path) if p.name == "site-packages")
    (packages / "packages.pth").write_text(f"{here}\n" + (f"{ROOT}\n" if request.param == "wheel" else ""))
    made = programs / "dsp-desktop"
    if request.param == "wheel":
        made.write_bytes((ROOT / "launchers" / "dsp-desktop").read_bytes())
        made.chmod(0o755)
        link = tmp_path / "dsp-desktop"
        link.symlink_to(made)
        return link
    import dev

    monkeypatch.setattr(dev, "PYTHON", programs / "python")
    dev._make_command()
    return made


def test_no_code_of_the_current_folder_runs(command: Path, trap: Trap) -> None:
    """A start from a folder of downloads is a start from a stranger's folder."""
    unguarded = [sys.executable, "-m", "desktop", "--version"]
    subprocess.run(unguarded, cwd=trap.folder, capture_output=True, timeout=LIMIT_S)
    assert trap.mark.exists(), "the trap is none"
    trap.mark.unlink()
    done = subprocess.run(
        [command, "--version"], cwd=trap.folder, env=trap.environment(), capture_output=True, text=True,
        timeout=LIMIT_S,
    )  # fmt: skip
    assert (done.returncode, done.stdout[:11]) == (0, "DSP Desktop"), done.stderr
    assert not trap.mark.exists()


@pytest.fixture
def trace(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start something with every file that it looks at written down."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str | Path, to: Path, env: dict[str, str], cwd: Path) -> subprocess.Popen[bytes]:
        watch = ["strace", "-f", "-q", "-s", "400", "-e", "trace=%file,connect,execve", "-o", str(to)]
        started.append(
            subprocess.Popen([*watch, *map(str, words)], env=env, cwd=cwd, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, start_new_session=True)
        )  # fmt: skip
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _looked_at(said: str, folder: Path) -> set[str]:
    """Names below *folder* that were opened, listed, run or looked for."""
    found = re.findall(re.escape(str(folder)) + r"/([\w./-]+)", said)
    return {name.partition("/")[0] for name in found}


def test_variables_lead_nowhere(
    command: Path, trap: Trap, trace: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    """Neither trust, proxies, plug-ins nor modules, in the program and its children, until it stands."""
    home = tmp_path / "home"
    env = {**trap.environment(), "DSP_DESKTOP_HOME": str(home)}
    naive = "import ssl, PySide6.QtWidgets as w; ssl.create_default_context(); w.QApplication([])"
    unguarded = trace(sys.executable, "-I", "-c", naive, to=tmp_path / "naive", env=env, cwd=trap.folder)
    unguarded.wait(LIMIT_S)
    read = _looked_at(_read(tmp_path / "naive"), trap.folder)
    assert read >= {"SSL_CERT_FILE", "OPENSSL_CONF", "QT_PLUGIN_PATH", "LD_LIBRARY_PATH"}, (
        "the traps are none"
    )

    said = tmp_path / "said"
    program = trace(command, to=said, env=env, cwd=trap.folder)
    for part in ("libssl", "libqoffscreen", "sqlcipher3", "keyring/backends"):
        until(f"{part} is loaded", partial(_names, said, part))
    os.killpg(program.pid, signal.SIGTERM)
    program.wait(LIMIT_S)
    # What the linker obeys is obeyed before the program can know of it; then it begins anew without it.
    begins = '"-m", "desktop"' if command.is_symlink() else "; from desktop.__main__"
    first, _, anew = _read(said).rpartition(begins)
    assert _looked_at(first, trap.folder) <= {"LD_LIBRARY_PATH", "GCONV_PATH", "LOCPATH"}
    assert "desktop/app" in anew and _looked_at(anew, trap.folder) == set()
    assert "sin_port" not in _read(said), "it asks a proxy, or the network at all"
    assert not trap.mark.exists()


def _names(said: Path, part: str) -> bool:
    return said.exists() and part in _read(said)


def _read(said: Path) -> str:
    return said.read_text(errors="replace")


@pytest.mark.parametrize("name", [*POINTERS, *WORDS])
@pytest.mark.parametrize("system", ["linux", "darwin"])
def test_what_is_not_listed_goes(name: str, system: str) -> None:
    given = {name: "/trap", "DISPLAY": ":7", "DSP_DESKTOP_HOME": "/d", "LC_TIME": "lb_LU.UTF-8"}
    kept = environment.allowed(given, system)
    assert kept.pop("PATH") == environment._PATH
    assert kept == {"DISPLAY": ":7", "DSP_DESKTOP_HOME": "/d", "LC_TIME": "lb_LU.UTF-8"}


@pytest.mark.parametrize(
    ("name", "value", "stays"),
    [
        ("QT_QPA_PLATFORM", "xcb", True),
        ("QT_QPA_PLATFORM", "wayland;xcb", True),
        ("QT_QPA_PLATFORM", "vnc", False),  # the window served to the network
        ("QT_QPA_PLATFORM", "xcb;vnc:port=5900", False),
        ("QT_QPA_PLATFORM", "", False),
        ("TZ", "Europe/Luxembourg", True),
        ("TZ", ":/trap/zone", False),
        ("LC_ALL", "fr_LU.UTF-8@euro", True),
        ("LANG", "/trap", False),
        ("LC_MESSAGES", "../../trap", False),
        ("LANGUAGE", "fr:de", False),  # gettext reads a folder of that name
        ("QT_IM_MODULE", "ibus", True),
        ("QT_IM_MODULE", "qtvirtualkeyboard", False),
    ],
)
def test_a_listed_variable_has_listed_values(name: str, value: str, stays: bool) -> None:
    assert (name in environment.allowed({name: value}, "linux")) is stays


def test_children_and_libraries_see_what_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = {"HTTPS_PROXY": "http://trap", "DSP_DESKTOP_HOME": "/d", "PATH": "/trap"}
    environment.cleanse(mine)
    assert mine == {"DSP_DESKTOP_HOME": "/d", "PATH": environment._PATH}


KEEPS_NOTHING = {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=0", "LD_BIND_NOW": "1"}


@pytest.mark.parametrize(
    ("given", "system", "begins_with"),
    [
        ({}, "linux", {**KEEPS_NOTHING, "DSP_BEGUN": "1"}),
        ({"LD_PRELOAD": "/trap", "GLIBC_TUNABLES": "glibc.malloc.check=3"}, "linux",
         {**KEEPS_NOTHING, "DSP_BEGUN": "1"}),
        (KEEPS_NOTHING, "linux", KEEPS_NOTHING),  # by the launcher
        ({**KEEPS_NOTHING, "LD_BIND_NOW": "/trap"}, "linux", {**KEEPS_NOTHING, "DSP_BEGUN": "1"}),
        ({"DSP_BEGUN": "1"}, "linux", {"DSP_BEGUN": "1"}),  # where tunables are taken away
        ({"DYLD_INSERT_LIBRARIES": "/trap", "HOME": "/h"}, "darwin", {"HOME": "/h"}),
    ],
)  # fmt: skip
def test_what_the_c_library_sees_first(
    given: dict[str, str], system: str, begins_with: dict[str, str]
) -> None:
    assert environment.begun_with(given, system) == begins_with
    assert environment.begun_with(begins_with, system) == begins_with, "it would begin for ever"


def test_cf017_no_thread_keeps_freed_memory_at_hand(command: Path, tmp_path: Path) -> None:
    """It begins so, and the installed command does not begin twice for it."""
    watch = ["strace", "-f", "-v", "-s", "400", "-e", "trace=execve", "-o", str(tmp_path / "said")]
    env = {name: value for name, value in os.environ.items() if name not in KEEPS_NOTHING}
    subprocess.run([*watch, command, "--version"], env=env, capture_output=True, timeout=LIMIT_S, check=True)
    starts = [line for line in _read(tmp_path / "said").splitlines() if '"-I"' in line and " = 0" in line]
    assert len(starts) == 1
    assert all(f"{name}={value}" in starts[0] for name, value in KEEPS_NOTHING.items())
    by_hand = [*watch, sys.executable, "-m", "desktop", "--version"]
    subprocess.run(by_hand, cwd=ROOT, env=env, capture_output=True, timeout=LIMIT_S, check=True)
    told = ["GLIBC_TUNABLES=" in line for line in _read(tmp_path / "said").splitlines() if " = 0" in line]
    assert told == [False, True]


@pytest.mark.parametrize(
    "given",
    ["../profiles/esante", "/etc/hostname", "demo", "fhir", "", "esante.toml"],
)
def test_a_profile_is_a_shipped_name(given: str) -> None:
    """The demo's profile takes any version and any anchor, so it is the demo's alone."""
    words = [sys.executable, "-m", "desktop", f"--profile={given}", "--version"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 2
    assert "esante" in done.stderr and "demo'" not in done.stderr.partition("choose from")[2]


def test_the_shipped_profile_is_taken() -> None:
    words = [sys.executable, "-m", "desktop", "--profile=esante", "--version"]
    assert subprocess.run(words, cwd=ROOT, capture_output=True, timeout=LIMIT_S).returncode == 0
