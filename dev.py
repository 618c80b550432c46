#!/usr/bin/env python3
"""Every task of this project; standard library only. ``python3 dev.py`` lists them."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import secrets
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
DEMO = ROOT / ".demo"
LINUX = sys.platform.startswith("linux")

# Debian and Ubuntu packages, by what needs them.
WINDOW = (
    "libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libxkbcommon-x11-0 libxcb-cursor0 "
    "libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-image0 libxcb-render-util0 fontconfig-config"
).split()
CARD = "gcc libc6-dev libpcsclite-dev pcscd".split()
TESTS = (
    "vsmartcard-vpcd opensc opensc-pkcs11 softhsm2 xvfb xauth xdotool openbox dbus gnome-keyring "
    "fonts-dejavu-core strace iproute2 util-linux gdb poppler-utils libcups2"
).split()
PEERS = (
    "ausweisapp2 keepassxc libzbar0 libdmtx0b ghostscript".split()
)  # what a start, reading codes, and copies are measured against
JUDGE = "openjdk-17-jdk-headless maven".split()
PACKAGING = "binutils dpkg-dev git lintian debootstrap appstream desktop-file-utils".split()
TOKENS = (
    "libnss3 libnss3-tools p11-kit p11-kit-modules swtpm tpm2-abrmd libtss2-tcti-tabrmd0 libtpm2-pkcs11-1 "
    "libtpm2-pkcs11-tools tpm2-tools"
).split()  # what the matrix of cards is played on, beside TESTS


# -- set-up ------------------------------------------------------------------------------------------


def setup(level: str) -> None:
    """Make ``.venv`` and install what *level* ("demo" or "test") needs; fast when nothing changed."""
    if sys.version_info < (3, 11):
        sys.exit("DSP Desktop needs Python 3.11, 3.12 or 3.13; this is " + sys.version.split()[0])
    wanted = _fingerprint(level)
    stamp = VENV / "dsp-setup.json"
    try:
        done = json.loads(stamp.read_text())
    except (OSError, ValueError):
        done = {}
    if wanted in (done.get("demo"), done.get("test")) or (
        level == "demo" and done.get("test") == _fingerprint("test")
    ):
        _complete(done, stamp)
        return
    started = time.monotonic()
    missing = install_system([*WINDOW, *CARD, *(TESTS if level == "test" else [])])
    if not PYTHON.exists():
        say("making .venv")
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
        if made.returncode and LINUX:
            shutil.rmtree(VENV, ignore_errors=True)
            install_system([f"python3.{sys.version_info.minor}-venv"])
            run([sys.executable, "-m", "venv", str(VENV)])
    say("installing the pinned packages")
    run([*_pip(), str(ROOT / "requirements" / ("test.txt" if level == "test" else "simulator.txt"))])
    built = _build_pyscard()
    _unpack_pyside()
    _compile(VENV)
    _make_command()
    done = {**compile_sources(ROOT / "desktop", done), level: wanted, "missing": missing, "pyscard": built}
    stamp.write_text(json.dumps(done))
    say(f"set up in {time.monotonic() - started:.0f} s")


def _complete(done: dict[str, object], stamp: Path) -> None:
    """What an earlier start could not do is said again, or done once its packages are there."""
    before = done.get("missing")
    missing = [p for p in before if not _installed(p)] if isinstance(before, list) else []
    if missing:
        say(f"missing system packages; please type:\n  {_line_to_type(missing)}")
    built = done.get("pyscard", True) or (not set(missing) & set(CARD) and _build_pyscard())
    now = {**compile_sources(ROOT / "desktop", done), "missing": missing, "pyscard": built}
    if now != done:
        stamp.write_text(json.dumps(now))


def compile_sources(sources: Path, done: Mapping[str, object]) -> dict[str, object]:
    """Bytecode for what changed since *done*, so that no start compiles, not even one that may not write."""
    digest = hashlib.sha256()
    for file in sorted(sources.rglob("*.py")):
        found = file.stat()
        digest.update(f"{file} {found.st_mtime_ns} {found.st_size}\n".encode())
    wanted = digest.hexdigest()
    if done.get("bytecode") != wanted or not (sources / "__pycache__").is_dir():
        _compile(sources)
    return {**done, "bytecode": wanted}


def _compile(folder: Path) -> None:
    """What cannot be compiled (a template, say) or written is left to its import."""
    subprocess.run([str(PYTHON), "-m", "compileall", "-qq", "-j", "0", str(folder)], capture_output=True)


def _unpack_pyside() -> None:
    """PySide6 carries Python in a library and compiles it at each start, for 13 ms; asked to, it puts it into
    files beside itself, which have bytecode. After every installation: one may bring another version."""
    asked = {**os.environ, "SBK_EMBED": "0"}
    subprocess.run([str(PYTHON), "-c", "import PySide6.QtCore"], env=asked, capture_output=True)


def _pip() -> list[str]:
    options = ["--disable-pip-version-check", "install", "-q", "--require-hashes", "-r"]
    return [str(PYTHON), "-m", "pip", *options]


def _build_pyscard() -> bool:
    """No Linux wheel exists: it is built here, and the program says so where that was not possible."""
    if subprocess.run([*_pip(), str(ROOT / "requirements/pcsc.txt")], capture_output=True).returncode == 0:
        return True
    say("pyscard could not be built here: real readers will be reported as unavailable")
    return False


def _make_command() -> None:
    """``dsp-desktop`` in ``.venv``: this working copy from any folder, and nothing of that folder."""
    place = f"import sys; sys.path.insert(0, {str(ROOT)!r})"
    source = f"{place}; from desktop.__main__ import main; sys.exit(main())"
    if os.name == "nt":
        (PYTHON.parent / "dsp-desktop.py").write_text(source + "\n", encoding="utf-8")
        (PYTHON.parent / "dsp-desktop.cmd").write_text('@"%~dp0python" -I "%~dp0dsp-desktop.py" %*\n')
        return
    words = f'exec {shlex.quote(str(PYTHON))} -I -c {shlex.quote(source)} "$@"'
    command = PYTHON.parent / "dsp-desktop"
    told = "export GLIBC_TUNABLES=glibc.malloc.tcache_count=0 LD_BIND_NOW=1"  # as launchers/dsp-desktop
    command.write_text(f"#!/bin/sh\n{told}\n{words}\n", encoding="utf-8")
    command.chmod(0o755)


def _fingerprint(level: str) -> str:
    digest = hashlib.sha256(
        f"{level} {sys.version_info[:2]} {ROOT} dsp-desktop -I tunables bound unpacked".encode()
    )
    for name in ("simulator.txt", "pcsc.txt", *(["test.txt"] if level == "test" else [])):
        digest.update((ROOT / "requirements" / name).read_bytes())
    return digest.hexdigest()


def install_system(packages: Sequence[str]) -> list[str]:
    """Install missing Debian packages with root or sudo, or say what to type; what is missing then."""
    if not LINUX or not shutil.which("dpkg-query"):
        return []
    missing = [p for p in packages if not _installed(p)]
    if not missing:
        return []
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode:
        say(f"missing system packages; please type:\n  {_line_to_type(missing)}")
        return missing
    say("installing system packages: " + " ".join(missing))
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet: dict[str, Any] = {"env": env, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([*prefix, "apt-get", "update"], **quiet)
    install = [*prefix, "apt-get", "install", "-y", "--no-install-recommends"]
    if subprocess.run([*install, *missing], **quiet).returncode:
        for package in missing:  # one unknown name must not keep the others away
            if subprocess.run([*install, package], **quiet).returncode:
                say(f"could not install {package}; the line would be: {_line_to_type([package])}")
    return [p for p in missing if not _installed(p)]


def _line_to_type(packages: Sequence[str]) -> str:
    return "sudo apt-get install " + " ".join(packages)


def _installed(package: str) -> bool:
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status}", package]
    return subprocess.run(query, capture_output=True, text=True).stdout.strip().startswith("installed")


# -- demo ----------------------------------------------------------------------------------------------


def demo(card: str) -> int:
    """The program with a simulated platform and a simulated card."""
    setup("demo")
    if LINUX and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        sys.exit("There is no screen here. `python3 dev.py demo --tour DIR` plays the demo without one.")
    home = _home()
    DEMO.mkdir(exist_ok=True)
    command = [str(PYTHON), "-m", "desktop", "demo", "--platform", str(DEMO / "platform"), "--card", card]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "DSP_DESKTOP_HOME": str(home)}).returncode


def _home() -> Path:
    """The data folder; a relative one is meant from where the user stands, not from the working copy."""
    return Path(os.environ.get("DSP_DESKTOP_HOME") or DEMO / "home").absolute()


def simulator(arguments: Sequence[str]) -> int:
    """QA's simulated readers: scenarios, or without arguments the demo with the window « Simulateur »."""
    setup("test")
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if LINUX and not arguments and not screen:
        sys.exit("There is no screen here. `python3 dev.py simulator --all` plays the scenarios without one.")
    home = _home()
    DEMO.mkdir(exist_ok=True)
    folder = [] if arguments else ["--platform", str(DEMO / "platform")]
    command = [str(PYTHON), "-m", "desktop", "simulator", *folder, *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "DSP_DESKTOP_HOME": str(home)}).returncode


