"""Broken settings cost only what cannot be read in them, and are told; real files."""

import json
import os
from pathlib import Path

import pytest

from desktop.domain.card import KeypadSetting
from desktop.domain.errors import Code, Failure
from desktop.domain.pin_askers import AskerRule, PinAskers
from desktop.ui.preferences import Preferences, Settings


def everywhere(choice: KeypadSetting) -> PinAskers:
    """What an older program's one choice means."""
    return PinAskers((AskerRule(choice),))


OLDER = everywhere(KeypadSetting.NO)
WHOLE = {"language": "de", "scheme": "dark", "module": "/m/card.so", "keypad": "no", "idle_minutes": 15}


def _told(preferences: Preferences) -> list[Failure]:
    told: list[Failure] = []
    preferences.listen(told.append)
    return told


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (json.dumps(WHOLE)[:-24], Settings("de", "dark", "/m/card.so")),
        (json.dumps({**WHOLE, "idle_minutes": 15})[:-2], Settings("de", "dark", "/m/card.so", OLDER)),
        ("", Settings()),
        ("no settings at all", Settings()),
        ("[1, 2]", Settings()),
        ('"de"', Settings()),
        ("[" * 60_000, Settings()),
        (json.dumps({**WHOLE, "scheme": 7}), Settings("de", "system", "/m/card.so", OLDER, 15)),
        (json.dumps({**WHOLE, "keypad": []}), Settings("de", "dark", "/m/card.so", PinAskers(), 15)),
        (json.dumps({**WHOLE, "idle_minutes": 500}), Settings("de", "dark", "/m/card.so", OLDER)),
        (json.dumps({**WHOLE, "idle_minutes": True}), Settings("de", "dark", "/m/card.so", OLDER)),
        (json.dumps({**WHOLE, "language": "xx"}), Settings("fr", "dark", "/m/card.so", OLDER, 15)),
        (json.dumps({**WHOLE, "language": {"x": []}}), Settings("fr", "dark", "/m/card.so", OLDER, 15)),
        (json.dumps({**WHOLE, "module": "a\0b"}), Settings("de", "dark", "", OLDER, 15)),
    ],
    ids=[
        "cut between", "cut in a number", "empty", "words", "a list", "a word", "deep", "a wrong type",
        "a list in it", "too long", "true", "an unknown language", "no word", "no path",
    ],
)  # fmt: skip
def test_what_is_fine_is_kept_and_the_broken_file_beside(tmp_path: Path, words: str, kept: Settings) -> None:
    path, beside = tmp_path / "settings.json", tmp_path / "settings.broken.json"
    path.write_text(words)
    preferences = Preferences(path)
    assert preferences.settings == kept
    assert _told(preferences) == [Failure.of(Code.SETTINGS_BROKEN, path=str(beside))]
    assert beside.read_text() == words
    again = Preferences(path)
    assert again.settings == kept and not _told(again), "told once"
    assert {entry.name for entry in tmp_path.glob("settings*")} == {path.name, beside.name}


def test_bytes_that_are_no_letters_cost_one_setting(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(b'{"language": "lb", "module": "/m/\xff.so", "keypad": "yes"}')
    preferences = Preferences(path)
    assert preferences.settings == Settings("lb", askers=everywhere(KeypadSetting.YES))
    assert len(_told(preferences)) == 1


def test_words_inside_of_a_value_are_no_setting(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"scan_folder": '/s/"language": "de", x', "scheme": "dark"})[:-1] + ",")
    assert Preferences(path).settings == Settings(scheme="dark", scan_folder='/s/"language": "de", x')


@pytest.mark.parametrize("content", [None, {}, {"language": "en"}, {**WHOLE, "of_a_newer_program": 1}])
def test_nothing_is_told_of_settings_that_are_sound(
    tmp_path: Path, content: dict[str, object] | None
) -> None:
    path = tmp_path / "settings.json"
    if content is not None:
        path.write_text(json.dumps(content), encoding="utf-8-sig")
    assert not _told(Preferences(path))
    assert not (tmp_path / "settings.broken.json").exists()


