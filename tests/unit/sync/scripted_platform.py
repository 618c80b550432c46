"""A scripted token endpoint and FHIR server: small, and every answer can be lost or changed."""

import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from tests.unit.sync.tls_server import Reply, Request

MANDATE = {
    "id": "m1",
    "kind": "consultation",
    "start": "2026-11-21T08:00:00Z",
    "end": "2026-11-21T23:00:00Z",
    "grace_end": "2026-11-22T08:00:00Z",
}
Hook = Callable[[Request], Reply | None]


def fields(request: Request) -> dict[str, str]:
    return {k: v[0] for k, v in parse_qs(request.body.decode("ascii")).items()}


def json_reply(body: object, status: int = 200, **headers: str) -> Reply:
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    return Reply(status, json.dumps(body).encode(), {"Content-Type": "application/json", **named})


class ScriptedPlatform:
    """Answers everything well; ``hooks`` are asked first and may answer instead, or lose the answer."""

    def __init__(self) -> None:
        self.base = ""
        self.lock = threading.Lock()
        self.hooks: list[Hook] = []
        self.serial = 0
        self.lifetime = 600
        self.has_mandate = False
        self.told: dict[str, Any] = {}  # of the mandate, beside the usual
        self.server_time: float | None = None
        self.tokens: list[dict[str, str]] = []
        self.revoked: list[str] = []
        self.revocation = threading.Event()
        self.refreshes: dict[str, str] = {}
        self.living: set[str] = set()

    def __call__(self, request: Request) -> Reply:
        with self.lock:
            for hook in self.hooks:
                found = hook(request)
                if found is not None:
                    return found
            return self.answer(request)

    def answer(self, request: Request) -> Reply:
        path = request.path.removeprefix("/fhir/")
        if path == ".well-known/smart-configuration":
            names = ("token", "challenge", "revocation")
            return json_reply({f"{n}_endpoint": f"{self.base}/{n}" for n in names})
        if path == "challenge":
            time = {} if self.server_time is None else {"server_time": self.server_time}
            return json_reply({"challenge": "c1", "expires_in": 60} | time)
        if path == "token":
            return self.token(fields(request))
        if path == "revocation":
            self.revoked.append(fields(request)["token"])
            self.revocation.set()
            return json_reply({})
        if request.headers.get("authorization", "").removeprefix("DPoP ") not in self.living:
            return json_reply({"error": "invalid_token"}, 401)
        return json_reply({"resourceType": "Bundle", "type": "searchset", "total": 0})

    def token(self, form: dict[str, str]) -> Reply:
        self.tokens.append(form)
        kind = form["grant_type"].rpartition(":")[2]
        if kind == "refresh_token" and form["refresh_token"] not in self.refreshes:
            return json_reply({"error": "invalid_grant", "error_code": "session_ended"}, 400)
        body: dict[str, Any] = {"access_token": self.fresh("access"), "expires_in": self.lifetime}
        self.living.add(body["access_token"])
        if kind == "token-exchange":
            (detail,) = json.loads(form["authorization_details"])
            if "presence" in detail:
                if detail["presence"]["value"] != "right code":
                    return json_reply({"error": "access_denied", "error_code": "presence_wrong"}, 400)
                self.has_mandate = True
            elif not self.has_mandate:
                return json_reply({"error": "access_denied", "error_code": "no_mandate"}, 400)
            return json_reply(
                body | {"authorization_details": [{"type": "dsp_record", "mandate": MANDATE | self.told}]}
            )
        body["refresh_token"] = self.fresh("refresh")
        self.refreshes = {body["refresh_token"]: form.get("refresh_token", "")}
        who = {"name": "Dr Weber", "ehealth_id": "E1", "profession": "Médecin", "profile": "medecin"}
        return json_reply(body | who | {"fhirUser": "Practitioner/pr1"})

    def fresh(self, kind: str) -> str:
        self.serial += 1
        return f"{kind}-{self.serial}"

    def exchanges(self) -> list[bool]:
        """For each token exchange: whether a presence code was in it."""
        return [
            "presence" in json.loads(t["authorization_details"])[0]
            for t in self.tokens
            if t["grant_type"].endswith("token-exchange")
        ]


def lose(matches: Callable[[Request], bool], *, carried_out: ScriptedPlatform | None = None) -> Hook:
    """Lose the answer of the first matching request, carried out or not."""
    done = False

    def hook(request: Request) -> Reply | None:
        nonlocal done
        if done or not matches(request):
            return None
        done = True
        if carried_out is not None:
            carried_out.answer(request)
        return Reply(drop=True)

    return hook


def once(matches: Callable[[Request], bool], reply: Reply) -> Hook:
    """Answer the first matching request with *reply*."""
    done = False

    def hook(request: Request) -> Reply | None:
        nonlocal done
        if done or not matches(request):
            return None
        done = True
        return reply

    return hook
