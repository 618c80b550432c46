"""Trouble with the settings: one sentence over whatever page is in front, until the user closes it."""

from PySide6.QtWidgets import QBoxLayout

from desktop.domain.errors import Failure
from desktop.ui.preferences import Preferences
from desktop.ui.shell import Shell
from desktop.ui.widgets.message import Message


class SettingsNotice:
    """Under the tabs of *shell*: a setting can be changed on many pages, and without any."""

    def __init__(self, shell: Shell, preferences: Preferences) -> None:
        self._message: Message | None = None
        self._shell = shell
        preferences.listen(self._tell)

    def retranslate(self) -> None:
        """Say it again in the language in force."""
        if self._message is not None and self._message.failure is not None:
            self._tell(self._message.failure)

    def _tell(self, failure: Failure) -> None:
        if self._message is None:
            self._message = Message("settings-trouble", self._shell.banner_place)
            layout = self._shell.banner_place.layout()
            assert isinstance(layout, QBoxLayout)
            layout.insertWidget(layout.indexOf(self._shell.stack), self._message)
        self._message.show_failure(failure, closable=True)
