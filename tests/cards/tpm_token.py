"""tpm2-pkcs11 on swtpm: the TPM in software, the resource manager beside it, the module as it is."""

import os
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from desktop.smartcard.pkcs11_card import Pkcs11Card
from tests.cards.operations import Bench, exchanged
from tests.cards.table import Operation
from tests.cards.token import SOFT, Token
from tests.unit.smartcard.card_factory import PIN, PUK, pair
from tests.waiting import LIMIT_S, until

PACKAGES = (
    "libtpm2-pkcs11-1", "swtpm", "tpm2-abrmd", "libtss2-tcti-tabrmd0", "libtpm2-pkcs11-tools", "tpm2-tools",
    "dbus",
)  # fmt: skip
_OPTIONS = {"rsa": ("rsa", "auth"), "ec": ("ecc", "auth-agree")}


def _module() -> Path:
    return next(Path("/usr/lib").glob("*/pkcs11/libtpm2_pkcs11.so"))


def _make(folder: Path, name: str, kind: str, environment: Mapping[str, str]) -> Path:
    """A store of the module's with one token; its keys are wrapped by the TPM."""
    algorithm, login = _OPTIONS[kind]
    store = folder / name
    store.mkdir()
    _tool(environment, "init", store)
    pins = ["--sopin", PUK.decode(), "--userpin", PIN.decode()]
    _tool(environment, "addtoken", store, "--pid", "1", "--label", name, *pins)
    for purpose in (login, "sign"):
        keys = pair(f"Dr {name} {purpose}", kind, purpose)
        key, certificate = folder / "key.pem", folder / "certificate.pem"
        private = serialization.load_pem_private_key(keys.key_pem.encode(), None)
        key.write_bytes(
            private.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.NoEncryption(),
            )
        )
        certificate.write_text(keys.certificate_pem)
        named = ["--label", name, "--key-label", purpose]
        _tool(
            environment, "import", store, *named, "--userpin", PIN.decode(), "--privkey", str(key),
            "--algorithm", algorithm,
        )  # fmt: skip
        _tool(environment, "addcert", store, *named, str(certificate))
    return store


def _tool(environment: Mapping[str, str], what: str, store: Path, *options: str) -> None:
    command = ["tpm2_ptool", what, "--path", str(store), *options]
    env = {**os.environ, **environment}
    done = subprocess.run(command, capture_output=True, env=env, timeout=LIMIT_S, text=True, check=False)
    assert done.returncode == 0, f"tpm2_ptool {what}: {done.stderr[-300:]}"


def _free_pair() -> int:
    """A port that is free, and so is the next one."""
    for _ in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise OSError("no two free ports side by side")


@contextmanager
def _running(command: list[str], environment: Mapping[str, str]) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, **environment},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=LIMIT_S)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _tpm(folder: Path) -> Iterator[dict[str, str]]:
    """A TPM, its resource manager on a bus of its own, and what programs need to find them."""
    port = _free_pair()
    state = folder / "tpm"
    state.mkdir()
    with ExitStack() as stack:
        start = stack.enter_context
        server, control = (f"type=tcp,port={p},bindaddr=127.0.0.1" for p in (port, port + 1))
        start(
            _running(
                ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}", "--server", server,
                 "--ctrl", control, "--flags", "startup-clear"],
                {},
            )
        )  # fmt: skip
        until("the TPM's control port", lambda: _listens(port + 1))
        bus = start(_running(["dbus-daemon", "--session", "--nofork", "--print-address=1"], {}))
        assert bus.stdout is not None
        address = {"DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip()}
        manager = ["/usr/sbin/tpm2-abrmd", "--session", "--allow-root", f"--tcti=swtpm:port={port}"]
        start(_running(manager, address))
        connect = "tabrmd:bus_type=session"
        environment = {
            **address, "TPM2_PKCS11_TCTI": connect, "TPM2TOOLS_TCTI": connect,
            "TPM2_PKCS11_BACKEND": "esysdb",
        }  # fmt: skip
        env = {**os.environ, **environment}
        asked = ["tpm2_getcap", "properties-fixed"]
        until(
            "the TPM's resource manager",
            lambda: subprocess.run(asked, env=env, capture_output=True, check=False).returncode == 0,
        )
        yield environment


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[Bench]:
    """A fresh TPM with a token, and another store to put in its place."""
    with _tpm(folder) as environment:
        store, other = (_make(folder, name, kind, environment) for name in ("store", "other"))
        port = Pkcs11Card(module=_module(), environment={**environment, "TPM2_PKCS11_STORE": str(store)})

        try:
            yield Bench(port, PIN, PUK, tells_last=False, swap=exchanged(store, other))
        finally:
            port.close()


NO_SECRET = "tpm2-pkcs11 1.9 has no ECDH1_DERIVE: the cache is kept in memory"
_LACKS = SOFT | {
    Operation.UNBLOCK: "what the TPM blocked is opened by time or by the TPM's own owner, by no PUK",
}
TOKENS = (
    Token("tpm2-pkcs11 on swtpm, RSA-2048", PACKAGES, partial(opened, "rsa"), _LACKS),
    Token(
        "tpm2-pkcs11 on swtpm, EC P-256",
        PACKAGES,
        partial(opened, "ec"),
        _LACKS | {Operation.CACHE_SECRET: NO_SECRET},
    ),
)
