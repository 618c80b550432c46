"""Debian's packages: the archive, its modes, what it depends on, and what lies beside the program."""

import hashlib
import subprocess
import tomllib
from pathlib import Path

import pytest

from desktop.domain.patient_call import is_link
from installers.debian import deb, package, system

FILES = Path(package.__file__).parent / "files"
AT = 1_700_000_000


def staged(root: Path) -> Path:
    for name, words in {
        "usr/bin/tool": "#!/bin/sh\n",
        "usr/lib/x/z.py": "",
        "usr/lib/x/a.py": "#!python",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(words)
    (root / "usr/lib/x/z.py").chmod(0o666)
    (root / "usr/lib/x/a.py").chmod(0o777)
    (root / "usr/bin/link").symlink_to("tool")
    return root


def built(root: Path, target: Path) -> Path:
    fields = package.control(package.PRODUCT, "1.0", {"Depends": "libc6"})
    deb.close(staged(root), fields, AT, target)
    return target


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    made = [built(tmp_path / name, tmp_path / f"{name}.deb") for name in ("one", "two")]
    assert len({hashlib.sha256(file.read_bytes()).hexdigest() for file in made}) == 1


def test_names_are_in_order_root_owns_all_and_only_commands_run(tmp_path: Path) -> None:
    listed = subprocess.run(
        ["dpkg-deb", "--contents", str(built(tmp_path / "root", tmp_path / "x.deb"))],
        check=True, capture_output=True, text=True, env={"TZ": "UTC", "PATH": "/usr/bin:/bin"},
    ).stdout.splitlines()  # fmt: skip
    lines = [line.split() for line in listed]
    names = [line[5] for line in lines]
    files = [line[5] for line in lines if line[0].startswith("-")]
    assert files == sorted(files)
    assert names[-1] == "./usr/bin/link"  # links after all else, as dpkg unpacks them
    assert {line[1] for line in lines} == {"root/root"}
    assert {line[3] for line in lines} == {"2023-11-14"}
    modes = {line[5]: line[0] for line in lines}
    assert modes["./usr/bin/tool"] == "-rwxr-xr-x"
    assert modes["./usr/lib/x/z.py"] == modes["./usr/lib/x/a.py"] == "-rw-r--r--"
    assert modes["./usr/lib/x/"] == "drwxr-xr-x"


def test_a_library_of_no_known_package_stops_the_build() -> None:
    asked = {"libc.so.6": ["a.so"], "libz.so.1": ["a.so"], "libgtk-3.so.0": ["p/platformthemes/libqgtk3.so"]}
    needs = system.depends(asked, "3.11")
    assert "zlib1g" in needs and "python3.11" in needs and "libc6 (>= 2.36)" in needs
    assert not any("gtk" in name for name in needs)
    with pytest.raises(ValueError, match=r"libnew\.so\.1"):
        system.depends({**asked, "libnew.so.1": ["b.so"]}, "3.11")


def test_the_card_service_is_recommended_and_never_forced() -> None:
    """A practice may have it from elsewhere; the program says what is missing."""
    source = Path(package.__file__).read_text(encoding="utf-8")
    assert '"Recommends": "pcscd' in source
    assert "pcscd" not in system.LOADED


@pytest.mark.parametrize("name", [package.PRODUCT, package.DEMO])
def test_the_menu_speaks_the_programs_languages(name: str) -> None:
    lines = (FILES / f"{name}.desktop").read_text(encoding="utf-8").splitlines()
    for key in ("Name", "Comment", "Keywords"):
        for language in ("", "[fr]", "[de]", "[lb]"):
            assert any(line.startswith(f"{key}{language}=") for line in lines), (key, language)
    assert {f"Exec={name}", f"Exec={name} %u"} & {*lines}
    assert "Icon=dsp-desktop" in lines


def test_every_override_of_lintian_says_why() -> None:
    for file in FILES.glob("*.lintian-overrides"):
        reason = ""
        for line in file.read_text(encoding="utf-8").splitlines():
            assert line.startswith("#") or reason, line
            reason = line if line.startswith("#") else reason


def test_links_of_the_practice_software_are_registered() -> None:
    """System row 34: the desktop hands the link over, and nothing else of a command line with it."""
    lines = (FILES / "dsp-desktop.desktop").read_text(encoding="utf-8").splitlines()
    assert "MimeType=x-scheme-handler/dsp-desktop;" in lines and "Exec=dsp-desktop %u" in lines
    assert is_link("dsp-desktop:patient?ticket=x"), "the scheme that the program takes"
    assert "MimeType" not in (FILES / "dsp-desktop-demo.desktop").read_text(encoding="utf-8")


def test_the_package_runs_on_the_pythons_that_the_project_admits() -> None:
    root = Path(__file__).resolve().parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"  # Debian 12 and 13: 3.11 and 3.13
