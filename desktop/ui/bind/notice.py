"""One sentence over whatever page is in front, until the user closes it."""

from desktop.domain.errors import Failure
from desktop.ui.shell import Shell
from desktop.ui.widgets.message import Message


class Notice:
    """Under the tabs of *shell*: for what concerns many pages, and none of them alone."""

    def __init__(self, shell: Shell, name: str) -> None:
        self._message: Message | None = None
        self._shell, self._name = shell, name

    def tell(self, failure: Failure) -> None:
        """Show it, in the place of what was told before."""
        if self._message is None:
            self._message = Message(self._name, self._shell.banner_place)
            self._shell.put_over_pages(self._message)
        self._message.show_failure(failure, closable=True)

    def retranslate(self) -> None:
        """Say it again in the language in force."""
        if self._message is not None and self._message.failure is not None:
            self.tell(self._message.failure)

    def clear(self) -> None:
        """It is no longer to be read."""
        if self._message is not None:
            self._message.clear()
