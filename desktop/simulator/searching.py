"""What the searches share: parameters, searchsets, validators."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from desktop.simulator import fhir_out
from desktop.simulator.calls import Answer, Call
from desktop.simulator.outcomes import Refused


def first(call: Call, name: str) -> str:
    """A required parameter; raises Refused."""
    values = call.parameters().get(name)
    if not values:
        raise Refused("request_invalid", detail=f"{name} is required")
    return values[0]


def searchset(
    call: Call,
    kind: str,
    found: Sequence[dict[str, Any]],
    parameters: dict[str, str],
    *,
    total: int | None = None,
) -> Answer:
    """A searchset of resources; *parameters* are what was understood (the self link)."""
    base = call.world.base_url
    entries = [(f"{base}/{r['resourceType']}/{r.get('id', 'outcome')}", r) for r in found]
    query = f"?{urlencode(parameters)}" if parameters else ""
    return Answer(
        fhir_out.bundle(
            entries, total=len(found) if total is None else total, self_url=f"{base}/{kind}{query}"
        )
    )


def conditional(call: Call, answer: Answer, tag: str = "") -> Answer:
    """The answer with its ETag (default: of its content), or 304 where the client has it."""
    if not tag:
        digest = hashlib.sha256(json.dumps(answer.body, sort_keys=True).encode()).hexdigest()[:24]
        tag = f'W/"{digest}"'
    if call.headers.get("if-none-match") == tag:
        return Answer(None, 304, headers={"ETag": tag})
    return Answer(answer.body, answer.status, headers={"ETag": tag})
