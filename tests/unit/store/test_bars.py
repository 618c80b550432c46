"""Whom the platform shut out stands in the keyring, not in the folder (CF-019)."""

from desktop.domain.errors import Code, Failure
from desktop.store.bars import Bars
from tests.fakes import FakeKeyring


def test_a_bar_stands_until_the_holder_is_admitted_and_is_his_own() -> None:
    keyring = FakeKeyring()
    assert Bars(keyring).barred("LU-1") == ""
    Bars(keyring).bar("LU-1", "DSP-311")
    assert Bars(keyring).barred("LU-1") == "DSP-311"
    assert Bars(keyring).barred("LU-2") == ""
    assert "LU-1" not in str(keyring.entries), "no name of a person"
    Bars(keyring).admit("LU-1")
    assert Bars(keyring).barred("LU-1") == ""


def test_who_was_never_shut_out_has_no_entry() -> None:
    keyring = FakeKeyring()
    Bars(keyring).admit("LU-1")
    assert keyring.entries == {}


def test_an_entry_that_is_spoilt_is_a_bar() -> None:
    keyring = FakeKeyring()
    Bars(keyring).bar("LU-1", "DSP-311")
    for spoilt in (b"", b"\xff\xfe"):
        keyring.entries = dict.fromkeys(keyring.entries, spoilt)
        assert Bars(keyring).barred("LU-1")


def test_no_keyring_remembers_nothing_and_a_locked_one_cannot_tell() -> None:
    assert Bars(FakeKeyring(Failure(Code.KEYRING_MISSING))).barred("LU-1") == ""
    assert Bars(FakeKeyring(Failure(Code.KEYRING_LOCKED))).barred("LU-1") == Failure(Code.KEYRING_LOCKED)
