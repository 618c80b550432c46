"""Writes ``resources/data/fhir-r4.json``: of base R4 what the program's own validation needs, and no more.

The source are the definitions that HL7 publishes (FHIR 4.0.1, CC0), as the judge of the tests brings them:
``python -m tools.fhir_definitions`` after ``dev.py test ips``. Shape of the file:

* ``types``: for each resource, data type and part of one (``Composition.section``) its elements by name:
  ``[min, max, types, targets, binding]``; *max* 0: any number; *targets* the types that a reference may
  name, none: any; *binding* a name of ``bindings`` or "". A name of several types ends in ``[x]``
* ``bindings``: of each required one ``{system: [code]}``
* ``systems``: the codes of systems that HL7 keeps whole and a summary uses
"""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent
JAR = ROOT / "target/ips-judge/jars/hapi-fhir-validation-resources-r4-8.4.0.jar"
OUT = ROOT / "resources/data/fhir-r4.json"
RESOURCES = (
    *("Bundle", "Composition", "Patient", "Practitioner", "Organization", "Condition", "AllergyIntolerance"),
    *("MedicationStatement", "Medication", "Immunization", "Observation", "Procedure", "DeviceUseStatement"),
    *("Device", "Flag", "DocumentReference"),
)
SYSTEMS = ("condition-category", "observation-category", "list-empty-reason", "data-absent-reason")
V3 = ("v3-ObservationInterpretation", "v3-ActClass")
_F = "{http://hl7.org/fhir}"
_MODEL = "org/hl7/fhir/r4/model/"
_LARGE = ("languages", "mimetypes", "all-types", "ucum-units", "all-languages")


def definitions(jar: Path = JAR) -> dict[str, Any]:
    """The content of the file, from the definitions in *jar*."""
    with zipfile.ZipFile(jar) as archive:
        structures = {
            _value(found, "id"): found
            for name in ("types", "resources")
            for found in _resources(archive, f"profile/profiles-{name}.xml", "StructureDefinition")
        }
        sets, systems = dict[str, Any](), dict[str, Any]()
        for name in ("valuesets", "v3-codesystems"):
            for found in _resources(archive, f"valueset/{name}.xml", "ValueSet"):
                sets[_value(found, "url")] = found
            for found in _resources(archive, f"valueset/{name}.xml", "CodeSystem"):
                systems[_value(found, "url")] = found
    types: dict[str, dict[str, list[Any]]] = {}
    wanted = list(RESOURCES)
    while wanted:
        name = wanted.pop()
        if name in types or name not in structures:
            continue
        for part, elements in _elements(structures[name]).items():
            types[part] = elements
            if part != "Extension":
                wanted += [kind for element in elements.values() for kind in element[2] if kind != "Resource"]
    bindings = {e[4] for elements in types.values() for e in elements.values() if e[4]}
    chosen = {url: _expanded(url, sets, systems) for url in sorted(bindings)}
    return {
        "source": "HL7 FHIR 4.0.1 (https://hl7.org/fhir/R4), CC0",
        "types": {name: types[name] for name in sorted(types) if name[0].isupper()},
        "bindings": {url: codes for url, codes in chosen.items() if codes},
        "systems": {
            f"http://terminology.hl7.org/CodeSystem/{name}": sorted(
                _codes(systems[f"http://terminology.hl7.org/CodeSystem/{name}"])
            )
            for name in (*SYSTEMS, *V3)
        },
    }


def _elements(structure: Any) -> dict[str, dict[str, list[Any]]]:
    parts: dict[str, dict[str, list[Any]]] = {}
    for element in structure.findall(f"{_F}snapshot/{_F}element"):
        path = _value(element, "path")
        if "." not in path:
            continue
        parent, _, name = path.rpartition(".")
        kinds, targets = [], []
        for kind in element.findall(f"{_F}type"):
            code = _value(kind, "code")
            if code.startswith("http://hl7.org/fhirpath/"):  # id and url: strings, but for a resource's id
                code = "id" if parent in RESOURCES else "string"
            kinds.append(path if code in ("BackboneElement", "Element") and name != "contained" else code)
            targets += [p.get("value").rpartition("/")[2] for p in kind.findall(f"{_F}targetProfile")]
        reference = _value(element, "contentReference")
        maximum = _value(element, "max")
        if maximum == "0":
            continue
        binding = element.find(f"{_F}binding")
        bound = ""
        if binding is not None and _value(binding, "strength") == "required":
            bound = _value(binding, "valueSet").partition("|")[0]
            bound = "" if bound.rpartition("/")[2] in _LARGE else bound
        parts.setdefault(parent, {})[name] = [
            int(_value(element, "min")),
            0 if maximum == "*" else int(maximum),
            [reference.removeprefix("#")] if reference else kinds,
            [] if "Resource" in targets else targets,
            bound,
        ]
    return parts


def _expanded(url: str, sets: dict[str, Any], systems: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for include in sets[url].findall(f"{_F}compose/{_F}include") if url in sets else ():
        system = _value(include, "system")
        listed = [_value(concept, "code") for concept in include.findall(f"{_F}concept")]
        known = listed or (list(_codes(systems[system])) if system in systems else [])
        found.setdefault(system, []).extend(known)
    return {system: sorted(set(codes)) for system, codes in found.items() if codes}


def _codes(node: Any) -> Iterator[str]:
    for concept in node.findall(f"{_F}concept"):
        yield _value(concept, "code")
        yield from _codes(concept)


def _resources(archive: zipfile.ZipFile, name: str, kind: str) -> Iterator[Any]:
    with archive.open(_MODEL + name) as file:
        root = etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    yield from root.iterfind(f"{_F}entry/{_F}resource/{_F}{kind}")


def _value(node: Any, name: str) -> str:
    found = node.find(_F + name)
    return "" if found is None else str(found.get("value"))


def text(content: dict[str, Any]) -> str:
    """The same content gives the same text."""
    return json.dumps(content, separators=(",", ":"), sort_keys=True) + "\n"


if __name__ == "__main__":
    OUT.write_text(text(definitions()), encoding="utf-8")
    print(f"{OUT.name}: {OUT.stat().st_size} bytes")
