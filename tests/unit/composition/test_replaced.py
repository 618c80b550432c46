"""A release that is exchanged under the running program is told once, when the exchange is over."""

from pathlib import Path

from desktop.composition.replaced import ReplacedFiles
from desktop.domain.errors import Code, Failure


def exchange(manifest: Path, words: str) -> None:
    """As a package manager does: the new file takes the old one's name."""
    new = manifest.with_name("MANIFEST.new")
    new.write_text(words)
    new.rename(manifest)


def test_a_release_that_stays_is_never_told(tmp_path: Path) -> None:
    manifest = tmp_path / "MANIFEST"
    manifest.write_text("a")
    replaced = ReplacedFiles(manifest)
    assert [replaced.changed() for _ in range(3)] == [None] * 3


def test_another_release_is_told_once_when_two_looks_agree(tmp_path: Path) -> None:
    manifest = tmp_path / "MANIFEST"
    manifest.write_text("a")
    replaced = ReplacedFiles(manifest)
    exchange(manifest, "bb")
    assert replaced.changed() is None  # it may still be going on
    exchange(manifest, "ccc")
    assert replaced.changed() is None
    assert replaced.changed() == Failure.of(Code.PROGRAM_REPLACED)
    assert replaced.changed() is None


def test_the_same_release_put_in_again_is_told_too(tmp_path: Path) -> None:
    manifest = tmp_path / "MANIFEST"
    manifest.write_text("a")
    replaced = ReplacedFiles(manifest)
    exchange(manifest, "a")
    assert replaced.changed() is None
    assert replaced.changed() == Failure.of(Code.PROGRAM_REPLACED)


def test_one_that_is_removed_says_nothing_until_another_is_there(tmp_path: Path) -> None:
    manifest = tmp_path / "MANIFEST"
    manifest.write_text("a")
    replaced = ReplacedFiles(manifest)
    manifest.unlink()
    assert [replaced.changed() for _ in range(3)] == [None] * 3
    exchange(manifest, "bb")
    assert [replaced.changed() for _ in range(2)] == [None, Failure.of(Code.PROGRAM_REPLACED)]


def test_a_working_copy_has_no_release_to_look_for(tmp_path: Path) -> None:
    replaced = ReplacedFiles(tmp_path / "MANIFEST")
    exchange(tmp_path / "MANIFEST", "b")
    assert [replaced.changed() for _ in range(3)] == [None] * 3