def tour(folder: Path, card: str, who: str) -> int:
    """A whole job of *who*, driven from outside on a virtual screen; pictures and tour.json in *folder*."""
    setup("test")
    folder.mkdir(parents=True, exist_ok=True)
    with virtual_desktop() as env:
        out = ["--out", str(folder.resolve()), "--card", card, "--as", who]
        command = [str(PYTHON), "-m", "tests.e2e.tour", *out]
        return subprocess.run(command, cwd=ROOT, env=env).returncode


@contextmanager
def virtual_desktop() -> Iterator[dict[str, str]]:
    """A screen, a window manager, a session bus and an unlocked Secret Service of their own."""
    with tempfile.TemporaryDirectory(prefix="dsp-screen-") as name:
        base = Path(name)
        (base / "run").mkdir(mode=0o700)
        (base / "home").mkdir()
        env = {
            **os.environ,
            "XDG_RUNTIME_DIR": str(base / "run"),
            "XDG_DATA_HOME": str(base / "home/data"),
            "XDG_CONFIG_HOME": str(base / "home/config"),
            "XDG_CACHE_HOME": str(base / "home/cache"),
            "QT_QPA_PLATFORM": "xcb",
            "LANG": "C.UTF-8",
        }
        env.pop("WAYLAND_DISPLAY", None)
        children: list[subprocess.Popen[Any]] = []
        try:
            read, write = os.pipe()
            screen = ["Xvfb", "-displayfd", str(write), "-screen", "0", "3840x1600x24", "-nolisten", "tcp"]
            children.append(subprocess.Popen(screen, pass_fds=[write], stderr=subprocess.DEVNULL))
            os.close(write)
            with os.fdopen(read) as pipe:
                env["DISPLAY"] = ":" + pipe.readline().strip()
            bus = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
            daemon = subprocess.Popen(
                bus, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, text=True
            )
            children.append(daemon)
            assert daemon.stdout is not None
            env["DBUS_SESSION_BUS_ADDRESS"] = daemon.stdout.readline().strip()
            children.append(subprocess.Popen(["openbox"], env=env, stderr=subprocess.DEVNULL))
            keyring = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
            service = subprocess.Popen(
                keyring, env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            children.append(service)
            assert service.stdin is not None
            service.stdin.write(secrets.token_hex(8).encode())
            service.stdin.close()
            time.sleep(0.5)
            yield env
        finally:
            for child in reversed(children):
                child.terminate()
            for child in reversed(children):
                try:
                    child.wait(5)
                except subprocess.TimeoutExpired:
                    child.kill()


# -- tests -----------------------------------------------------------------------------------------------


def lint() -> int:
    """Style, types, import contracts."""
    setup("test")
    tool = PYTHON.parent
    worst = 0
    for command in (
        [tool / "ruff", "check", "."],
        [tool / "ruff", "format", "--check", "."],
        [tool / "mypy"],
        [tool / "lint-imports"],
    ):
        worst = max(worst, subprocess.run([str(c) for c in command], cwd=ROOT).returncode)
    return worst


def pytest(*arguments: str) -> int:
    """Run pytest in the virtual environment."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    code = subprocess.run([str(PYTHON), "-m", "pytest", *arguments], cwd=ROOT, env=env).returncode
    return 0 if code == 5 and not any((ROOT / a).exists() for a in arguments) else code


def on_a_screen(*tests: str) -> int:
    """Run tests that drive the program from outside, on a screen of their own."""
    setup("test")
    with virtual_desktop() as env:
        command = [str(PYTHON), "-m", "pytest", *tests, "-p", "no:randomly"]
        return subprocess.run(command, cwd=ROOT, env=env).returncode


def test_pdfa(form: str = "", corpus: Path | None = None) -> int:
    """The PDF/A checker and converter before their judge; *corpus* is a folder with verdicts.csv.

    *form* "real": public files of other projects, which are fetched into *corpus* or a cache.
    """
    setup("test")
    install_system(JUDGE)
    module = "tests.pdfa.real" if form == "real" else "tests.pdfa.run"
    command = [str(PYTHON), "-m", module, *(["--full"] if form == "full" else [])]
    command += ["--corpus", str(corpus.absolute())] if corpus else []
    failed = subprocess.run(command, cwd=ROOT).returncode
    # Tests of the unit part that ask the judge, which was not built yet when that part ran.
    return failed if failed or form else pytest("tests/unit/pdf", "-k", "the_judge_takes")


def test_signatures() -> int:
    """What the program signs, before EU DSS and veraPDF."""
    setup("test")
    install_system(JUDGE)
    return subprocess.run([str(PYTHON), "-m", "tests.signatures.run"], cwd=ROOT).returncode


def test_ips() -> int:
    """The patient summary's own validation before its judge, HL7's validator in Java."""
    setup("test")
    install_system(JUDGE)
    return pytest("tests/ips")


def test_soak() -> int:
    """1,000 random card events on the real chain."""
    setup("test")
    return subprocess.run([str(PYTHON), "-m", "tests.reader.soak", "1000"], cwd=ROOT).returncode


def test_force(*form: str) -> int:
    """Kills, cuts, wrong clocks and days of work, with figures; *form*: ``--short`` or nothing."""
    setup("test")
    with virtual_desktop() as env:
        command = [str(PYTHON), "-m", "tests.force", *form]
        return subprocess.run(command, cwd=ROOT, env=env).returncode


def test_cards() -> int:
    """The matrix of cards: each operation over each token, written to docs/cards.md."""
    setup("test")
    install_system(TOKENS)  # what is missing then is named by the cells that it skips
    page = ROOT / "docs" / "cards.md"
    return subprocess.run([str(PYTHON), "-m", "tests.cards", "--page", str(page)], cwd=ROOT).returncode


def test_conformity() -> int:
    """A fault in the rule of each conformity statement, which its tests must see (tests/mutants)."""
    setup("test")
    return subprocess.run([str(PYTHON), "-m", "tools.mutation"], cwd=ROOT).returncode


PARTS: dict[str, Callable[[], int]] = {
    "lint": lint,
    "unit": lambda: pytest("tests/unit", "tests/arch", "tests/installers", "-n", "2"),
    "ui": lambda: pytest("tests/ui", "-n", "2"),
    "ips": test_ips,
    "pdfa": test_pdfa,  # makes the judge that the next parts ask too
    "signatures": test_signatures,
    "fuzz": lambda: pytest("tests/fuzz", "tests/pdfa"),
    "reader": lambda: pytest("tests/reader"),
    "hostile": lambda: on_a_screen("tests/hostile"),  # the scans of what the main job leaves
    "force": lambda: test_force("--short"),  # its long form: dev.py test force
    "tours": lambda: on_a_screen("tests/e2e"),  # the main job, with the software card and over real readers
}
# They wait most of their time: for readers, for what is to be gone after 5 s, for the next start.
BESIDE = ("reader", "hostile", "force")
# Asked for by name only.
APART: dict[str, Callable[[], int]] = {
    "soak": test_soak,
    "cards": test_cards,
    "conformity": test_conformity,
}
ALONE = "tours"  # a hand and an eye on one screen


def test(part: str | None, form: str = "", corpus: Path | None = None) -> int:
    """All parts in their short forms, or one; what mostly waits runs beside the others.

    *form*: "full", "real" (pdfa) or "short" (force) where one part is asked for in another form, else "".
    """
    setup("test")
    if part in APART:
        return APART[part]()
    if part == "pdfa":
        return test_pdfa(form, corpus)
    if part == "force" and form != "short":
        return test_force()
    results: dict[str, tuple[int, float]] = {}
    with ThreadPoolExecutor(1) as pool:
        beside = {name: pool.submit(_run_part, name) for name in BESIDE if part is None}
        for name, task in PARTS.items():
            if name == ALONE:
                for other, running in beside.items():
                    code, seconds, said = running.result()
                    results[other] = (code, seconds)
                    print(said, end="", flush=True)
            if part == name or (part is None and name not in BESIDE):
                started = time.monotonic()
                say(f"test {name}")
                results[name] = (task(), time.monotonic() - started)
    for name, (code, seconds) in results.items():
        say(f"{name:10} {'ok' if code == 0 else f'FAILED ({code})':12} {seconds:6.0f} s")
    return max((code for code, _ in results.values()), default=0)


def _run_part(part: str) -> tuple[int, float, str]:
    """One part in a process of its own: exit code, seconds, and all that it printed."""
    say(f"test {part}, beside the others; what it says comes when they are over")
    started = time.monotonic()
    command = [sys.executable, str(ROOT / "dev.py"), "test", part, "--short"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, time.monotonic() - started, done.stdout.decode(errors="replace")


def bench(name: str | None, against: str | None) -> int:
    """Print each figure beside its target, and a former build's beside it."""
    setup("test")
    if name in (None, "start", "scanning"):
        install_system(PEERS)
    command = [str(PYTHON), "-m", "benchmarks", *([name] if name else [])]
    command += ["--against", against] if against else []
    with virtual_desktop() as env:
        return subprocess.run(command, cwd=ROOT, env=env).returncode


def coverage(more: Sequence[str]) -> int:
    """What unit and ui tests reach, a figure a folder; none may fall."""
    setup("test")
    return subprocess.run([str(PYTHON), "-m", "tools.coverage_run", *more], cwd=ROOT).returncode


def lock(versions: str) -> int:
    """Rebuild requirements/*.txt and say what changed."""
    from tools.lock import Versions
    from tools.lock import lock as rebuild

    for name, changed in rebuild(ROOT, Versions(versions)).items():
        say(f"{name}.txt: {len(changed)} changed" if changed else f"{name}.txt: as it was")
        for change in changed:
            print(f"    {change}")
    return 0


def conformity() -> int:
    """Write docs/conformity.md from the law, the code and the tests."""
    from tools import conformity as page

    say("docs/conformity.md written" if page.write(ROOT) else "docs/conformity.md was up to date")
    return 0


def package(system: str, checked: str) -> int:
    """The installers of one system, of the last commit, in ``dist``; *checked*: "yes" or "no"."""
    setup("test")
    install_system(PACKAGING)
    from installers import command

    assert system == "debian"
    if checked == "yes":
        return 0 if command.check_debian(ROOT, PYTHON, say) else 1
    command.package_debian(ROOT, PYTHON, say)
    return 0


# -- words -----------------------------------------------------------------------------------------------


def say(words: str) -> None:
    """One line for the person at the terminal."""
    print(f"dev.py: {words}", flush=True)


def run(command: Sequence[str]) -> None:
    """Run or stop here."""
    code = subprocess.run(command, cwd=ROOT).returncode
    if code:
        sys.exit(code)


def main() -> int:
    """Parse and dispatch."""
    parser = argparse.ArgumentParser(description=__doc__)
    tasks = parser.add_subparsers(dest="task", required=True)
    parse_demo = tasks.add_parser("demo", help="the program with a simulated card and platform")
    parse_demo.add_argument("--tour", type=Path, metavar="DIR", help="play the main job without a screen")
    parse_demo.add_argument("--card", choices=("software", "reader"), default="software")
    parse_demo.add_argument(
        "--as",
        dest="who",
        choices=("medecin", "medecin-referent", "prescripteur", "pharmacien"),
        default="medecin",
        help="whose tour",
    )
    parse_test = tasks.add_parser("test", help="lint and all tests, or one part")
    parse_test.add_argument("part", nargs="?", choices=[*PARTS, *APART])
    forms = parse_test.add_mutually_exclusive_group()
    forms.add_argument("--full", dest="form", action="store_const", const="full", help="the long form (pdfa)")
    forms.add_argument(
        "--real", dest="form", action="store_const", const="real", help="public files, fetched (pdfa)"
    )
    forms.add_argument(
        "--short", dest="form", action="store_const", const="short", help="the short form (force)"
    )
    parse_test.set_defaults(form="")
    parse_test.add_argument(
        "--corpus", type=Path, metavar="DIR", help="files with verdicts, or real ones (pdfa)"
    )
    tasks.add_parser("lint", help="style, types, import contracts")
    parse_bench = tasks.add_parser("bench", help="figures beside their targets")
    parse_bench.add_argument("name", nargs="?")
    parse_bench.add_argument("--against", metavar="COMMIT_OR_FOLDER", help="a former build, measured too")
    parse_coverage = tasks.add_parser("coverage", help="what the tests reach, by folder; may only rise")
    parse_coverage.add_argument("--raise", dest="floors", action="store_const", const=["--raise"], default=[])
    parse_lock = tasks.add_parser("lock", help="rebuild requirements/*.txt, say what changed")
    parse_lock.add_argument(
        "--upgrade", dest="versions", action="store_const", const="newest", default="kept"
    )
    tasks.add_parser("conformity", help="write docs/conformity.md: what the law asks, code, tests")
    parse_package = tasks.add_parser("package", help="the installers of one system, in dist")
    parse_package.add_argument("system", choices=("debian",))
    parse_package.add_argument(
        "--check", dest="checked", action="store_const", const="yes", default="no",
        help="build twice, and try them in a clean root",
    )  # fmt: skip
    tasks.add_parser("setup", help="install what demo and tests need")
    tasks.add_parser("simulator", help="QA's simulated readers and scenarios (docs/qa.md)", add_help=False)
    given, rest = parser.parse_known_args()
    if rest and given.task != "simulator":
        parser.error("unknown: " + " ".join(rest))
    match given.task:
        case "demo" if given.tour:
            return tour(given.tour, given.card, given.who)
        case "demo":
            return demo(given.card)
        case "simulator":
            return simulator(rest)
        case "test":
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each worker of each part would compile it all
            return test(given.part, given.form, given.corpus)
        case "lint":
            return lint()
        case "bench":
            return bench(given.name, given.against)
        case "coverage":
            return coverage(given.floors)
        case "lock":
            return lock(given.versions)
        case "conformity":
            return conformity()
        case "package":
            return package(given.system, given.checked)
        case _:
            setup("test")
            return 0


if __name__ == "__main__":
    sys.exit(main())
