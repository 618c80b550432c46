"""SBOM: what is in a tree, as CycloneDX 1.6: packages by their index name, and the libraries in wheels."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from installers.tree.closure import libraries
from installers.tree.components import Component

NAME = "sbom.cdx.json"


def describe(
    site: Path,
    parts: Sequence[Component],
    pins: Mapping[str, Sequence[str]],
    program: str,
    version: str,
    at: int,
) -> str:
    """The document. *pins*: the digests that the requirements admit for each package (one of each is in the
    tree); *at*: seconds, of the commit. The same tree gives the same text."""
    listed = [_package(part, pins.get(part.name, ())) for part in parts]
    listed += [_library(site, file) for file in libraries(site) if _is_foreign(file, site)]
    main = {"type": "application", "name": program, "version": version, "bom-ref": program}
    main_licence = [{"license": {"id": "Apache-2.0"}}]
    document: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z"),
            "component": {**main, "licenses": main_licence},
        },
        "components": listed,
        "dependencies": [{"ref": program, "dependsOn": [part["bom-ref"] for part in listed]}],
    }
    same = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(document, sort_keys=True))
    return json.dumps({**document, "serialNumber": f"urn:uuid:{same}"}, indent=1, sort_keys=True) + "\n"


def _package(part: Component, digests: Sequence[str]) -> dict[str, Any]:
    purl = f"pkg:pypi/{part.name}@{part.version}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": part.name,
        "version": part.version,
        "purl": purl,
        "licenses": [{"expression": part.licence}]
        if _is_expression(part.licence)
        else [_named(part.licence)],
        "properties": [{"name": "dsp:admitted-sha256", "value": digest} for digest in digests],
    }


def _named(licence: str) -> dict[str, Any]:
    return {"license": {"name": licence}}


def _is_expression(licence: str) -> bool:
    words = [w for w in licence.replace("(", " ").replace(")", " ").split() if w not in ("AND", "OR", "WITH")]
    return all("-" in word or word in ("MIT", "ISC", "Zlib") for word in words)


def _is_foreign(file: Path, site: Path) -> bool:
    """A library that a wheel brought of another project, not a package's own compiled module."""
    return file.name.startswith("lib") and "plugins" not in file.relative_to(site).parts


def _library(site: Path, file: Path) -> dict[str, Any]:
    path = file.relative_to(site).as_posix()
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return {
        "type": "library",
        "bom-ref": f"file:{path}",
        "name": file.name.partition(".so")[0],
        "hashes": [{"alg": "SHA-256", "content": digest}],
        "properties": [{"name": "dsp:path", "value": path}],
    }
