"""The platform profiles and the attestation rule (CF-022)."""

from pathlib import Path
from typing import Any

import pytest

from desktop.common.resource_files import resource
from desktop.sync.profile import PlatformProfile, load_profile, profile_from


def test_shipped_profiles_load() -> None:
    demo, national = (load_profile(resource("profiles", f"{n}.toml")) for n in ("demo", "esante"))
    assert demo.demo
    assert not national.demo
    assert national.base_url == ""
    assert national.ca_file is None
    assert demo.systems.matricule == national.systems.matricule == "urn:oid:1.3.182.4.4"


def test_only_the_demo_connects_without_attestation() -> None:
    """CF-022: in production an unlisted version is refused, also when nothing is listed."""
    assert PlatformProfile("x", demo=True).attests("0.1.0")
    assert not PlatformProfile("x").attests("0.1.0")
    assert PlatformProfile("x", attested_versions=("0.1.0",)).attests("0.1.0")
    assert not PlatformProfile("x", demo=True, attested_versions=("0.2.0",)).attests("0.1.0")


def test_trust_anchors_lie_beside_the_profile(tmp_path: Path) -> None:
    found = profile_from({"name": "x", "trust": {"ca_file": "anchors.pem"}}, tmp_path)
    assert found.ca_file == str(tmp_path / "anchors.pem")


def test_unknown_tables_are_left_alone(tmp_path: Path) -> None:
    found = profile_from({"name": "x", "ui": {"colour": 1}, "systems": {"new": "y"}, "dialect": 3}, tmp_path)
    assert found.publish == "auto"


def test_settle_time_of_a_look_up(tmp_path: Path) -> None:
    """CF-079."""
    assert profile_from({"name": "x"}, tmp_path).lookup_settle == 60
    assert profile_from({"name": "x", "lookup": {"settle": 0}}, tmp_path).lookup_settle == 0


@pytest.mark.parametrize(
    "table", [{"lookup": {"settle": s}} for s in (-1, 3601, "nan", "soon", float("inf"))]
)
def test_numbers_of_a_profile_are_bounded(tmp_path: Path, table: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        profile_from({"name": "x", **table}, tmp_path)
    for megabytes in (0, 257):
        with pytest.raises(ValueError):
            profile_from({"name": "x", "limits": {"document_megabytes": megabytes}}, tmp_path)


def test_a_profile_has_a_name(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        profile_from({}, tmp_path)