def _a_folder(path: Path) -> None:
    path.mkdir()
    (path / "something").touch()


def _nobody_s(path: Path) -> None:
    """A link to itself: unreadable for an administrator too, whom rights do not stop."""
    path.symlink_to(path)


@pytest.mark.parametrize("make", [_a_folder, os.mkfifo, _nobody_s])
def test_what_cannot_be_read_goes_beside_and_the_place_is_free(tmp_path: Path, make: object) -> None:
    assert callable(make)
    path = tmp_path / "settings.json"
    make(path)
    preferences = Preferences(path)
    assert preferences.settings == Settings()
    assert [failure.code for failure in _told(preferences)] == [Code.SETTINGS_BROKEN]
    assert os.path.lexists(tmp_path / "settings.broken.json")
    preferences.change(language="de")
    assert Preferences(path).settings.language == "de"


def test_rights_that_are_missing_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, limit: int) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "settings.json").write_text(json.dumps(WHOLE))
    monkeypatch.setattr("desktop.ui.preferences.read_start", refused)
    preferences = Preferences(tmp_path / "settings.json")
    assert [failure.code for failure in _told(preferences)] == [Code.SETTINGS_BROKEN]
    assert json.loads((tmp_path / "settings.broken.json").read_text()) == WHOLE


def test_a_file_that_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    home = tmp_path / "data"
    home.mkdir()
    preferences = Preferences(home / "settings.json")
    told = _told(preferences)
    home.rmdir()
    preferences.change(scheme="dark")
    preferences.change(language="en")
    assert told == [Failure.of(Code.SETTINGS_NOT_KEPT, path=str(home / "settings.json"))]
    assert preferences.settings == Settings("en", "dark"), "it holds until the end"


def test_a_broken_file_stays_where_nothing_can_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, words = tmp_path / "settings.json", json.dumps(WHOLE)[:-5]
    path.write_text(words)

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        preferences = Preferences(path)
    assert preferences.settings.language == "de"
    assert _told(preferences) == [Failure.of(Code.SETTINGS_BROKEN, path=str(path))]
    assert path.read_text() == words


KIND = bytes.fromhex("3b8f8001")
CHOSEN = (
    everywhere(KeypadSetting.YES)
    .with_rule(KeypadSetting.NO, "/m/a: b.so")
    .with_rule(KeypadSetting.NONE, "/m/a: b.so", KIND)
)


def test_who_asks_for_the_pin_is_kept_for_each_module_and_kind(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    Preferences(path).change(askers=CHOSEN)
    again = Preferences(path)
    assert again.settings.askers == CHOSEN and not _told(again)


def test_an_older_choice_becomes_one_for_every_module(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({**WHOLE, "keypad": "yes"}))
    preferences = Preferences(path)
    assert preferences.settings.askers == everywhere(KeypadSetting.YES) and not _told(preferences)
    preferences.change(askers=preferences.settings.askers.with_rule(KeypadSetting.AUTO, "/m/a.so"))
    assert "keypad" not in json.loads(path.read_text())
    asked = Preferences(path).settings.askers
    assert [asked.choice(m) for m in ("/m/a.so", "/m/b.so")] == [KeypadSetting.AUTO, KeypadSetting.YES]


def test_a_torn_file_keeps_them_where_they_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    words = json.dumps({"askers": CHOSEN.stored(), "language": "de"})
    path.write_text(words[:-3])
    assert Preferences(path).settings.askers == CHOSEN
    path.write_text(words[:40])
    assert Preferences(path).settings.askers == PinAskers()


@pytest.mark.parametrize(
    "askers",
    [[], {"": "no"}, {"xyz:/m/a.so": "no"}, {":/m/a.so": "perhaps"}, {":/m/a.so": 1}, {":a\0": "no"}],
)
def test_askers_that_mean_nothing_cost_only_themselves(tmp_path: Path, askers: object) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"language": "de", "askers": askers}))
    preferences = Preferences(path)
    assert preferences.settings == Settings("de") and len(_told(preferences)) == 1
