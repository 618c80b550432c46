"""A running simulated platform for any test: ``with running_simulator(folder) as simulator: …``.

Starts ``python -m desktop.simulator`` with the handful of patients of ``minimal_data`` (presence codes
``code-0001``…, see that module), waits until it accepts connections, and stops it afterwards.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.waiting import LIMIT_S, until

ROOT = Path(__file__).resolve().parent.parent
PIN = "246810"
PUK = "13579246"


@dataclass(frozen=True)
class Control:
    """The control interface: look at the platform's state, make faults, act as patient or administrator."""

    url: str
    token: str

    def state(self) -> dict[str, Any]:
        """Deposits, traces, mandates, sessions, request counts."""
        return self._ask("GET", "/state")

    def fault(self, kind: str, path: str = "", **fields: float | None) -> None:
        """Switch a fault on for requests whose ``METHOD /path`` matches the regular expression *path*.

        *fields*: ``times``, ``value``, ``retry_after`` of ``desktop.simulator.faults.Fault``.
        """
        self._ask("POST", "/faults", {"kind": kind, "path": path, **fields})

    def clear_faults(self) -> None:
        """Switch all off."""
        self._ask("DELETE", "/faults")

    def clock(self, offset_s: float) -> None:
        """Move the platform's clock."""
        self._ask("POST", "/clock", {"offset_s": offset_s})

    def intake(self, *, repeated: int = 200, settle_s: float = 0) -> None:
        """How deposits are taken in: ``desktop.simulator.intake.Intake``; kindly without arguments."""
        self._ask("POST", "/intake", {"repeated": repeated, "settle_s": settle_s})

    def act(self, act: str, **fields: Any) -> None:
        """An act of ``desktop.simulator.console_actions``."""
        self._ask("POST", "/act", {"act": act, **fields})

    def wait_loaded(self) -> dict[str, Any]:
        """Until every document of the data set is there; the state then."""
        return until("every document", lambda: state if (state := self.state())["loaded"] else None)

    def _ask(self, method: str, path: str, data: dict[str, Any] | None = None) -> Any:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(
                method,
                self.url + path,
                json=data,
                headers={"Authorization": f"Bearer {self.token}"},
                timeout=LIMIT_S,
            )
            assert answer.status_code == 200, answer.text
            return answer.json()


@dataclass(frozen=True)
class Simulator:
    """Where a running simulator listens, and its data folder (cards/, reader.json, console.json)."""

    base_url: str
    intercepted_url: str
    ca_file: Path
    control: Control
    folder: Path
    process: "subprocess.Popen[bytes]"


@contextmanager
def running_simulator(
    folder: Path,
    *,
    cards: str = "weber,kieffer",
    secrets: dict[str, dict[str, str]] | None = None,
    options: tuple[str, ...] = ("--no-demo",),
    program: str = "desktop.simulator",
) -> Iterator[Simulator]:
    """Start, yield, stop. All cards have PIN ``PIN`` and PUK ``PUK`` unless *secrets* says otherwise.

    *program* is the module that starts it: another one plugs other features in.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ready, given = folder / "ready.json", folder / "given.json"
    ready.unlink(missing_ok=True)
    given.write_text(json.dumps(secrets or {"pin": {"*": PIN}, "puk": {"*": PUK}}), encoding="utf-8")
    command = [sys.executable, "-m", program, "--data", str(folder), "--ready-file", str(ready)]
    command += ["--secrets", str(given), *(["--cards", cards] if cards else []), *options]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        data = _wait_ready(ready, process)
        control = Control(data["control_url"], data["control_token"])
        yield Simulator(
            data["base_url"], data["intercepted_url"], Path(data["ca_file"]), control, folder, process
        )
    finally:
        process.terminate()
        try:
            process.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_ready(ready: Path, process: "subprocess.Popen[bytes]") -> dict[str, str]:
    def there() -> bool:
        assert process.poll() is None, f"the simulator ended with {process.returncode}"
        return ready.exists()

    until("the simulator's start", there)
    data: dict[str, str] = json.loads(ready.read_text(encoding="utf-8"))
    return data
