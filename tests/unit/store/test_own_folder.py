"""The store follows no link and removes only what it made, inside its own folder (CF-066)."""

import os
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop.domain.errors import Code, Failure
from desktop.store import own_folder
from desktop.store.own_folder import OwnFolder
from desktop.store.sealed_files import write_through
from desktop.store.store import Store
from desktop.store.vault_folders import HolderFolders

from .conftest import NOW, Practice, document, ok, soft_card, unlock

FOREIGN = b"somebody else's"
NAME = "0123456789abcdef" * 2 + ".body"


def _named(number: int) -> str:
    return f"{number:032x}.body"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Somebody else's folder, with a file that has a name as ours."""
    made = tmp_path / "elsewhere"
    made.mkdir()
    (made / "letter.odt").write_bytes(FOREIGN)
    (made / NAME).write_bytes(FOREIGN)
    return made


def test_the_sweep_leaves_what_the_store_cannot_have_made(practice: Practice, elsewhere: Path) -> None:
    vault, store = practice.store()
    ok(store.save_body(document(1), b"kept", None))
    vault.close()
    bodies = practice.only_set() / "bodies"
    (kept,) = bodies.iterdir()
    (bodies / _named(1)).write_bytes(b"left by a crash")
    (bodies / f"{_named(2)}.tmp").write_bytes(b"left by a crash")
    for name in ("letter.odt", "x.body", _named(3).upper(), f"{_named(4)}.bak", f" {_named(5)}", "..body"):
        (bodies / name).write_bytes(FOREIGN)
    (bodies / _named(6)).symlink_to(elsewhere / "letter.odt")
    (bodies / _named(7)).symlink_to(elsewhere)
    (bodies / _named(8)).mkdir()
    (bodies / _named(8) / _named(8)).write_bytes(FOREIGN)
    os.mkfifo(bodies / _named(9))
    foreign = {p.name for p in bodies.iterdir()} - {kept.name, _named(1), f"{_named(2)}.tmp"}
    assert len(foreign) == 10
    store = practice.store()[1]
    assert {p.name for p in bodies.iterdir()} == foreign | {kept.name}
    assert (bodies / _named(8) / _named(8)).read_bytes() == FOREIGN
    assert {p.name: p.read_bytes() for p in elsewhere.iterdir()} == {"letter.odt": FOREIGN, NAME: FOREIGN}
    assert store.body("d1") == b"kept"


def test_a_hard_link_goes_and_the_file_that_it_shared_stays(practice: Practice, elsewhere: Path) -> None:
    practice.store()[0].close()
    bodies = practice.only_set() / "bodies"
    os.link(elsewhere / "letter.odt", bodies / _named(1))
    practice.store()
    assert list(bodies.iterdir()) == []
    assert (elsewhere / "letter.odt").read_bytes() == FOREIGN


@pytest.mark.parametrize("name", ["../elsewhere/letter.odt", f"../elsewhere/{NAME}", "letter.odt", "", "."])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, elsewhere: Path, name: str) -> None:
    folder = OwnFolder(tmp_path / "own")
    (tmp_path / "own" / "letter.odt").write_bytes(FOREIGN)
    for asked in (name, str(elsewhere / NAME)):
        assert folder.read(asked) is None
        assert folder.remove([asked]) == 0
    assert len(list(elsewhere.iterdir())) == 2 and (tmp_path / "own" / "letter.odt").exists()


def test_a_folder_that_became_a_link_is_not_entered(practice: Practice, elsewhere: Path) -> None:
    vault, store = practice.store()
    ok(store.save_body(document(1), b"kept", None))
    vault.close()
    bodies = practice.only_set() / "bodies"
    aside = bodies.rename(bodies.with_name("moved"))
    bodies.symlink_to(elsewhere, target_is_directory=True)
    vault = practice.vault()
    ok(unlock(vault, soft_card()))
    store = Store(vault)
    assert store.save_body(document(2), b"new", None) == Failure(Code.STORE_FAILED)
    assert store.body("d1") == Failure(Code.NOT_CACHED)
    vault.close()
    assert {p.name for p in elsewhere.iterdir()} == {"letter.odt", NAME}
    bodies.unlink()
    aside.rename(bodies)
    assert practice.store()[1].body("d1") == b"kept", "its row was not given up"


