"""``dev.py package debian --check``: the packages as a doctor and an administrator meet them."""

import hashlib
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from installers.debian import package, tour
from installers.debian.clean_root import USER, CleanRoot
from installers.tree import manifest

Checks = Iterator[tuple[str, Callable[[], str]]]
_START_S = 120.0  # two looks of a running program lie 20 s apart
_REPLACED = "DSP-911"
_UNSEEN = ("env", "QT_QPA_PLATFORM=offscreen")
_IMPORTS = Path(__file__).parent / "imports.py"


class Wrong(Exception):
    """What a check found."""


def run(
    root: Path, work: Path, made: package.Made, again: package.Made, python: Path, say: Callable[[str], None]
) -> bool:
    """Every check in order; True when all passed. *again*: a second build; *python*: the checkout's."""
    good = True
    for name, check in _checks(root, work, made, again, python):
        started = time.monotonic()
        try:
            said, passed = check(), True
        except (Wrong, ValueError, OSError) as error:
            said, passed = str(error), False
        except subprocess.CalledProcessError as error:
            said, passed = f"{error}\n{error.stdout or ''}{error.stderr or ''}"[-3000:], False
        good &= passed
        say(f"{'ok    ' if passed else 'FAILED'} {name:34} {time.monotonic() - started:5.0f} s  {said}")
    return good


def _checks(root: Path, work: Path, made: package.Made, again: package.Made, python: Path) -> Checks:
    clean = CleanRoot(work / "root")
    installed = clean.folder / package.HOME
    yield "two builds, same bytes", lambda: _same(made, again)
    yield "lintian without errors", lambda: _lintian(made)
    yield "clean root", lambda: clean.make()
    yield "product installed", lambda: clean.install(made.product)
    yield "as the manifest says", lambda: _as_built(installed)
    imports = (f"/{package.HOME}/bin/python", "-I", "-c", _IMPORTS.read_text(encoding="utf-8"))
    yield "every import is there", lambda: clean.run(*imports).stdout.strip()
    yield "no word of the demo", lambda: _no_demo(clean)
    yield "60 verdicts as the checkout's", lambda: _verdicts(root, work, clean, python)
    yield "demo installed", lambda: clean.install(made.demo)
    yield "tour on it, by an ordinary user", lambda: tour.play(root, clean, python, package.HOME)
    yield "upgraded while it runs", lambda: _upgraded(clean, work, made)
    yield "purged, nothing left", lambda: _purged(clean)


def _same(made: package.Made, again: package.Made) -> str:
    for one, other in ((made.product, again.product), (made.demo, again.demo)):
        digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in (one, other)]
        if digests[0] != digests[1]:
            raise Wrong(f"{one.name}: {digests[0]} and {digests[1]}")
    return hashlib.sha256(made.product.read_bytes()).hexdigest()


def _lintian(made: package.Made) -> str:
    tool = ["lintian", "--allow-root", "--fail-on", "error", "--tag-display-limit", "0"]
    said = subprocess.run([*tool, str(made.product), str(made.demo)], capture_output=True, text=True)
    if said.returncode:
        raise Wrong(said.stdout[-3000:] + said.stderr[-500:])
    return f"{said.stdout.count('W: ')} warnings"


def _as_built(installed: Path) -> str:
    words = (installed / manifest.NAME).read_text(encoding="utf-8")
    if wrong := manifest.differences(installed, words):
        raise Wrong(f"not as built: {', '.join(wrong[:10])}")
    return f"{len(words.splitlines())} files"


def _no_demo(clean: CleanRoot) -> str:
    said = clean.run("dsp-desktop", "--version", user=USER).stdout.strip()
    tried = subprocess.run(
        clean.command("dsp-desktop", "demo", "--platform", "/tmp/x", user=USER),
        capture_output=True,
        text=True,
    )
    if tried.returncode != 2 or "Traceback" in tried.stderr:
        raise Wrong(f"« demo » ended with {tried.returncode}: {tried.stderr[-500:]}")
    return said


