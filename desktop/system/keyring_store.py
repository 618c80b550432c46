"""The system's secret store (KeyringPort): every call in a thread of its own, with a time limit.

A locked collection on a machine with a screen asks the user and blocks, so a late answer counts as locked.
The backends are named here, and all of them keep secrets encrypted. Keyring's own search would load every
backend and plug-in that is installed, the code of any folder that ``keyringrc.cfg`` names, and, for the macOS
backend on Linux, run the C compiler, which looks into the current folder.
"""

import base64
import binascii
import importlib
import logging
import queue
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from desktop.domain.errors import Code, Failure, Result

_log = logging.getLogger("dsp.keyring")
_T = TypeVar("_T")
_BACKENDS = {
    "win32": ("keyring.backends.Windows.WinVaultKeyring",),
    "darwin": ("keyring.backends.macOS.Keyring",),
}
_DESKTOPS = (
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
    "keyring.backends.libsecret.Keyring",
)
SERVICE = "dsp-desktop"


class KeyringStore:
    """32-byte shares in the keyring of the desktop session."""

    def __init__(self, *, service: str = SERVICE, time_limit: float = 3.0) -> None:
        self._service = service
        self._time_limit = time_limit
        self._backend: Any = None

    def share(self, name: str) -> Result[bytes | None]:
        """Read one share; None when there is none. KEYRING_MISSING, KEYRING_LOCKED (also: too late)."""
        stored = self._ask(lambda backend: backend.get_password(self._service, name))
        if stored is None or isinstance(stored, Failure):
            return stored
        try:
            return base64.b64decode(str(stored), validate=True)
        except binascii.Error:
            return None

    def set_share(self, name: str, value: bytes) -> Result[None]:
        """Write one share."""
        spelled = base64.b64encode(value).decode("ascii")
        done: Result[None] = self._ask(lambda backend: backend.set_password(self._service, name, spelled))
        return done

    def backend(self) -> str:
        """Stable id of the backend; "" when there is none that can be trusted."""
        named = self._ask(_id)
        return "" if isinstance(named, Failure) else named

    def _ask(self, work: Callable[[Any], _T]) -> Result[_T]:
        answers: queue.SimpleQueue[Result[_T]] = queue.SimpleQueue()
        worker = threading.Thread(
            target=lambda: answers.put(self._work(work)), name="dsp-keyring", daemon=True
        )  # daemon: a call that hangs in a prompt must not keep the program alive
        worker.start()
        try:
            return answers.get(timeout=self._time_limit)
        except queue.Empty:
            _log.warning("the keyring did not answer in time")
            return Failure(Code.KEYRING_LOCKED)

    def _work(self, work: Callable[[Any], _T]) -> Result[_T]:
        from keyring import errors

        try:
            if self._backend is None:
                self._backend = _trusted_backend()
            if self._backend is None:
                return Failure(Code.KEYRING_MISSING)
            return work(self._backend)
        except errors.KeyringLocked:
            return Failure(Code.KEYRING_LOCKED)
        except Exception as error:  # noqa: BLE001 - backends let their own kinds of error through
            _log.warning("keyring failed: %s", type(error).__name__)
            return Failure(Code.KEYRING_MISSING)


def _trusted_backend() -> Any:
    """The one of this system that works here and that keyring prefers; None where none does."""
    found = {}
    for name in _BACKENDS.get(sys.platform, _DESKTOPS):
        module, _, kind = name.rpartition(".")
        try:
            backend = getattr(importlib.import_module(module), kind)
            found[float(backend.priority)] = backend
        except Exception as error:  # noqa: BLE001 - each says in its own way that it cannot work here
            _log.info("%s: %s", kind, type(error).__name__)
    return found[max(found)]() if found else None


def _id(backend: Any) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"
