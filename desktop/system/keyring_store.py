"""The system's secret store (KeyringPort): every call in a thread of its own, with a time limit.

A locked collection on a machine with a screen asks the user and blocks, so a late answer counts as locked.
Stores that keep secrets in clear are refused, whatever the user's configuration says.
"""

import base64
import binascii
import logging
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from desktop.domain.errors import Code, Failure, Result

_log = logging.getLogger("dsp.keyring")
_T = TypeVar("_T")
_TRUSTED = (
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.libsecret",
    "keyring.backends.Windows",
    "keyring.backends.macOS",
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
    """The chosen backend if it keeps secrets encrypted; of a chain, the first that does."""
    import keyring

    chosen = keyring.get_keyring()
    for candidate in getattr(chosen, "backends", None) or (chosen,):
        if type(candidate).__module__ in _TRUSTED:
            return candidate
    _log.warning("no trusted keyring: %s", type(chosen).__name__)
    return None


def _id(backend: Any) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"
