"""What nobody would hear of any more is told over whatever page is in front.

A print or a saved copy that was overtaken: by a lock after the unlock, else at once. An act that failed once
its page was left: at once.
"""

from PySide6.QtCore import QObject

from desktop.domain.errors import Code, Failure
from desktop.services.session import Effect
from desktop.ui.bind.notice import Notice
from desktop.ui.desk.machine import Machine
from desktop.ui.printing import CopiesUnderWay
from desktop.ui.shell import Shell


class CopyNotice(QObject):
    """A copy ends with what is shown of it (CF-014): nobody shall believe that it is whole."""

    def __init__(self, shell: Shell, machine: Machine, copies: CopiesUnderWay) -> None:
        super().__init__(copies)
        self._notice = Notice(shell, "copy-unfinished")
        self._machine, self._copies = machine, copies
        self._for_later = False
        copies.cut.connect(self._on_cut)
        copies.untold.connect(self._on_untold)
        shell.language_chosen.connect(lambda _: self._notice.retranslate())
        machine.on(Effect.HIDE_CONTENT, self._on_hidden)
        machine.on(Effect.HIDE_RECORD, copies.end)
        machine.on(Effect.RESTORE_SCREEN, self._on_back)
        machine.on(Effect.FORGET_SCREEN, self._forget)

    def _on_cut(self) -> None:
        if self._machine.situation.may_show_content:
            self._notice.tell(Failure.of(Code.COPY_UNFINISHED))
        else:
            self._for_later = True

    def _on_untold(self, failure: Failure) -> None:
        if failure.code is not Code.CANCELLED and self._machine.situation.may_show_content:
            self._notice.tell(failure)

    def _on_hidden(self) -> None:
        self._notice.clear()
        self._copies.end()

    def _on_back(self) -> None:
        if self._for_later:
            self._for_later = False
            self._on_cut()

    def _forget(self) -> None:
        """Another one may log in."""
        self._for_later = False
