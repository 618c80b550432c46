"""The simulated platform's control interface: its state and its faults."""

import json
import urllib.request
from pathlib import Path
from typing import Any

from desktop.domain.prescription.identifier import (
    OrdonnanceCode,
    OrdonnanceId,
    parse_identifier,
    parse_qr_text,
)


class PlatformControl:
    """*folder*: the simulated platform's; its ``ready.json`` says where and with which token."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ready = folder / "ready.json"
        self._console = folder / "console.json"

    def state(self) -> dict[str, Any]:
        """Everything that the platform holds (no code, no token)."""
        return self._call("GET", "/state")

    def add_fault(self, fault: dict[str, Any]) -> None:
        """Switch a fault on."""
        self._call("POST", "/faults", fault)

    def clear_faults(self) -> None:
        """All faults off."""
        self._call("DELETE", "/faults")

    def act(self, name: str, **details: str) -> None:
        """Something that a patient or an administrator does (desktop.simulator.console_actions)."""
        self._call("POST", "/act", {"act": name, **details})

    def patient(self, number: int) -> dict[str, str]:
        """Suggested patient *number* (from 1) with matricule, name and presence code."""
        data = json.loads(self._console.read_text(encoding="utf-8"))
        shown = dict(data["suggestions"][number - 1])
        return {**shown, "code": data["patients"].get(shown["patient_id"], "")}

    def scan(self, name: str) -> str:
        """What the console's code *name* gives to a scanner; KeyError for one that it does not have."""
        data = json.loads(self._console.read_text(encoding="utf-8"))
        return {str(one["id"]): str(one["text"]) for one in data["scans"]}[name]

    def ordonnance(self, name: str, remembered: str) -> str:
        """The identifier of the console's code *name*, or of what is *remembered*; ValueError for neither."""
        if name == "remembered":
            found: object = parse_identifier(remembered)
        else:
            scanned = parse_qr_text(self.scan(name))
            found = scanned.identifier if isinstance(scanned, OrdonnanceCode) else scanned
        if not isinstance(found, OrdonnanceId):
            raise ValueError(f"{name} is no ordonnance")
        return found.value

    def _call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        ready = json.loads(self._ready.read_text(encoding="utf-8"))
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {ready['control_token']}", "Content-Type": "application/json"}
        url = str(ready["control_url"])
        if not url.startswith("http://127.0.0.1:"):
            raise ValueError("the control interface is on this computer only")
        request = urllib.request.Request(url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            content = answer.read()
        said: dict[str, Any] = json.loads(content) if content.startswith(b"{") else {}
        return said
