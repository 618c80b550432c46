"""What is dropped, pasted or chosen and is no file: a sentence on the form, and the window goes on."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl

from desktop.ui.preferences import Preferences, Settings
from desktop.ui.views.drop_zone import files_of
from tests.ui.deposit.conftest import Form

pytestmark = pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")


def test_the_window_never_looks_at_what_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking whether it is a file would wait for a share that hangs."""
    letter = tmp_path / "lettre.pdf"
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(letter)), QUrl("https://example.org/a.pdf")])

    def looked(*_: object, **__: object) -> None:
        raise AssertionError("the window looked at the file")

    for name in ("stat", "lstat", "open"):
        monkeypatch.setattr(os, name, looked)
    assert files_of(mime) == (letter,)


def test_a_pipe_costs_one_sentence(form: Form, tmp_path: Path) -> None:
    pipe = tmp_path / "lettre.pdf"
    os.mkfifo(pipe)
    form.choose(pipe)
    assert "DSP-715" in form.view.verdict._failure.accessibleName()
    form.choose(form.file("vraie.pdf"))
    assert "vraie.pdf" in " ".join(form.names())


def test_settings_that_are_a_pipe_or_endless_are_the_defaults(tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    os.mkfifo(settings)
    assert Preferences(settings).settings == Settings()
    settings.unlink()
    settings.symlink_to("/dev/zero")
    assert Preferences(settings).settings == Settings()
    settings.unlink()
    settings.write_text("[" * 60_000)
    assert Preferences(settings).settings == Settings()
