"""The platform profile: every Luxembourg choice in one TOML file (contract, introduction)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

KEPT_AT_MOST = timedelta(days=7)  # where the profile does not say otherwise (limits.offline_days)


@dataclass(frozen=True, slots=True)
class Systems:
    """OIDs and code systems on the wire."""

    matricule: str = "urn:oid:1.3.182.4.4"
    category: str = "urn:dsp:category"
    theme: str = "urn:dsp:theme"
    label: str = "urn:dsp:label"
    mandate_kind: str = "urn:dsp:mandate-kind"
    facility_type: str = "urn:dsp:facility-type"
    practice_setting: str = "urn:dsp:practice-setting"
    extension_base: str = "https://dsp.example/fhir/StructureDefinition/"
    ehealth_id: str = "urn:oid:1.3.182.2.4.3"
    card_holder: str = "urn:dsp:card-holder"
    source_id: str = "urn:oid:1.3.182.4.99.1"
    questionnaire_base: str = "https://dsp.example/fhir/Questionnaire/"
    ald: str = "urn:dsp:ald"


@dataclass(frozen=True, slots=True)
class PlatformProfile:
    """One platform. ``origins``: further origins beside the base's.

    ``ca_file``: the pinned anchors; None: nothing connects. ``card_authorities``: the file of those that
    issue professional cards; None: no document's signature is vouched for.

    ``attested_versions``: the only client versions that may connect (CF-022).
    ``publish``: "auto" (by CapabilityStatement), "transaction" (ITI-65) or "light" (ITI-105).
    ``replace_patch``: whether replacing adds a PATCH entry on the former version.
    ``document_megabytes``: the largest document that the platform takes.
    ``offline_days``: how long what the platform gave of a record may be kept at most, whatever its mandate.
    ``lookup_settle``: seconds after which a document that was taken is found by a search.
    """

    name: str
    base_url: str = ""
    client_id: str = "dsp-desktop"
    scope: str = "openid fhirUser user/*.*"
    origins: tuple[str, ...] = ()
    ca_file: str | None = None
    card_authorities: str | None = None
    attested_versions: tuple[str, ...] = ()
    token_endpoint: str = ""
    challenge_endpoint: str = ""
    revocation_endpoint: str = ""
    publish: str = "auto"
    replace_patch: bool = True
    facility_type: str = "cabinet"
    practice_setting: str = "medecine-generale"
    demo: bool = False
    document_megabytes: int = 50
    offline_days: int = KEPT_AT_MOST.days
    lookup_settle: float = 60.0
    systems: Systems = Systems()

    def attests(self, version: str) -> bool:
        """CF-022: an unlisted version must not connect; only a demo profile may leave the list out."""
        return version in self.attested_versions or (self.demo and not self.attested_versions)


_DEFAULT = PlatformProfile("")
_MOST_DAYS = 30
_LONGEST_SETTLE = 3600.0
_LARGEST_MEGABYTES = 256


def load_profile(path: Path) -> PlatformProfile:
    """Read a profile; OSError, ValueError or TypeError when the file is none (a broken installation)."""
    with path.open("rb") as file:
        return profile_from(tomllib.load(file), path.parent)


def profile_from(data: Mapping[str, Any], folder: Path) -> PlatformProfile:
    """Build a profile; unknown keys are other modules' business and are left alone."""
    endpoints = _table(data, "endpoints")
    dialect = _table(data, "dialect")
    trust = _table(data, "trust")
    rule = _table(data, "attested")
    limits = _table(data, "limits")
    lookup = _table(data, "lookup")
    systems = _table(data, "systems")
    known = {name: str(systems[name]) for name in Systems.__dataclass_fields__ if name in systems}
    anchors = str(trust.get("ca_file", ""))
    authorities = str(trust.get("card_authorities", ""))
    return PlatformProfile(
        name=str(data["name"]),
        base_url=str(endpoints.get("base", "")),
        client_id=str(data.get("client_id", _DEFAULT.client_id)),
        scope=str(data.get("scope", _DEFAULT.scope)),
        origins=tuple(str(o) for o in endpoints.get("origins", ())),
        ca_file=str(folder / anchors) if anchors else None,
        card_authorities=str(folder / authorities) if authorities else None,
        attested_versions=tuple(str(v) for v in rule.get("versions", ())),
        token_endpoint=str(endpoints.get("token", "")),
        challenge_endpoint=str(endpoints.get("challenge", "")),
        revocation_endpoint=str(endpoints.get("revocation", "")),
        publish=str(dialect.get("publish", _DEFAULT.publish)),
        replace_patch=bool(dialect.get("replace_patch", _DEFAULT.replace_patch)),
        facility_type=str(dialect.get("facility_type", _DEFAULT.facility_type)),
        practice_setting=str(dialect.get("practice_setting", _DEFAULT.practice_setting)),
        demo=bool(data.get("demo", False)),
        offline_days=_days(limits.get("offline_days", _DEFAULT.offline_days)),
        document_megabytes=int(
            _within(limits.get("document_megabytes", _DEFAULT.document_megabytes), 1, _LARGEST_MEGABYTES)
        ),
        lookup_settle=_within(lookup.get("settle", _DEFAULT.lookup_settle), 0, _LONGEST_SETTLE),
        systems=Systems(**known),
    )


def _days(value: object) -> int:
    """0 keeps nothing of anybody; what is no number of days is none."""
    return min(max(0, int(str(value))), _MOST_DAYS)


def _within(value: object, least: float, most: float) -> float:
    """A number of the profile; ValueError where it is none or leaves its bounds."""
    number = float(str(value))
    if not least <= number <= most:
        raise ValueError(value)
    return number


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name, {})
    return found if isinstance(found, Mapping) else {}