def _verdicts(root: Path, work: Path, clean: CleanRoot, python: Path) -> str:
    """The same verdicts and reasons, line by line, from the checkout and from the installed tree."""
    folder = work / "verdicts"
    folder.mkdir()
    made = [str(python), "-m", "tests.installers.verdict_files", str(folder)]
    subprocess.run(made, cwd=root, check=True, capture_output=True, text=True)
    names = sorted(file.name for file in folder.iterdir())
    shutil.copytree(folder, clean.folder / "var/tmp/verdicts")
    place = f"import sys; sys.path.insert(0, {str(root)!r})"
    words = f"{place}; from desktop.__main__ import main; sys.exit(main())"
    here = [str(python), "-I", "-c", words, "pdfa", "check", "--json", *names]
    ours = subprocess.run(here, cwd=folder, capture_output=True, text=True).stdout.splitlines()
    there = f"cd /var/tmp/verdicts && dsp-desktop pdfa check --json {' '.join(names)}"
    said = subprocess.run(clean.command("sh", "-c", there, user=USER), capture_output=True, text=True)
    theirs = said.stdout.splitlines()
    if len(ours) != len(names) or ours != theirs:
        differing = [pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]]
        raise Wrong(f"{len(ours)} and {len(theirs)} lines, {differing[:3]} {said.stderr[-500:]}")
    conforming = sum('"conforming"' in line for line in ours)
    return f"{len(ours)} files, {conforming} conform"


def _upgraded(clean: CleanRoot, work: Path, made: package.Made) -> str:
    """A newer package over the running demo: it works on, and says that it should be started anew."""
    newer = _newer(work, made)
    probes = clean.folder / "var/tmp/probes"
    probes.mkdir(mode=0o777)
    probes.chmod(0o777)
    started = clean.start(*_UNSEEN, package.DEMO, "--probes", "/var/tmp/probes", user=USER)
    try:
        ready = clean.folder / f"home/{USER}/.local/share/dsp-desktop-demo/platform/ready.json"
        until = time.monotonic() + _START_S
        while not (ready.exists() and "DSP Desktop" in _screen(probes / "program")):
            if started.poll() is not None or time.monotonic() > until:
                raise Wrong("the demo did not start")
            time.sleep(0.2)
        clean.install(*newer)
        until = time.monotonic() + _START_S
        while _REPLACED not in _screen(probes / "program"):
            if started.poll() is not None:
                raise Wrong(f"the running program ended with {started.returncode}")
            if time.monotonic() > until:
                raise Wrong(f"it does not say {_REPLACED}")
            time.sleep(1)
    finally:
        started.kill()  # with all that it started: its processes are in a namespace of their own
        started.wait()
    return clean.run("dpkg-query", "-W", "-f", "${Version}", package.PRODUCT).stdout


def _screen(socket_name: Path) -> str:
    """What the demo's probe says of its window; "" while there is none."""
    try:
        with socket.socket(socket.AF_UNIX) as channel:
            channel.settimeout(_START_S)
            channel.connect(str(socket_name))
            channel.sendall(b"screen\n")
            return channel.makefile("rb").readline().decode()
    except OSError:
        return ""


def _newer(work: Path, made: package.Made) -> list[Path]:
    """The same packages with a later version, packed quickly."""
    found = []
    for file in (made.product, made.demo):
        folder = work / f"newer-{file.stem}"
        subprocess.run(["dpkg-deb", "--raw-extract", str(file), str(folder)], check=True)
        control = folder / "DEBIAN/control"
        words = control.read_text(encoding="utf-8")
        version = next(line.partition(": ")[2] for line in words.splitlines() if line.startswith("Version: "))
        for before, after in (("Version: {}", "Version: {}+later"), ("(= {})", "(= {}+later)")):
            words = words.replace(before.format(version), after.format(version))
        control.write_text(words, encoding="utf-8")
        target = work / f"later-{file.name}"
        pack = ["dpkg-deb", "--build", "--root-owner-group", "-Zgzip", "-z1", str(folder), str(target)]
        subprocess.run(pack, check=True, capture_output=True)
        found.append(target)
    return found


def _purged(clean: CleanRoot) -> str:
    clean.run("apt-get", "purge", "-y", "-qq", package.DEMO, package.PRODUCT)
    left = clean.named("dsp-desktop") + clean.named("dsp_desktop")
    left = [path for path in left if not path.startswith(("var/log/", "var/cache/"))]
    if left:
        raise Wrong(f"left: {', '.join(left[:10])}")
    return f"the user's data stays in /home/{USER}"
