"""Broken settings, and settings that cannot be kept, are told in the window: one sentence and a next step."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton

from desktop.domain.texts import Language
from desktop.ui.shell_menus import ColourChoice
from desktop.ui.widgets.message import Message
from tests.ui.desk.conftest import Bench


def _notices(bench: Bench) -> list[str]:
    return [
        m.accessibleName() for m in bench.shell.findChildren(Message, "settings-trouble") if m.isVisible()
    ]


def test_nothing_is_said_of_sound_settings(bench: Bench) -> None:
    assert _notices(bench) == []


def test_broken_settings_are_told_until_the_user_closes_it(
    make_bench: Callable[[], Bench], tmp_path: Path
) -> None:
    (tmp_path / "settings.json").write_text('{"language": "de", "scheme": "da')
    bench = make_bench()
    (said,) = _notices(bench)
    assert "DSP-905" in said and str(tmp_path / "settings.broken.json") in said
    bench.shell.language_chosen.emit(Language.EN)
    (again,) = _notices(bench)
    assert again != said and "My card" in again, "in the language in force"
    close = bench.shell.findChild(QAbstractButton, "settings-trouble-close")
    assert close is not None
    close.click()
    assert _notices(bench) == []


def test_settings_that_cannot_be_kept_are_told_once(bench: Bench) -> None:
    (bench.home / "settings.json").mkdir()
    bench.shell.colours_chosen.emit(ColourChoice.DARK)
    (said,) = _notices(bench)
    assert "DSP-906" in said
    close = bench.shell.findChild(QAbstractButton, "settings-trouble-close")
    assert close is not None
    close.click()
    bench.shell.colours_chosen.emit(ColourChoice.LIGHT)
    assert _notices(bench) == []
