"""The two packages, dsp-desktop and dsp-desktop-demo, of one commit.

The demo is what the tree with simulated platform and cards has more than the product; it lies in the same
folder, so that neither has a line that asks where it is.
"""

import gzip
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from installers.debian import deb, system
from installers.tree import build, closure, licences, manifest, sbom, sources
from installers.tree.build import Contents, Tools
from installers.tree.target import Target

PRODUCT, DEMO = "dsp-desktop", "dsp-desktop-demo"
HOME = Path("usr/lib/dsp-desktop")
LARGEST_INSTALLED, LARGEST_DOWNLOAD = 300_000_000, 105_000_000
_FILES = Path(__file__).parent / "files"
_MAINTAINER = "DSP Desktop maintainers <maintainers@dsp-desktop.invalid>"
_SUMMARY = {
    PRODUCT: "Luxembourg's Dossier de Soins Partagé for health professionals",
    DEMO: "DSP Desktop with simulated cards, patients and platform",
}
_DESCRIPTION = {
    PRODUCT: """
 Card in, PIN, patient, presence code, and the patient's shared record is
 open: its documents can be read, new ones deposited and signed.
 .
 The program brings the libraries that it was tested with; Python and what
 Debian looks after come from Debian.""",
    DEMO: """
 A platform that runs on this computer, cards with their PINs, and patients
 with their presence codes, to learn and to try the program. All is synthetic
 and kept apart from the data of the real program.""",
}


@dataclass(frozen=True, slots=True)
class Made:
    """The packages, and what the product takes when installed, in bytes."""

    product: Path
    demo: Path
    installed: int


def make(root: Path, work: Path, out: Path, target: Target, tools: Tools, say: Callable[[str], None]) -> Made:
    """Both packages in *out*; *work* is an empty folder.

    Raises what the steps raise, and ValueError over budget.
    """
    at, version = sources.commit_time(root), build.program_version(root)
    trees = {kind: work / kind.value for kind in Contents}
    installed = Path("/") / HOME
    for kind, tree in trees.items():
        build.build(root, tree, installed, target, kind, tools, say)
    product, demo = work / PRODUCT, work / DEMO
    _stage_product(root, trees[Contents.PRODUCT], product, target)
    _stage_demo(trees[Contents.DEMO], product, demo, target)
    size = sum(f.stat().st_size for f in product.rglob("*") if f.is_file() and not f.is_symlink())
    needs = ", ".join(system.depends(closure.of_the_system(product / HOME / target.site), target.python))
    fields = {"Depends": needs, "Recommends": "pcscd, gnome-keyring | kwalletmanager, libcups2"}
    fields["Suggests"] = f"{DEMO}, libgtk-3-0"
    more = {
        "Depends": f"{PRODUCT} (= {version}), {system.LIBC_PACKAGE}",
        "Suggests": "vsmartcard-vpcd, opensc-pkcs11",
    }
    named = {PRODUCT: fields, DEMO: more}
    made = {}
    for name, stage in ((PRODUCT, product), (DEMO, demo)):
        say(f"{name}: archive")
        _dress(name, stage, version, at)
        made[name] = out / f"{name}_{version}+py{target.python}_amd64.deb"
        deb.close(stage, control(name, version, named[name]), at, made[name])
    for what, is_so, limit in (
        ("installed", size, LARGEST_INSTALLED),
        ("download", made[PRODUCT].stat().st_size, LARGEST_DOWNLOAD),
    ):
        if is_so > limit:
            raise ValueError(f"{what}: {is_so / 1e6:.1f} MB, the budget is {limit / 1e6:.0f} MB")
    return Made(made[PRODUCT], made[DEMO], size)


def control(name: str, version: str, more: Mapping[str, str]) -> dict[str, str]:
    """The fields of a package."""
    return {
        "Package": name, "Version": version, "Architecture": "amd64", "Maintainer": _MAINTAINER,
        "Section": "misc", "Priority": "optional", **more,
        "Description": _SUMMARY[name] + _DESCRIPTION[name],
    }  # fmt: skip


def _stage_product(root: Path, tree: Path, stage: Path, target: Target) -> None:
    """The tree becomes a virtual environment on Debian's own Python, whose mends come by apt."""
    home = stage / HOME
    home.parent.mkdir(parents=True)
    tree.rename(home)
    python = f"/usr/bin/python{target.python}"
    said = f"home = /usr/bin\ninclude-system-site-packages = false\nexecutable = {python}\n"
    (home / "pyvenv.cfg").write_text(said, encoding="utf-8")
    (home / "bin").mkdir()
    (home / "bin" / "python").symlink_to(f"../../../bin/python{target.python}")
    shutil.copyfile(root / "launchers" / PRODUCT, home / "bin" / PRODUCT)
    manifest.write(home)
    commands = stage / "usr/bin"
    commands.mkdir()
    (commands / PRODUCT).symlink_to(f"../lib/{PRODUCT}/bin/{PRODUCT}")


def _stage_demo(tree: Path, product: Path, stage: Path, target: Target) -> None:
    """What *tree* has more than the product. ValueError where the two differ in a file."""
    own = stage / HOME / "demo"
    own.mkdir(parents=True)
    for name in (licences.NAME, sbom.NAME):
        (tree / name).rename(own / name)
    for file in sorted(f for f in tree.rglob("*") if f.is_file()):
        path = file.relative_to(tree)
        theirs = product / HOME / path
        if not theirs.exists():
            (stage / HOME / path).parent.mkdir(parents=True, exist_ok=True)
            file.rename(stage / HOME / path)
        elif theirs.read_bytes() != file.read_bytes():
            raise ValueError(f"{path} is one file in the product and another in the demo")
    manifest.write(stage / HOME)
    (stage / HOME / manifest.NAME).rename(own / manifest.NAME)
    (stage / "usr/bin").mkdir()
    shutil.copyfile(_FILES / DEMO, stage / "usr/bin" / DEMO)


def _dress(name: str, stage: Path, version: str, at: int) -> None:
    """What a desktop and Debian's policy ask of a package beside its program."""
    day = datetime.fromtimestamp(at, UTC)
    share = stage / "usr/share"
    words = {"@VERSION@": version, "@DATE@": day.date().isoformat()}
    _copy(f"{name}.desktop", share / "applications" / f"{name}.desktop", words)
    _pack(_filled(f"{name}.1", words), share / "man/man1" / f"{name}.1.gz")
    docs = share / "doc" / name
    _copy("copyright", docs / "copyright", words)
    when = day.strftime("%a, %d %b %Y %H:%M:%S +0000")
    news = (
        f"{name} ({version}) stable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- {_MAINTAINER}  {when}\n"
    )
    _pack(news, docs / "changelog.gz")
    overrides = _FILES / f"{name}.lintian-overrides"
    if overrides.exists():
        _copy(overrides.name, share / "lintian/overrides" / name, words)
    if name == PRODUCT:
        _copy(f"{name}.svg", share / "icons/hicolor/scalable/apps" / f"{name}.svg", words)
        _copy("lu.dsp_desktop.metainfo.xml", share / "metainfo/lu.dsp_desktop.metainfo.xml", words)


def _filled(name: str, words: Mapping[str, str]) -> str:
    said = (_FILES / name).read_text(encoding="utf-8")
    for mark, value in words.items():
        said = said.replace(mark, value)
    return said


def _copy(name: str, target: Path, words: Mapping[str, str]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(_filled(name, words), encoding="utf-8")


def _pack(words: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(words.encode(), 9, mtime=0))
