"""The keyring adapter: against a real Secret Service, and with backends that misbehave."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring import errors
from keyring.backend import KeyringBackend

from desktop.domain.errors import Code, Failure
from desktop.system.keyring_store import KeyringStore
from tests.waiting import LIMIT_S

ROOT = Path(__file__).parents[3]

SCRIPT = """
import json, os
from desktop.system.keyring_store import KeyringStore
store = KeyringStore(time_limit=60)
value = os.urandom(32)
print(json.dumps({
    "backend": store.backend(),
    "absent": repr(store.share("cache-a")),
    "set": repr(store.set_share("cache-a", value)),
    "same": store.share("cache-a") == value,
    "other": repr(store.share("cache-b")),
    "again": repr(store.set_share("cache-a", bytes(32))),
    "replaced": store.share("cache-a") == bytes(32),
}))
"""


def _in_session(tmp_path: Path, script: str, before: str) -> dict[str, Any]:
    """Run *script* in a D-Bus session of its own with gnome-keyring started by *before*."""
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(runtime),
        "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    import json

    run = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", f'{before}\n"{sys.executable}" - <<\'END\'\n{script}\nEND'],
        env=environment, capture_output=True, text=True, timeout=4 * LIMIT_S,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    answer: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    return answer


needs_service = pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="dbus and gnome-keyring are not installed",
)
UNLOCKED = 'eval "$(echo -n pw | gnome-keyring-daemon --unlock --components=secrets)"'


@needs_service
def test_real_secret_service_keeps_and_replaces_a_share(tmp_path: Path) -> None:
    told = _in_session(tmp_path, SCRIPT, UNLOCKED)
    assert told == {
        "backend": "keyring.backends.SecretService.Keyring", "absent": "None", "set": "None", "same": True,
        "other": "None", "again": "None", "replaced": True,
    }  # fmt: skip


@needs_service
def test_locked_collection_is_told_as_locked(tmp_path: Path) -> None:
    ask = """
import json
from desktop.system.keyring_store import KeyringStore
answer = KeyringStore(time_limit=60).share("cache-a")
print(json.dumps({"code": answer.code.value}))
"""
    set_one = "import keyring; keyring.set_password('dsp-desktop', 'cache-a', 'eA==')"
    make = f'{UNLOCKED}\n"{sys.executable}" -c "{set_one}"'
    lock = """
dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null"""
    assert _in_session(tmp_path, ask, make + lock) == {"code": "DSP-806"}


@needs_service
def test_session_without_any_keyring_is_told_as_missing(tmp_path: Path) -> None:
    ask = """
import json
from desktop.system.keyring_store import KeyringStore
store = KeyringStore(time_limit=60)
print(json.dumps({"read": store.share("a").code.value, "write": store.set_share("a", bytes(32)).code.value,
                  "backend": store.backend()}))
"""
    told = _in_session(tmp_path, ask, "export PYTHON_KEYRING_BACKEND=keyring.backends.fail.Keyring")
    assert told == {"read": "DSP-805", "write": "DSP-805", "backend": ""}


class _Backend(KeyringBackend):  # type: ignore[misc]  # keyring's types are not followed
    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        raise NotImplementedError

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


class _Plaintext(_Backend):
    """Stands for keyrings.alt.file.PlaintextKeyring."""

    written: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.written.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.written[username] = password


def _use(monkeypatch: pytest.MonkeyPatch, backend: KeyringBackend, module: str | None = None) -> None:
    if module is not None:
        monkeypatch.setattr(type(backend), "__module__", module)
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)


def test_a_store_in_clear_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _use(monkeypatch, _Plaintext())
    assert KeyringStore().set_share("a", bytes(32)) == Failure(Code.KEYRING_MISSING)
    assert _Plaintext.written == {}
    assert KeyringStore().backend() == ""


def test_of_a_chain_the_trusted_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    class Trusted(_Plaintext):
        written: dict[str, str] = {}

    Trusted.__module__ = "keyring.backends.SecretService"

    class Chain(_Backend):
        backends = [_Plaintext(), Trusted()]

    _use(monkeypatch, Chain())
    store = KeyringStore()
    assert store.set_share("a", b"x" * 32) is None
    assert store.share("a") == b"x" * 32
    assert _Plaintext.written == {}
    assert store.backend().startswith("keyring.backends.SecretService.")


def test_a_backend_that_hangs_counts_as_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    prompt_closed = threading.Event()

    class Prompting(_Backend):
        def get_password(self, service: str, username: str) -> str | None:
            prompt_closed.wait(LIMIT_S)
            return None

    _use(monkeypatch, Prompting(), "keyring.backends.kwallet")
    try:
        assert KeyringStore(time_limit=0.05).share("a") == Failure(Code.KEYRING_LOCKED)
    finally:
        prompt_closed.set()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.KeyringLocked("x"), Code.KEYRING_LOCKED),
        (errors.NoKeyringError("x"), Code.KEYRING_MISSING),
        (errors.InitError("x"), Code.KEYRING_MISSING),
        (RuntimeError("dbus"), Code.KEYRING_MISSING),
    ],
)
def test_errors_of_backends_are_data(monkeypatch: pytest.MonkeyPatch, error: Exception, code: Code) -> None:
    class Broken(_Backend):
        def get_password(self, service: str, username: str) -> str | None:
            raise error

    _use(monkeypatch, Broken(), "keyring.backends.kwallet")
    assert KeyringStore().share("a") == Failure(code)


def test_a_share_that_is_no_base64_is_no_share(monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd(_Backend):
        def get_password(self, service: str, username: str) -> str | None:
            return "not base64!"

    _use(monkeypatch, Odd(), "keyring.backends.kwallet")
    assert KeyringStore().share("a") is None
