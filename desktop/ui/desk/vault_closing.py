"""Closes the vault after a session: behind what the store was asked to write, and in time (CF-017)."""

from PySide6.QtCore import QObject, QTimer

from desktop.common.performance import mark
from desktop.ports.vault import VaultPort
from desktop.ui.desk.login_queue import LoginQueue
from desktop.ui.tasks import Lane, Tasks

# The key is gone 2 s after a lock (CF-017), whatever the store is still busy with.
LIMIT_MS = 1500
# Before: what the store works at is cut, so that a draft that waits behind it is still written.
HURRY_MS = 1000


class VaultClosing(QObject):
    """No login comes through *login_queue* before the vault is closed and older work of the store is done."""

    def __init__(self, vault: VaultPort, tasks: Tasks, login_queue: LoginQueue, parent: QObject) -> None:
        super().__init__(parent)
        self._vault = vault
        self._tasks = tasks
        self._login_queue = login_queue
        self._running = 0
        self.limit = QTimer(self)
        self.limit.setSingleShot(True)
        self.limit.setInterval(LIMIT_MS)
        self.limit.timeout.connect(self._close_at_once)
        self.hurry = QTimer(self, singleShot=True, interval=HURRY_MS)
        self.hurry.timeout.connect(self._hurry)

    def begin(self) -> None:
        """Drafts and confirmed deposits that were asked for before are still written."""
        self._login_queue.enter()
        self._running += 1
        if not self.limit.isActive():
            self.limit.start()
            self.hurry.start()
        self._tasks.run(Lane.STORE, self._vault.close, lambda _: self._closed(), owner=self)

    def _closed(self) -> None:
        mark("vault-closed")
        self._running -= 1
        if self._running == 0:
            self.limit.stop()
            self.hurry.stop()
        self._login_queue.leave()

    def _hurry(self) -> None:
        self._tasks.run(Lane.WIPE, self._vault.hurry, lambda _: None, owner=self)

    def _close_at_once(self) -> None:
        """The store is busy: the key goes all the same; no login was let through yet."""
        self._tasks.run(Lane.WIPE, self._vault.close_now, lambda _: None, owner=self)
