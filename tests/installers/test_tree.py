"""The parts of the tree builder, on small trees."""

import ast
import base64
import hashlib
import importlib.util
import json
from pathlib import Path

import pytest

from desktop.__main__ import main
from installers.tree import build, closure, components, licences, manifest, sbom, sources, wheels

ROOT = Path(__file__).resolve().parents[2]


def dist_info(site: Path, name: str, *metadata: str, **texts: str) -> Path:
    folder = site / f"{name}-1.0.dist-info"
    (folder / "licenses").mkdir(parents=True)
    (folder / "METADATA").write_text("\n".join([f"Name: {name}", "Version: 1.0", *metadata, "", "words"]))
    for file, words in texts.items():
        (folder / "licenses" / file).write_text(words)
    return folder


def test_the_product_holds_no_simulator_no_demo_no_qa_no_test(tmp_path: Path) -> None:
    sources.unpack(ROOT, tmp_path)
    assert (tmp_path / "desktop/demo/start.py").exists()
    sources.remove_demo(tmp_path)
    left = {f.relative_to(tmp_path).as_posix() for f in tmp_path.rglob("*") if f.is_file()}
    assert "desktop/__main__.py" in left
    assert "desktop/resources/profiles/esante.toml" in left
    forbidden = (
        "simulator/",
        "demo/",
        "qa/",
        "emulator/",
        "tests/",
        "scenarios/",
        "software_card",
        "profiles/demo",
    )
    assert [path for path in sorted(left) if any(f"/{word}" in path for word in forbidden)] == []
    assert {path.split("/")[0] for path in left} == {"desktop"}


def test_no_module_of_the_product_imports_what_it_does_not_hold() -> None:
    """Under no condition, not even inside a function: the demo brings its parts by the options."""
    absent = tuple(part.removesuffix(".py").replace("/", ".") for part in sources.DEMO_CODE)
    found = []
    for file in sorted((ROOT / "desktop").rglob("*.py")):
        path = file.relative_to(ROOT).as_posix()
        if sources.is_demo(path):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names):
                    asked = [alias.name for alias in names]
                case ast.ImportFrom(module=str(module), names=names):
                    asked = [module, *(f"{module}.{alias.name}" for alias in names)]
                case _:
                    continue
            found += [f"{path}: {name}" for name in asked if name.startswith(absent)]
    assert found == []


def test_without_the_demo_its_words_are_unknown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for word in ("demo", "simulator", "platform"):
        with pytest.raises(SystemExit) as ended:
            main([word])
        assert ended.value.code == 2
        assert word in capsys.readouterr().err


def test_each_part_of_the_demo_is_there() -> None:
    assert [part for part in sources.DEMO if not (ROOT / part).exists()] == []


def test_a_file_that_is_not_what_its_wheel_brought_is_found(tmp_path: Path) -> None:
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"as it was").digest()).rstrip(b"=").decode()
    folder = dist_info(tmp_path, "thing")
    (folder / "RECORD").write_text(
        f"thing.py,sha256={digest},9\n../../bin/tool,sha256=x,1\nthing-1.0.dist-info/RECORD,,\n"
    )
    (tmp_path / "thing.py").write_bytes(b"as it was")
    assert wheels.verify(tmp_path) == 1
    (tmp_path / "thing.py").write_bytes(b"with one certificate more")
    with pytest.raises(wheels.Spoilt, match=r"thing\.py"):
        wheels.verify(tmp_path)


def test_only_what_is_led_to_is_reached() -> None:
    asks = {"plugin": ("gui",), "gui": ("core", "libc"), "core": ("gui",), "quick": ("core",)}
    assert closure.reached(["plugin"], asks) == {"plugin", "gui", "core", "libc"}


def test_the_manifest_tells_what_is_changed_missing_and_more(tmp_path: Path) -> None:
    for name in ("a", "b/c", "d"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "link").symlink_to("a")
    digest = manifest.write(tmp_path)
    said = (tmp_path / manifest.NAME).read_text()
    assert digest == hashlib.sha256(said.encode()).hexdigest()
    assert f"{hashlib.sha256(b'b/c').hexdigest()}  b/c" in said.splitlines()
    assert manifest.differences(tmp_path, said) == ()
    (tmp_path / "a").write_text("another")
    (tmp_path / "d").unlink()
    (tmp_path / "e").write_text("more")
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to("b/c")
    assert manifest.differences(tmp_path, said) == ("a", "d", "e", "link")


def test_a_package_without_a_known_licence_stops_the_build(tmp_path: Path) -> None:
    dist_info(tmp_path, "Good_Thing", "License-Expression: MIT", LICENSE="terms")
    (found,) = components.components(tmp_path)
    assert (found.name, found.version, found.licence) == ("good-thing", "1.0", "MIT")
    dist_info(tmp_path, "unknown")
    with pytest.raises(ValueError, match="unknown"):
        components.components(tmp_path)


def test_each_text_of_a_licence_is_told_once_with_whose_it_is(tmp_path: Path) -> None:
    for name in ("one", "two"):
        dist_info(tmp_path, name, "License-Expression: MIT", LICENSE="the same terms")
    said = licences.write(tmp_path, components.components(tmp_path), ROOT / "LICENSE", [])
    assert said.count("the same terms") == 1
    assert "one 1.0, two 1.0" in said
    dist_info(tmp_path, "three", "License-Expression: MIT")
    with pytest.raises(ValueError, match="three"):
        licences.write(tmp_path, components.components(tmp_path), ROOT / "LICENSE", [])


def test_the_sbom_names_package_version_licence_and_admitted_digests(tmp_path: Path) -> None:
    dist_info(tmp_path, "thing", "License-Expression: Apache-2.0 OR MIT", LICENSE="terms")
    (tmp_path / "thing.libs").mkdir()
    (tmp_path / "thing.libs/libother.so.2").write_bytes(b"elf")
    parts = components.components(tmp_path)
    said = [sbom.describe(tmp_path, parts, {"thing": ("ab",)}, "dsp-desktop", "1", 0) for _ in range(2)]
    assert said[0] == said[1]
    document = json.loads(said[0])
    package, library = document["components"]
    assert package["purl"] == "pkg:pypi/thing@1.0"
    assert package["licenses"] == [{"expression": "Apache-2.0 OR MIT"}]
    assert package["properties"] == [{"name": "dsp:admitted-sha256", "value": "ab"}]
    assert library["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(b"elf").hexdigest()}]


def test_digests_are_read_for_every_pin_of_the_requirements() -> None:
    words = (ROOT / "requirements/run.txt").read_text(encoding="utf-8")
    found = build.digests(words)
    assert len(found) == sum("==" in line and not line.startswith(("#", " ")) for line in words.splitlines())
    assert all(found.values())
