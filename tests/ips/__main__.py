"""``python -m tests.ips FOLDER``: what we write before HAPI and the profiles of IPS; outside CI.

No registry carries HL7's package of IPS. Its profiles are FSH in HL7's public repository ``fhir-ips``;
*FOLDER* holds what SUSHI makes of them (``StructureDefinition-*.json``, ``ValueSet-*.json``). Each resource
claims its profile here, so that an open slice lets none through. Exit code 0: all are accepted, and one that
lacks what only a profile asks for is refused.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path

from desktop.features import FEATURES
from desktop.features.summary.domain.sections import REQUIRED, SectionState
from desktop.features.summary.domain.summary import SummarySection
from desktop.features.summary.ips.write import write
from desktop.kernel.feature import add_words
from tests.ips import hapi
from tests.samples.summaries import SUMMARY

_BASE = "http://hl7.org/fhir/uv/ips/StructureDefinition/"
_PROFILES = {
    "Flag": "Flag-alert-uv-ips",
    "Observation": "Observation-results-laboratory-pathology-uv-ips",
    **{
        kind: f"{kind}-uv-ips"
        for kind in (
            *(
                "Patient",
                "Practitioner",
                "Organization",
                "Condition",
                "AllergyIntolerance",
                "MedicationStatement",
            ),
            *("Medication", "Immunization", "Procedure", "DeviceUseStatement", "Device"),
        )
    },
}


def main(folder: Path) -> int:
    """Judge and print."""
    add_words(FEATURES)
    hapi.build()
    documents = {"whole": _claiming(write(SUMMARY, "Résumé patient"))}
    for state in (SectionState.NONE_KNOWN, SectionState.UNAVAILABLE, SectionState.NOT_ASKED):
        bare = replace(SUMMARY, sections=tuple(SummarySection(key, state) for key in REQUIRED))
        documents[state.value] = _claiming(write(bare, "Résumé patient"))
    documents["without effective[x]"] = _without_time(documents["whole"])
    sentences = hapi.judge(list(documents.values()), [folder])
    for name, sentence in zip(documents, sentences, strict=True):
        print(f"{name}: {len(sentence.errors)} errors")
        for where, what in sentence.errors:
            print(f"  {where}: {what}")
    *good, refused = sentences
    return int(any(sentence.errors for sentence in good) or not refused.errors)


def _claiming(content: bytes) -> bytes:
    """Each resource says which profile it is of; of observations those of a laboratory."""
    bundle = json.loads(content)
    for entry in bundle["entry"]:
        resource = entry["resource"]
        profile = _PROFILES.get(resource["resourceType"])
        category = resource["category"][0]["coding"][0].get("code") if "category" in resource else ""
        if profile and (resource["resourceType"] != "Observation" or category == "laboratory"):
            resource["meta"] = {"profile": [_BASE + profile]}
    return json.dumps(bundle).encode()


def _without_time(content: bytes) -> bytes:
    bundle = json.loads(content)
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "MedicationStatement":
            entry["resource"].pop("effectivePeriod", None)
    return json.dumps(bundle).encode()


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
