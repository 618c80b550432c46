"""The keyring adapter: against a real Secret Service, and with backends that misbehave."""

import importlib
import os
import shutil
import subprocess
import sys
import threading
import types
from pathlib import Path
from typing import Any

import pytest
from keyring import errors
from keyring.backend import KeyringBackend

from desktop.domain.errors import Code, Failure
from desktop.system import keyring_store
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
    told = _in_session(tmp_path, ask, "export DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere")
    assert told == {"read": "DSP-805", "write": "DSP-805", "backend": ""}


class _Backend(KeyringBackend):  # type: ignore[misc]  # keyring's types are not followed
    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        raise NotImplementedError

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


def _use(monkeypatch: pytest.MonkeyPatch, backend: KeyringBackend) -> None:
    monkeypatch.setattr(keyring_store, "_trusted_backend", lambda: backend)


CLEAR = """
from pathlib import Path
from keyring.backend import KeyringBackend
Path(__file__).with_suffix(".ran").touch()
class Keyring(KeyringBackend):
    priority = 99
    def get_password(self, service, username): return None
    def set_password(self, service, username, password):
        Path(__file__).with_suffix(".clear").write_text(password)
    def delete_password(self, service, username): pass
"""


@needs_service
def test_the_user_s_keyring_settings_bring_neither_code_nor_a_store_in_clear(tmp_path: Path) -> None:
    """``keyringrc.cfg`` can name a folder with code and any backend in it; keyring itself would obey."""
    settings, foreign = tmp_path / ".config" / "python_keyring", tmp_path / "foreign"
    settings.mkdir(parents=True)
    foreign.mkdir()
    (foreign / "clear.py").write_text(CLEAR)
    (settings / "keyringrc.cfg").write_text(
        f"[backend]\ndefault-keyring=clear.Keyring\nkeyring-path={foreign}\n"
    )
    obeyed = "import keyring; keyring.set_password('dsp-desktop', 'a', 'x')"
    alone = {**os.environ, "HOME": str(tmp_path)}
    alone.pop("XDG_CONFIG_HOME", None)
    subprocess.run([sys.executable, "-c", obeyed], env=alone, check=True, timeout=LIMIT_S)
    marks = {foreign / "clear.ran", foreign / "clear.clear"}
    assert all(mark.exists() for mark in marks), "the trap is none"
    for mark in marks:
        mark.unlink()
    assert _in_session(tmp_path, SCRIPT, UNLOCKED)["backend"] == "keyring.backends.SecretService.Keyring"
    assert not any(mark.exists() for mark in marks)


@pytest.mark.parametrize("system", ["linux", "win32", "darwin"])
def test_backends_are_named_and_looked_at_one_by_one(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    """No search: neither for plug-ins nor, by the compiler, for the libraries of another system."""
    monkeypatch.setattr(sys, "platform", system)
    asked: list[str] = []

    def absent(name: str) -> None:
        asked.append(name)
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    assert keyring_store._trusted_backend() is None
    kinds = {"linux": ["SecretService", "kwallet", "libsecret"], "win32": ["Windows"], "darwin": ["macOS"]}
    assert asked == [f"keyring.backends.{kind}" for kind in kinds[system]]


def test_the_one_that_keyring_prefers_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    class Preferred(_Backend):
        priority = 5

    class Dead:
        @property
        def Keyring(self) -> None:
            raise RuntimeError("no bus")

    made = {
        "SecretService": types.SimpleNamespace(Keyring=_Backend),
        "kwallet": types.SimpleNamespace(DBusKeyring=Preferred),
        "libsecret": Dead(),
    }
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(importlib, "import_module", lambda name: made[name.rpartition(".")[2]])
    assert type(keyring_store._trusted_backend()) is Preferred


def test_a_backend_that_hangs_counts_as_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    prompt_closed = threading.Event()

    class Prompting(_Backend):
        def get_password(self, service: str, username: str) -> str | None:
            prompt_closed.wait(LIMIT_S)
            return None

    _use(monkeypatch, Prompting())
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

    _use(monkeypatch, Broken())
    assert KeyringStore().share("a") == Failure(code)


def test_a_share_that_is_no_base64_is_no_share(monkeypatch: pytest.MonkeyPatch) -> None:
    class Odd(_Backend):
        def get_password(self, service: str, username: str) -> str | None:
            return "not base64!"

    _use(monkeypatch, Odd())
    assert KeyringStore().share("a") is None
