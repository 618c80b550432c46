"""What the platform asks of structured data: a FHIR R4 document of this patient (contract §9).

Bundle invariants by their names in the standard (``bdl-…``). Its signature is judged last (``signatures``).
"""

from collections.abc import Iterator
from typing import Any

from desktop.domain.catalog import category
from desktop.simulator import strict_json
from desktop.simulator import wire_names as names
from desktop.simulator.json_shapes import as_dict, as_dicts, as_list, as_text
from desktop.simulator.outcomes import Refused
from desktop.simulator.submission import Submission
from desktop.simulator.tables import PatientRow

_BETWEEN_SERVERS = ("search", "request", "response")


def check(sent: Submission, patient: PatientRow) -> None:
    """Raises Refused with the rule that is broken; never with what stands there."""
    try:
        bundle = as_dict(strict_json.loads(sent.content))
    except ValueError:
        raise _wrong("JSON") from None
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "document":
        raise _wrong("Bundle.type")
    identifier = as_dict(bundle.get("identifier"))
    if not identifier.get("system") or not identifier.get("value"):
        raise _wrong("bdl-9")
    if identifier["value"] != sent.unique_id:
        raise _wrong("masterIdentifier")
    if not bundle.get("timestamp"):
        raise _wrong("bdl-10")
    if "total" in bundle:
        raise _wrong("bdl-1")
    resources = _resources(bundle)
    _check_references(resources)
    composition = next(iter(resources.values()))
    if composition.get("resourceType") != "Composition":
        raise _wrong("bdl-11")
    _check_composition(composition, resources, sent, patient)


def _resources(bundle: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By fullUrl, in their order."""
    entries = as_dicts(bundle.get("entry"))
    if len(entries) != len(as_list(bundle.get("entry"))) or not entries:
        raise _wrong("Bundle.entry")
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        url, resource = as_text(entry.get("fullUrl")), as_dict(entry.get("resource"))
        if any(part in entry for part in _BETWEEN_SERVERS):
            raise _wrong("bdl-2, bdl-3, bdl-4")
        if not resource.get("resourceType"):
            raise _wrong("bdl-5")
        if not url or url in found:
            raise _wrong("bdl-7")
        if "/_history/" in url:
            raise _wrong("bdl-8")
        found[url] = resource
    return found


def _check_references(resources: dict[str, dict[str, Any]]) -> None:
    """What is named inside the document is in it."""
    for resource in resources.values():
        contained = {f"#{r.get('id')}" for r in as_dicts(resource.get("contained"))}
        for reference in _references(resource):
            if reference.startswith("urn:uuid:") and reference not in resources:
                raise _wrong("reference")
            if len(reference) > 1 and reference.startswith("#") and reference not in contained:
                raise _wrong("ref-1")


def _references(resource: dict[str, Any]) -> Iterator[str]:
    todo: list[Any] = [resource]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            if isinstance(value.get("reference"), str):
                yield value["reference"]
            todo += value.values()
        elif isinstance(value, list):
            todo += value


def _check_composition(
    composition: dict[str, Any],
    resources: dict[str, dict[str, Any]],
    sent: Submission,
    patient: PatientRow,
) -> None:
    codes = [coding.get("code") for coding in as_dicts(as_dict(composition.get("type")).get("coding"))]
    if category(sent.category).loinc not in codes:
        raise _wrong("Composition.type")
    if composition.get("status") not in ("final", "amended"):
        raise _wrong("Composition.status")
    if not as_dicts(composition.get("author")) or not composition.get("date"):
        raise _wrong("Composition.author")
    subject = resources.get(as_text(as_dict(composition.get("subject")).get("reference")), {})
    if subject.get("resourceType") != "Patient":
        raise _wrong("Composition.subject")
    numbers = [
        i.get("value") for i in as_dicts(subject.get("identifier")) if i.get("system") == names.MATRICULE
    ]
    if numbers != [patient.matricule]:
        raise Refused("summary_other_patient", detail="Composition.subject")


def _wrong(rule: str) -> Refused:
    return Refused("summary_data_refused", detail=rule)