def test_a_link_under_a_documents_name_is_not_read(practice: Practice, elsewhere: Path) -> None:
    store = practice.store()[1]
    ok(store.save_body(document(1), b"kept", None))
    (own,) = (practice.only_set() / "bodies").iterdir()
    own.rename(elsewhere / "taken")
    own.symlink_to(elsewhere / "taken")
    assert store.body("d1") == Failure(Code.NOT_CACHED)
    own.unlink()
    os.mkfifo(own)
    assert store.body("d1") == Failure(Code.NOT_CACHED), "and no pipe is waited for"


def test_windows_junctions_are_links_too(
    tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A junction is a folder with a reparse point, which ``lstat`` tells there; so are placeholders."""
    folder = OwnFolder(tmp_path / "own")
    folder.write(NAME, b"ours")
    monkeypatch.setattr(own_folder, "_BY_DESCRIPTOR", False)
    assert folder.read(NAME) == b"ours" and folder.names() == {NAME}
    real = os.lstat

    def junction(path: Path) -> object:
        found = real(path)
        return SimpleNamespace(st_mode=found.st_mode, st_file_attributes=stat.FILE_ATTRIBUTE_REPARSE_POINT)

    monkeypatch.setattr(os, "lstat", junction)
    for act in (folder.names, lambda: folder.remove([NAME]), lambda: folder.write(_named(1), b"x")):
        with pytest.raises(NotADirectoryError):
            act()
    assert (tmp_path / "own" / NAME).read_bytes() == b"ours"


def test_one_file_that_stays_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = OwnFolder(tmp_path / "own")
    for number in range(3):
        folder.write(_named(number), b"x")
    real = os.unlink

    def held_open(name: Path, **where: int) -> None:
        if Path(name).name == _named(0):
            raise PermissionError
        real(name, **where)

    monkeypatch.setattr(os, "unlink", held_open)
    assert folder.remove([_named(n) for n in range(3)]) == 2
    assert folder.names() == {_named(0)}


OLD = "20200101T000000Z-0a1b2c"


def test_old_sets_go_by_their_own_names_and_through_no_link(practice: Practice, elsewhere: Path) -> None:
    """What was set aside long ago goes; what is only called so, is a link, or lies behind one, stays."""
    practice.store()[0].close()
    one = practice.only_set()
    holder, vault = one.parent, one.parent.parent
    ours = [holder / f"aside-{OLD}", one / f"damaged-{OLD}", one / f"apart-{OLD}"]
    foreign = [
        holder / "aside-2020", holder / f"aside-{OLD}.bak", holder / "aside-20200101T000000Z-old",
        one / "damaged-1999", one / f"apart-{OLD} (copy)", vault / "Documents" / f"aside-{OLD}",
        holder / "backup" / f"damaged-{OLD}", holder / "set-mine", elsewhere / f"aside-{OLD}",
    ]  # fmt: skip
    for folder in (*ours, *foreign):
        folder.mkdir(parents=True)
        (folder / "letter.odt").write_bytes(FOREIGN)
    links = [
        holder / f"aside-{OLD[:-1]}f",
        one / f"apart-{OLD[:-1]}f",
        holder / f"set-{OLD}",
        vault / ("0" * 32),
    ]
    for link in links:
        link.symlink_to(elsewhere, target_is_directory=True)
    (ours[0] / "link").symlink_to(elsewhere / "letter.odt")
    practice.store()
    assert [folder for folder in ours if folder.exists()] == []
    assert all((folder / "letter.odt").read_bytes() == FOREIGN for folder in foreign)
    assert all(link.is_symlink() for link in links)
    assert (elsewhere / "letter.odt").read_bytes() == FOREIGN


def test_a_vault_that_is_a_link_is_not_swept(practice: Practice, elsewhere: Path) -> None:
    practice.store()[0].close()
    vault = practice.only_set().parent.parent
    old = practice.only_set().parent / f"aside-{OLD}"
    old.mkdir()
    there = vault.rename(elsewhere / "vault")
    vault.symlink_to(there, target_is_directory=True)
    folders = HolderFolders(vault)
    folders.remove_old(NOW)
    assert (there / old.relative_to(vault)).exists()
    vault.unlink()
    there.rename(vault)
    folders.remove_old(NOW)
    assert not old.exists()


def test_nothing_is_written_through_a_link_that_waits(tmp_path: Path, elsewhere: Path) -> None:
    slot = tmp_path / "slot.json"
    slot.with_name("slot.json.tmp").symlink_to(elsewhere / "letter.odt")
    write_through(slot, b"slot")
    assert (slot.read_bytes(), (elsewhere / "letter.odt").read_bytes()) == (b"slot", FOREIGN)
