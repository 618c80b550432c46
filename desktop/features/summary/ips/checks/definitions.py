"""HL7's definitions of base R4, as far as a summary uses them (``resources/data/fhir-r4.json``)."""

import json
from functools import cache
from typing import Any

from desktop.common.resource_files import resource


@cache
def definitions() -> dict[str, Any]:
    """The file; its shape stands in ``tools/fhir_definitions.py``."""
    read = json.loads(resource("data", "fhir-r4.json").read_bytes())
    return dict(read)


@cache
def systems() -> dict[str, frozenset[str]]:
    """The codes of each system that HL7 keeps whole."""
    return {system: frozenset(held) for system, held in definitions()["systems"].items()}
